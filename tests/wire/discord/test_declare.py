"""Declarations and forms as Discord's data: groups, options, languages, and what does not fit its limits."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from adapters.discord.declare import fingerprint, locales, payloads, suggestions
from adapters.discord.forms import filled, modal
from bot.talk.command import Arg, Choice, check_all, command
from bot.talk.model import Role, UserRef
from bot.talk.platform import Words
from bot.talk.press import unpack
from bot.talk.reply import Audience, Reply, say
from bot.talk.text import _
from bot.words import Catalogues
from commands import FEATURES
from tests.wire.discord import command_rules, rules

WORDS: Words = Catalogues()


@command("tree", inside="show")
async def tree(ask: Any, kit: Any) -> Reply:
    """Look at the tree."""
    return say("tree")


@command("tree leaf fall", allow=Role.MODERATOR, form=True)
async def fall(
    ask: Any,
    kit: Any,
    who: Annotated[UserRef, Arg(_("Whom"))],
    sure: Annotated[bool, Arg(_("Which day"))],
    weight: Annotated[float | None, Arg(_("Where"), ge=0.5, le=9)] = None,
    kind: Annotated[str | None, Arg(_("What"), choices=(Choice("a", _("Yes")), Choice("b", "No")))] = None,
    row: Annotated[str, Arg(_("Which one"), hidden=True)] = "",
) -> Reply:
    """Let a leaf of the tree fall down, slowly and with a little wind."""
    return say("fell")


@command("report", menu=_("Which one"), audience=Audience.PRIVATE, hidden=True)
async def report(ask: Any, kit: Any, message: Annotated[str, Arg(_("What"), words=False)]) -> Reply:
    """Tell the moderators of a message."""
    return say("told")


TREE = (tree, fall, report)
check_all(TREE)


def test_groups_options_and_permissions():
    (top, menu) = payloads(TREE, WORDS)
    assert top["name"] == "tree" and top["type"] == 1 and top["contexts"] == [0, 1]
    assert top["default_member_permissions"] is None, "one of its commands is for everybody"
    leaf, show = top["options"]
    assert (leaf["name"], leaf["type"]) == ("leaf", 2) and (show["name"], show["type"]) == ("show", 1)
    (inner,) = leaf["options"]
    options = {one["name"]: one for one in inner["options"]}
    assert [one["type"] for one in options.values()] == [6, 5, 10, 3]
    assert [one["required"] for one in options.values()] == [True, True, False, False]
    assert (options["weight"]["min_value"], options["weight"]["max_value"]) == (0.5, 9.0)
    assert [one["value"] for one in options["kind"]["choices"]] == ["a", "b"]
    assert menu["type"] == 3 and menu["name"] == "Which one" and "description" not in menu
    alone = payloads([fall], WORDS)[0]
    assert alone["default_member_permissions"] == 1 << 40


def test_everything_is_said_in_every_language():
    everything = payloads([one for feature in FEATURES for one in feature.commands], WORDS)
    for one in everything:
        for language in WORDS.languages:
            if language != "en" and one["type"] == 1:
                assert set(locales(language)) <= set(one["description_localizations"])
    help_ = next(one for one in everything if one["name"] == "help")
    assert help_["name_localizations"]["de"] == "hilfe"


def test_discord_takes_all_of_it():
    declared = payloads([*TREE, *(one for feature in FEATURES for one in feature.commands)], WORDS)
    assert command_rules.all_of(declared) == []


def test_the_same_declarations_have_the_same_fingerprint():
    declared = payloads(TREE, WORDS)
    assert fingerprint(declared) == fingerprint(payloads(TREE, WORDS)) != fingerprint(declared[:1])


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_form_has_its_fields_and_carries_what_nobody_is_asked(language):
    form = modal(fall, {"row": "r1", "kind": "b", "sure": True, "who": UserRef("discord", "123")}, WORDS, language)
    assert rules.modal(form) == []
    assert len(form["title"]) <= 45
    carried = unpack(form["custom_id"])
    assert carried is not None and carried.command == "tree leaf fall" and dict(carried.args) == {"row": "r1"}
    inputs = {one["component"]["custom_id"]: one["component"] for one in form["components"] if "component" in one}
    assert [one["type"] for one in inputs.values()] == [5, 3, 4, 3]
    assert inputs["who"]["default_values"] == [{"id": "123", "type": "user"}]
    assert [one["value"] for one in inputs["sure"]["options"] if one.get("default")] == ["yes"]
    assert [one["value"] for one in inputs["kind"]["options"] if one.get("default")] == ["b"]
    texts = [one["content"] for one in form["components"] if one["type"] == 10]
    assert texts == [WORDS.say(fall.about, language)], "what does not fit the title is read whole"


def test_a_sent_form_is_read_whatever_its_shape():
    carried = unpack("1|tree leaf fall!|row=r1|kind=a")
    assert carried is not None
    sent = [
        {"type": 10, "id": 1},
        {"type": 18, "component": {"type": 5, "custom_id": "who", "values": ["42"]}},
        {"type": 18, "component": {"type": 3, "custom_id": "sure", "values": ["no"]}},
        {"type": 1, "components": [{"type": 4, "custom_id": "weight", "value": "2.5"}]},
        {"type": 18, "component": {"type": 3, "custom_id": "kind", "values": []}},
        {"type": 18, "component": {"type": 4, "custom_id": "unknown", "value": "x"}},
    ]
    args = filled(carried, fall, sent, "discord")
    assert args == {"row": "r1", "who": UserRef("discord", "42"), "sure": "no", "weight": "2.5"}


def test_suggestions_fit():
    long = Arg(_("What"), suggest=lambda typed, language: [Choice(n, "x" * 150) for n in range(40)])
    param = type(fall.params[0])("p", str, long, False)
    found = suggestions(param, "", WORDS, "en")
    assert len(found) == 25 and all(len(one["name"]) <= 100 for one in found)
    assert suggestions(fall.params[0], "", WORDS, "en") == []
