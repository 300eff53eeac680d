"""A long day in twenty rooms: everything is handled, and the memory stays what it was after the first hour."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from .homeserver import Synapse
from .killed import Killed, logged_in
from .people import Person

ROOMS = 20
ORDINARY = ("good morning", "who is up for a walk?", "I put too much salt in the soup", "see you at eight", "😀 same")


async def soak(server: Synapse, folder: Path, events: int) -> tuple[int, int]:
    """Let so many things be said; the bot's memory after a fifth of them and after all."""
    account = await logged_in(server, folder)
    people = [await server.user(f"walker{number}", encrypted=False) for number in range(4)]
    bot = Killed(folder, json.dumps({"invites": [person.id for person in people]}))
    await bot.start()
    await bot.serves()
    try:
        rooms = [await people[number % len(people)].room(public=True, invite=[account]) for number in range(ROOMS)]
        await asyncio.gather(*(_joined(people[n % len(people)], room, account) for n, room in enumerate(rooms)))
        warm = 0
        said = 0
        for part in range(5):
            each = events // 5 // ROOMS
            for person in people:
                mine = [room for n, room in enumerate(rooms) if people[n % len(people)] is person]
                await asyncio.gather(*(_speaks(person, room, each) for room in mine))
            said += each * ROOMS
            for person in people:
                await person.writes(rooms[people.index(person)], "!help")
                await _answers(person, account, part + 1)
            warm = warm or bot.memory
        assert said >= events
        return warm, bot.memory
    finally:
        await bot.kill()


async def _joined(person: Person, room: str, account: str) -> None:
    async with asyncio.timeout(60):
        while True:
            members = await person.asks("GET", f"/rooms/{room}/joined_members")
            if account in members["joined"]:
                return
            await asyncio.sleep(0.05)


async def _speaks(person: Person, room: str, times: int) -> None:
    for number in range(times):
        await person.writes(room, ORDINARY[number % len(ORDINARY)])


async def _answers(person: Person, account: str, count: int) -> None:
    """So many private answers came: the bot is done with all that was said before."""
    async with asyncio.timeout(120):
        while True:
            await person.sync()
            for room in list(person.client.invited_rooms):
                await person.joins(room)
                person.client.invited_rooms.pop(room, None)
            sealed = [
                event
                for _room, event in person.heard
                if type(event).__name__ == "MegolmEvent" and event.sender == account
            ]
            if len(sealed) >= count:
                return
            await asyncio.sleep(0.05)


async def test_a_thousand_events_over_twenty_rooms(server, tmp_path) -> None:
    warm, end = await soak(server, tmp_path, 1_000)
    print(f"{warm / 1e6:.1f} MB after 200 events, {end / 1e6:.1f} MB after 1,000")
    assert end < warm * 1.10 + 2_000_000, f"{warm / 1e6:.1f} MB became {end / 1e6:.1f} MB"


@pytest.mark.slow
async def test_twenty_thousand_events_over_twenty_rooms(server, tmp_path) -> None:
    warm, end = await soak(server, tmp_path, 20_000)
    print(f"{warm / 1e6:.1f} MB after 4,000 events, {end / 1e6:.1f} MB after 20,000")
    assert end < warm * 1.05 + 2_000_000, f"{warm / 1e6:.1f} MB became {end / 1e6:.1f} MB"
