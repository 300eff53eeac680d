"""One after the other in each channel, side by side between channels; and up to where everything was handled.

It must not know what is handled.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

REMEMBERED = 4096
"""Ids of the latest handled messages: what comes again within them is dropped here, and not left to the database."""

Work = Callable[[], Awaitable[None]]


class Lanes:
    """`high` is the highest id that was seen in any channel."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._waiting: dict[int, deque[tuple[int, Work]]] = {}
        self._now: dict[int, int] = {}
        self._seen: OrderedDict[object, None] = OrderedDict()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ends: set[asyncio.Future[None]] = set()
        self.high = 0

    def put(self, channel: int, id: int, work: Work) -> None:
        """Do the work after all that came before it in that channel. What it raises is logged and is its own."""
        if id > self.high:
            self.high = id
        waiting = self._waiting.get(channel)
        if waiting is not None:
            waiting.append((id, work))
            return
        self._waiting[channel] = deque(((id, work),))
        self._now[channel] = id
        self._tasks[channel] = asyncio.create_task(self._serve(channel))

    async def through(self, channel: int, work: Work) -> None:
        """The same, and wait until it is done."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ends.add(done)
        done.add_done_callback(self._ends.discard)

        async def and_tell() -> None:
            try:
                await work()
            finally:
                if not done.done():
                    done.set_result(None)

        self.put(channel, 0, and_tell)
        await done

    async def _serve(self, channel: int) -> None:
        waiting = self._waiting[channel]
        try:
            while waiting:
                self._now[channel], work = waiting.popleft()
                try:
                    await work()
                except Exception:
                    self._log.exception("something that happened could not be handled")
        finally:
            del self._waiting[channel], self._now[channel], self._tasks[channel]

    def again(self, what: object) -> bool:
        """Whether this was seen a moment ago; from now on it was."""
        if what in self._seen:
            return True
        self._seen[what] = None
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return False

    @property
    def busy(self) -> int:
        return len(self._waiting)

    @property
    def handled(self) -> int:
        """Everything up to this id was handled, in every channel."""
        return min((id for id in self._now.values() if id), default=self.high + 1) - 1

    async def close(self) -> None:
        """Leave what is under way, and what waits, as not handled: it is read again when the bot is back."""
        self.high = self.handled
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # One that never began has had no end either.
        for end in list(self._ends):
            if not end.done():
                end.set_result(None)
        for each in (self._waiting, self._now, self._tasks):
            each.clear()
