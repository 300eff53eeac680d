"""What the bot can't decrypt: it asks for the key, then tells who wrote it, once, in their language; nobody else."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from nio import RoomMessage

from adapters.matrix.waiting import PATIENCE
from bot.talk.model import Incoming, UserRef
from bot.talk.reply import say

from .bench import Bench
from .proxy import rewritten

SORRY, ENTSCHULDIGUNG = "I could not read what you wrote", "Ich konnte nicht lesen, was du geschrieben hast"


async def keys_get_lost(proxy, ana, room: str) -> None:
    """From now on no room key reaches the bot."""

    def lose(sync: dict) -> None:
        sync.get("to_device", {}).pop("events", None)

    proxy.does(rewritten(lose), on="/sync", times=None)
    coming = asyncio.create_task(proxy.asked("/sync"))
    await ana.sends(room, "chat.test.nothing", {})  # ends the request that is on its way already
    await coming


def ours(caplog) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "handrail.tests.matrix"]


@pytest.fixture
async def bot(server, tmp_path, proxy):
    made = await Bench.make(server, tmp_path, proxy.url)
    yield await made.start()
    await made.stop()


async def private_room(bot: Bench, ana) -> str:
    sent = await bot.platform.send(UserRef("matrix", ana.id), say("hello"), key=str(uuid4()), language="en")
    await ana.joins(sent.place.id)
    await bot.meets(sent.place.id, ana)
    await ana.hears(sent.place.id, "hello")
    await ana.writes(sent.place.id, "hello to you")
    await bot.inbox.hears(Incoming)
    return sent.place.id


async def unreadable(bot: Bench, ana, room: str, text: str) -> str:
    """Write something with a new key, which does not reach the bot; its id."""
    ana.client.invalidate_outbound_session(room)
    event = await ana.writes(room, text)
    await bot.until(lambda: event in bot.notes.kept.get("unreadable", ""))
    return event


async def said(ana, room: str, words: str) -> int:
    await ana.sync()
    events = [ana._opened(index, event) for index, (where, event) in enumerate(ana.heard) if where == room]
    bodies = [event.source["content"]["body"] for event in events if isinstance(event, RoomMessage)]
    return sum(words in body for body in bodies)


async def dealt_with(bot: Bench) -> None:
    """Wait until every message whose time is up was dealt with."""
    await bot.until(lambda: all(row[4] for row in json.loads(bot.notes.kept["unreadable"])))


async def test_who_wrote_it_is_told_once_for_each_key(bot, ana, proxy, caplog) -> None:
    room = await private_room(bot, ana)
    await keys_get_lost(proxy, ana, room)
    await unreadable(bot, ana, room, "are you there?")
    bot.clock.shift(PATIENCE / 3)
    assert await said(ana, room, SORRY) == 0
    bot.clock.shift(PATIENCE)
    heard = await ana.hears(room, SORRY, by=bot.id)
    assert heard.decrypted and "!crisis" in heard.body and "/discardsession" in heard.body

    await dealt_with(bot)
    again = await ana.writes(room, "hello?")
    await bot.until(lambda: again in bot.notes.kept["unreadable"])
    await bot.stop()
    await bot.start()
    bot.clock.shift(timedelta(minutes=5))
    bot.language = "de"
    await unreadable(bot, ana, room, "and with a new key?")
    bot.clock.shift(timedelta(minutes=1))
    await ana.hears(room, ENTSCHULDIGUNG, by=bot.id)
    assert await said(ana, room, SORRY) == 1
    assert all(ana.id not in str(record.__dict__) and room not in str(record.__dict__) for record in ours(caplog))
    assert not any(isinstance(each, Incoming) for each in bot.inbox.heard)


async def test_in_a_common_room_nothing_is_said_and_the_log_counts(bot, ana, carl, proxy, caplog) -> None:
    await bot.stop()
    bot.settings["invites"] = [ana.id]
    await bot.start()
    room = await ana.room(encrypted=True, invite=[bot.id, carl])
    await carl.joins(room)
    await bot.meets(room, ana)
    await ana.writes(room, "hello")
    await bot.inbox.hears(Incoming)
    await keys_get_lost(proxy, ana, room)
    caplog.set_level(logging.INFO, logger="handrail.tests.matrix")
    await unreadable(bot, ana, room, "good morning")
    bot.clock.shift(timedelta(minutes=1))
    await dealt_with(bot)
    (line,) = [record for record in ours(caplog) if "can't be read" in record.getMessage()]
    assert line.messages == 1 and room not in str(line.__dict__) and ana.id not in str(line.__dict__)
    assert await said(ana, room, SORRY) == 0
    assert all(room == where for where in ana.client.rooms) and not ana.client.invited_rooms


async def test_a_key_is_asked_for_and_taken_from_the_device_that_made_it(bot, ana, bert, proxy) -> None:
    room = await private_room(bot, ana)
    await keys_get_lost(proxy, ana, room)
    await unreadable(bot, ana, room, "sealed")
    await bot.until(lambda: any("m.room_key_request" in where for _method, where, _body in proxy.seen))
    bodies = [json.loads(body)["messages"][ana.id] for _m, where, body in proxy.seen if "m.room_key_request" in where]
    (asked,) = [body["*"] for body in bodies if "*" in body]
    outbound = ana.client.olm.outbound_group_sessions[room]
    assert asked["action"] == "request"
    assert asked["body"]["session_id"] == outbound.id and asked["body"]["room_id"] == room

    proxy.heals()
    await hand_on(ana, ana, bot, room, outbound.id)
    heard = await bot.inbox.hears(Incoming, lambda one: one.text == "sealed")
    assert heard.author.id == ana.id and heard.direct
    await bot.until(lambda: bot.notes.kept["unreadable"] == "[]")
    bot.clock.shift(timedelta(minutes=1))
    assert await said(ana, room, SORRY) == 0


async def test_a_key_from_anybody_else_is_not_taken(bot, ana, bert, proxy) -> None:
    room = await private_room(bot, ana)
    other = await bert.room(encrypted=True, direct=True, invite=[bot.id])
    await bot.until(lambda: other in bot.session._client.rooms)
    await bert.writes(other, "hello")
    await bot.inbox.hears(Incoming, lambda one: one.text == "hello")
    await keys_get_lost(proxy, ana, room)
    await unreadable(bot, ana, room, "sealed")
    proxy.heals()
    await hand_on(bert, ana, bot, room, ana.client.olm.outbound_group_sessions[room].id)
    await bert.writes(other, "and now?")
    await bot.inbox.hears(Incoming, lambda one: one.text == "and now?")
    assert bot.notes.kept["unreadable"] != "[]"
    assert not any(isinstance(each, Incoming) for each in bot.inbox.heard)


async def hand_on(by, maker, bot: Bench, room: str, id: str) -> None:
    """Hand a key on to the bot's device."""
    olm = by.client.olm
    device = olm.device_store[bot.id][bot.session._client.device_id]
    key = maker.client.olm.inbound_group_store.get(room, maker.client.olm.account.identity_keys["curve25519"], id)
    message = olm._encrypt_forwarding_key(room, key, olm.session_store.get(device.curve25519), device)
    await by.client.to_device(message)
