"""Timelines that were cut short are filled, back to where the station had been and no further."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.matrix import gaps

from .people import Person
from .proxy import Stall, bad_gateway, cut, half_json


async def many(person: Person, room: str, texts: list[str]) -> None:
    """Write many messages quickly; their order is the server's."""
    await person.sync()
    for at in range(0, len(texts), 8):
        await asyncio.gather(*(person.client.room_send(room, *_plain(text)) for text in texts[at : at + 8]))


def _plain(text: str) -> tuple[str, dict[str, Any]]:
    return "m.room.message", {"msgtype": "m.text", "body": text}


async def test_seventy_messages_of_an_outage_come_in_order_and_once(station, server) -> None:
    ana = await server.user("ana", encrypted=False)
    bot = await station(limit=10, kept=True)
    room = await ana.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await ana.writes(room, "before")
    await bot.hears("before", room)
    await bot.position_saved()
    await bot.stop()
    await many(ana, room, [f"message {number}" for number in range(70)])
    bot = await station(again=bot, limit=10)
    said = [body for body in await ana.bodies(room) if body != "before"]
    await bot.hears(said[-1], room)
    assert len(said) == 70
    assert bot.bodies(room) == said


async def test_encrypted_ones_too_over_many_pages_with_faults_between(station, ana, proxy, monkeypatch) -> None:
    monkeypatch.setattr(gaps, "PAGE", 6)
    bot = await station(proxy.url, limit=5, kept=True)
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await ana.writes(room, "before")
    await bot.hears("before", room)
    await bot.position_saved()
    await bot.stop()
    said = [f"message {number}" for number in range(25)]
    for text in said:
        await ana.client.room_send(room, *_plain(text), ignore_unverified_devices=True)
    for fault in (bad_gateway(), cut(), half_json()):
        proxy.does(fault, on="/messages")
    bot = await station(proxy.url, again=bot, limit=5)
    await bot.hears("message 24", room)
    assert bot.bodies(room) == said
    assert proxy.pending == 0


async def test_a_slow_moment_loses_nothing(station, carl, proxy) -> None:
    bot = await station(proxy.url, limit=5)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await bot.position_saved()
    stall = Stall()
    proxy.does(stall, on="/sync")
    await asyncio.wait_for(stall.reached.wait(), 30)
    await many(carl, room, [f"message {number}" for number in range(20)])
    stall.release.set()
    said = await carl.bodies(room)
    await bot.hears(said[-1], room)
    assert bot.bodies(room) == said


async def test_filling_ends_at_our_joining(station, carl, proxy) -> None:
    bot = await station(proxy.url, limit=4)
    room = await carl.room(public=True)
    await many(carl, room, [f"among ourselves {number}" for number in range(6)])
    stall = Stall()
    proxy.does(stall, on="/sync")
    await asyncio.wait_for(stall.reached.wait(), 30)
    await bot.client.join(room)
    await many(carl, room, [f"message {number}" for number in range(12)])
    stall.release.set()
    said = [body for body in await carl.bodies(room) if body.startswith("message")]
    await bot.hears(said[-1], room)
    assert bot.bodies(room) == said


async def test_a_gap_in_a_room_we_were_removed_from_is_let_go(station, carl, bert, proxy) -> None:
    bot = await station(proxy.url, limit=3, kept=True)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await bot.position_saved()
    from .proxy import error

    proxy.does(error(403, "M_FORBIDDEN"), on="/messages", times=1)
    await bot.stop()
    await many(carl, room, [f"message {number}" for number in range(8)])
    bot = await station(proxy.url, again=bot, limit=3)
    said = await carl.bodies(room)
    await bot.hears(said[-1], room)
    assert bot.bodies(room) == said[-3:]


@pytest.mark.parametrize("most", [1, 2])
async def test_a_gap_without_end_is_given_up_at_its_oldest(station, carl, monkeypatch, caplog, most: int) -> None:
    monkeypatch.setattr(gaps, "PAGE", 5)
    monkeypatch.setattr(gaps, "MOST_PAGES", most)
    bot = await station(limit=3, kept=True)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await bot.position_saved()
    await bot.stop()
    await many(carl, room, [f"message {number}" for number in range(18)])
    bot = await station(again=bot, limit=3)
    said = await carl.bodies(room)
    await bot.hears(said[-1], room)
    assert bot.bodies(room) == said[-(3 + 5 * most) :]
    assert "a gap is too long; its oldest events are given up" in caplog.messages
