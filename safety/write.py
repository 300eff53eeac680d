"""A rules file back to YAML: what was read, written so that reading it gives the same again. Comments are not kept."""

from __future__ import annotations

from typing import Any

import yaml

from safety.reader.policy import SHARES, Policy
from safety.rule import Applies, Phrase, Rule, RuleFile, Step, Then, Tune
from safety.rules import VERSION
from safety.verdict import About, Level, Topic


def dump(file: RuleFile) -> str:
    """YAML of a file. `load_text(dump(file))` equals the file."""
    top: dict[str, Any] = {"version": VERSION}
    _put(top, language=file.language, author=file.author, reviewed=file.reviewed)
    if file.packs is not None:
        top["packs"] = list(file.packs)
    _put(
        top,
        support_channels=sorted(file.support_channels),
        sets=dict(file.sets),
        inflections={word: list(forms) for word, forms in file.inflections.items()},
        endings=list(file.endings),
        elisions=list(file.elisions),
        not_elided=list(file.not_elided),
        spelling=dict(file.spelling),
        keywords=list(file.keywords),
        subjects=_some(
            self=_phrases(file.subjects.own),
            other=_phrases(file.subjects.other),
            reader=_phrases(file.subjects.reader),
            none=_phrases(file.subjects.none),
        ),
        context=[_step(step) for step in file.context],
        reader=_policy(file.reader) if file.reader is not None else {},
        rules=[_rule(rule) for rule in file.rules],
        tune=[_tune(tune) for tune in file.tune],
    )
    return yaml.safe_dump(top, allow_unicode=True, sort_keys=False, width=110)


def _policy(policy: Policy) -> dict[str, Any]:
    shares = {name: getattr(policy, name) for name in SHARES}
    return {
        "mode": policy.mode.value,
        **{name: round(100 * share) for name, share in shares.items() if share is not None},
        **({"learn": True} if policy.learn else {}),
        **({} if policy.closer else {"closer": False}),
        **({"channels": {name: mode.value for name, mode in policy.channels.items()}} if policy.channels else {}),
    }


def _rule(rule: Rule) -> dict[str, Any]:
    usual = rule.about is not About.SELF or rule.topic is Topic.HARASSMENT
    out: dict[str, Any] = {"id": rule.id.removeprefix(f"{rule.pack}/"), "topic": rule.topic.value}
    out |= {"about": rule.about.value, "level": _level(rule.level)}
    return _put(
        out,
        phrases=_phrases(rule.phrases),
        regexes=list(rule.regexes),
        unless=_phrases(rule.unless),
        channels=sorted(rule.channels),
        not_channels=sorted(rule.not_channels),
        roles=sorted(rule.roles),
        languages=sorted(rule.languages),
        mode="shadow" if rule.shadow else "",
        cooldown="" if rule.cooldown is None else f"{rule.cooldown} s",
        responses=dict(rule.responses),
        explicit="true" if rule.explicit else "",
        subject="" if rule.given == usual else "given" if rule.given else "read",
        accents="strict" if rule.strict else "",
        tags=sorted(rule.tags),
        examples=_some(
            match=list(rule.examples.match), other=list(rule.examples.other), ignore=list(rule.examples.ignore)
        ),
        note=rule.note,
    )


def _step(step: Step) -> dict[str, Any]:
    return _put(
        {"id": step.id, "where": step.where, "within": step.within},
        regions=sorted(step.regions),
        phrases=_phrases(step.phrases),
        unless=_phrases(step.unless),
        unless_in="message" if step.unless_anywhere else "",
        applies=_applies(step.applies),
        because=step.because,
    ) | {"then": _then(step.then)}


def _applies(applies: Applies) -> dict[str, Any]:
    return _some(
        topics=sorted(topic.value for topic in applies.topics),
        about=sorted(about.value for about in applies.about),
        levels=sorted(map(_level, applies.levels)),
        tags=sorted(applies.tags),
        not_tags=sorted(applies.not_tags),
        rules=sorted(applies.rules),
        not_rules=sorted(applies.not_rules),
    )


def _then(then: Then) -> dict[str, str]:
    return _some(
        at_most="" if then.at_most is None else _level(then.at_most),
        at_least="" if then.at_least is None else _level(then.at_least),
        about="" if then.about is None else then.about.value,
        topic="" if then.topic is None else then.topic.value,
    )


def _tune(tune: Tune) -> dict[str, Any]:
    return _put(
        {"rule": tune.rule},
        level="" if tune.level is None else _level(tune.level),
        mode="" if tune.shadow is None else "shadow" if tune.shadow else "enforce",
        channels={name: "off" if level is None else _level(level) for name, level in tune.channels.items()},
    )


def _phrases(phrases: tuple[Phrase, ...]) -> list[str]:
    return [phrase.source for phrase in phrases]


def _level(level: Level) -> str:
    return level.name.lower()


def _some(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _put(top: dict[str, Any], **values: Any) -> dict[str, Any]:
    top |= _some(**values)
    return top
