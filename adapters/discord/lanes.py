"""One after the other in each channel, side by side between channels; and up to where everything was handled.

A lane costs nothing while its channel is quiet: the first message is handled by whoever brings it. It must not know
what is handled.
"""

from __future__ import annotations

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
        self.high = 0

    async def through(self, channel: int, id: int, work: Work) -> None:
        """Do the work after all that came before it in that channel. Returns at once where something is under way
        there, else when the channel is quiet again. What it raises is logged and is its own."""
        if id > self.high:
            self.high = id
        waiting = self._waiting.get(channel)
        if waiting is not None:
            waiting.append((id, work))
            return
        self._waiting[channel] = waiting = deque()
        try:
            while True:
                self._now[channel] = id
                try:
                    await work()
                except Exception:
                    self._log.exception("something that happened could not be handled")
                if not waiting:
                    return
                id, work = waiting.popleft()
        finally:
            del self._waiting[channel]
            self._now.pop(channel, None)

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
        under_way = [id for id in self._now.values() if id]
        return min(under_way, default=self.high + 1) - 1
