"""Which rules are wide nets, cast for the second reader: where nothing but such a net is in a text, and the reader
finds next to nothing, nobody hears of it (`policy.decide`). So they are looked for only where it finds something.

Pure; only speed hangs on it: who takes too few for nets asks more, never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from safety.rule import Applies, Rule, RuleFile, Step
from safety.verdict import Level, Topic


def nets(files: Mapping[str, RuleFile]) -> frozenset[str]:
    """Their ids. They only watch, whatever stands around them: no step of their context can raise them, or make of
    them what the reader does not speak of. What only counts (shadow) is counted whatever the reader says."""
    return frozenset(
        rule.id for code, file in files.items() if code for rule in file.rules if _net(rule, _raising(file.context))
    )


def _net(rule: Rule, raising: Iterable[Step]) -> bool:
    return (
        rule.level is Level.WATCH
        and rule.topic is not Topic.HARASSMENT
        and not (rule.explicit or rule.shadow or rule.strict or rule.regexes)
        and not any(_may_apply(step.applies, rule) for step in raising)
    )


def _raising(steps: Iterable[Step]) -> list[Step]:
    return [step for step in steps if step.then.at_least is not None or step.then.topic is Topic.HARASSMENT]


def _may_apply(applies: Applies, rule: Rule) -> bool:
    """By what never changes on the way; topics and subjects may."""
    name = rule.id.partition("/")[2]
    return (
        (not applies.levels or rule.level in applies.levels)
        and (not applies.tags or bool(applies.tags & rule.tags))
        and not applies.not_tags & rule.tags
        and (not applies.rules or name in applies.rules)
        and name not in applies.not_rules
    )
