"""One request to the homeserver, and what can come of it.

matrix-nio retries by itself, without end and without telling, and loses the reason of an error. Whoever asks here gets
the answer or one of four errors, and decides what follows. Knows nothing of rooms, keys or our vocabulary.

    WireError
    ├── NoAnswer        nothing usable came back; whether the request was carried out is unknown
    │   └── SlowDown    the server wants fewer requests; it did nothing
    └── Refused         the server understood, and won't; asking again changes nothing
    TokenRejected       the account can't be used any more; only its owner can help
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from aiohttp import ClientError, ClientTimeout
from nio import AsyncClient

from bot.talk.errors import PlatformStopped
from bot.talk.platform import Clock

BASE = "/_matrix/client/v3"
CONNECT = 20.0
"""Seconds to reach the server."""
LIMIT = 180.0
"""Seconds until an answer counts as lost. Asking again is safe: everything we ask can be asked twice."""

DEAD_TOKENS = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"})
PASSING = frozenset({"M_LIMIT_EXCEEDED", "M_USER_LOCKED", "M_RESOURCE_LIMIT_EXCEEDED"})

T = TypeVar("T")


class WireError(Exception):
    """What went wrong, as a short word for logs: never content, never an id. `after`: seconds the server asks for."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class NoAnswer(WireError):
    """Nothing usable came back: no connection, a broken body, a proxy's error page, a 5xx."""


class SlowDown(NoAnswer):
    """Not now. Wait at least `after` seconds."""


class Refused(WireError):
    """The server understood and won't. `code` is the Matrix error code, `status` that of HTTP, `body` its answer."""

    def __init__(self, status: int, code: str, body: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.body: Mapping[str, Any] = body or {}


class TokenRejected(PlatformStopped):
    """The access token is no longer valid. `soft`: the device may log in again and keep its keys."""

    def __init__(self, code: str, *, soft: bool = False) -> None:
        if code == "M_USER_DEACTIVATED":
            told = "The bot's Matrix account was deactivated. Use another account: handrail matrix login"
        else:
            told = "The Matrix server no longer accepts the bot's access token. Log in again: handrail matrix login"
        super().__init__(told)
        self.code = code
        self.soft = soft


def path(*parts: str, **query: str | int | None) -> str:
    """A path below the client API, each part quoted whole."""
    said = {key: str(value) for key, value in query.items() if value is not None}
    return BASE + "".join("/" + quote(part, safe="") for part in parts) + ("?" + urlencode(said) if said else "")


async def ask(
    client: AsyncClient,
    method: str,
    where: str,
    body: Mapping[str, Any] | bytes | None = None,
    *,
    limit: float | None = LIMIT,
    media_type: str = "application/json",
) -> dict[str, Any]:
    """Ask once and return the answer's object. A body of bytes is sent as it is.

    Raises NoAnswer, SlowDown, Refused or TokenRejected.
    """
    headers = {"Content-Type": media_type}
    if client.access_token:
        headers["Authorization"] = f"Bearer {client.access_token}"
    if isinstance(body, Mapping):
        body = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        response = await client.send(method, where, body, headers, None, ClientTimeout(total=limit, connect=CONNECT))
        raw = await response.read()
    except (TimeoutError, ClientError, OSError) as error:
        raise NoAnswer(type(error).__name__) from None
    return _read(response.status, response.headers, raw)


def _read(status: int, headers: Mapping[str, str], raw: bytes) -> dict[str, Any]:
    try:
        said = json.loads(raw)
    except ValueError:
        said = None
    if 200 <= status < 300:
        if not isinstance(said, dict):
            raise NoAnswer(f"{status} without JSON")
        return said
    code = said.get("errcode") if isinstance(said, dict) else None
    if status == 429 or code in PASSING:
        raise SlowDown(str(code or status), _wait(headers, said))
    if code in DEAD_TOKENS:
        raise TokenRejected(code, soft=bool(said.get("soft_logout")))
    if status == 401 and isinstance(said, dict) and "flows" in said:
        raise Refused(status, str(code or "M_AUTHENTICATE"), said)
    if status >= 500 or not isinstance(code, str):
        raise NoAnswer(f"{status}", _wait(headers, said))
    raise Refused(status, code, said)


def _wait(headers: Mapping[str, str], said: Any) -> float:
    """How long the server asks us to wait: the header counts seconds, the older field milliseconds."""
    for value, unit in (
        (headers.get("Retry-After"), 1.0),
        (said.get("retry_after_ms") if isinstance(said, dict) else None, 0.001),
    ):
        try:
            seconds = float(value) * unit  # type: ignore[arg-type]
        except (TypeError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return 0.0


async def within(clock: Clock, seconds: float, work: Awaitable[T]) -> T:
    """The result of the work, or NoAnswer when it takes longer; the work is cancelled then."""
    task = asyncio.ensure_future(work)
    bell = asyncio.ensure_future(clock.sleep_until(clock.now() + timedelta(seconds=seconds)))
    try:
        await asyncio.wait((task, bell), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise NoAnswer("took too long")
    finally:
        for waiting in (task, bell):
            waiting.cancel()
        await asyncio.gather(task, bell, return_exceptions=True)
