"""Interactions: acknowledged at once, shown to whom they are for, answered whatever goes wrong, and after a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

import pytest

from bot.talk.command import Arg, command
from bot.talk.model import Role, UserRef
from bot.talk.press import Press
from bot.talk.reply import Audience, Picture, Reply, Verbatim, para, say
from bot.talk.text import _
from tests.contract.markdown import plain
from tests.local.harbour import COMMANDS
from tests.wire.discord.seeing import Seen
from tests.wire.discord.towns import small_town, whole_town


async def test_a_slash_command_is_deferred_at_once_and_answered_for_its_audience():
    async with small_town() as town:
        done = await town.ana.slash("mood", town.general, level=4, note="slept well")
        shown = await done.answer()
        assert done.acknowledged == 5 and done.ephemeral and shown.ephemeral
        assert "Noted: 4" in shown.text and "slept well" in shown.text
        invoked = town.bot.invoked[-1]
        assert invoked.command == "mood" and invoked.args == {"level": 4, "note": "slept well"}
        assert invoked.author == UserRef("discord", str(town.ana.id)) and invoked.locale == "en-US"
        done = await town.ana.slash("wave", town.general, to=town.ana)
        assert not (await done.answer()).ephemeral and done.ephemeral is False
        assert town.bot.invoked[-1].args == {"to": UserRef("discord", str(town.ana.id))}


async def test_autocomplete_answers_from_memory():
    async with small_town() as town:
        assert await town.ana.autocomplete("wave", "zone", "lis", town.general) == [("Europe/Lisbon",) * 2]
        assert town.bot.invoked == []


async def test_the_menu_of_a_message_names_it():
    async with small_town() as town:
        message = await town.ana.say(town.general, "hello")
        await (await town.ana.menu("Wave back", message)).answer()
        invoked = town.bot.invoked[-1]
        assert invoked.command == "wave" and invoked.message is not None and invoked.message.id == str(message.id)


async def test_a_press_opens_its_form_filled_and_what_is_hidden_travels_along():
    async with small_town() as town:
        first = await (await town.ana.slash("mood", town.general, level=4)).answer()
        opened = await town.ana.press(first, "Once more")
        assert opened.acknowledged == 9 and opened.modal is not None
        assert opened.modal.title == "Note how you are."
        assert [one.custom_id for one in opened.modal.fields] == ["level", "note"]
        done = await town.ana.submit(opened, level="5", note="better")
        await town.settle()
        assert "Noted: 5" in plain(Seen.of(done.followups[0]).text) and done.followups[0].flags & 64
        assert town.bot.invoked[-1].args == {"level": "5", "note": "better", "day": "monday"}


async def test_what_can_not_be_read_is_offered_again_with_what_was_typed():
    async with small_town() as town:
        shown = await (await town.ana.slash("mood", town.general, level=4, note="x" * 40)).answer()
        opened = await town.ana.press(shown, "Once more")
        sent = await town.ana.submit(opened, {"level": "3", "note": ""})
        await town.settle()
        assert "Noted: 3" in Seen.of(sent.followups[0]).text
        # A client of another make sends what the form does not offer.
        opened.modal.fields[0].raw["options"].append({"label": "9", "value": "9"})
        wrong = await town.ana.submit(opened, {"level": "9", "note": "typed with care"})
        await town.settle()
        seen = Seen.of(wrong.followups[0])
        assert "outside 1 to 5" in seen.text and seen.ephemeral
        again = await town.ana.press(seen, "Fix it")
        assert again.modal.field("note").value == "typed with care"
        await town.restart()
        lost = await town.ana.press(seen, "Fix it")
        assert lost.modal.field("note").value == ""


async def test_a_press_that_replaces_does_so_only_where_nothing_private_gets_public():
    async with small_town() as town:
        public = await (await town.ana.slash("wave", town.general)).answer()
        done = await town.ana.press(public, "Done")
        await town.settle()
        assert done.acknowledged == 6 and Seen.of(public.message).text == "That is done." and not done.followups
        assert not Seen.of(public.message).buttons


@command("secret", audience=Audience.PRIVATE)
async def secret(ask: Any, kit: Any) -> Reply:
    """Say something for one person, in place of what was pressed."""
    return say("only you", replaces=True)


@command("shout", audience=Audience.PUBLIC)
async def shout(ask: Any, kit: Any, words: Annotated[str | None, Arg(_("What"))] = None) -> Reply:
    """Say something to everybody."""
    return say("everybody", presses=(Press(_("Secret"), "secret"),))


def with_more(town: Any, *more: Any) -> None:
    known = {one.name: one for one in (*COMMANDS, *more)}
    town.bot.command = lambda name: known.get(name)


async def test_a_private_answer_never_replaces_what_others_see():
    async with small_town(started=False) as town:
        with_more(town, secret, shout)
        await town.start((*COMMANDS, secret, shout))
        public = await (await town.ana.slash("shout", town.general)).answer()
        done = await town.ana.press(public, "Secret")
        await town.settle()
        assert "everybody" in Seen.of(public.message).text
        assert [Seen.of(one).text for one in done.followups] == ["only you"] and done.followups[0].flags & 64
        # In direct messages nobody else sees it.
        own = await (await town.ana.slash("shout", "dm")).answer()
        await town.ana.press(own, "Secret")
        await town.settle()
        assert Seen.of(own.message).text == "only you"


async def test_the_aside_comes_first_and_for_its_author_alone():
    async with small_town(started=False) as town:
        with_more(town, shout)
        await town.start((*COMMANDS, shout))
        town.bot.aside = say("There are people you can call.")
        private = await town.ana.slash("mood", town.general, level=1)
        await town.settle()
        assert [Seen.of(one).text.split("\n")[0] for one in private.messages] == [
            "There are people you can call.",
            "Noted: 1.",
        ]
        assert all(one.flags & 64 for one in private.messages)
        public = await town.ana.slash("shout", town.general, words="hm")
        await town.settle()
        shown = {Seen.of(one).text: bool(one.flags & 64) for one in public.messages}
        assert shown == {"everybody": False, "There are people you can call.": True}
        calls = [call.name.split("/")[-1] for call in town.server.requests if f"{public.token}" in call.name]
        assert calls == ["callback", "@original", public.token, "@original"]
        with_more(town, shout, secret)
        pressed = await town.ana.press(public.messages[0], "Secret")
        await town.settle()
        assert [Seen.of(one).text for one in pressed.followups] == ["There are people you can call.", "only you"]


async def test_an_aside_is_never_seen_by_all_even_where_the_answer_fails():
    async with small_town(started=False) as town:
        with_more(town, shout)
        await town.start((*COMMANDS, shout))
        town.bot.aside = say("There are people you can call.")
        town.server.fail_next("PATCH /webhooks/*/messages/@original", 404, code=10008, times=9)
        await town.ana.slash("shout", town.general, words="hm")
        await town.settle()
        assert not [one for one in town.general.shown() if "people you can call" in Seen.of(one).text]
        assert "people you can call" in town.ana.sees("dm")[-1].text


async def test_buttons_work_after_a_restart_and_old_ones_say_so():
    async with small_town() as town:
        shown = await (await town.ana.slash("wave", town.general)).answer()
        await town.restart()
        done = await town.ana.press(shown, "Done")
        await town.settle()
        assert Seen.of(done.original).text == "That is done."
        shown = await (await town.ana.slash("wave", town.general)).answer()
        shown.message.components[-1]["components"][0]["custom_id"] = "0|of an older version"
        over = await town.ana.press(shown, "Done")
        await town.settle()
        assert "no longer works" in Seen.of(over.followups[0]).text and over.followups[0].flags & 64


async def test_more_than_a_handful_of_choices_is_a_menu_that_survives_a_restart(tmp_path):
    async with small_town() as town:

        async def many(invocation: Any) -> Any:
            answer = await type(town.bot).invoke(town.bot, invocation)
            choices = tuple(Press(_("{n} day", "{n} days", n=n), "done", day=n) for n in range(1, 13))
            return replace(answer, reply=say("How long?", presses=choices))

        town.bot.invoke = many
        shown = await (await town.ana.slash("wave", town.general)).answer()
        assert not shown.buttons and len(shown.menu().options) == 12
        await town.restart()
        done = await town.ana.select(shown, "7 days")
        await town.settle()
        assert done.acknowledged == 6 and town.bot.invoked[-1].args == {"day": 7}


async def test_pictures_and_files_are_shown_and_a_long_answer_goes_on_below():
    async with small_town() as town:

        async def long(invocation: Any) -> Any:
            answer = await type(town.bot).invoke(town.bot, invocation)
            picture = Picture(b"\x89PNG\r\n\x1a\n", "a line.png", _("Which day"))
            return replace(answer, reply=Reply((picture, para("word " * 700), para(Verbatim("end " * 300)))))

        town.bot.invoke = long
        done = await town.ana.slash("mood", town.general, level=4)
        await town.settle()
        first, second = (Seen.of(one) for one in done.messages)
        assert [file.name for file in first.files] == ["a_line.png"] and "Which day" in first.text
        assert second.ephemeral and "end end" in second.text


# --- faults ----------------------------------------------------------------------------------------------------------


async def test_a_handler_that_breaks_is_answered_all_the_same():
    async with small_town() as town:
        town.bot.broken = True
        done = await town.ana.slash("wave", town.general)
        await town.settle()
        (shown,) = done.messages
        assert "that went wrong on my side" in plain(Seen.of(shown).text) and shown.flags & 64


async def test_a_lost_answer_to_the_acknowledgement_is_no_reason_to_stop():
    async with small_town() as town:
        town.server.cut_next("POST /interactions/*/callback", done=True)
        shown = await (await town.ana.slash("mood", town.general, level=4)).answer()
        assert "Noted: 4" in shown.text and len(town.bot.invoked) == 1


async def test_an_acknowledgement_that_never_arrived_is_sent_again():
    async with small_town() as town:
        town.server.cut_next("POST /interactions/*/callback")
        shown = await (await town.ana.slash("mood", town.general, level=4)).answer()
        assert "Noted: 4" in shown.text


async def test_an_event_that_comes_twice_is_acted_on_once():
    async with small_town() as town:
        done = await town.ana.slash("mood", town.general, level=4)
        town.server.gateway.dispatch("INTERACTION_CREATE", done.json())
        await town.settle()
        assert len(town.bot.invoked) == 1 and len(done.messages) == 1


async def test_somebody_else_acknowledged_it():
    async with small_town() as town:
        town.server.fail_next("POST /interactions/*/callback", 400, code=40060)
        await town.ana.slash("mood", town.general, level=4, wait=False)
        await town.settle()
        assert town.bot.invoked == []


async def test_too_late_nothing_is_done_but_help_still_comes(tmp_path):
    async with whole_town(tmp_path) as town:
        ana = await town.person("ana")
        for line in ("crisis", "start"):
            held = town.server.hold_next("POST /interactions/*/callback")
            await ana.person.slash(line, town.general, wait=False)
            await held.reached.wait()
            await town.clock.advance(timedelta(seconds=4))
            held.release()
            await town.settle()
        heard = await ana.hears("116 123", private=True)
        assert "Hello" not in heard.text
        await ana.hears_nothing()


@pytest.mark.parametrize("fault", ["cut", "500", "429"])
async def test_an_answer_that_meets_a_fault_arrives(fault):
    async with small_town() as town:
        pattern = "PATCH /webhooks/*/messages/@original"
        if fault == "cut":
            town.server.cut_next(pattern)
        elif fault == "429":
            town.server.rate_limit_next(pattern, 0.05)
        else:
            town.server.fail_next(pattern, 503)
        await town.ana.slash("mood", town.general, level=4)
        await town.server.until(lambda: [one for one in seen(town) if "Noted: 4" in one], "the answer never came")


def seen(town: Any) -> list[str]:
    return [one.text for one in town.ana.sees_everywhere() if not one.loading]


async def test_an_expired_token_is_not_the_bots_own():
    async with small_town() as town:
        town.server.fail_next("PATCH /webhooks/*/messages/@original", 401, code=50027)
        await town.ana.slash("mood", town.general, level=4)
        await town.settle()
        assert not town.serving.done()
        assert any("Noted: 4" in one for one in seen(town)), "by direct message"


async def test_roles_are_checked_by_the_bot_whatever_discord_shows():
    async with small_town() as town:
        town.guild.role("Moderators")
        lock = next(one for one in town.server.world.application.global_commands.values() if one["name"] == "lock")
        lock["default_member_permissions"] = None
        await (await town.ana.slash("lock", town.general)).answer()
        assert town.bot.invoked[-1].role is Role.MEMBER
