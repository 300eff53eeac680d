"""The bot's Matrix pieces put together as an adapter would, with nothing behind them: what is heard is noted.

A station can be killed and begun again from what it had kept: its memory, its key store, its credentials.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from nio import Event, RoomMessage

from adapters.matrix.client import close_client, make_client
from adapters.matrix.direct import Directs
from adapters.matrix.keys import Keys
from adapters.matrix.login import Credentials, with_password
from adapters.matrix.opening import Happening, Heard, Invited
from adapters.matrix.sending import Outcome, Sending, Sent
from adapters.matrix.sync import Sync
from adapters.matrix.wire import ask, path

from .hurry import Hurried
from .people import PATIENCE, Person, _body

LOG = logging.getLogger("handrail.tests.matrix")


class Notes:
    """A memory that outlives a killed station. `fails` makes that many puts fail."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.fails = 0
        self.changed = asyncio.Event()

    async def get(self, key: str) -> str | None:
        return self.kept.get(key)

    async def put(self, key: str, value: str) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("no space left")
        self.kept[key] = value
        self.changed.set()

    async def delete(self, key: str) -> None:
        self.kept.pop(key, None)

    async def all(self, prefix: str = "") -> Mapping[str, str]:
        return {key: value for key, value in self.kept.items() if key.startswith(prefix)}


class Station:
    """A bot without a head."""

    def __init__(
        self, credentials: Credentials, store: Path | None, notes: Notes, clock: Hurried, url: str, limit: int = 100
    ) -> None:
        self.credentials = credentials
        self.store = store
        self.notes = notes
        self.clock = clock
        self.heard: list[Happening] = []
        self.joins_when_invited = True
        self.then: Callable[[Happening], Awaitable[None]] | None = None
        self.client = make_client(
            Credentials(url, credentials.user_id, credentials.device_id, credentials.access_token), store, "a key"
        )
        self.keys = Keys(self.client, clock, LOG)
        self.sync = Sync(
            self.client,
            self.keys,
            self._hear,
            memory=notes,
            clock=clock,
            random=Random(4),
            log=LOG,
            poll=2.0,
            limit=limit,
        )
        self.sending = Sending(self.client, self.keys, clock, LOG, deadline=75.0)
        self.directs = Directs(self.client, LOG)
        self.running: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    @classmethod
    async def log_in(
        cls, url: str, account: str, store: Path | None = None, *, through: str | None = None, limit: int = 100
    ) -> Station:
        """A new device of that account, not started; it reaches the server `through` a proxy."""
        credentials = await with_password(url, account, "a password", device_name="Handrail")
        return cls(credentials, store, Notes(), Hurried(), through or url, limit)

    def again(self, url: str | None = None, *, limit: int = 100) -> Station:
        """The next run, with what this one had kept."""
        return Station(self.credentials, self.store, self.notes, Hurried(), url or self.client.homeserver, limit)

    @property
    def id(self) -> str:
        return self.credentials.user_id

    async def start(self) -> Station:
        """Run, and wait until the first sync is in."""
        self.running = asyncio.create_task(self.sync.run())
        caught_up = asyncio.create_task(self.sync.caught_up.wait())
        await asyncio.wait((self.running, caught_up), return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        caught_up.cancel()
        if self.running.done():
            self.running.result()
        assert self.sync.caught_up.is_set(), "the first sync did not come"
        return self

    async def stop(self) -> None:
        """End it at once, wherever it is; what was heard and not done is heard again by the next."""
        if self.running is not None:
            self.running.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self.running
        await self.sending.close()
        await close_client(self.client)

    async def fate(self) -> BaseException:
        """Wait until it ends by itself, and why."""
        assert self.running is not None
        await asyncio.wait((self.running,), timeout=PATIENCE)
        assert self.running.done(), "it still runs"
        error = self.running.exception()
        assert error is not None
        return error

    async def _hear(self, happening: Happening) -> None:
        if self.then is not None:
            await self.then(happening)
        self.heard.append(happening)
        if isinstance(happening, Invited) and self.joins_when_invited:
            await ask(self.client, "POST", path("join", happening.room), {})
        self._news.set()

    async def hears(self, fits: Callable[[Any], bool] | str, room: str | None = None) -> Any:
        """Wait for a happening, or for a message with those words."""

        def is_it(happening: Any) -> bool:
            if room is not None and happening.room != room:
                return False
            if isinstance(fits, str):
                return (
                    isinstance(happening, Heard)
                    and isinstance(happening.event, RoomMessage)
                    and fits in _body(happening.event)
                )
            return fits(happening)

        async def look() -> Any:
            while True:
                self._news.clear()
                for happening in self.heard:
                    if is_it(happening):
                        return happening
                await self._news.wait()

        try:
            return await asyncio.wait_for(look(), PATIENCE)
        except TimeoutError:
            got = [type(getattr(each, "event", each)).__name__ for each in self.heard]
            raise AssertionError(f"it did not come; came {got}") from None

    def bodies(self, room: str, *, by: Person | None = None) -> list[str]:
        """The messages that were heard in a room, in order."""
        return [_body(event) for event in self.messages(room) if by is None or event.sender == by.id]

    def messages(self, room: str) -> list[Event]:
        return [
            each.event
            for each in self.heard
            if isinstance(each, Heard) and each.room == room and isinstance(each.event, RoomMessage)
        ]

    async def says(self, room: str, text: str, txn: str | None = None, **more: Any) -> Outcome:
        """Say it, once the room is known."""
        assert await self.sync.meet(room, PATIENCE)
        content = {"msgtype": "m.text", "body": text, "m.mentions": {}, **more}
        return await self.sending.message(room, "m.room.message", content, txn or str(uuid4()))

    async def said(self, room: str, text: str, txn: str | None = None, **more: Any) -> str:
        """The same, and it must have gone."""
        outcome = await self.says(room, text, txn, **more)
        assert isinstance(outcome, Sent), outcome
        return outcome.event_id

    async def position_saved(self) -> None:
        """Wait until everything that was heard so far is behind the saved position."""
        async with asyncio.timeout(PATIENCE):
            while self.notes.kept.get("position") != self.client.next_batch:
                self.notes.changed.clear()
                await self.notes.changed.wait()
