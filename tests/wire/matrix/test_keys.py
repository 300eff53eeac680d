"""Encryption keys get round, also when the network does not, and nobody has one who should not."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from adapters.matrix.sending import Later
from adapters.matrix.wire import NoAnswer, Refused, ask, path

from .people import Person
from .proxy import Stall, bad_gateway, cut, error, lost_answer, rewritten

CLAIM, QUERY, UPLOAD, TO_DEVICE = "/keys/claim", "/keys/query", "/keys/upload", "/sendToDevice/"


async def left(bot) -> int:
    """How many one-time keys the server still has of it."""
    said = await ask(bot.client, "POST", path("keys", "upload"), {})
    return int(said["one_time_key_counts"].get("signed_curve25519", 0))


async def use_up(person: Person, bot) -> None:
    """Take all of the bot's one-time keys."""
    wanted = {"one_time_keys": {bot.id: {bot.credentials.device_id: "signed_curve25519"}}}
    while (await person.asks("POST", CLAIM, wanted))["one_time_keys"]:
        pass


async def enough(bot) -> None:
    """Wait until the server has all of its one-time keys again."""
    async with asyncio.timeout(30):
        while await left(bot) < 50:
            await asyncio.sleep(0.02)


async def test_one_time_keys_that_were_used_up_are_refilled(station, ana) -> None:
    bot = await station(kept=True)
    await enough(bot)
    await bot.stop()
    await use_up(ana, bot)
    bot = await station(again=bot)
    await enough(bot)
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await ana.writes(room, "can you read this?")
    await bot.hears("can you read this?", room)


async def test_an_upload_whose_answer_was_lost_spoils_no_keys(station, ana, proxy) -> None:
    bot = await station(proxy.url, started=False, kept=True)
    proxy.does(lost_answer(), on=UPLOAD, times=1)
    await bot.start()
    await bot.stop()  # perhaps before it heard that its keys are there
    bot = await station(proxy.url, again=bot)
    await enough(bot)
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await ana.writes(room, "with one of those keys")
    await bot.hears("with one of those keys", room)


async def test_an_older_key_store_finds_its_way_back(station, ana) -> None:
    bot = await station(kept=True)
    await enough(bot)
    await bot.stop()
    older = (bot.store / "matrix-keys.db").read_bytes()
    await use_up(ana, bot)
    bot = await station(again=bot)
    await enough(bot)
    await bot.stop()
    (bot.store / "matrix-keys.db").write_bytes(older)
    await use_up(ana, bot)
    bot = await station(again=bot)
    await enough(bot)


async def test_a_room_key_that_was_refused_is_handed_round_again(station, ana, proxy) -> None:
    bot = await station(proxy.url)
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    for what, fault in {
        TO_DEVICE: bad_gateway(),
        CLAIM: cut(),
        QUERY: error(500, "M_UNKNOWN"),
    }.items():
        bot.client.olm.outbound_group_sessions.clear()
        bot.client.olm.users_for_key_query.add(ana.id)
        if what == CLAIM:
            bot.client.olm.session_store._entries.clear()
        proxy.does(fault, on=what, times=None)
        outcome = await bot.says(room, f"in spite of {what}", what)
        assert isinstance(outcome, Later), what
        proxy.heals()
        await bot.said(room, f"in spite of {what}", what)
        await ana.hears(room, f"in spite of {what}", by=bot.id)


async def test_a_device_with_broken_keys_leaves_the_others_readable(station, ana, proxy) -> None:
    bot = await station(proxy.url)

    def spoil(said: dict) -> None:
        devices = said["device_keys"].get(ana.id, {})
        sound = next(iter(devices.values()), None)
        if sound is not None:
            for name, keys in (("BROKEN", "no key"), ("EMPTY", "")):
                device = json.loads(json.dumps(sound).replace(sound["device_id"], name))
                device["keys"] = {f"ed25519:{name}": keys, f"curve25519:{name}": keys}
                devices[name] = device
            devices["NOTHING"] = {}
            said["device_keys"]["@who:localhost"] = {"X": 4}

    def spoil_claim(said: dict) -> None:
        said["one_time_keys"].setdefault(ana.id, {})["BROKEN"] = {"signed_curve25519:A": {"key": "?"}}
        said["one_time_keys"]["@who:localhost"] = 3

    proxy.does(rewritten(spoil), on=QUERY, times=None)
    proxy.does(rewritten(spoil_claim), on=CLAIM, times=None)
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await bot.said(room, "for the sound device")
    await ana.hears(room, "for the sound device", by=bot.id)


async def test_newcomers_and_new_devices_read_what_comes_after_them(station, ana, bert) -> None:
    bot = await station()
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await bot.said(room, "for ana")
    await ana.hears(room, "for ana", by=bot.id)
    await ana.invites(room, bert)
    await bert.joins(room)
    await bot.hears(lambda each: getattr(getattr(each, "event", None), "membership", None) == "join", room)
    laptop = await ana.another_device()
    await laptop.sync()
    await bot.hears(lambda each: getattr(getattr(each, "event", None), "state_key", None) == bert.id, room)
    await known(bot, ana.id, laptop.client.device_id)
    await bot.said(room, "for all of you")
    for person in (ana, bert, laptop):
        await person.hears(room, "for all of you", by=bot.id)


async def known(bot, user: str, device: str) -> None:
    """Wait until the station has learned of a device."""
    async with asyncio.timeout(30):
        while device not in bot.client.device_store[user]:
            await asyncio.sleep(0.02)


async def test_who_leaves_while_the_key_goes_round_can_not_read_on(station, ana, bert, proxy) -> None:
    bot = await station(proxy.url)
    room = await ana.room(encrypted=True, invite=[bot.id, bert])
    await bert.joins(room)
    assert await bot.sync.meet(room, 30)
    stall = Stall()
    proxy.does(stall, on=TO_DEVICE)
    saying = asyncio.create_task(bot.said(room, "not for bert"))
    await asyncio.wait_for(stall.reached.wait(), 30)
    await bert.leaves(room)
    async with asyncio.timeout(30):
        while bert.id in bot.client.rooms[room].users:
            await asyncio.sleep(0.02)
    stall.release.set()
    await saying
    await ana.hears(room, "not for bert", by=bot.id)
    readers = {user for user, _ in bot.client.olm.outbound_group_sessions[room].users_shared_with}
    assert readers == {ana.id}


async def test_a_silent_server_of_others_is_not_asked_all_the_time(station, proxy, ana) -> None:
    bot = await station(proxy.url)
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await bot.said(room, "hello")
    bot.client.olm.users_for_key_query.add("@far:away.example")
    await bot.keys.query({"@far:away.example"})
    await bot.said(room, "hello again")
    await bot.keys.tend()
    assert proxy.count(QUERY, saying=b"@far:away.example") == 1
    assert "@far:away.example" in bot.client.olm.users_for_key_query


async def test_a_failed_query_is_still_due(station, proxy, ana) -> None:
    bot = await station(proxy.url)
    await bot.position_saved()
    proxy.does(bad_gateway(), on=QUERY)
    with suppress(NoAnswer):
        bot.client.olm.users_for_key_query.add(ana.id)
        await bot.keys.query()
    assert ana.id in bot.client.olm.users_for_key_query


async def test_messages_to_devices_that_are_refused_do_not_pile_up(station, proxy, ana) -> None:
    from nio.event_builders import ToDeviceMessage

    bot = await station(proxy.url)
    await bot.position_saved()
    proxy.does(error(400, "M_BAD_JSON"), on=TO_DEVICE)
    bot.client.olm.outgoing_to_device_messages.append(ToDeviceMessage("m.test", ana.id, "*", {}))
    with suppress(Refused):
        await bot.keys.tend()
    assert bot.client.outgoing_to_device_messages == []
