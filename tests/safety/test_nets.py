"""What the quick way leaves out changes no verdict: it is compared with `explain`, which asks everything."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from safety import load
from safety.engine import Engine
from safety.nets import nets
from safety.reader.augment import augmented
from safety.reader.encoder.encoder import shipped_encoder
from safety.reader.model import shipped_model
from safety.reader.policy import Mode, Policy
from safety.rule import RuleFile
from safety.rules import load_text
from safety.verdict import Level
from tests.safety.sentences import written

OWN = """
version: 1
support_channels: ["#vent"]
rules:
  - {id: garden, topic: custom, level: watch, phrases: ["want to {0-3} (garden|walk)", "mañana {0-2} nada"]}
  - {id: seen, topic: custom, level: watch, mode: shadow, phrases: ["nobody", "niemand"]}
tune:
  - {rule: en/heard-end, mode: shadow}
  - {rule: en/heard-more, level: concern}
  - {rule: en/red-*, level: watch}
  - {rule: en/despair, level: watch}
  - {rule: en/heard-words, channels: {"#games": "off"}}
"""


def engine(own: str = "", **policy: object) -> Engine:
    model = shipped_model()
    if model is None:
        pytest.skip("there is no model here")
    files = load.load_all([], load.shipped())
    files[""] = load_text(own) if own else RuleFile()
    files[""] = replace(files[""], reader=Policy(**policy))
    return Engine(files, model, shipped_encoder())


def texts() -> list[str]:
    chance = random.Random(17)
    out = [*written()[::23], *(variant for text in written()[1::160] for variant in augmented(text, 1))]
    out += [chance.choice((". ", "\n", " ")).join(chance.sample(out, chance.randrange(2, 6))) for _ in range(300)]
    return out


@pytest.mark.parametrize(
    "ours",
    [
        {},
        {"own": OWN},
        {"queue": 0.02, "concern": 0.05},
        {"mode": Mode.OFF, "channels": {"games": Mode.CONCERN}},
        {"mode": Mode.QUEUE, "channels": {"games": Mode.OFF}},
        {"closer": False},
    ],
    ids=["usual", "own rules", "a low queue", "only in games", "not in games", "no closer look"],
)
def test_what_is_not_looked_for_changes_no_verdict(ours: dict[str, object]) -> None:
    compare(engine(**ours), texts()[:: 5 if ours else 3])


@pytest.mark.slow
def test_what_is_not_looked_for_changes_no_verdict_of_any_text() -> None:
    compare(engine(), texts())


def compare(ours_engine: Engine, some: list[str]) -> None:
    for number, text in enumerate(some):
        where = {"channel": ("games", "", "vent")[number % 3], "support": number % 7 == 0}
        assert ours_engine.assess(text, **where) == ours_engine.explain(text, **where).verdict, text


def test_nets_only_watch_whatever_stands_around_them() -> None:
    files = load.load_all([], load.shipped())
    found = nets(files)
    rules = {rule.id: rule for file in files.values() for rule in file.rules}
    assert len(found) > 30
    assert all(rules[name].level is Level.WATCH and not rules[name].explicit for name in found)
    fired = 0
    for told in map(Engine(files).explain, written()[::31]):
        for one in told.fired:
            if one.rule.id in found:
                fired += 1
                assert one.level <= Level.WATCH
    assert fired > 50


def test_a_step_that_raises_makes_a_rule_no_net() -> None:
    pack = """
version: 1
language: en
author: nobody
reviewed: nobody
context:
  - {id: up, where: message, phrases: [really], applies: {tags: [doubt]}, then: {at_least: concern}, because: "meant"}
rules:
  - {id: one, topic: suicide, level: watch, phrases: ["so tired"], tags: [doubt]}
  - {id: two, topic: suicide, level: watch, phrases: ["so tired"]}
  - {id: three, topic: harassment, about: none, level: watch, phrases: ["so tired"]}
"""
    assert nets({"en": load_text(pack, pack="en")}) == {"en/two"}
