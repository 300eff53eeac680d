"""Towns for the adapter's own tests: the whole bot, and a small one whose inbox only notes what it hears."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from adapters.discord.platform import DiscordPlatform
from bot.config.platforms import Discord
from bot.state.clock import ManualClock
from bot.talk.model import UserRef
from bot.talk.platform import Ports
from bot.words import Catalogues
from tests.contract.discord import READY, SETTINGS, DiscordTown
from tests.local.harbour import COMMANDS, START, Bot, PlainMemory
from tests.wire.discord.server import DiscordServer


class Noting(Bot):
    """Also notes signs."""

    def __init__(self) -> None:
        super().__init__()
        self.signs: list[Any] = []

    async def reacted(self, reacted: Any) -> None:
        self.signs.append(reacted)


class SmallTown:
    """A server "Harbour" with #general and #quiet, and the adapter over an inbox that notes what it hears."""

    def __init__(self, server: DiscordServer, settings: Mapping[str, Any]) -> None:
        self.server = server
        self.clock = server.world.clock
        self.settings = Discord.model_validate({**SETTINGS, **settings})
        self.memory = PlainMemory()
        self.bot = Noting()
        self.known: set[str] = set()
        self.told: list[str] = []
        self.guild = server.guild("Harbour")
        self.general = self.guild.text("general")
        self.quiet = self.guild.text("quiet")
        self.ana = server.user("ana", self.guild)
        self.platform: DiscordPlatform = self.make()
        self.serving: asyncio.Task[None] | None = None

    def make(self) -> DiscordPlatform:
        async def known(user: UserRef) -> bool:
            return user.id in self.known

        ports = Ports(self.clock, self.memory, Catalogues(), logging.getLogger("handrail.discord"), known)
        token = self.server.token
        return DiscordPlatform(self.settings, ports, tell=self.told.append, token=token, guild_ready_timeout=READY)

    async def start(self, commands: Any = COMMANDS) -> None:
        """Run until it is ready, or until it ended; what it ended with is raised."""
        self.serving = asyncio.create_task(self.platform.run(self.bot, commands))
        ready = asyncio.gather(self.platform.ready.wait(), self.platform.caught_up.wait())
        await asyncio.wait([self.serving, ready], timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if self.serving.done():
            ready.cancel()
            self.serving.result()
        assert ready.done(), f"the bot does not get ready: {self.server.complaints}"
        await self.settle()

    async def stop(self) -> None:
        if self.serving is not None:
            self.serving.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self.serving

    async def restart(self) -> None:
        """A new process on the same memory."""
        await self.stop()
        self.platform = self.make()
        await self.start()

    async def settle(self) -> None:
        quiet = 0
        while quiet < 2:
            before = self.server.activity
            await self.server.settle()
            while self.platform.hearing is not None and not self.platform.hearing.idle:
                await asyncio.sleep(0.001)
            quiet = quiet + 1 if self.server.activity == before else 0

    @property
    def texts(self) -> list[str]:
        """What the bot heard."""
        return [one.text for one in self.bot.heard]


@asynccontextmanager
async def whole_town(folder: Path, settings: Mapping[str, Any] | None = None) -> AsyncIterator[DiscordTown]:
    """The whole bot; closed whatever happens, for discord.py is pointed at its server until then."""
    town = await DiscordTown.open(folder, settings)
    try:
        yield town
    finally:
        await town.close()


@asynccontextmanager
async def small_town(
    started: bool = True, intents: Any = ("members", "message_content"), **settings: Any
) -> AsyncIterator[SmallTown]:
    async with DiscordServer(clock=ManualClock(START), intents=intents) as server:
        town = SmallTown(server, settings)
        try:
            if started:
                await town.start()
            yield town
        finally:
            await town.stop()
        server.check()
