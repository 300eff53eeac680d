"""kill -9 in the middle of conversations: nothing is lost that Discord lets a bot read again, nothing is doubled."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

import pytest

from tests.contract.markdown import plain
from tests.wire.discord.interactions import Interaction
from tests.wire.discord.people import Person
from tests.wire.discord.server import DiscordServer

ROOT = Path(__file__).parents[3]
PATIENCE = 30.0


class Bot:
    """The child, started again and again on the same files."""

    def __init__(self, server: DiscordServer, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        arguments = (self.server.url, self.server.token, str(self.folder))
        log = (self.folder / "child.log").open("ab")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.wire.discord.child", *arguments, cwd=ROOT, stdout=log, stderr=log
        )
        await self.server.until(lambda: self.server.sessions.connected, "the bot does not come back", PATIENCE)
        await self.server.until(lambda: self.server.world.application.global_commands, "no commands", PATIENCE)

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()
        self.server.gateway.cut()
        await self.server.until(lambda: not self.server.sessions.connected, "still there")


def notes(person: Person) -> list[str]:
    """Every answer to a check-in that this person sees."""
    return [plain(one.text) for one in person.sees("dm") if one.text.startswith("Noted")]


async def answered(done: Interaction) -> None:
    server = done.server
    await server.until(lambda: done.messages and not any(one.loading for one in done.messages), str(done), PATIENCE)


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=pytest.mark.slow)])
async def test_killed_again_and_again(tmp_path, kills):
    chance = random.Random(kills)
    async with DiscordServer(pointed=False) as server:
        guild = server.guild("Harbour")
        general = guild.text("general")
        ana = server.user("ana", guild)
        bot = Bot(server, tmp_path)
        await bot.start()
        try:
            done = await ana.slash("start", general)
            await answered(done)
            panel = done.messages[0]
            await ana.press(panel, "Yes: Keep my check-ins")
            await server.until(lambda: "That is on now" in panel_text(ana, panel.id), "not agreed", PATIENCE)
            await ana.dm("checkin 5 note 0")
            await server.until(lambda: len(notes(ana)) == 1, "no first answer", PATIENCE)
            for number in range(1, kills + 1):
                await ana.dm(f"checkin 3 note {number}")
                await asyncio.sleep(chance.uniform(0, 0.06))
                await bot.kill()
                if number % 2:
                    await ana.dm(f"checkin 4 meanwhile {number}")
                await bot.start()
                wanted = 1 + number + (number + 1) // 2
                await server.until(lambda: len(notes(ana)) >= wanted, f"lost at {number}", PATIENCE)  # noqa: B023
            await server.settle()
            expected = 1 + kills + (kills + 1) // 2
            assert len(notes(ana)) == expected, "an answer came twice"
            newest = [one for one in ana.sees("dm") if one.text.startswith("Noted")][-1]
            await ana.press(newest, "Change or delete it")
            await server.until(lambda: any("Change it" in one.labels for one in ana.sees("dm")), "no entry", PATIENCE)
            entry = [one for one in ana.sees("dm") if "Change it" in one.labels][-1]
            opened = await ana.press(entry, "Change it")
            assert opened.modal is not None
            await ana.submit(opened, note="changed after all that")
            looked = await ana.slash("checkin history", general)
            await answered(looked)
            seen = plain("\n".join(one.text for one in ana.sees(general) if one.ephemeral))
            assert f"{expected} entries" in seen
        finally:
            await bot.kill()
        server.check()


def panel_text(person: Person, id: int) -> str:
    return next(one.text for one in person.sees_everywhere() if one.id == id)
