"""Who watches is told that something changed, never what: they look again with their own eyes.

It must not know places, messages or who may see them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

EVERYTHING = "everything"
MOST = 64


class Changes:
    """Words like a place's id, handed to each watcher; one who falls behind is told to look at everything."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Queue[str]] = set()

    def tell(self, what: str = EVERYTHING) -> None:
        for queue in self._watchers:
            if queue.qsize() >= MOST:
                while not queue.empty():
                    queue.get_nowait()
                what = EVERYTHING
            queue.put_nowait(what)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[str]]:
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)
