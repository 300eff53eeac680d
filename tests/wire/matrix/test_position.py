"""Where the station had been: restarts, the first start, slow listeners, and who was there when."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.matrix import sync
from adapters.matrix.opening import Heard, Invited, Left, Unreadable

from .proxy import rewritten


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_what_was_said_while_it_was_down_is_heard_once_and_in_order(station, ana, encrypted: bool) -> None:
    bot = await station(kept=True)
    room = await ana.room(encrypted=encrypted, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await ana.writes(room, "before")
    await bot.hears("before", room)
    await bot.position_saved()
    await bot.stop()
    for number in range(5):
        await ana.writes(room, f"meanwhile {number}")
    bot = await station(again=bot)
    await bot.hears("meanwhile 4", room)
    assert bot.bodies(room) == [f"meanwhile {number}" for number in range(5)]
    await bot.said(room, "here again")
    await ana.hears(room, "here again", by=bot.id)


async def test_a_first_start_does_not_answer_the_past(station, carl) -> None:
    bot = await station(kept=True)
    room = await carl.room(invite=[bot.id])
    waiting = await carl.room()
    assert await bot.sync.meet(room, 30)
    await carl.writes(room, "long ago")
    await bot.hears("long ago", room)
    await bot.stop()
    await carl.invites(waiting, bot.id)
    bot.notes.kept.clear()
    bot = await station(again=bot)
    await bot.hears(lambda each: isinstance(each, Invited) and each.room == waiting)
    await carl.writes(room, "today")
    await bot.hears("today", room)
    assert bot.bodies(room) == ["today"]


async def test_what_was_heard_and_not_done_is_heard_again_after_a_crash(station, carl) -> None:
    bot = await station(kept=True)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await carl.writes(room, "done")
    await bot.hears("done", room)
    await bot.position_saved()
    position = bot.notes.kept["position"]
    begun, never = asyncio.Event(), asyncio.Event()

    async def stuck(happening: object) -> None:
        begun.set()
        await never.wait()

    bot.then = stuck
    await carl.writes(room, "not done")
    await asyncio.wait_for(begun.wait(), 30)
    assert bot.notes.kept["position"] == position
    await bot.stop()
    bot = await station(again=bot)
    await bot.hears("not done", room)
    assert bot.bodies(room) == ["not done"]


async def test_an_orderly_stop_leaves_nothing_to_be_heard_again(station, carl, monkeypatch) -> None:
    monkeypatch.setattr(sync, "SAVED_WITHIN", timedelta(days=1))
    bot = await station(kept=True)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await carl.writes(room, "once")
    await bot.hears("once", room)
    await bot.stop()
    bot = await station(again=bot)
    await carl.writes(room, "and on")
    await bot.hears("and on", room)
    assert bot.bodies(room) == ["and on"]


async def test_a_slow_room_holds_up_nobody_else(station, carl) -> None:
    bot = await station()
    slow = await carl.room(invite=[bot.id])
    quick = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(slow, 30) and await bot.sync.meet(quick, 30)
    await bot.position_saved()
    go_on = asyncio.Event()

    async def listen(happening: object) -> None:
        if isinstance(happening, Heard) and happening.room == slow:
            await go_on.wait()

    bot.then = listen
    await carl.writes(slow, "a long story")
    await carl.writes(quick, "a word")
    await bot.hears("a word", quick)
    position = bot.notes.kept["position"]
    assert bot.bodies(slow) == []
    go_on.set()
    await bot.hears("a long story", slow)
    await bot.position_saved()
    assert bot.notes.kept["position"] != position


async def test_a_listener_that_fails_is_told_again_and_then_left_alone(station, carl) -> None:
    bot = await station()
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    tried: list[str] = []

    async def listen(happening: object) -> None:
        body = happening.event.source["content"].get("body", "") if isinstance(happening, Heard) else ""
        tried.append(body)
        if body == "never" or (body == "at last" and tried.count(body) < 3):
            raise ValueError("a secret of theirs")

    bot.then = listen
    for text in ("at last", "never", "and on"):
        await carl.writes(room, text)
    await bot.hears("and on", room)
    assert bot.bodies(room) == ["at last", "and on"]
    assert tried.count("at last") == 3 and tried.count("never") == 4
    await bot.position_saved()


async def test_a_full_disk_does_not_end_it(station, carl) -> None:
    bot = await station()
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    bot.notes.fails = 3
    await carl.writes(room, "hello")
    await bot.hears("hello", room)
    await bot.position_saved()
    assert bot.notes.fails == 0


async def test_words_between_inviting_and_joining_are_heard_those_before_are_not(station, carl) -> None:
    bot = await station()
    bot.joins_when_invited = False
    room = await carl.room(public=True)
    await carl.writes(room, "among ourselves")
    await carl.invites(room, bot.id)
    await bot.hears(lambda each: isinstance(each, Invited) and each.room == room)
    await carl.writes(room, "are you there?")
    await bot.client.join(room)
    await bot.hears("are you there?", room)
    assert bot.bodies(room) == ["are you there?"]


async def test_invitations_say_who_and_whether_it_is_direct(station, ana) -> None:
    bot = await station()
    room = await ana.room(direct=True, encrypted=True, invite=[bot.id])
    invited = await bot.hears(lambda each: isinstance(each, Invited) and each.room == room)
    assert (invited.sender, invited.direct) == (ana.id, True)
    assert any(event["type"] == "m.room.create" for event in invited.state)


@pytest.mark.parametrize("how", ["removed", "banned", "left"])
async def test_no_longer_being_in_a_room_is_noticed(station, carl, how: str) -> None:
    bot = await station()
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    if how == "left":
        await bot.client.room_leave(room)
    else:
        await (carl.removes if how == "removed" else carl.bans)(room, bot.id)
    left = await bot.hears(lambda each: isinstance(each, Left))
    assert (left.room, left.by, left.banned) == (room, bot.id if how == "left" else carl.id, how == "banned")
    assert room not in bot.client.rooms


async def test_a_message_whose_key_comes_late_is_heard_then(station, ana, proxy) -> None:
    bot = await station(proxy.url, kept=True)
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    held: list[object] = []

    def hold(sync: dict) -> None:
        held.extend(sync.get("to_device", {}).pop("events", []))

    proxy.does(rewritten(hold), on="/sync", times=None)
    await ana.sets(room, "m.room.topic", {"topic": "ends the request that is on its way already"})
    await proxy.asked("/sync")
    await ana.writes(room, "sealed")
    sealed = await bot.hears(lambda each: isinstance(each, Unreadable))
    assert sealed.sender == ana.id
    await bot.position_saved()
    assert held
    await bot.stop()  # what is waited for outlives the process

    def give(sync: dict) -> None:
        sync.setdefault("to_device", {}).setdefault("events", []).extend(held)
        held.clear()

    proxy.heals()
    bot = await station(proxy.url, again=bot)
    proxy.does(rewritten(give), on="/sync", times=None)
    await bot.hears("sealed", room)
    await bot.position_saved()
    assert bot.notes.kept["unreadable"] == "[]"
