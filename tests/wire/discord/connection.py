"""The gateway as one connection lives it: HELLO, IDENTIFY or RESUME, heartbeats, member requests, close codes.

Documentation: "Gateway", "Opcodes and Status Codes". `compress=zlib-stream` is one zlib stream with a sync flush
after each payload.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from . import chunking
from .intents import GUILDS, KNOWN, refused
from .routes_guilds import own_account
from .sessions import Session

if TYPE_CHECKING:
    from .guild import Guild
    from .server import DiscordServer

LARGEST = 4096
"""Bytes of a payload from the client; a longer one closes with 4002."""
PER_MINUTE = 120


class Closed(Exception):
    """The connection must end with this code."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Connection:
    """One websocket. Texts are queued by `send` and written in order by one task."""

    def __init__(self, server: DiscordServer, request: web.Request) -> None:
        self.server = server
        self.request = request
        self.socket = web.WebSocketResponse(compress=False, max_msg_size=0, timeout=1.0)
        self.session: Session | None = None
        self.heard: list[float] = []
        self._queue: asyncio.Queue[str | bytes | Closed] = asyncio.Queue()
        asks = request.query.get("compress")
        self._ended = False
        self._zlib = zlib.compressobj() if asks == "zlib-stream" else None
        if asks not in (None, "zlib-stream"):
            server.complain("gateway", f"compress={asks} is not served here; install no zstandard beside the tests")

    async def run(self) -> web.WebSocketResponse:
        await self.socket.prepare(self.request)
        writer = asyncio.create_task(self._write())
        try:
            query = self.request.query
            if query.get("v") not in ("9", "10"):
                raise Closed(4012, "Invalid API version")
            if query.get("encoding", "json") != "json":
                raise Closed(4002, "Only json is spoken here")
            self.op(10, {"heartbeat_interval": self.server.gateway.heartbeat_interval, "_trace": ["loopback"]})
            async for message in self.socket:
                self.server.touch()
                if message.type is WSMsgType.TEXT:
                    self._receive(message.data.encode())
                elif message.type is WSMsgType.BINARY:
                    self._receive(message.data)
        except Closed as end:
            self._queue.put_nowait(end)
            await writer
        finally:
            writer.cancel()
            self._lost()
        return self.socket

    def op(self, code: int, data: Any = None) -> None:
        self.send(json.dumps({"op": code, "d": data, "s": None, "t": None}))

    def send(self, text: str | bytes) -> None:
        self._queue.put_nowait(text)
        self.server.touch()

    def close(self, code: int, why: str = "") -> None:
        """Close from our side, after what is queued was written. After 4007 and 4009 nothing can be resumed."""
        self._ended = code in (1000, 1001, 4007, 4009)
        self._queue.put_nowait(Closed(code, why))

    def cut(self) -> None:
        """Drop the TCP connection without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()

    @property
    def idle(self) -> bool:
        return self._queue.empty()

    async def _write(self) -> None:
        while True:
            item = await self._queue.get()
            try:
                if isinstance(item, Closed):
                    await self.socket.close(code=item.code, message=str(item).encode())
                    return
                if self._zlib is not None:
                    data = item if isinstance(item, bytes) else item.encode()
                    await self.socket.send_bytes(self._zlib.compress(data) + self._zlib.flush(zlib.Z_SYNC_FLUSH))
                else:
                    await self.socket.send_str(item if isinstance(item, str) else item.decode("utf-8", "replace"))
            except (ConnectionError, RuntimeError):
                return
            self.server.touch()

    def _lost(self) -> None:
        session = self.session
        self.server.gateway.connections.discard(self)
        self.server.touch()
        if session is None or session.line is not self:
            return
        session.line = None
        session.lost_at = self.server.world.now()
        if self.socket.close_code in (1000, 1001) or self._ended:
            self.server.sessions.forget(session)

    # What the client says

    def _receive(self, payload: bytes) -> None:
        if len(payload) > LARGEST:
            self.server.complain("gateway", f"a payload of {len(payload)} bytes, at most {LARGEST}")
            raise Closed(4002, "Error while decoding payload")
        try:
            said = json.loads(payload)
            code, data = said["op"], said.get("d")
            assert isinstance(data, dict) or code not in (2, 6, 8)
        except (ValueError, KeyError, TypeError, AssertionError):
            raise Closed(4002, "Error while decoding payload") from None
        self._count()
        match code:
            case 1:
                self.server.gateway.heartbeats += 1
                if not self.server.gateway.silent:
                    self.op(11)
            case 2:
                self._identify(data)
            case 6:
                self._resume(data)
            case _ if self.session is None:
                raise Closed(4003, "Not authenticated")
            case 3 | 4:
                pass
            case 8:
                chunking.serve(self.server, self.session, data)
            case _:
                raise Closed(4001, "Unknown opcode")

    def _count(self) -> None:
        now = asyncio.get_running_loop().time()
        self.heard = [when for when in self.heard if now - when < 60] + [now]
        if len(self.heard) > PER_MINUTE:
            self.server.complain("gateway", f"more than {PER_MINUTE} payloads in a minute")
            raise Closed(4008, "Rate limited")

    def _identify(self, data: Any) -> None:
        server, world = self.server, self.server.world
        if self.session is not None:
            raise Closed(4005, "Already authenticated")
        server.complain_about_identify(data)
        if data.get("token", "").removeprefix("Bot ") != server.token:
            raise Closed(4004, "Authentication failed")
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN or intents < 0:
            raise Closed(4013, "Invalid intent(s)")
        if refused(intents, world.application.intents):
            raise Closed(4014, "Disallowed intent(s)")
        index, count = data.get("shard") or (0, 1)
        if not 0 <= index < count:
            raise Closed(4010, "Invalid shard")
        guilds = [guild for guild in world.guilds.values() if guild.has_bot and (guild.id >> 22) % count == index]
        if len(guilds) > 2500:
            raise Closed(4011, "Sharding required")
        server.gateway.identified.append(intents)
        if server.gateway.invalid_sessions > 0:
            server.gateway.invalid_sessions -= 1
            self.op(9, False)
            return
        session = self.session = server.sessions.open(intents, (index, count))
        session.line = self
        session.dispatch("READY", ready(server, session, guilds))
        session.ready = True
        if intents & GUILDS:
            for guild in guilds:
                if not guild.unavailable:
                    session.dispatch("GUILD_CREATE", guild.whole(intents))

    def _resume(self, data: Any) -> None:
        server = self.server
        if self.session is not None:
            raise Closed(4005, "Already authenticated")
        if data.get("token", "").removeprefix("Bot ") != server.token:
            raise Closed(4004, "Authentication failed")
        session = server.sessions.find(str(data.get("session_id")), server.world.now())
        sequence = data.get("seq")
        if session is None or not isinstance(sequence, int) or not session.can_resume_from(sequence):
            self.op(9, False)
            return
        if isinstance(session.line, Connection):
            session.line.close(4005)
        self.session = session
        session.line, session.lost_at = self, None
        session.replay(sequence)
        session.dispatch("RESUMED", {"_trace": ["loopback"]})
        server.gateway.resumed += 1


def ready(server: DiscordServer, session: Session, guilds: list[Guild]) -> dict[str, Any]:
    """The READY event: every guild is unavailable until its GUILD_CREATE."""
    application = server.world.application
    return {
        "v": 10,
        "user": own_account(server),
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        "session_id": session.name,
        "session_type": "normal",
        "resume_gateway_url": server.gateway.url,
        "shard": list(session.shard),
        "application": {"id": str(application.id), "flags": application.flags},
        "private_channels": [],
        "presences": [],
        "relationships": [],
        "user_settings": {},
        "geo_ordered_rtc_regions": [],
        "guild_join_requests": [],
        "_trace": ["loopback"],
    }
