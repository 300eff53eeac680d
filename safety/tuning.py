"""What a community changes in rules that it did not write: the level, the mode, a level per channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from safety.rule import Rule, Tune


def tunes_of(rule: Rule, tunes: Sequence[Tune]) -> tuple[Tune, ...]:
    return tuple(tune for tune in tunes if fits(tune.rule, rule.id))


def tuned(rule: Rule, tunes: Sequence[Tune]) -> Rule:
    """A rule with the level and mode that the community gave it."""
    for tune in tunes_of(rule, tunes):
        level = rule.level if tune.level is None else tune.level
        rule = replace(rule, level=level, shadow=rule.shadow if tune.shadow is None else tune.shadow)
    return rule


def fits(pattern: str, name: str) -> bool:
    return name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1]))
