"""Direct rooms: one for each person, encrypted, with nobody else in them."""

from __future__ import annotations

import asyncio

import pytest

from adapters.matrix.direct import Closed, Directs, Opened
from adapters.matrix.opening import Invited
from adapters.matrix.wire import NoAnswer

from .proxy import bad_gateway, lost_answer


async def words_arrive(bot, person, room: str, text: str) -> None:
    await bot.said(room, text)
    heard = await person.hears(room, text, by=bot.id)
    assert heard.decrypted


async def test_a_room_is_made_once_found_again_and_private(station, ana) -> None:
    bot = await station(kept=True)
    opened = await asyncio.gather(*(bot.directs.room_for(ana.id) for _ in range(3)))
    assert len({each.room for each in opened}) == 1
    room = opened[0].room
    assert opened[0] == Opened(room, joined=False, new=True)
    await bot.said(room, "before you came")
    await ana.joins(room)
    await bot.hears(lambda each: getattr(getattr(each, "event", None), "membership", None) == "join", room)
    await ana.hears(room, "before you came", by=bot.id)
    assert await bot.directs.room_for(ana.id) == Opened(room, joined=True, new=False)
    await bot.stop()
    bot = await station(again=bot)
    assert await bot.directs.room_for(ana.id) == Opened(room, joined=True, new=False)
    assert await bot.directs.person_in(room) == ana.id
    await words_arrive(bot, ana, room, "and after")
    state = {event["type"]: event["content"] for event in await ana.asks("GET", f"/rooms/{room}/state")}
    assert state["m.room.encryption"]["algorithm"] == "m.megolm.v1.aes-sha2"
    assert state["m.room.join_rules"]["join_rule"] == "invite"


async def test_it_asks_nothing_of_the_server_while_it_knows(station, ana, proxy) -> None:
    bot = await station(proxy.url)
    opened = await bot.directs.room_for(ana.id)
    await ana.joins(opened.room)
    await bot.hears(lambda each: getattr(getattr(each, "event", None), "state_key", None) == ana.id, opened.room)
    await bot.directs.room_for(ana.id)
    asking = "/account_data/|/members|/state/"
    before = proxy.count(asking)
    assert (await bot.directs.room_for(ana.id)).room == opened.room
    assert proxy.count(asking) == before


async def test_who_left_is_asked_back_into_the_same_room(station, ana) -> None:
    bot = await station()
    room = (await bot.directs.room_for(ana.id)).room
    await ana.joins(room)
    await bot.hears(lambda each: getattr(getattr(each, "event", None), "membership", None) == "join", room)
    await bot.directs.room_for(ana.id)
    await ana.leaves(room)
    await bot.hears(lambda each: getattr(getattr(each, "event", None), "membership", None) == "leave", room)
    assert await bot.directs.room_for(ana.id) == Opened(room, joined=False, new=True)
    await ana.joins(room)
    await words_arrive(bot, ana, room, "good to see you")


async def test_a_room_with_a_third_person_is_not_used(station, ana, bert) -> None:
    bot = await station()
    theirs = await ana.room(direct=True, encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(theirs, 15)
    await bot.directs.adopt(ana.id, theirs)
    assert await bot.directs.room_for(ana.id) == Opened(theirs, joined=True, new=False)
    await ana.invites(theirs, bert)
    await bot.hears(lambda each: getattr(getattr(each, "event", None), "state_key", None) == bert.id, theirs)
    opened = await bot.directs.room_for(ana.id)
    assert isinstance(opened, Opened) and opened.room != theirs and opened.new


async def test_a_room_that_the_person_began_is_used_and_encrypted_where_possible(station, ana) -> None:
    bot = await station()
    for power, used in ((0, False), (100, True)):
        theirs = await ana.room(direct=True, version="11", powers={"users": {ana.id: 100, bot.id: power}})
        await ana.invites(theirs, bot.id)
        await bot.hears(lambda each, theirs=theirs: isinstance(each, Invited) and each.room == theirs)
        assert await bot.sync.meet(theirs, 15)
        await bot.directs.adopt(ana.id, theirs)
        opened = await bot.directs.room_for(ana.id)
        assert (opened.room == theirs) is used
        await bot.directs.forget(opened.room)


async def test_an_upgraded_or_abandoned_room_is_replaced(station, ana) -> None:
    bot = await station()
    room = (await bot.directs.room_for(ana.id)).room
    await bot.client.room_leave(room)
    other = await bot.directs.room_for(ana.id)
    assert isinstance(other, Opened) and other.room != room
    await ana.joins(other.room)
    await bot.client.room_put_state(other.room, "m.room.tombstone", {"body": "moved", "replacement_room": "!gone"})
    third = await bot.directs.room_for(ana.id)
    assert isinstance(third, Opened) and third.room not in (room, other.room)


async def test_an_answer_lost_while_making_leaves_one_room(station, ana, proxy) -> None:
    bot = await station(proxy.url, kept=True)
    proxy.does(lost_answer(), on="/createRoom")
    with pytest.raises(NoAnswer):
        await bot.directs.room_for(ana.id)
    room = next(iter(bot.client.rooms), None) or await first_room(bot)
    await bot.stop()
    bot = await station(proxy.url, again=bot)
    assert await bot.directs.room_for(ana.id) == Opened(room, joined=False, new=False)
    proxy.does(bad_gateway(), on="account_data")
    fresh = Directs(bot.client, bot.sync._log)
    with pytest.raises(NoAnswer):
        await fresh.room_for(ana.id)
    assert (await fresh.room_for(ana.id)).room == room


async def first_room(bot) -> str:
    happening = await bot.hears(lambda each: True)
    return str(happening.room)


async def test_somebody_who_is_not_there_is_said_to_be_out_of_reach(station) -> None:
    bot = await station()
    assert isinstance(await bot.directs.room_for("not a user"), Closed)


async def test_other_peoples_entries_are_left_alone(station, ana, bert) -> None:
    bot = await station()
    await bot.directs.adopt(bert.id, "!theirs:localhost")
    room = (await bot.directs.room_for(ana.id)).room
    await bot.directs.forget(room)
    assert await bot.directs.person_in("!theirs:localhost") == bert.id
    assert await bot.directs.person_in(room) is None
