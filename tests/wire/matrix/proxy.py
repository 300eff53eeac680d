"""A proxy that misbehaves on request, between a client and a real homeserver.

    proxy.does(bad_gateway(), on="/sync", times=3)

Faults are taken in the order they were set; each ends after its number of times. Knows nothing of Matrix but its paths.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web


@dataclass(frozen=True)
class Passed:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    def whole(self) -> web.Response:
        return web.Response(status=self.status, headers=self.headers, body=self.body)


Forward = Callable[[], Awaitable[Passed]]
Fault = Callable[[web.Request, Forward], Awaitable[web.StreamResponse]]


def bad_gateway(status: int = 502) -> Fault:
    """An error page, as a reverse proxy shows while the server restarts."""

    async def fault(request: web.Request, forward: Forward) -> web.StreamResponse:
        return web.Response(status=status, text="<html><h1>Bad Gateway</h1></html>", content_type="text/html")

    return fault


def page() -> Fault:
    """A page with status 200, as a captive portal shows."""

    async def fault(request: web.Request, forward: Forward) -> web.StreamResponse:
        return web.Response(text="<html>Please accept our terms</html>", content_type="text/html")

    return fault


def half_json() -> Fault:
    """The first half of the answer, as if that were all."""

    async def fault(request: web.Request, forward: Forward) -> web.StreamResponse:
        passed = await forward()
        return web.Response(body=passed.body[: len(passed.body) // 2], content_type="application/json")

    return fault


def truncated() -> Fault:
    """The length of the whole, half of it, and the line goes dead."""

    async def fault(request: web.Request, forward: Forward) -> web.StreamResponse:
        passed = await forward()
        answer = web.StreamResponse(status=passed.status, headers=passed.headers)
        answer.content_length = len(passed.body)
        await answer.prepare(request)
        await answer.write(passed.body[: len(passed.body) // 2])
        _hang_up(request)
        return answer

    return fault


def cut() -> Fault:
    """The line goes dead before the server hears of it."""

    async def fault(request: web.Request, forward: Forward) -> web.StreamResponse:
        _hang_up(request)
        return web.Response()

    return fault


def lost_answer() -> Fault:
    """The server does it, and its answer never arrives."""

    async def fault(request: web.Request, forward: Forward) -> web.StreamResponse:
        await forward()
        _hang_up(request)
        return web.Response()

    return fault


def slow_down(milliseconds: int, *, header: bool = False) -> Fault:
    """Too many requests: in the body, or in the header in whole seconds."""

    async def fault(request: web.Request, forward: Forward) -> web.StreamResponse:
        body: dict[str, Any] = {"errcode": "M_LIMIT_EXCEEDED", "error": "slow down"}
        headers = {}
        if header:
            headers["Retry-After"] = str(milliseconds // 1000)
        else:
            body["retry_after_ms"] = milliseconds
        return web.json_response(body, status=429, headers=headers)

    return fault


def error(status: int, code: str, **more: Any) -> Fault:
    """Any error of Matrix's own."""

    async def fault(request: web.Request, forward: Forward) -> web.StreamResponse:
        return web.json_response({"errcode": code, "error": "no", **more}, status=status)

    return fault


@dataclass
class Stall:
    """Silence until `release` is set; then the server is asked, or the client has gone meanwhile."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, request: web.Request, forward: Forward) -> web.StreamResponse:
        self.reached.set()
        await self.release.wait()
        return (await forward()).whole()


def rewritten(change: Callable[[Any], None]) -> Fault:
    """The server's answer, changed on the way."""

    async def fault(request: web.Request, forward: Forward) -> web.StreamResponse:
        passed = await forward()
        said = json.loads(passed.body)
        change(said)
        return web.json_response(said, status=passed.status)

    return fault


@dataclass
class _Set:
    fault: Fault
    on: re.Pattern[str]
    method: str | None
    times: int | None


class FaultProxy:
    """Passes everything on, but for the faults that are set. `seen` lists method, path and body of each request."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.url = ""
        self.met = 0
        """How many requests met a fault, where a test counts."""
        self.seen: list[tuple[str, str, bytes]] = []
        self._expected: list[tuple[re.Pattern[str], asyncio.Event]] = []
        self._faults: list[_Set] = []

    async def __aenter__(self) -> FaultProxy:
        self._session = ClientSession(timeout=ClientTimeout(total=None), auto_decompress=False)
        app = web.Application(client_max_size=50 * 1024 * 1024)
        app.router.add_route("*", "/{rest:.*}", self._handle)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    def does(self, fault: Fault, *, on: str, method: str | None = None, times: int | None = 1) -> None:
        """Let requests whose path matches the pattern meet that fault, so many times (None: until `heals`)."""
        self._faults.append(_Set(fault, re.compile(on), method, times))

    def heals(self) -> None:
        """No more faults."""
        self._faults.clear()

    def count(self, on: str, method: str | None = None, *, saying: bytes = b"") -> int:
        """How many requests came to paths that match, perhaps with something in their bodies."""
        return sum(
            1 for verb, where, body in self.seen if re.search(on, where) and method in (None, verb) and saying in body
        )

    async def asked(self, on: str) -> None:
        """Wait for the next request to a path that matches. It meets the faults that are set now."""
        bell = asyncio.Event()
        self._expected.append((re.compile(on), bell))
        await asyncio.wait_for(bell.wait(), 15)

    @property
    def pending(self) -> int:
        """How many faults have not happened yet."""
        return sum(each.times or 0 for each in self._faults)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        where = request.raw_path
        body = await request.read()
        self.seen.append((request.method, where, body))
        for pattern, bell in self._expected:
            if pattern.search(where):
                bell.set()

        async def forward() -> Passed:
            headers = {k: v for k, v in request.headers.items() if k.lower() not in ("host", "content-length")}
            async with self._session.request(
                request.method, self.target + where, data=body or None, headers=headers
            ) as answer:
                dropped = ("content-length", "transfer-encoding", "connection", "date", "server")
                kept = {k: v for k, v in answer.headers.items() if k.lower() not in dropped}
                return Passed(answer.status, kept, await answer.read())

        for each in self._faults:
            if each.on.search(where) and each.method in (None, request.method):
                if each.times is not None:
                    each.times -= 1
                    if each.times == 0:
                        self._faults.remove(each)
                return await each.fault(request, forward)
        return (await forward()).whole()


def _hang_up(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
