"""Everything goes wrong at once: a server behind a bad line, a bot that is killed at random. Each message is answered
exactly once, in order."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from .homeserver import Synapse
from .killed import Killed, logged_in
from .people import Person
from .proxy import FaultProxy, bad_gateway, cut, half_json, lost_answer, page, slow_down, truncated

FAULTS = (
    bad_gateway(502),
    bad_gateway(503),
    page(),
    half_json(),
    truncated(),
    cut(),
    lost_answer(),
    slow_down(300),
    slow_down(1_000, header=True),
)
ON = "/sync|/send/|/keys/|/sendToDevice/|/messages|/account_data/|/createRoom|/state/|/members|/receipt/|/typing/"
OFTEN = 0.12
"""How many requests meet a fault."""


async def settled_in(bot: str, person: Person) -> str:
    """A direct room in which the person has agreed to keep check-ins."""
    room = await person.room(encrypted=True, direct=True, invite=[bot])
    await person.hears(room, matching=lambda one: getattr(one, "membership", "") == "join" and one.state_key == bot)
    await person.writes(room, "start agree purpose=checkins")
    await person.hears(room, "That is on now", by=bot)
    return room


@asynccontextmanager
async def stormy(proxy: FaultProxy, chance: random.Random) -> AsyncIterator[None]:
    """A line on which some requests meet one fault or another."""

    async def sometimes(request, forward):
        if chance.random() < OFTEN:
            proxy.met += 1
            return await chance.choice(FAULTS)(request, forward)
        return (await forward()).whole()

    proxy.does(sometimes, on=ON, times=None)
    try:
        yield
    finally:
        proxy.heals()


async def storm(server: Synapse, proxy: FaultProxy, folder: Path, messages: int, seed: int) -> int:
    """Say so many things into four rooms while everything goes wrong; how often the bot was killed."""
    chance = random.Random(seed)
    account = await logged_in(server, folder, proxy.url)
    bot = Killed(folder)
    await bot.start()
    await bot.serves()
    try:
        people = [await server.user(name) for name in ("ana", "bert", "carl", "dora")]
        rooms = [await settled_in(account, person) for person in people]
        said: list[list[str]] = [[] for _each in people]

        async def speak(index: int) -> None:
            for number in range(messages // len(people)):
                tag = f"n{index}x{number}"
                await people[index].writes(rooms[index], f"checkin {1 + number % 5} #{tag}")
                said[index].append(tag)
                await asyncio.sleep(chance.random() * 0.2)

        async with stormy(proxy, chance):
            speaking = asyncio.gather(*(speak(index) for index in range(len(people))))
            while not speaking.done():
                await asyncio.sleep(2.0 + chance.random() * 3)
                await bot.kill()
                await bot.start()
            await speaking
        for index, person in enumerate(people):
            await answered(bot, person, rooms[index], account, said[index])
    finally:
        await bot.kill()
    return bot.kills


async def answered(bot: Killed, person: Person, room: str, account: str, said: list[str]) -> None:
    """All of it, each once, in the order in which it was said."""
    got: list[str] = []
    for _each in range(120):
        await person.sync()
        texts = await person.bodies(room, by=account)
        got = [tag for text in texts for tag in re.findall(r"n\d+x\d+", text)]
        if len(got) >= len(said):
            break
        await asyncio.sleep(0.5)
    assert got == said, bot.last_words()
    assert len(texts) == len(said) + 1, "something was said that answers nothing"


async def test_two_hundred_messages_through_a_storm(server, proxy, tmp_path) -> None:
    kills = await storm(server, proxy, tmp_path, 200, seed=11)
    assert kills >= 4
    print(f"{kills} kills, {proxy.met} faults")


@pytest.mark.slow
async def test_a_thousand_messages_through_a_storm(server, proxy, tmp_path) -> None:
    kills = await storm(server, proxy, tmp_path, 1_000, seed=12)
    assert kills >= 10
    print(f"{kills} kills, {proxy.met} faults")
