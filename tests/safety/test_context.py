"""Context as it is explained: which step was taken, and what it made of the level and the subject."""

from __future__ import annotations

import pytest

from safety.engine import Engine
from safety.verdict import About, Level


@pytest.mark.parametrize(
    ("text", "rule", "step"),
    [
        ("i'm not suicidal, i want a nap", "en/suicidal", "negation-within"),
        ("my friend wants to die", "en/wish-dead", "subject"),
        ("if you want to die, please call somebody", "en/wish-dead", "reader"),
        ('"i want to die" is a line', "en/wish-dead", "quoted"),
        ("this homework makes me want to die", "en/wish-dead", "hyperbole-cause"),
        ("i'd rather die than see that film", "en/wish-dead", "fiction"),
        ("ten years ago i wanted to die", "en/wish-dead", "past-over"),
        ("i want to die to reset the checkpoint", "en/wish-dead", "game"),
    ],
)
def test_the_step_that_was_taken(english: Engine, text: str, rule: str, step: str) -> None:
    places = [one for one in english.explain(text).fired if one.rule.id == rule]
    assert places
    assert any(taken.step == step for one in places for taken in one.taken), places


@pytest.mark.parametrize(
    ("text", "level", "about"),
    [
        ("i want to die", Level.CONCERN, About.SELF),
        ("my friend wants to die", Level.CONCERN, About.OTHER),
        ("i told my friend i want to die", Level.CONCERN, About.SELF),
        ("my dad doesn't know i want to die", Level.CONCERN, About.SELF),
        ("this isn't a joke, i want to kill myself", Level.URGENT, About.SELF),
        ("> how are you?\ni want to die", Level.CONCERN, About.SELF),
        ("she said it gets better. i want to die", Level.CONCERN, About.SELF),
        ("not going to lie, i want to die", Level.CONCERN, About.SELF),
        ("kys", Level.CONCERN, About.NONE),
    ],
)
def test_whose_and_how_much(english: Engine, text: str, level: Level, about: About) -> None:
    verdict = english.assess(text)
    assert (verdict.level, verdict.about) == (level, about)


def test_a_plan_is_never_silenced_by_what_stands_around_it(english: Engine) -> None:
    plan = "i wrote my goodbye letters"
    for around in (
        "lol {} haha",
        "in the game {} respawn",
        "after the exam {}",
        "ten years ago, {}",
        "film night. {} 😂",
    ):
        assert english.assess(around.format(plan)).level >= Level.CONCERN, around
