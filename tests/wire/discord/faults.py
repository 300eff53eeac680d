"""Faults that a test orders: errors, rate limits, cut connections, held requests. First come, first served.

A pattern is a method and a path with `*` for anything: "POST /channels/*/messages", "* /webhooks/*".
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase


@dataclass
class Hold:
    """A request that waits in the server. `reached` is set when it came; `release` lets it go on."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    _go: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self._go.set()

    async def wait(self) -> None:
        self.reached.set()
        await self._go.wait()

    @property
    def waiting(self) -> bool:
        return self.reached.is_set() and not self._go.is_set()


@dataclass
class Fault:
    """`after` True: the request has its effect first, and then only its answer is replaced."""

    pattern: str
    times: int
    after: bool = False
    status: int | None = None
    code: int = 0
    message: str = ""
    retry_after: float = 0.0
    whole_bot: bool = False
    via: bool = True
    cut: bool = False
    hold: Hold | None = None


@dataclass
class Bucket:
    used: int = 0
    until: float = 0.0


@dataclass
class Limit:
    """So many requests in so many real seconds: a bucket for each address that fits, one "global" for the whole bot."""

    pattern: str
    limit: int
    per: float
    buckets: dict[str, Bucket] = field(default_factory=dict)

    @property
    def whole_bot(self) -> bool:
        return self.pattern == "global"

    def bucket(self, name: str) -> Bucket:
        return self.buckets.setdefault("" if self.whole_bot else name, Bucket())

    def take(self, name: str, now: float) -> float:
        """Seconds to wait; 0 when the request may pass."""
        bucket = self.bucket(name)
        if now >= bucket.until:
            bucket.used, bucket.until = 0, now + self.per
        if bucket.used >= self.limit:
            return bucket.until - now
        bucket.used += 1
        return 0.0


class Faults:
    """What is ordered. The server is one of these."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []
        self._limits: list[Limit] = []
        self._holds: list[Hold] = []

    # For tests

    def fail_next(
        self, pattern: str, status: int, *, times: int = 1, code: int = 0, message: str = "", done: bool = False
    ) -> None:
        """The next requests that fit are answered with this error; with `done` after they had their effect."""
        self._ordered.append(Fault(pattern, times, done, status=status, code=code, message=message))

    def rate_limit_next(
        self, pattern: str, retry_after: float, *, times: int = 1, whole_bot: bool = False, via: bool = True
    ) -> None:
        """429 with so many seconds to wait; `via=False` as a proxy's own, which discord.py does not retry."""
        fault = Fault(pattern, times, status=429, retry_after=retry_after, whole_bot=whole_bot, via=via)
        self._ordered.append(fault)

    def cut_next(self, pattern: str, *, times: int = 1, done: bool = False) -> None:
        """The connection drops instead of an answer; with `done` after the request had its effect."""
        self._ordered.append(Fault(pattern, times, done, cut=True))

    def hold_next(self, pattern: str, *, done: bool = False) -> Hold:
        """The next request that fits waits until `release`; `await hold.reached.wait()` to know that it came."""
        hold = Hold()
        self._holds.append(hold)
        self._ordered.append(Fault(pattern, 1, done, hold=hold))
        return hold

    def limit(self, pattern: str, limit: int, per: float) -> None:
        """A real bucket, with its headers and 429s: so many requests in so many real seconds; "global" for the bot."""
        self._limits.append(Limit(pattern, limit, per))

    def heal(self) -> None:
        """Forget every order and limit, and let go what is held."""
        self._ordered.clear()
        self._limits.clear()
        for hold in self._holds:
            hold.release()

    # For the server

    def take_fault(self, name: str, *, after: bool) -> Fault | None:
        """The next fault for a request ("POST /channels/1/messages"), used up."""
        for fault in self._ordered:
            if fault.after == after and matches(fault.pattern, name):
                fault.times -= 1
                if fault.times <= 0:
                    self._ordered.remove(fault)
                return fault
        return None

    def limits_for(self, name: str, *, exempt: bool) -> Iterator[Limit]:
        for limit in self._limits:
            if (limit.whole_bot and not exempt) or matches(limit.pattern, name):
                yield limit

    @property
    def held(self) -> int:
        """How many requests wait to be released."""
        return sum(hold.waiting for hold in self._holds)


def matches(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern)
