"""What an engine must keep before it is used: the examples of its rules, and tuning that names rules that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety.rule import Rule
from safety.source import Mistake, close
from safety.tuning import fits
from safety.verdict import About, Level

if TYPE_CHECKING:
    from safety.engine import Engine


def unknown(engine: Engine) -> list[Mistake]:
    known = [rule.id for rule in engine.rules]
    out = []
    for tune in engine.own.tune:
        if tune.rule and not any(fits(tune.rule, name) for name in known):
            out.append(Mistake(tune.file, tune.line, 1, f"no rule is called “{tune.rule}”{close(tune.rule, known)}"))
    return out


def failing(engine: Engine) -> list[Mistake]:
    """The rules that do not keep what their examples promise."""
    out = []
    for rule in engine.rules:
        if rule.id in engine.tuned:
            continue
        for sentence in (*rule.examples.match, *rule.examples.other):
            fired = [one for one in engine.tried(rule, sentence) if one.level > Level.NONE]
            if not fired:
                out.append(_broken(rule, f"the example “{_short(sentence)}” should match, and does not"))
            elif sentence in rule.examples.other and all(one.about is not About.OTHER for one in fired):
                out.append(_broken(rule, f"the example “{_short(sentence)}” should be about somebody else, and is not"))
        quiet = Level.NONE if rule.level is Level.WATCH else Level.WATCH
        for sentence in rule.examples.ignore:
            fired = [one for one in engine.tried(rule, sentence) if one.level > quiet]
            if fired:
                words = sentence[fired[0].span.start : fired[0].span.end]
                out.append(_broken(rule, f"the example “{_short(sentence)}” should be ignored, and “{words}” matches"))
    return out


def _broken(rule: Rule, message: str) -> Mistake:
    return Mistake(rule.file or "rules", rule.line or 1, 1, f"rule “{rule.id}”: {message}")


def _short(sentence: str) -> str:
    return sentence if len(sentence) < 80 else sentence[:77] + "…"
