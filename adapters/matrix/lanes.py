"""Work in order within a lane (a room), side by side between lanes. Knows nothing of what the work is."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")
Work = Callable[[], Awaitable[Any]]


class Lanes:
    """One piece of work at a time in each lane. A lane that has nothing to do costs nothing."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[tuple[Work, asyncio.Future[Any]]]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._waiting = 0
        self._room = asyncio.Event()
        self.idle = asyncio.Event()
        """Set while there is nothing to do."""
        self.idle.set()

    @property
    def waiting(self) -> int:
        """How many pieces are not done."""
        return self._waiting

    def put(self, lane: str, work: Callable[[], Awaitable[T]]) -> asyncio.Future[T]:
        """Do the work after all that stands in its lane. What it returns or raises is the future's."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(lane, deque()).append((work, done))
        self._waiting += 1
        self.idle.clear()
        if lane not in self._workers:
            self._workers[lane] = asyncio.create_task(self._run(lane))
        return done

    async def below(self, most: int) -> None:
        """Wait until fewer than that many pieces are not done."""
        while self._waiting >= most:
            self._room.clear()
            await self._room.wait()

    async def finish(self) -> None:
        """Wait until all lanes are empty. New work may still be put."""
        while self._workers:
            await asyncio.wait(list(self._workers.values()))

    async def close(self) -> None:
        """Cancel what runs and forget what stands in line; their futures are cancelled."""
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        for queue in self._queues.values():  # of workers that were cancelled before their first step
            for _, done in queue:
                done.cancel()
        self._queues.clear()
        self._workers.clear()
        self._less(self._waiting)

    async def _run(self, lane: str) -> None:
        queue = self._queues[lane]
        try:
            while queue:
                work, done = queue[0]
                try:
                    result = await work()
                except asyncio.CancelledError:
                    done.cancel()
                    if (own := asyncio.current_task()) is not None and own.cancelling():
                        raise
                except Exception as error:
                    if not done.done():
                        done.set_exception(error)
                else:
                    if not done.done():
                        done.set_result(result)
                queue.popleft()
                self._less(1)
        finally:
            for _, done in queue:
                done.cancel()
            self._less(len(queue))
            self._queues.pop(lane, None)
            self._workers.pop(lane, None)

    def _less(self, by: int) -> None:
        self._waiting -= by
        self._room.set()
        if not self._waiting:
            self.idle.set()
