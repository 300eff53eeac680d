"""Sending: the same key is one message, whatever gets lost; what is private is private or nowhere; nobody is pinged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.discord.direct import CLOSED_FOR
from adapters.discord.post import mark, nonce
from bot.talk.errors import PlatformStopped, TryLater, Unreachable
from bot.talk.model import MessageRef, PlaceRef, RoomWith, UserRef
from bot.talk.press import Press
from bot.talk.reply import Mention, Moment, Reply, Speaker, para, say
from bot.talk.text import Local, _
from tests.wire.discord.towns import SmallTown, small_town

MINUTE = timedelta(minutes=1)
PATTERN = "POST /channels/*/messages"


def in_general(town: SmallTown) -> PlaceRef:
    return PlaceRef("discord", str(town.general.id))


def ana(town: SmallTown) -> UserRef:
    return UserRef("discord", str(town.ana.id))


async def send(town: SmallTown, to, reply: Reply, key: str = "k") -> MessageRef:
    return await town.platform.send(to, reply, key=key, language="en")


def said(town: SmallTown) -> list[str]:
    return [one.text for one in town.ana.sees(town.general) if one.author == "handrail"]


async def test_the_same_key_twice_is_one_message():
    async with small_town() as town:
        first = await send(town, in_general(town), say("hello"))
        again = await send(town, in_general(town), say("hello"))
        assert first == again and said(town) == ["hello"]
        await send(town, in_general(town), say("hello"), key="another")
        assert said(town) == ["hello", "hello"]
        assert all(len(call.body["nonce"]) <= 25 for call in town.server.calls(PATTERN))
        assert all(call.body["enforce_nonce"] for call in town.server.calls(PATTERN))


@pytest.mark.parametrize("later", [timedelta(seconds=1), timedelta(hours=2)])
async def test_a_lost_receipt_doubles_nothing_however_late_it_is_sent_again(later):
    async with small_town() as town:
        town.server.cut_next(PATTERN, done=True)
        with pytest.raises(TryLater):
            await send(town, in_general(town), say("hello"))
        await town.clock.advance(later)
        sent = await send(town, in_general(town), say("hello"))
        assert said(town) == ["hello"] and sent.id == str(town.ana.sees(town.general)[-1].id)


@pytest.mark.parametrize("down", [timedelta(seconds=5), timedelta(hours=5)])
async def test_what_was_sent_just_before_the_end_is_not_sent_again_by_the_next_run(down):
    async with small_town() as town:
        await send(town, in_general(town), say("hello"))
        await town.clock.advance(down)
        await town.restart()
        await send(town, in_general(town), say("hello"))
        await send(town, in_general(town), say("and more"), key="more")
        assert said(town) == ["hello", "and more"]


async def test_every_part_of_a_long_message_is_sent_once():
    async with small_town() as town:
        long = say("one " * 700, "two " * 700, presses=(Press(_("Yes"), "wave"),))
        town.server.cut_next(PATTERN, done=True)
        with pytest.raises(TryLater):
            await send(town, in_general(town), long)
        sent = await send(town, in_general(town), long)
        shown = town.ana.sees(town.general)
        assert [one.text.split()[0] for one in shown] == ["one", "two"]
        assert sent.id == str(shown[1].id) and [one.labels for one in shown] == [(), ("Yes",)]


async def test_a_direct_message_is_private_or_nowhere_and_a_refusal_is_remembered():
    async with small_town() as town:
        sent = await send(town, ana(town), say("for you"))
        assert sent.place.id == str(town.ana.dm_channel.id)
        town.ana.closes_dms()
        for key in ("a", "b", "c"):
            with pytest.raises(Unreachable):
                await send(town, ana(town), say("for you"), key)
        assert len(town.server.calls(PATTERN)) == 2, "who refused is not asked again"
        assert said(town) == []
        direct = PlaceRef("discord", str(town.ana.dm_channel.id))
        with pytest.raises(Unreachable):
            await send(town, direct, say("for you"), "there")
        town.ana.closes_dms(False)
        await town.clock.advance(CLOSED_FOR + MINUTE)
        await send(town, RoomWith(ana(town), "pair"), say("again"), "d")
        assert [one.text for one in town.ana.sees("dm")] == ["for you", "again"]


async def test_who_writes_to_the_bot_is_open_again():
    async with small_town() as town:
        town.ana.closes_dms()
        with pytest.raises(Unreachable):
            await send(town, ana(town), say("for you"))
        town.ana.closes_dms(False)
        await town.ana.dm("hello")
        await town.settle()
        await send(town, ana(town), say("for you"))
        assert [one.text for one in town.ana.sees("dm")] == ["hello", "for you"]


async def test_nothing_of_strangers_is_remembered_and_of_who_opted_in_what_is_needed():
    async with small_town() as town:
        await send(town, ana(town), say("asked for"))
        await town.ana.dm("hello")
        await town.settle()
        assert set(town.memory.kept) == {"handled", "commands:everywhere"}
        town.known.add(str(town.ana.id))
        await send(town, ana(town), say("a reminder"), "r")
        assert town.memory.kept[f"dm:{town.ana.id}"] == str(town.ana.dm_channel.id)
        town.ana.closes_dms()
        with pytest.raises(Unreachable):
            await send(town, ana(town), say("a reminder"), "s")
        assert f"closed:{town.ana.id}" in town.memory.kept
        await town.restart()
        with pytest.raises(Unreachable):
            await send(town, ana(town), say("a reminder"), "t")


async def test_only_who_is_meant_is_pinged():
    async with small_town() as town:
        ben = town.server.user("ben", town.guild)
        await send(town, in_general(town), say(f"@everyone <@{ben.id}> <@&{town.guild.id}>"))
        await send(town, in_general(town), say(para(Mention(ana(town)), " look")), "m")
        loud, meant = town.ana.sees(town.general)
        assert not loud.message.pings
        assert {str(one) for one in meant.message.pings} == {str(town.ana.id)}


async def test_an_answer_points_at_what_it_answers_and_stands_alone_where_that_is_gone():
    async with small_town() as town:
        question = await town.ana.say(town.general, "anybody?")
        ref = MessageRef(in_general(town), str(question.id))
        await send(town, in_general(town), Reply((para("here"),), answers=ref), "a")
        await town.ana.delete(question)
        await send(town, in_general(town), Reply((para("still here"),), answers=ref), "b")
        first, second = (one for one in town.ana.sees(town.general) if one.author == "handrail")
        assert first.message.reference["message_id"] == str(question.id)
        assert second.text == "still here"


async def test_quiet_messages_pseudonyms_and_moments():
    async with small_town() as town:
        reply = Reply(
            (para("good morning"), para(Moment(Local(town.clock.now(), "Europe/Berlin", "time")))),
            notice=True,
            speaker=Speaker("Grey Heron", "6a8caf"),
        )
        await send(town, in_general(town), reply)
        (seen,) = town.ana.sees(town.general)
        assert seen.text.splitlines()[:2] == ["**Grey Heron**", "good morning"]
        assert f"<t:{int(town.clock.now().timestamp())}:t>" in seen.text
        assert seen.message.flags & 1 << 12


async def test_edits_deletions_and_signs():
    async with small_town() as town:
        sent = await send(town, in_general(town), say("first", presses=(Press(_("Yes"), "wave"),)))
        await town.platform.edit(sent, say("second"), key="e", language="en")
        (seen,) = town.ana.sees(town.general)
        assert (seen.text, seen.labels, seen.edited) == ("second", (), True)
        for _each in range(2):
            await town.platform.react(sent, "💙", on=True)
        assert list(seen.message.reactions) == ["💙"]
        await town.platform.react(sent, "💙", on=False)
        assert not any(seen.message.reactions.values())
        for _each in range(2):
            await town.platform.delete(sent)
        assert said(town) == []
        with pytest.raises(Unreachable):
            await town.platform.edit(sent, say("third"), key="f", language="en")


async def test_a_thread_is_written_in():
    async with small_town() as town:
        thread = await town.ana.opens_thread(town.general, "about sleep")
        place = PlaceRef("discord", str(town.general.id), str(thread.id))
        await send(town, place, say("inside"))
        assert [one.text for one in town.ana.sees(thread)] == ["inside"] and said(town) == []


@pytest.mark.parametrize("place", ["nonsense", "999999999999999999"])
async def test_no_such_place(place):
    async with small_town() as town:
        with pytest.raises(Unreachable):
            await send(town, PlaceRef("discord", place), say("x"))


async def test_a_missing_permission_waits_for_the_owner():
    async with small_town() as town:
        town.general.overwrite(town.guild.bots, deny=["send_messages"])
        with pytest.raises(TryLater) as later:
            await send(town, in_general(town), say("x"))
        assert later.value.after >= 60


async def test_rate_limits_are_served_and_long_ones_given_back():
    async with small_town() as town:
        town.server.rate_limit_next(PATTERN, 0.05)
        await send(town, in_general(town), say("short wait"))
        town.server.rate_limit_next(PATTERN, 90)
        with pytest.raises(TryLater) as later:
            await send(town, in_general(town), say("long wait"), "l")
        assert later.value.after == 90
        town.server.rate_limit_next(PATTERN, 5, via=False)
        with pytest.raises(TryLater):
            await send(town, in_general(town), say("long wait"), "l")
        assert said(town) == ["short wait"]


async def test_the_own_token_taken_back_stops_the_platform():
    async with small_town() as town:
        town.server.fail_next(PATTERN, 401)
        with pytest.raises(PlatformStopped):
            await send(town, in_general(town), say("x"))
        with pytest.raises(PlatformStopped, match="Reset Token"):
            await town.serving


async def test_without_a_connection_it_is_later():
    async with small_town() as town:
        await town.stop()
        with pytest.raises(TryLater):
            await send(town, in_general(town), say("x"))


def test_marks_and_nonces_are_what_discord_takes():
    keys = [f"discord:m:{number}:care#0" for number in range(1000)]
    assert all(0 < mark(key) < 2**31 for key in keys) and all(len(nonce(key)) == 24 for key in keys)
    assert len({mark(key) for key in keys}) == len({nonce(key) for key in keys}) == 1000
