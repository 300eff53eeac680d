"""What the words around a phrase do to it: whose words they are, whom they are about, whether they are denied, past,
meant. All of it is data: steps and subjects that each pack brings; here is only how a step is applied.

A step can lower a level, raise it, or re-route to "somebody else"; what a rule calls explicit is never lowered below
concern. Every step that changed something is remembered, so that it can be explained.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from safety.cues import Cued, Cues, sentence
from safety.rule import Applies, Phrase, Rule, Step, Subjects
from safety.verdict import About, Level, Topic


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken, why, and the level and subject after it. `words` are the line's, excluded end."""

    step: str
    because: str
    level: Level
    about: About
    topic: Topic
    words: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Judged:
    """What became of one place where a rule fired."""

    rule: Rule
    start: int
    end: int
    level: Level
    about: About
    topic: Topic
    taken: list[Taken] = field(default_factory=list)
    own: bool = False

    def take(self, step: str, because: str, words: tuple[int, int] = (0, 0)) -> None:
        self.taken.append(Taken(step, because, self.level, self.about, self.topic, words))


UNLESS, OWN, OTHER, READER, NONE, STEP, GUARD = range(7)


class Context:
    """The steps and subjects of one file, and the `unless` of its rules, compiled."""

    def __init__(self, steps: Sequence[Step], subjects: Subjects, rules: Sequence[Rule]) -> None:
        self._steps = tuple(steps)
        entries: list[tuple[int, int, Phrase]] = []
        anywhere: list[tuple[int, int, Phrase]] = []
        for kind, found in (
            (OWN, subjects.own),
            (OTHER, subjects.other),
            (READER, subjects.reader),
            (NONE, subjects.none),
        ):
            entries += [(kind, 0, phrase) for phrase in found]
        for index, step in enumerate(steps):
            steps_in = anywhere if step.where in ("message", "inside") else entries
            steps_in += [(STEP, index, phrase) for phrase in step.phrases]
            guards_in = anywhere if step.unless_anywhere else entries
            guards_in += [(GUARD, index, phrase) for phrase in step.unless]
        self._rules = {rule.id: index for index, rule in enumerate(rules)}
        for index, rule in enumerate(rules):
            entries += [(UNLESS, index, phrase) for phrase in rule.unless]
        self._near = Cued(entries)
        self._anywhere = Cued(anywhere)

    def cues(self, line: str) -> Cues:
        """What may matter in a line, looked for as it is asked for; one for all that fired in it."""
        return Cues(line, self._near, self._anywhere)

    def judge(self, judged: Judged, ends: Sequence[int], cues: Cues, regions: frozenset[str]) -> None:
        """Apply everything that applies. `ends`: where sentences end; `regions`: what the place lies in."""
        first, last = sentence(ends, judged.start, judged.end)
        cues.look(first, last)
        if self._excepted(judged, cues, first, last):
            return
        if not judged.rule.given:
            self._subject(judged, cues, first)
        for index, step in enumerate(self._steps):
            if judged.level is Level.NONE:
                return
            if _applies(step.applies, judged):
                self._step(judged, index, step, cues, regions, (first, last))

    def _excepted(self, judged: Judged, cues: Cues, first: int, last: int) -> bool:
        index = self._rules.get(judged.rule.id)
        if index is None:
            return False
        found = cues.within(UNLESS, index, first, last)
        if found:
            judged.level = Level.NONE
            judged.take("unless", "the rule's own exception stands here", found[0])
        return bool(found)

    def _subject(self, judged: Judged, cues: Cues, first: int) -> None:
        masked = cues.within(NONE, 0, first, judged.end)
        best: tuple[int, int, int, int] | None = None
        for kind in (OWN, OTHER, READER):
            for start, end in cues.within(kind, 0, first, judged.end):
                if any(a < end and start < b for a, b in masked):
                    continue
                if end > judged.start and kind != OWN:
                    continue
                here = (end, -start, -kind, start)
                if end > judged.start:
                    judged.own = True
                    return
                if best is None or here > best:
                    best = here
        if best is None or best[2] == -OWN:
            judged.own = best is not None
            return
        where = (best[3], best[0])
        if best[2] == -OTHER and judged.about is not About.OTHER:
            judged.about = About.OTHER
            judged.take("subject", "it is said of somebody else", where)
        elif best[2] == -READER:
            judged.level = Level.NONE
            judged.take("subject", "it is said to the reader", where)

    def _step(
        self, judged: Judged, index: int, step: Step, cues: Cues, regions: frozenset[str], around: tuple[int, int]
    ) -> None:
        where = self._where(judged, index, step, cues, regions, around)
        if where is None:
            return
        if cues.anywhere(GUARD, index) if step.unless_anywhere else cues.within(GUARD, index, *around):
            return
        level = judged.level
        if step.then.at_most is not None:
            level = min(level, max(step.then.at_most, Level.CONCERN) if judged.rule.explicit else step.then.at_most)
        if step.then.at_least is not None:
            level = max(level, step.then.at_least)
        about = step.then.about or judged.about
        topic = step.then.topic or judged.topic
        if (level, about, topic) != (judged.level, judged.about, judged.topic):
            judged.level, judged.about, judged.topic = level, about, topic
            judged.take(step.id, step.because, where)

    def _where(
        self, judged: Judged, index: int, step: Step, cues: Cues, regions: frozenset[str], around: tuple[int, int]
    ) -> tuple[int, int] | None:
        if step.where == "inside" and not regions & step.regions:
            return None
        if step.where == "inside" and not step.phrases:
            return judged.start, judged.end
        if step.where in ("message", "inside"):
            return next(iter(cues.anywhere(STEP, index)), None)
        for start, end in cues.within(STEP, index, *around):
            if _stands(step, start, end, judged):
                return start, end
        return None


def _stands(step: Step, start: int, end: int, judged: Judged) -> bool:
    before = end <= judged.start and judged.start - end <= step.within
    after = start >= judged.end and start - judged.end <= step.within
    match step.where:
        case "before":
            return before
        case "after":
            return after
        case "near":
            return before or after
        case "over":
            return start < judged.end and judged.start < end
        case _:
            return True


def _applies(applies: Applies, judged: Judged) -> bool:
    rule = judged.rule
    return (
        (not applies.topics or judged.topic in applies.topics)
        and (not applies.about or judged.about in applies.about)
        and (not applies.levels or judged.level in applies.levels)
        and (not applies.tags or bool(applies.tags & rule.tags))
        and not applies.not_tags & rule.tags
        and (not applies.rules or _named(rule) in applies.rules)
        and _named(rule) not in applies.not_rules
    )


def _named(rule: Rule) -> str:
    return rule.id.partition("/")[2] or rule.id
