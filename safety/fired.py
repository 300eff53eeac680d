"""What fired where in a text, and what all of it together says. Values and pure functions over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from safety.context import Taken
from safety.reader.model import Reading as ModelReading
from safety.reader.model import Weighed
from safety.rule import Rule
from safety.verdict import NOTHING, About, Level, Span, Topic, Verdict, join


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
    own: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a text got its verdict: how it was read, every place a rule fired, most urgent first; what the rules alone
    say; what the reader makes of it and the pieces that weighed most (None where it does not read here)."""

    verdict: Verdict
    read_as: Mapping[str, str]
    fired: tuple[Fired, ...]
    ruled: Verdict = NOTHING
    reading: ModelReading | None = None
    weighed: tuple[Weighed, ...] = ()


def rerouted(fired: list[Fired]) -> list[Fired]:
    """Where a rule says that somebody else is meant, what does not name its author follows it."""
    if not any(one.rule.about is About.OTHER and one.level > Level.WATCH for one in fired):
        return fired
    out = []
    for one in fired:
        if one.about is About.SELF and one.level > Level.NONE and _follows(one):
            step = Taken("follows", "another rule says that somebody else is meant", one.level, About.OTHER, one.topic)
            one = replace(one, about=About.OTHER, taken=(*one.taken, step))
        out.append(one)
    return out


def _follows(one: Fired) -> bool:
    if one.topic is Topic.HELP:
        return True
    return not (one.own or one.rule.given or one.rule.explicit)


def verdict_of(fired: Iterable[Fired]) -> Verdict:
    out = NOTHING
    for one in sorted(fired, key=lambda one: (-one.level, one.span.start, one.rule.id, one.span.end)):
        if one.level is not Level.NONE:
            spans = (one.span,)
            if one.rule.shadow:
                out = join(out, Verdict(shadow=(one.rule.id,)))
            else:
                out = join(out, Verdict(one.level, one.topic, one.about, (one.rule.id,), spans))
    return out
