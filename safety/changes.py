"""What changed between two sets of rules, and what a change would newly catch. For hot reload, for rehearsals, for the
workbench. Pure: nothing is watched and nothing kept here; who reloads says when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from safety.engine import Engine
from safety.rule import Rule
from safety.source import Mistake, RulesError
from safety.verdict import Level, Verdict

SAID = {"phrases", "regexes", "unless", "level", "topic", "about", "shadow", "channels", "not_channels", "roles",
        "languages", "cooldown", "responses", "explicit", "given", "strict"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changed:
    """One rule that differs, and in what."""

    rule: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Between two engines. False where nothing changed."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[Changed, ...] = ()
    other: tuple[str, ...] = ()
    """What is no rule: "packs", "context", "tune", "support_channels", "spelling"."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.other)

    def lines(self) -> list[str]:
        """One line each, for people who edit rules."""
        out = [f"+ {rule}" for rule in self.added] + [f"- {rule}" for rule in self.removed]
        out += [f"~ {one.rule}: {', '.join(one.what)}" for one in self.changed]
        return out + [f"~ {what}" for what in self.other]


def changes(before: Engine, after: Engine) -> Changes:
    """What changed, by id."""
    old, new = ({rule.id: rule for rule in engine.rules} for engine in (before, after))
    changed = [Changed(name, said) for name in old if name in new and (said := _differs(old[name], new[name]))]
    other = ["packs"] if set(before.files) != set(after.files) else []
    for what in ("context", "subjects", "spelling", "keywords", "reader", "tune", "support_channels"):
        if any(
            getattr(before.files[code], what) != getattr(after.files[code], what)
            for code in before.files
            if code in after.files
        ):
            other.append(what)
    return Changes(
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        tuple(changed),
        tuple(other),
    )


def _differs(old: Rule, new: Rule) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in fields(Rule)
        if field.name in SAID and getattr(old, field.name) != getattr(new, field.name)
    )


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The engine to go on with: the new one, or the one before where the files have mistakes."""

    engine: Engine
    changes: Changes
    mistakes: tuple[Mistake, ...] = ()


def reload(current: Engine, paths: Sequence[Path], *, packs: Sequence[str]) -> Reloaded:
    """Read everything anew, all or nothing. Never raises for what stands in a file."""
    try:
        new = Engine.load(paths, packs=packs)
    except RulesError as error:
        return Reloaded(current, Changes(), error.mistakes)
    return Reloaded(new, changes(current, new))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Counts over samples: how many at each level, which rules, and beside another engine what is newly caught, no
    longer caught, raised or lowered. Holds no text; `newly` and `no_longer` are places in the samples."""

    texts: int
    levels: dict[Level, int]
    rules: dict[str, int]
    newly: tuple[int, ...] = ()
    no_longer: tuple[int, ...] = ()
    raised: int = 0
    lowered: int = 0


def rehearse(engine: Engine, texts: Iterable[str], *, before: Engine | None = None, channel: str = "") -> Rehearsal:
    """What rules would do to samples. With `before`, what a change would newly answer or stop answering."""
    levels: Counter[Level] = Counter()
    rules: Counter[str] = Counter()
    newly: list[int] = []
    no_longer: list[int] = []
    raised, lowered, index = 0, 0, -1
    for index, text in enumerate(texts):
        verdict = engine.assess(text, channel=channel)
        levels[verdict.level] += 1
        rules.update((*verdict.rules, *verdict.shadow))
        if before is not None:
            old = before.assess(text, channel=channel)
            if _answers(verdict) != _answers(old):
                (newly if _answers(verdict) else no_longer).append(index)
            raised += verdict.level > old.level
            lowered += verdict.level < old.level
    return Rehearsal(
        index + 1, dict(levels), dict(rules.most_common()), tuple(newly), tuple(no_longer), raised, lowered
    )


def _answers(verdict: Verdict) -> bool:
    return verdict.level >= Level.CONCERN
