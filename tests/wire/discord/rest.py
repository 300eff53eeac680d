"""The front of the REST side: reads a request, plays the faults ordered for it, checks it, lets it be handled,
answers.

Handlers are registered in the `routes_*` modules. Each returns what is sent as JSON, or None for 204. Every answer
carries rate-limit headers, and every 429 the `Via` header that Discord's has.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from .calls import Call, File, find
from .errors import ApiError, invalid_form, not_found, unauthorized
from .faults import Fault

if TYPE_CHECKING:
    from .server import DiscordServer

PREFIX = "/api/v10"


class Cut(Exception):
    """The connection is dropped instead of an answer."""


class Ordered(Exception):
    """A test wants this answer."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}


class Rest:
    """`active` counts the requests that are being served."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.active = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.active += 1
        self.server.touch()
        try:
            return await self._serve(request)
        except Cut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        finally:
            self.active -= 1
            self.server.touch()

    async def _serve(self, request: web.Request) -> web.Response:
        server = self.server
        path = request.rel_url.raw_path.removeprefix(PREFIX)
        call = Call(request.method, unquote(path), path, {}, dict(request.query))
        found = find(call, path)
        server.requests.append(call)
        try:
            await self._read(request, call)
            await _play(server.take_fault(call.name, after=False))
            self._count(call)
            if found is None:
                server.complain(call.name, "no such address here")
                raise not_found()
            if not found.open and request.headers.get("Authorization") != f"Bot {server.token}":
                raise unauthorized()
            self._check(call)
            body = await found.handler(server, call)
            await _play(server.take_fault(call.name, after=True))
            self._check_own(call, body)
            return self._answer(call, 204 if body is None else 200, body)
        except Ordered as ordered:
            return self._answer(call, ordered.status, ordered.body, ordered.headers)
        except ApiError as error:
            return self._answer(call, error.status, error.json())

    async def _read(self, request: web.Request, call: Call) -> None:
        kind = request.content_type
        if kind != "multipart/form-data":
            data = call.raw = await request.read()
            if data:
                if kind != "application/json":
                    self.server.complain(call.name, f"a body of type {kind}")
                call.body = _parsed(data)
            return
        call.multipart = True
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            data = bytes(await part.read())
            call.raw += f"{part.headers}\n".encode() + data
            if part.name == "payload_json":
                call.body = _parsed(data)
            else:
                name = part.filename or part.name or "file"
                call.files[part.name or ""] = File(name, data, _kind_of(name, data))

    def _count(self, call: Call) -> None:
        """The limits that a test has set; interactions do not count towards the global one."""
        exempt = call.path.startswith(("/interactions/", "/webhooks/"))
        for limit in self.server.limits_for(call.name, exempt=exempt):
            waits = limit.take(call.name, self.server.seconds())
            if waits:
                raise limited(waits, whole_bot=limit.whole_bot)

    def _check(self, call: Call) -> None:
        objections = self.server.book.check(call)
        for one in objections:
            self.server.complain(call.name, one.text)
        if faults := [one.text for one in objections if not one.ignored]:
            raise invalid_form(faults)

    def _check_own(self, call: Call, body: Any) -> None:
        for fault in self.server.book.check_answer(call, 200, body) if body is not None else []:
            self.server.complain(call.name, f"our own answer: {fault}")

    def _answer(self, call: Call, status: int, body: Any, more: dict[str, str] | None = None) -> web.Response:
        call.status = status
        if status in (401, 403, 429):
            self.server.invalid_requests += 1
        headers = {"Via": "1.1 loopback", **self._limit_headers(call), **(more or {})}
        headers = {name: value for name, value in headers.items() if value}
        if body is None:
            return web.Response(status=status, headers=headers)
        headers["Content-Type"] = "application/json"
        return web.Response(status=status, headers=headers, body=json.dumps(body).encode())

    def _limit_headers(self, call: Call) -> dict[str, str]:
        if call.path.startswith("/interactions/"):
            return {}
        own = [one for one in self.server.limits_for(call.name, exempt=True) if not one.whole_bot]
        allowed, left, after = 1000, 999, 1.0
        if own:
            bucket = own[0].bucket(call.name)
            after = max(bucket.until - self.server.seconds(), 0.0)
            allowed, left = own[0].limit, own[0].limit - bucket.used
        hashed = hashlib.sha256(f"{call.method} {call.template}".encode()).hexdigest()[:24]
        return {
            "X-RateLimit-Limit": str(allowed),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{self.server.world.now().timestamp() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashed,
        }


async def _play(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.hold is not None:
        await fault.hold.wait()
    if fault.cut:
        raise Cut
    if fault.status == 429:
        raise limited(fault.retry_after, whole_bot=fault.whole_bot, via=fault.via)
    if fault.status is not None:
        raise Ordered(fault.status, {"message": fault.message or f"{fault.status}: by order", "code": fault.code})


def limited(after: float, *, whole_bot: bool, via: bool = True) -> Ordered:
    """A 429 as Discord sends it; without `via`, as the proxy before it does."""
    if not via:
        return Ordered(429, {"message": "You are being blocked.", "code": 0}, {"Via": "", "Retry-After": str(after)})
    headers = {"Retry-After": str(max(1, round(after))), "X-RateLimit-Scope": "global" if whole_bot else "user"}
    if whole_bot:
        headers["X-RateLimit-Global"] = "true"
    else:
        headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": f"{after:.3f}"}
    body = {"message": "You are being rate limited.", "retry_after": round(after, 3), "global": whole_bot}
    return Ordered(429, body, headers)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


def _kind_of(name: str, data: bytes) -> str:
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
