"""Being seen to read and to type: in a person's direct room alone, never in common rooms, and never where what is said
is for somebody else, who might be taken for the one who reads. It must not know what is said.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from nio import AsyncClient

from adapters.matrix.wire import WireError, ask, path
from bot.talk.platform import Clock

SLOW = timedelta(seconds=1)
"""Whoever waits longer sees the bot typing."""
TYPES_FOR = 30_000
"""Milliseconds until the server takes it that we stopped."""


class Manners:
    """Courtesies: they cost nobody's time, and nothing is lost where they fail."""

    def __init__(self, client: AsyncClient, clock: Clock, log: logging.Logger) -> None:
        self._client = client
        self._clock = clock
        self._log = log
        self._running: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def attentive(self, room: str, event: str, *, visible: bool) -> AsyncIterator[None]:
        """While something is handled: typing if it takes long, read when it is done."""
        if not visible:
            yield
            return
        typing = asyncio.create_task(self._types(room))
        try:
            yield
        finally:
            typing.cancel()
        self._in_passing(path("rooms", room, "receipt", "m.read", event), "POST", {})

    async def _types(self, room: str) -> None:
        await self._clock.sleep_until(self._clock.now() + SLOW)
        where = path("rooms", room, "typing", self._client.user_id)
        try:
            await self._ask(where, "PUT", {"typing": True, "timeout": TYPES_FOR})
            await asyncio.Event().wait()
        finally:
            self._in_passing(where, "PUT", {"typing": False})

    def _in_passing(self, where: str, method: str, body: dict[str, Any]) -> None:
        task = asyncio.create_task(self._ask(where, method, body))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _ask(self, where: str, method: str, body: dict[str, Any]) -> None:
        try:
            await ask(self._client, method, where, body)
        except WireError as error:
            self._log.debug("a courtesy failed", extra={"reason": error.reason})
        except Exception as error:
            self._log.debug("a courtesy failed", extra={"reason": type(error).__name__})

    async def close(self) -> None:
        """Let none of them outlive the connection."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
