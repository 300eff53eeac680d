"""The local platform as a bot's configuration asks for it: its file, and its page for as long as it runs.

It must not know what the page shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adapters.local.platform import LocalPlatform
from adapters.local.server import PageServer
from adapters.local.store import Store
from bot.talk.command import Command
from bot.talk.errors import PlatformStopped, StartRefused
from bot.talk.platform import Inbox, Ports


class Served(LocalPlatform):
    """A local platform that serves its own page while it runs."""

    def __init__(self, ports: Ports, store: Store, port: int, prefix: str) -> None:
        super().__init__(ports, store, prefix=prefix)
        self._port = port

    async def run(self, inbox: Inbox, commands: Sequence[Command]) -> None:
        """Raises PlatformStopped where the port is taken."""
        try:
            server = await PageServer.start(self, self._port)
        except StartRefused as refused:
            raise PlatformStopped(str(refused)) from None
        # For the owner's terminal only: the address holds the token, so no log may have it.
        print(f"Open {server.url}", flush=True)
        try:
            await super().run(inbox, commands)
        finally:
            await server.close()


def open_served(ports: Ports, path: Path, port: int, prefix: str) -> Served:
    """The platform over the file at `path`, with its page on 127.0.0.1. Raises DataRefused."""
    return Served(ports, Store.open(path), port, prefix)
