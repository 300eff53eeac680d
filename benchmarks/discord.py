"""Discord: message events a second through discord.py alone and through the whole bot with its safety rules, in one
run; and what a bot in 1, 100 and 1,000 servers takes of memory and time until it is ready.

Both clients are unmodified discord.py, connected to the loopback server; the events are handed to their connection as
the text that comes over the wire, in turns, so that the ratio holds on a noisy machine.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import discord
import psutil

from adapters.discord.client import intents
from adapters.discord.platform import DiscordPlatform
from benchmarks.measure import spread, table
from bot.__main__ import master_key
from bot.app import App
from bot.config import Config
from bot.state.clock import SystemClock
from commands import FEATURES
from tests.contract.discord import SETTINGS
from tests.contract.town import config_for
from tests.wire.discord import point
from tests.wire.discord.message import Message
from tests.wire.discord.server import DiscordServer

EVENTS = int(os.environ.get("EVENTS", "5000"))
ROUNDS = int(os.environ.get("ROUNDS", "9"))
GUILDS = tuple(int(one) for one in os.environ.get("GUILDS", "1,100,1000").split(","))
AUTHORS = 200
CHANNELS = 20
ORDINARY = (
    "good morning everyone, who is up for the long walk this afternoon?",
    "lol that boss killed me four times in a row",
    "can someone look at my pull request before lunch",
    "the soup was great, i put too much salt in it though",
    "ok see you there at eight, bring the dog",
)


class Alone(discord.Client):
    """discord.py with nothing behind it."""

    def __init__(self, config: Config) -> None:
        assert config.platforms.discord is not None
        super().__init__(
            intents=intents(config.platforms.discord),
            chunk_guilds_at_startup=False,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=0.1,
        )
        self.heard = 0

    async def on_message(self, message: discord.Message) -> None:
        self.heard += 1


class Counted:
    """Counts what the bot's rules have read."""

    def __init__(self, app: App) -> None:
        self.count = 0
        self._glance = app.guard.glance
        app.guard.glance = self._counted  # type: ignore[method-assign]

    def _counted(self, text: str, **where: Any) -> Any:
        self.count += 1
        return self._glance(text, **where)


def open_config(folder: Path) -> Config:
    return config_for(folder, "discord", {"platforms": {"discord": SETTINGS}})


async def open_bot(folder: Path, token: str) -> tuple[App, DiscordPlatform, asyncio.Task[None]]:
    config = open_config(folder)
    settings = config.platforms.discord
    assert settings is not None

    def make(_config: Config, ports: Any) -> DiscordPlatform:
        return DiscordPlatform(settings, ports, tell=lambda _said: None, token=token, guild_ready_timeout=0.1)

    app = await App.open(config, FEATURES, {"discord": make}, SystemClock(), master_key(config))
    platform = app.house.platforms["discord"]
    assert isinstance(platform, DiscordPlatform)
    serving = asyncio.create_task(platform.run(app.dispatch, app.house.catalogue.commands))
    await platform.caught_up.wait()
    return app, platform, serving


# --- events ----------------------------------------------------------------------------------------------------------


def events(server: DiscordServer, start: int) -> Iterator[str]:
    """MESSAGE_CREATE for ever, as it comes over the wire."""
    guild = server.guild("Harbour")
    channels = [guild.text(f"room-{number}") for number in range(CHANNELS)]
    roles = [guild.role(f"role-{number}") for number in range(5)]
    people = [server.user(f"member-{n}", guild, roles=roles[: n % 4]) for n in range(AUTHORS)]
    number = start
    while True:
        person, channel = people[number % AUTHORS], channels[number % CHANNELS]
        world = server.world
        message = Message(world.new_id(), channel, person.user, world.now(), ORDINARY[number % len(ORDINARY)])
        data = message.event(1 << 9 | 1 << 15)
        yield json.dumps({"op": 0, "t": "MESSAGE_CREATE", "s": number, "d": data})
        number += 1


async def feed(client: discord.Client, texts: list[str], done: Any) -> float:
    """Seconds a message, until the last was handled. A turn of the loop every few, as a socket brings them."""
    start = time.perf_counter()
    for number, text in enumerate(texts):
        await client.ws.received_message(text)
        if number % 10 == 9:
            await asyncio.sleep(0)
    while not done():  # noqa: ASYNC110
        await asyncio.sleep(0)
    return (time.perf_counter() - start) / len(texts)


async def throughput() -> list[list[str]]:
    with tempfile.TemporaryDirectory() as name:
        async with DiscordServer() as server:
            making = events(server, 1_000)
            next(making)
            alone = Alone(open_config(Path(name)))
            await alone.login(server.token)
            connected = asyncio.create_task(alone.connect())
            await alone.wait_until_ready()
            app, platform, serving = await open_bot(Path(name), server.token)
            client, hearing, heard = platform._client, platform.hearing, Counted(app)
            assert client is not None and hearing is not None
            bare: list[float] = []
            whole: list[float] = []
            for _round in range(ROUNDS):
                texts = [next(making) for _each in range(EVENTS)]
                wanted = alone.heard + EVENTS
                bare.append(await feed(alone, texts, lambda: alone.heard >= wanted))  # noqa: B023
                through = heard.count + EVENTS
                whole.append(await feed(client, texts, lambda: heard.count >= through and hearing.idle))  # noqa: B023
            for task in (serving, connected):
                task.cancel()
            await asyncio.gather(serving, connected, return_exceptions=True)
            await alone.close()
            await app.close()
    ratio = statistics.median(a / b for a, b in zip(bare, whole, strict=True))
    return [
        ["message events", "a second", "noise", "beside"],
        ["discord.py alone", f"{1 / statistics.median(bare):,.0f}", spread(bare), ""],
        ["the whole bot, both readers on", f"{1 / statistics.median(whole):,.0f}", spread(whole), f"{ratio:.2f} ×"],
    ]


# --- many servers ----------------------------------------------------------------------------------------------------


async def many(guilds: int) -> list[str]:
    """One bot in a process of its own, in that many servers of five channels each."""
    async with DiscordServer(pointed=False) as server:
        for number in range(guilds):
            guild = server.guild(f"Server {number}")
            for channel in ("general", "support", "games", "music"):
                guild.text(channel)
        command = [sys.executable, "-m", "benchmarks.discord", server.url, server.token]
        child = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        assert child.stdout is not None
        said = json.loads(await child.stdout.readline())
        await child.wait()
        assert said["servers"] == guilds
    return [f"{guilds:,}", f"{said['ready']:.1f} s", f"{said['memory'] / 1e6:.0f} MB"]


async def one_of_many(url: str, token: str) -> None:
    """The child: says when it is ready, with every server there, and what it takes then."""
    point.aim(url)
    with tempfile.TemporaryDirectory() as name:
        start = time.perf_counter()
        app, platform, serving = await open_bot(Path(name), token)
        await platform.ready.wait()
        assert platform._client is not None and platform._watch is not None
        while platform._watch.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        took = time.perf_counter() - start
        memory = psutil.Process().memory_info().rss
        servers = len(platform._watch.guilds)
        print(json.dumps({"ready": took, "memory": memory, "servers": servers}), flush=True)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await app.close()


async def main() -> None:
    logging.disable(logging.WARNING)
    if len(sys.argv) == 3:
        await one_of_many(sys.argv[1], sys.argv[2])
        return
    table(await throughput())
    print()
    table([["servers", "ready after", "memory"], *[await many(one) for one in GUILDS]])


if __name__ == "__main__":
    asyncio.run(main())
