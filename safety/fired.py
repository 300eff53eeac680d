"""What fired where in a text, and what all of it together says. Values and pure functions over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from safety.context import Taken
from safety.rule import Rule
from safety.verdict import NOTHING, About, Level, Span, Topic, Verdict, join

EVIDENCE = "/evidence-self", "/evidence-other"
"""The ends of the ids of the two rules that stand for the weight of all words."""


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
    """Why a text got its verdict: how it was read, every place a rule fired, most urgent first."""

    verdict: Verdict
    read_as: Mapping[str, str]
    fired: tuple[Fired, ...]


def weighing_rules(code: str) -> tuple[Rule, ...]:
    """The two rules that stand for evidence, so that it is named, tuned and explained like any rule."""
    return tuple(
        Rule(f"{code}{name}", Topic.HELP, about, Level.CONCERN, given=True, tags=frozenset({"evidence"}), pack=code)
        for name, about in zip(EVIDENCE, (About.SELF, About.OTHER), strict=True)
    )


def rerouted(fired: list[Fired]) -> list[Fired]:
    """Where a rule says that somebody else is meant, what does not name its author follows it."""
    if not any(one.rule.about is About.OTHER and one.level > Level.WATCH and _surely(one) for one in fired):
        return fired
    out = []
    for one in fired:
        if one.about is About.SELF and one.level > Level.NONE and _follows(one):
            step = Taken("follows", "another rule says that somebody else is meant", one.level, About.OTHER, one.topic)
            one = replace(one, about=About.OTHER, taken=(*one.taken, step))
        out.append(one)
    return out


def _surely(one: Fired) -> bool:
    return not one.rule.id.endswith(EVIDENCE)


def _follows(one: Fired) -> bool:
    if one.rule.id.endswith(EVIDENCE) or one.topic is Topic.HELP:
        return True
    return not (one.own or one.rule.given or one.rule.explicit)


def verdict_of(fired: Iterable[Fired]) -> Verdict:
    out = NOTHING
    for one in sorted(fired, key=lambda one: (-one.level, one.span.start, one.rule.id)):
        if one.level is not Level.NONE:
            spans = (one.span,)
            if one.rule.shadow:
                out = join(out, Verdict(shadow=(one.rule.id,)))
            else:
                out = join(out, Verdict(one.level, one.topic, one.about, (one.rule.id,), spans))
    return out
