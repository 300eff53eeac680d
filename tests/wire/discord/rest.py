"""The front of the REST side: reads a request, orders its faults and limits, checks it, finds its handler, answers.

Handlers are registered by `route` in the `routes_*` modules. Each takes the server and a `Call` and returns what is sent
as JSON, or None for 204. Every answer carries rate-limit headers; every 429 the `Via` header that Discord's has.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .errors import ApiError, invalid_form, not_found, unauthorized
from .faults import Fault

if TYPE_CHECKING:
    from .server import DiscordServer

PREFIX = "/api/v10"


@dataclass
class File:
    name: str
    data: bytes
    kind: str


@dataclass
class Call:
    """One request. `params` are the path's; `files` those of a multipart body by their field name."""

    method: str
    path: str
    template: str
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: dict[str, File] = field(default_factory=dict)
    multipart: bool = False
    status: int = 0

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def number(self, name: str) -> int:
        """A snowflake of the path."""
        value = self.params[name]
        if not value.isdecimal():
            raise invalid_form([f'{name}: Value "{value}" is not snowflake.'])
        return int(value)


Handler = Callable[["DiscordServer", Call], Awaitable[Any]]


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler
    open: bool


ROUTES: list[Route] = []


def route(method: str, template: str, *, open: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler. `open`: it needs no bot token (an interaction's own token stands in the path)."""

    def register(handler: Handler) -> Handler:
        pattern = re.compile("^" + re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template) + "$")
        ROUTES.append(Route(method, template, pattern, handler, open))
        return handler

    return register


class Cut(Exception):
    """The connection is dropped instead of an answer."""


class Rest:
    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.active = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        server = self.server
        self.active += 1
        server.touch()
        try:
            return await self._serve(request)
        except Cut:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        finally:
            self.active -= 1
            server.touch()

    async def _serve(self, request: web.Request) -> web.Response:
        server = self.server
        from urllib.parse import unquote

        path = request.rel_url.raw_path.removeprefix(PREFIX)
        call = Call(request.method, unquote(path), path, {}, dict(request.query))
        found = self._find(call, path)
        server.requests.append(call)
        try:
            await self._read(request, call)
            await self._pass(server.faults.take(call.name, after=False))
            waits = self._over_limit(call)
            if waits:
                raise _limited(waits, scope_global=False)
            if found is None:
                server.complain(call.name, "no such address here")
                raise not_found()
            if not found.open and request.headers.get("Authorization") != f"Bot {server.token}":
                raise unauthorized()
            self._check(call)
            answer = await found.handler(server, call)
            await self._pass(server.faults.take(call.name, after=True))
            call.status = 204 if answer is None else 200
            return self._answer(call, answer)
        except _Injected as injected:
            call.status = injected.status
            if call.status in (401, 403, 429):
                server.invalid_requests += 1
            return self._answer(call, injected.body, injected.headers)
        except ApiError as error:
            call.status = error.status
            if call.status in (401, 403, 429):
                server.invalid_requests += 1
            return self._answer(call, error.json())

    def _find(self, call: Call, path: str) -> Route | None:
        from urllib.parse import unquote

        for each in ROUTES:
            if each.method == call.method and (match := each.pattern.match(path)):
                call.params = {name: unquote(value) for name, value in match.groupdict().items()}
                call.template = each.template
                return each
        return None

    async def _read(self, request: web.Request, call: Call) -> None:
        kind = request.content_type
        if kind == "multipart/form-data":
            call.multipart = True
            reader = await request.multipart()
            async for part in reader:
                name = part.name or ""  # type: ignore[union-attr]
                data = await part.read()  # type: ignore[union-attr]
                if name == "payload_json":
                    call.body = _parsed(data)
                else:
                    kind = _kind_of(part.filename or name, data)  # type: ignore[union-attr]
                    call.files[name] = File(part.filename or name, bytes(data), kind)  # type: ignore[union-attr]
            return
        data = await request.read()
        if data:
            if kind != "application/json":
                self.server.complain(call.name, f"a body of type {kind}")
            call.body = _parsed(data)

    async def _pass(self, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.hold is not None:
            await fault.hold.wait()
        if fault.cut:
            raise Cut
        if fault.status == 429:
            raise _limited(fault.retry_after, scope_global=fault.scope_global, via=fault.via)
        if fault.status is not None:
            body = {"message": fault.message or f"{fault.status}: ordered by a test", "code": fault.code}
            raise _Injected(fault.status, body)

    def _over_limit(self, call: Call) -> float:
        limit = self.server.faults.limit_for(call.name)
        return limit.take(self.server.seconds()) if limit is not None else 0.0

    def _check(self, call: Call) -> None:
        faults = self.server.book.check(call)
        for fault in faults:
            self.server.complain(call.name, fault)
        if faults:
            raise invalid_form(faults)

    def _answer(self, call: Call, body: Any, more: dict[str, str] | None = None) -> web.Response:
        headers = self._limit_headers(call) | {"Via": "1.1 loopback"} | (more or {})
        if headers.get("Via") == "":
            del headers["Via"]
        if body is None:
            return web.Response(status=call.status, headers=headers)
        if "application/octet-stream" not in headers.get("Content-Type", ""):
            headers["Content-Type"] = "application/json"
        return web.Response(status=call.status, headers=headers, body=json.dumps(body).encode())

    def _limit_headers(self, call: Call) -> dict[str, str]:
        limit = self.server.faults.limit_for(call.name)
        if call.template.startswith(("/interactions/", "/webhooks/")) and limit is None:
            return {}
        now = self.server.seconds()
        allowed, left, after = (1000, 999, 1.0)
        if limit is not None:
            allowed, left, after = limit.limit, limit.limit - limit.used, max(limit.until - now, 0.0)
        bucket = hashlib.sha256(f"{call.method} {call.template}".encode()).hexdigest()[:24]
        return {
            "X-RateLimit-Limit": str(allowed),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{self.server.world.now().timestamp() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": bucket,
        }


class _Injected(Exception):
    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}


def _limited(after: float, *, scope_global: bool, via: bool = True) -> _Injected:
    body = {"message": "You are being rate limited.", "retry_after": round(after, 3), "global": scope_global}
    headers = {
        "Retry-After": str(max(1, round(after))),
        "X-RateLimit-Scope": "global" if scope_global else "user",
    }
    headers |= {"X-RateLimit-Global": "true"} if scope_global else {"X-RateLimit-Remaining": "0"}
    if not via:
        headers["Via"] = ""
    return _Injected(429, body, headers)


def _parsed(data: bytes | bytearray) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


def _kind_of(name: str, data: bytes | bytearray) -> str:
    import mimetypes

    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
