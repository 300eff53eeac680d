"""The whole bot as a process that is started and killed, and the account it needs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import psutil

from adapters.matrix.account import Files
from adapters.matrix.client import close_client
from adapters.matrix.crosssign import SigningKeys
from adapters.matrix.login import Credentials, with_password

from .homeserver import Synapse

ROOT = Path(__file__).parents[3]


async def logged_in(server: Synapse, folder: Path, url: str | None = None) -> str:
    """A new account with its credentials and keys in the folder, which reaches the server at `url`; its id."""
    account = await server.account("bot")
    files = Files(folder / "matrix")
    made = await with_password(server.url, account, "a password", device_name="Handrail")
    Credentials(url or server.url, made.user_id, made.device_id, made.access_token).save(files.credentials)
    SigningKeys.make().save(files.signing)
    await close_client(files.client(made))
    return account


class Killed:
    """The bot as a process that is started and killed."""

    def __init__(self, folder: Path, settings: str = "{}") -> None:
        self._folder = folder
        self._settings = settings
        self._process: asyncio.subprocess.Process | None = None
        self.kills = 0

    async def start(self) -> None:
        with (self._folder / "child.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.wire.matrix.child",
                str(self._folder),
                self._settings,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    async def serves(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        async with asyncio.timeout(60):
            line = b""
            while b"serving" not in line:
                line = await self._process.stdout.readline()
                assert line, self.last_words()

    async def kill(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
            self.kills += 1
        await self._process.wait()

    @property
    def memory(self) -> int:
        """Bytes that are its own."""
        assert self._process is not None
        return int(psutil.Process(self._process.pid).memory_full_info().uss)

    def last_words(self) -> str:
        return (self._folder / "child.log").read_text()[-3000:]
