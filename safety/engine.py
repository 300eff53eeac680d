"""The rules, compiled once; a text assessed in one pass.

`assess` is pure and safe to call from any thread. It costs some tens of microseconds for a chat message and grows
linearly; texts longer than `LONG` characters belong off the event loop, those longer than `MOST` are read in part:
their beginning and their end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from safety import load, phrases, text
from safety.context import Context, Cues, Judged, Taken
from safety.evidence import Weighed
from safety.matcher import Matcher
from safety.repair import Repairer, Repairs
from safety.rule import Rule, RuleFile, Tune, channel_name
from safety.source import Mistake, RulesError, close
from safety.verdict import NOTHING, About, Level, Span, Topic, Verdict, join

LONG = 4_000
"""Characters from which a text is better assessed off the event loop (`asyncio.to_thread`)."""

MOST = 262_144
"""Characters that are read of a text."""

MOST_JUDGED = 16
"""Places of one rule in one text that are looked at closely."""

OWN = ""
EVIDENCE = "/evidence-self", "/evidence-other"


@dataclass(slots=True)
class _Reading:
    """One way to read the text: its words, where each came from, and the languages that read it so."""

    words: list[str]
    origin: list[int] | None
    files: tuple[str, ...]
    line: str = ""
    ends: list[int] = field(default_factory=list)

    def prepare(self) -> None:
        self.ends = [0, *(i for i, word in enumerate(self.words, 1) if word == text.END), len(self.words) + 1]


@dataclass(frozen=True, slots=True)
class Fired:
    """One place where a rule fired, and what context did there. `level` NONE: it was dropped."""

    rule: Rule
    span: Span
    said: str
    level: Level
    about: About
    topic: Topic
    taken: tuple[Taken, ...]
    tuned: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text got its verdict: how it was read, every place a rule fired, most urgent first."""

    verdict: Verdict
    read_as: Mapping[str, str]
    fired: tuple[Fired, ...]


class Engine:
    """Rules, compiled. Build it with `load` (files) or `of` (values)."""

    def __init__(self, files: Mapping[str, RuleFile]) -> None:
        self.own = files.get(OWN, RuleFile())
        self.files = files = {
            code: replace(file, rules=tuple(_tuned(rule, self.own.tune) for rule in file.rules))
            for code, file in files.items()
        }
        self.rules: tuple[Rule, ...] = tuple(rule for file in files.values() for rule in file.rules)
        self._evidence = {
            code: found for code, file in files.items() if (found := load.evidence(code, file)) is not None
        }
        self._weighing = {
            code: {rule.about: _tuned(rule, self.own.tune) for rule in _weighing_rules(code)} for code in self._evidence
        }
        self.rules += tuple(rule for pair in self._weighing.values() for rule in pair.values())
        self._tunes = {rule.id: tunes for rule in self.rules if (tunes := _tunes(rule, self.own.tune))}
        self.tuned = frozenset(self._tunes)
        repairs = {code: _repairs(file) for code, file in files.items() if code}
        if self.own.spelling or self.own.keywords:
            repairs[OWN] = _repairs(self.own)
        self._repairer = Repairer({code: one for code, one in repairs.items() if one is not None})
        self._contexts = {
            code: Context(file.context, file.subjects, (*file.rules, *self.own.rules) if code else file.rules)
            for code, file in files.items()
        }
        self._codes = tuple(self._contexts)
        self._all = _matcher(self.rules, loose=True)
        self._each = {
            code: _matcher(tuple(rule for rule in self.rules if rule.pack in (code, OWN)), loose=True) for code in files
        }
        self._strict = _matcher(self.rules, loose=False) if any(rule.strict for rule in self.rules) else None

    @classmethod
    def load(cls, paths: Sequence[Path] = (), *, packs: Sequence[str]) -> Engine:
        """The shipped packs by name and a community's own files. Raises RulesError with every mistake; a rule that
        fails its own examples is a mistake."""
        return cls.of(load.load_all(paths, packs))

    @classmethod
    def of(cls, files: Mapping[str, RuleFile]) -> Engine:
        """From files that were read: packs by their code, own rules under "". Raises RulesError."""
        engine = cls(files)
        mistakes = [*_unknown(engine), *failing(engine)]
        if mistakes:
            raise RulesError(mistakes)
        return engine

    def assess(
        self,
        text: str,
        *,
        channel: str = "",
        roles: frozenset[str] = frozenset(),
        private: bool = False,
        language: str = "",
        support: bool = False,
    ) -> Verdict:
        """What the rules say of a text. `channel` is its name or id; `support` treats it as a support channel, where a
        concern is only watched; `language`, where it is known, leaves rules for other languages out. Never raises."""
        fired = self._fired(text, channel, roles, private, language, support)
        return _verdict(fired) if fired else NOTHING

    def explain(
        self,
        text: str,
        *,
        channel: str = "",
        roles: frozenset[str] = frozenset(),
        private: bool = False,
        language: str = "",
        support: bool = False,
    ) -> Explanation:
        """As `assess`, with the reasons: the same code, nothing estimated."""
        fired = self._fired(text, channel, roles, private, language, support)
        fired.sort(key=lambda one: (-one.level, one.span.start, one.rule.id))
        readings = self._readings(_cut(text))
        read = {code: reading.line.strip(" .") for reading in readings for code in reading.files}
        return Explanation(_verdict(fired) if fired else NOTHING, read, tuple(fired))

    def read(self, text: str, language: str) -> str:
        """How a pack reads a text: its words, folded and repaired, on one line."""
        readings = self._readings(_cut(text))
        return next((reading.line for reading in readings if language in reading.files), readings[0].line)

    # --- one text ------------------------------------------------------------------------------------------------

    def _readings(self, cut: str) -> list[_Reading]:
        words = text.words(cut)
        line = text.padded(words)
        variants = self._repairer.variants(line, words)
        if not variants:
            return [_Reading(words, None, self._codes, line)]
        same = tuple(code for code in self._codes if code not in variants)
        out = [_Reading(words, None, same, line)]
        for code, (repaired, origin) in variants.items():
            out.append(_Reading(repaired, origin, (code,), text.padded(repaired)))
        return out

    def _fired(
        self, whole: str, channel: str, roles: frozenset[str], private: bool, language: str, support: bool
    ) -> list[Fired]:
        cut = _cut(whole)
        found: list[tuple[_Reading, Rule, int, int]] = []
        weighed: dict[str, Weighed] = {}
        for reading in self._readings(cut):
            whole_line = reading.origin is None
            matcher = self._all if whole_line else self._each[reading.files[0]]
            rules = matcher.rules
            for key, start, end in matcher.inner.find(reading.line):
                rule = rules[key]
                if not whole_line or rule.pack in reading.files or rule.pack == OWN:
                    found.append((reading, rule, start, end))
            if not whole_line or self._evidence:
                found += self._weigh(reading, weighed)
        if self._strict is not None:
            found += self._accented(cut)
        if not found:
            return []
        name = channel_name(channel)
        wanted = [one for one in _few(found) if self._listens(one[1], name, roles, language)]
        if not wanted:
            return []
        quiet = not private and (support or name in self.own.support_channels)
        return self._judged(cut, wanted, name, quiet, weighed)

    def _weigh(self, reading: _Reading, weighed: dict[str, Weighed]) -> list[tuple[_Reading, Rule, int, int]]:
        """The rule that stands for the weight of all words, where they weigh enough."""
        out = []
        for code in reading.files:
            table = self._evidence.get(code)
            if table is None:
                continue
            found = weighed[code] = table.weigh(reading.words)
            limits = self.files[code].evidence
            if 100 * found.any >= limits.watch:
                rule = self._weighing[code][About.OTHER if found.other > found.own else About.SELF]
                if 100 * found.any < limits.concern:
                    rule = replace(rule, level=min(rule.level, Level.WATCH))
                out.append((reading, rule, found.start, found.end))
        return out

    def _accented(self, cut: str) -> list[tuple[_Reading, Rule, int, int]]:
        """Places of rules that tell accents apart. Their words stand where the loose words stand."""
        assert self._strict is not None
        words = text.words(cut, strict=True)
        loose = text.words(cut)
        if len(words) != len(loose):
            return []
        reading = _Reading(loose, None, tuple(self._contexts), text.padded(loose))
        rules = self._strict.rules
        return [(reading, rules[key], start, end) for key, start, end in self._strict.inner.find(text.padded(words))]

    def _listens(self, rule: Rule, channel: str, roles: frozenset[str], language: str) -> bool:
        return (
            (not rule.channels or channel in rule.channels)
            and channel not in rule.not_channels
            and (not rule.roles or bool(rule.roles & roles))
            and (not rule.languages or not language or _base(language) in rule.languages)
        )

    def _judged(
        self,
        cut: str,
        found: Sequence[tuple[_Reading, Rule, int, int]],
        channel: str,
        quiet: bool,
        weighed: Mapping[str, Weighed],
    ) -> list[Fired]:
        places = text.spans(cut)
        regions = text.regions(cut)
        cues: dict[tuple[int, str], Cues] = {}
        out: dict[tuple[str, int, int], Fired] = {}
        for reading, rule, start, end in found:
            if not reading.ends:
                reading.prepare()
            judged = Judged(rule, start, end, rule.level, rule.about, rule.topic)
            span = _span(reading, places, start, end, rule.id, len(cut))
            inside = frozenset(one.kind for one in regions if one.start <= span.start and span.end <= one.end)
            for code in self._reads(rule, reading):
                if (id(reading), code) not in cues:
                    cues[id(reading), code] = self._contexts[code].cues(reading.line)
                self._contexts[code].judge(judged, reading.ends, cues[id(reading), code], inside)
            self._doubt(judged, weighed)
            tuned = self._tune(judged, channel, quiet)
            said = " ".join(reading.words[max(0, start - 1) : end - 1]).strip(" .")
            taken = tuple(judged.taken)
            one = Fired(rule, span, said, judged.level, judged.about, judged.topic, taken, tuned)
            key = (rule.id, span.start, span.end)
            if key not in out or one.level < out[key].level:
                out[key] = one
        return list(out.values())

    def _reads(self, rule: Rule, reading: _Reading) -> Iterable[str]:
        """Whose context judges a rule: its pack's; for own rules that of every language that reads the text so."""
        if rule.pack:
            return (rule.pack,)
        return tuple(
            code
            for code in (*reading.files, *((OWN,) if OWN not in reading.files and OWN in self._contexts else ()))
            if not rule.languages or code in rule.languages or code == OWN
        )

    def _doubt(self, judged: Judged, weighed: Mapping[str, Weighed]) -> None:
        """What all words together make of one rule: about whom, where the rule can't tell; only watched, where nothing
        else speaks for it. A plan or an act is left as it is."""
        found = weighed.get(judged.rule.pack)
        if found is None or judged.rule.explicit or judged.level is Level.NONE or judged.rule.id.endswith(EVIDENCE):
            return
        if judged.rule.topic is Topic.HARASSMENT:
            return
        limits = self.files[judged.rule.pack].evidence
        if (
            judged.about is About.SELF
            and not judged.rule.given
            and 100 * found.other >= limits.route
            and found.other > found.own
            and not judged.own
        ):
            judged.about = About.OTHER
            judged.take("evidence", "the words around it speak of somebody else", (found.start, found.end))
        if 100 * found.any < limits.doubt and judged.level > Level.WATCH:
            judged.level = Level.WATCH
            judged.take("evidence", "no other word speaks for it", (found.start, found.end))

    def _tune(self, judged: Judged, channel: str, quiet: bool) -> str:
        """What the community's own settings make of it, and why."""
        why = ""
        for tune in self._tunes.get(judged.rule.id, ()):
            if channel in tune.channels:
                at_most = tune.channels[channel] or Level.NONE
                if judged.level > at_most:
                    judged.level, why = at_most, "tuned for this channel"
        if quiet and judged.level is Level.CONCERN:
            judged.level, why = Level.WATCH, "a support channel"
        return why

    def responses(self, rule_id: str) -> Mapping[str, str]:
        """A rule's own wording of the reply by language; empty where it has none."""
        return next((rule.responses for rule in self.rules if rule.id == rule_id), {})


@dataclass(frozen=True, slots=True)
class _Compiled:
    rules: tuple[Rule, ...]
    inner: Matcher


def _matcher(rules: Sequence[Rule], *, loose: bool) -> _Compiled:
    owners: list[Rule] = []
    entries: list[tuple[int, phrases.Node]] = []
    regexes: list[tuple[int, str]] = []
    for rule in rules:
        if rule.strict is loose:
            continue
        for phrase in rule.phrases:
            entries.append((len(owners), phrase.node))
            owners.append(rule)
        for source in rule.regexes:
            regexes.append((len(owners), source))
            owners.append(rule)
    return _Compiled(tuple(owners), Matcher(entries, regexes))


def _repairs(file: RuleFile) -> Repairs | None:
    known: set[str] = set()
    for rule in file.rules:
        for phrase in (*rule.phrases, *rule.unless):
            known |= phrases.vocabulary(phrase.node)
    for step in file.context:
        for phrase in step.phrases:
            known |= phrases.vocabulary(phrase.node)
    known |= {word for meant in file.spelling.values() for word in meant.split()}
    return Repairs(file.spelling, file.keywords, known)


def _cut(whole: str) -> str:
    return whole if len(whole) <= MOST else whole[: MOST // 2] + "\n\n" + whole[-MOST // 2 :]


def _few(found: Sequence[tuple[_Reading, Rule, int, int]]) -> list[tuple[_Reading, Rule, int, int]]:
    """At most MOST_JUDGED places of each rule, the first and the last."""
    if len(found) <= MOST_JUDGED:
        return list(found)
    by_rule: dict[str, list[tuple[_Reading, Rule, int, int]]] = {}
    for one in found:
        by_rule.setdefault(one[1].id, []).append(one)
    out = []
    for places in by_rule.values():
        places.sort(key=lambda one: (one[2], one[3]))
        half = MOST_JUDGED // 2
        out += places if len(places) <= MOST_JUDGED else places[:half] + places[-half:]
    return out


def _span(reading: _Reading, places: Sequence[tuple[int, int]], start: int, end: int, rule: str, length: int) -> Span:
    """Back to the original: words of the line (the first END is 0) to words of the text to characters."""
    if not places:
        return Span(0, length, rule)
    first, last = max(0, start - 1), max(0, end - 2)
    if reading.origin is not None:
        first, last = _came(reading.origin, first, len(places), False), _came(reading.origin, last, len(places), True)
    first, last = min(first, len(places) - 1), min(last, len(places) - 1)
    return Span(places[first][0], max(places[first][1], places[last][1]), rule)


def _came(origin: Sequence[int], word: int, words: int, whole: bool) -> int:
    """The word of the text that a repaired word came from; with `whole` the last of them."""
    word = min(word, len(origin) - 1)
    if not whole:
        return origin[word]
    after = next((came for came in origin[word + 1 :] if came != origin[word]), words)
    return after - 1


def _verdict(fired: Iterable[Fired]) -> Verdict:
    out = NOTHING
    for one in sorted(fired, key=lambda one: (-one.level, one.span.start, one.rule.id)):
        if one.level is not Level.NONE:
            spans = (one.span,)
            if one.rule.shadow:
                out = join(out, Verdict(shadow=(one.rule.id,)))
            else:
                out = join(out, Verdict(one.level, one.topic, one.about, (one.rule.id,), spans))
    return out


def _tunes(rule: Rule, tunes: Sequence[Tune]) -> tuple[Tune, ...]:
    return tuple(tune for tune in tunes if _fits(tune.rule, rule.id))


def _tuned(rule: Rule, tunes: Sequence[Tune]) -> Rule:
    """A rule with the level and mode that the community gave it."""
    for tune in _tunes(rule, tunes):
        level = rule.level if tune.level is None else tune.level
        rule = replace(rule, level=level, shadow=rule.shadow if tune.shadow is None else tune.shadow)
    return rule


def _weighing_rules(code: str) -> tuple[Rule, ...]:
    """The two rules that stand for evidence, so that it is named, tuned and explained like any rule."""
    return tuple(
        Rule(f"{code}{name}", Topic.HELP, about, Level.CONCERN, given=True, tags=frozenset({"evidence"}), pack=code)
        for name, about in zip(EVIDENCE, (About.SELF, About.OTHER), strict=True)
    )


def _fits(pattern: str, name: str) -> bool:
    return name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()


def _unknown(engine: Engine) -> list[Mistake]:
    known = [rule.id for rule in engine.rules]
    out = []
    for tune in engine.own.tune:
        if tune.rule and not any(_fits(tune.rule, name) for name in known):
            out.append(Mistake(tune.file, tune.line, 1, f"no rule is called “{tune.rule}”{close(tune.rule, known)}"))
    return out


def failing(engine: Engine) -> list[Mistake]:
    """The rules that do not keep what their examples promise."""
    out = []
    for rule in engine.rules:
        if rule.id in engine.tuned:
            continue
        for sentence in (*rule.examples.match, *rule.examples.other):
            fired = [one for one in _tried(engine, rule, sentence) if one.level > Level.NONE]
            if not fired:
                out.append(_broken(rule, f"the example “{_short(sentence)}” should match, and does not"))
            elif sentence in rule.examples.other and all(one.about is not About.OTHER for one in fired):
                out.append(_broken(rule, f"the example “{_short(sentence)}” should be about somebody else, and is not"))
        quiet = Level.NONE if rule.level is Level.WATCH else Level.WATCH
        for sentence in rule.examples.ignore:
            fired = [one for one in _tried(engine, rule, sentence) if one.level > quiet]
            if fired:
                words = sentence[fired[0].span.start : fired[0].span.end]
                out.append(_broken(rule, f"the example “{_short(sentence)}” should be ignored, and “{words}” matches"))
    return out


def _tried(engine: Engine, rule: Rule, sentence: str) -> list[Fired]:
    """What one rule does with a sentence, where it listens."""
    found = engine.explain(sentence, channel=next(iter(sorted(rule.channels)), ""), roles=rule.roles).fired
    return [one for one in found if one.rule.id == rule.id]


def _broken(rule: Rule, message: str) -> Mistake:
    return Mistake(rule.file or "rules", rule.line or 1, 1, f"rule “{rule.id}”: {message}")


def _short(sentence: str) -> str:
    return sentence if len(sentence) < 80 else sentence[:77] + "…"
