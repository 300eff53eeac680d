"""Being away: what was written meanwhile is read, once; faults of the connection and of single events end nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.discord.history import SAVED_EVERY
from adapters.discord.read import place_of
from bot.talk.model import MessageRef
from tests.wire.discord.towns import small_town, whole_town

SAVE = SAVED_EVERY + timedelta(seconds=1)
LONG = timedelta(hours=2)


async def test_what_was_written_while_the_bot_was_away_is_read_once_and_late():
    async with small_town() as town:
        town.known.add(str(town.ana.id))
        thread = await town.ana.opens_thread(town.general, "about sleep")
        await town.ana.say(town.general, "before")
        await town.ana.dm("before, directly")
        await town.settle()
        await town.clock.advance(SAVE)
        await town.stop()
        await town.clock.advance(LONG)
        for text in ("one", "two", "three"):
            await town.ana.say(town.general, text)
        await town.ana.say(thread, "in a thread")
        await town.ana.dm("directly")
        await town.restart()
        late = [(one.text, one.late, one.direct) for one in town.bot.heard[2:]]
        assert sorted(late) == [
            ("directly", True, True),
            ("in a thread", True, False),
            ("one", True, False),
            ("three", True, False),
            ("two", True, False),
        ]
        assert [text for text, _late, _direct in late if text in ("one", "two", "three")] == ["one", "two", "three"]
        await town.clock.advance(SAVE)
        await town.restart()
        assert len(town.bot.heard) == 7, "nothing is read again"


async def test_more_than_a_page_of_it():
    async with small_town() as town:
        await town.clock.advance(SAVE)
        await town.stop()
        for number in range(250):
            town.ana.post_now(town.general, str(number))
        await town.restart()
        assert town.texts == [str(number) for number in range(250)]


async def test_the_first_run_reads_nothing_of_the_past():
    async with small_town(started=False) as town:
        await town.ana.say(town.general, "long ago")
        await town.clock.advance(LONG)
        await town.start()
        assert town.texts == []


async def test_what_comes_while_catching_up_is_heard_after_it():
    async with small_town() as town:
        await town.clock.advance(SAVE)
        await town.stop()
        await town.clock.advance(LONG)
        await town.ana.say(town.general, "missed")
        held = town.server.hold_next("GET /channels/*/messages")
        town.platform = town.make()
        starting = asyncio.create_task(town.start())
        await held.reached.wait()
        await town.ana.say(town.general, "live")
        await town.ana.say(town.quiet, "elsewhere")
        await town.server.until(lambda: town.texts == ["elsewhere"], "another channel waits")
        await town.stop()
        held.release()
        await asyncio.gather(starting, return_exceptions=True)
        assert "handled" in town.memory.kept
        await town.restart()
        assert sorted(town.texts) == ["elsewhere", "elsewhere", "live", "missed"], "nothing is lost by a second end"
        assert [one for one in town.texts if one != "elsewhere"] == ["missed", "live"]


async def test_what_waits_while_the_bot_is_stopped_is_read_again():
    async with small_town() as town:
        receive, never = town.bot.receive, asyncio.Event()

        async def stuck(incoming):
            await never.wait()

        town.bot.receive = stuck
        for text in ("one", "two", "three"):
            town.ana.post_now(town.general, text)
        await town.server.until(lambda: town.platform.hearing is not None and not town.platform.hearing.idle, "idle")
        await town.clock.advance(LONG)
        await town.stop()
        town.bot.receive = receive
        await town.restart()
        assert town.texts == ["one", "two", "three"]


class AtOnce(list):
    """Notes who identifies, and has something said in the same breath."""

    def __init__(self, said):
        super().__init__()
        self.said = said

    def append(self, one):
        super().append(one)
        asyncio.get_running_loop().call_soon(self.said)


async def test_what_is_said_the_moment_the_connection_stands_hides_nothing_that_was_missed():
    async with small_town() as town:
        await town.clock.advance(SAVE)
        await town.stop()
        await town.clock.advance(LONG)
        await town.ana.say(town.general, "missed")
        await town.clock.advance(LONG)
        town.server.gateway.identified = AtOnce(lambda: town.ana.post_now(town.general, "at once"))
        await town.restart()
        assert sorted(town.texts) == ["at once", "missed"]


async def test_what_is_deleted_while_it_waits_is_deleted_after_it_was_heard():
    async with small_town() as town:
        happened = []
        gone, receive = town.bot.gone, town.bot.receive

        async def hears(incoming):
            await asyncio.sleep(0.02)
            happened.append(incoming.text)
            await receive(incoming)

        async def hears_gone(event):
            happened.append("gone")
            await gone(event)

        town.bot.receive, town.bot.gone = hears, hears_gone
        said = town.ana.post_now(town.ana.dm_channel, "too quick")
        town.ana.dm_channel.delete(said)
        await town.settle()
        assert happened == ["too quick", "gone"]


async def test_what_was_changed_and_deleted_while_the_bot_was_away_is_told_where_it_is_watched():
    async with small_town() as town:
        town.known.add(str(town.ana.id))
        said = [await town.ana.dm(f"message {number}") for number in range(250)]
        await town.settle()
        town.bot.watching = [MessageRef(place_of(town.ana.dm_channel.id), str(one.id)) for one in said[::2]]
        await town.clock.advance(SAVE)
        await town.ana.edit(said[2], "changed while it was there")
        await town.settle()
        await town.clock.advance(LONG)
        await town.ana.dm("the last before")
        await town.settle()
        await town.clock.advance(SAVE)
        await town.stop()
        await town.clock.advance(LONG)
        for one in (said[0], said[1], said[248]):
            await town.ana.delete(one)
        await town.ana.edit(said[4], "changed")
        await town.ana.edit(said[5], "changed, and nobody cares")
        await town.ana.dm("meanwhile")
        await town.restart()
        late = [(one.text, one.edited) for one in town.bot.heard if one.late]
        assert late == [("meanwhile", False), ("changed", True)]
        assert [one.message.id for one in town.bot.left] == [str(said[0].id), str(said[248].id)]


async def test_a_channel_that_can_not_be_read_holds_up_nothing():
    async with small_town() as town:
        await town.clock.advance(SAVE)
        await town.stop()
        await town.ana.say(town.general, "unreadable")
        await town.ana.say(town.quiet, "readable")
        town.general.overwrite(town.guild.bots, deny=["read_message_history"])
        await town.restart()
        assert town.texts == ["readable"]


async def test_a_channel_that_can_not_be_read_now_is_read_later():
    async with small_town() as town:
        await town.clock.advance(SAVE)
        await town.stop()
        await town.ana.say(town.general, "missed")
        town.server.rate_limit_next("GET /channels/*/messages", 5, via=False)
        await town.restart()
        assert town.texts == []
        await town.clock.advance(timedelta(minutes=1))
        await town.settle()
        assert town.texts == ["missed"]


async def test_a_fault_in_handling_one_message_is_its_own():
    async with small_town() as town:
        town.bot.broken = True
        await town.ana.say(town.general, "broken")
        await town.settle()
        town.bot.broken = False
        await town.ana.say(town.general, "fine")
        await town.settle()
        assert town.texts == ["fine"]


# --- the connection --------------------------------------------------------------------------------------------------


async def test_a_cut_connection_is_resumed_and_nothing_is_lost():
    async with small_town() as town:
        for number in range(3):
            town.server.gateway.reconnect()
            await town.ana.say(town.general, str(number))
            await town.server.until(lambda: town.server.gateway.resumed > number, "not resumed")  # noqa: B023
            await town.settle()
        assert town.texts == ["0", "1", "2"] and not any(one.late for one in town.bot.heard)


async def test_a_session_that_is_gone_is_begun_anew_and_caught_up():
    async with small_town() as town:
        await town.ana.say(town.general, "before")
        await town.settle()
        town.server.gateway.forget_sessions()
        town.server.gateway.reconnect()
        await town.ana.say(town.general, "meanwhile")
        await town.server.until(lambda: len(town.server.gateway.identified) > 1, "not identified again", 15)
        await town.server.until(lambda: "meanwhile" in town.texts, "it was never read", 15)
        await town.settle()
        assert town.texts == ["before", "meanwhile"]


async def test_a_gateway_that_is_down_at_the_start_is_tried_again_by_the_supervisor():
    async with small_town(started=False) as town:
        town.server.gateway.refusing = True
        with pytest.raises(Exception):  # noqa: B017
            await town.start()
        town.server.gateway.refusing = False
        await town.restart()
        await town.ana.say(town.general, "hello")
        await town.settle()
        assert town.texts == ["hello"]


MALFORMED = [
    ("MESSAGE_CREATE", {"id": "1", "type": 0}),
    ("MESSAGE_CREATE", {"id": None, "type": 0, "author": {}, "channel_id": "x", "content": None, "guild_id": "y"}),
    ("MESSAGE_UPDATE", {"edited_timestamp": "yesterday"}),
    ("MESSAGE_DELETE", {}),
    ("INTERACTION_CREATE", {"id": "1"}),
    ("INTERACTION_CREATE", None),
    ("GUILD_CREATE", {"id": "5", "roles": "none"}),
    ("GUILD_MEMBER_REMOVE", {"guild_id": "1"}),
    ("MESSAGE_REACTION_ADD", []),
    ("CHANNEL_UPDATE", {"id": "zero", "type": 99}),
    ("SOMETHING_NEW", {"a": 1}),
]


async def test_malformed_events_end_nothing():
    async with small_town() as town:
        for event, data in MALFORMED:
            town.server.gateway.dispatch(event, data)
        await town.settle()
        await town.ana.say(town.general, "still here")
        await (await town.ana.slash("mood", town.general, level=4)).answer()
        await town.settle()
        assert town.texts == ["still here"] and not town.serving.done()
        assert len(town.server.gateway.identified) == 1


# --- the whole bot ---------------------------------------------------------------------------------------------------


async def test_direct_messages_sent_while_the_bot_is_away_are_answered(tmp_path):
    async with whole_town(tmp_path) as town:
        ana = await town.person("ana")
        await ana.ask("start")
        await ana.press("Yes: Keep my check-ins")
        await ana.hears("That is on now")
        await ana.say("checkin 4 slept well", direct=True)
        await ana.hears("Noted")
        await town.later(SAVE)
        await town.stop()
        await town.clock.advance(LONG)
        await ana.person.dm("checkin 2 a long day")
        await town.start()
        await ana.hears("Noted", "low")
        await town.restart()
        await ana.hears_nothing()
        await ana.ask("checkin history")
        await ana.hears("2 entries")
