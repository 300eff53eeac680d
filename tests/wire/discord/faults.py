"""Faults that a test orders: errors, rate limits, cut connections and requests held in the middle. First come, first served.

A pattern is a method and a path with `*` for anything: "POST /channels/*/messages", "* /webhooks/*".
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


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
    scope_global: bool = False
    via: bool = True
    cut: bool = False
    hold: Hold | None = None
    more: dict[str, Any] = field(default_factory=dict)


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
class Limit:
    """A bucket of a test's own: so many requests in so many (real) seconds for a pattern."""

    pattern: str
    limit: int
    per: float
    used: int = 0
    until: float = 0.0

    def take(self, now: float) -> float:
        """Seconds to wait; 0 when the request may pass."""
        if now >= self.until:
            self.used, self.until = 0, now + self.per
        if self.used >= self.limit:
            return self.until - now
        self.used += 1
        return 0.0


class Faults:
    def __init__(self) -> None:
        self.ordered: list[Fault] = []
        self.limits: list[Limit] = []
        self.holds: list[Hold] = []

    def order(self, fault: Fault) -> Fault:
        self.ordered.append(fault)
        if fault.hold is not None:
            self.holds.append(fault.hold)
        return fault

    def take(self, name: str, *, after: bool) -> Fault | None:
        """The next fault for a request ("POST /channels/1/messages"), used up."""
        for fault in self.ordered:
            if fault.after == after and matches(fault.pattern, name):
                fault.times -= 1
                if fault.times <= 0:
                    self.ordered.remove(fault)
                return fault
        return None

    def limit_for(self, name: str) -> Limit | None:
        return next((limit for limit in self.limits if matches(limit.pattern, name)), None)

    def clear(self) -> None:
        self.ordered.clear()
        self.limits.clear()


def matches(pattern: str, name: str) -> bool:
    return fnmatchcase(name, pattern)
