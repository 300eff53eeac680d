"""The child, started, stopped and killed again and again on the same files."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PATIENCE = 90.0
LONGEST_LIFE = 2.5
"""Seconds, of which the bot is given some before it is struck."""


class Bot:
    """`kills` and `stops` count how it ended so far."""

    def __init__(self, folder: Path, platforms: dict[str, Any], url: str = "", token: str = "") -> None:
        self.folder = folder
        self._said = {"platforms": platforms, "url": url, "token": token}
        self._process: asyncio.subprocess.Process | None = None
        self._served = False
        self.kills = self.stops = 0

    async def start(self, behind: float = 0.0) -> None:
        """Start it, with its clock so many hours behind."""
        (self.folder / "bot.json").write_text(json.dumps({**self._said, "behind": behind}))
        self._served = False
        with (self.folder / "child.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.wire.relay.child",
                str(self.folder),
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    async def serves(self) -> None:
        """Until it says so."""
        assert self._process is not None and self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = b""
            while b"serving" not in line:
                line = await self._process.stdout.readline()
                assert line, self.last_words()
        self._served = True

    async def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        assert self._process is not None
        self._process.terminate()
        async with asyncio.timeout(PATIENCE):
            assert await self._process.wait() == 0, self.last_words()
        self.stops += 1

    async def kill(self) -> None:
        """kill -9, wherever it is."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
            self.kills += 1
        await self._process.wait()

    async def is_struck(self, chance: random.Random) -> None:
        """Wherever it is: most often killed, now and then stopped in good order where it serves; then it starts again.
        Returns at once where it is to be struck again while it starts."""
        await asyncio.sleep(chance.random() * LONGEST_LIFE)
        if self._served and chance.random() < 0.25:
            await self.stop()
        else:
            await self.kill()
        await self.start()
        if chance.random() < 0.75:
            await self.serves()

    def last_words(self) -> str:
        return (self.folder / "child.log").read_text()[-4000:]
