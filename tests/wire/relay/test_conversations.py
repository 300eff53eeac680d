"""Two who met write to each other over the wire, while the bot between them is killed again and again: everything
arrives, in order, once, as it last stood; and nothing that either was given tells who the other is."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.contract.discord import SETTINGS
from tests.wire.discord.server import DiscordServer
from tests.wire.matrix.homeserver import Synapse
from tests.wire.matrix.killed import logged_in

from .bot import Bot
from .on_discord import OnDiscord
from .on_matrix import OnMatrix
from .side import Side
from .talk import Talk

A_DAY = 25.0
"""Hours that the bot's clock is behind while the two join; when it is right again, a round is due."""
A_PART = 10
"""So many messages are written while the bot is struck once."""
PEOPLE = (("anastasia_quill", "Anastasia Quillfeather"), ("benedikt_thorn", "Benedikt Thornbury"))


@asynccontextmanager
async def two_who_met(where: str, folder: Path, synapse: Synapse | None) -> AsyncIterator[tuple[Bot, Talk]]:
    """`where` says on which platform each is: "dm" is one on Discord, one on Matrix."""
    async with DiscordServer(pointed=False) as discord:
        sides: list[Side] = []
        account = await logged_in(synapse, folder) if synapse is not None else ""
        platforms = {"d": ("discord", SETTINGS), "m": ("matrix", {"community": []})}
        bot = Bot(folder, dict(platforms[one] for one in sorted(set(where))), discord.url, discord.token)
        guild = discord.guild("Harbour")
        general = guild.text("general")
        for one, (name, shown) in zip(where, PEOPLE, strict=True):
            if one == "d":
                sides.append(OnDiscord(discord, guild, general, name, shown))
            else:
                assert synapse is not None
                sides.append(await OnMatrix.enter(synapse, account, name, shown))
        one, other = sides
        try:
            await bot.start(behind=A_DAY)
            await bot.serves()
            await asyncio.gather(one.joins(), other.joins())
            await bot.stop()
            await bot.start()
            await bot.serves()
            await one.accepts()
            await other.accepts()
            await asyncio.gather(one.begins(), other.begins())
            yield bot, Talk((one, other), random.Random(where))
        finally:
            await bot.kill()
            if synapse is not None:
                await synapse.everybody_leaves()
        discord.check()


async def converse(where: str, folder: Path, synapse: Synapse | None, messages: int) -> None:
    chance = random.Random(f"{where} strikes")
    async with two_who_met(where, folder, synapse) as (bot, talk):
        for _part in range(messages // A_PART):
            await asyncio.gather(talk.goes_on(A_PART), bot.is_struck(chance))
        await bot.kill()
        await bot.start()
        await bot.serves()
        await talk.arrived()
        answers, plain = await talk.answers_are_right()
        searched = await talk.nothing_of_the_other()
        assert searched > 500 * messages and answers > messages / 20 and plain <= messages / 40
        marked = f"{answers} answers stand right, {plain} unmarked"
        print(f"\n{where}: {talk.done}, {bot.kills} kills, {bot.stops} stops; {marked}; {searched} bytes searched")


@pytest.mark.discord
@pytest.mark.parametrize("messages", [40, pytest.param(200, marks=pytest.mark.slow)])
async def test_discord_and_discord(tmp_path, messages):
    await converse("dd", tmp_path, None, messages)


@pytest.mark.discord
@pytest.mark.matrix
@pytest.mark.parametrize("messages", [40, pytest.param(200, marks=pytest.mark.slow)])
async def test_discord_and_matrix(tmp_path, synapse, messages):
    await converse("dm", tmp_path, synapse, messages)


@pytest.mark.matrix
@pytest.mark.parametrize("messages", [40, pytest.param(200, marks=pytest.mark.slow)])
async def test_matrix_and_matrix_encrypted(tmp_path, synapse, messages):
    await converse("mm", tmp_path, synapse, messages)
