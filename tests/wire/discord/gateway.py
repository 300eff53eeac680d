"""All gateway connections of the bot, and what a test does to them: cuts, silence, op 7 and 9, malformed events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from .connection import Connection
from .sessions import Sessions

if TYPE_CHECKING:
    from .server import DiscordServer


class Gateway:
    """All connections, and what a test does to them.

    `silent`: heartbeats are not acknowledged. `refusing`: so many handshakes are answered 503, -1 for all.
    `invalid_sessions`: so many IDENTIFYs are answered op 9. `identified` lists the intents of each IDENTIFY.
    """

    def __init__(self, server: DiscordServer, sessions: Sessions) -> None:
        self.server = server
        self.sessions = sessions
        self.connections: set[Connection] = set()
        self.heartbeat_interval = 41_250
        self.heartbeats = 0
        self.identified: list[int] = []
        self.resumed = 0
        self.silent = False
        self.refusing = 0
        self.invalid_sessions = 0

    @property
    def url(self) -> str:
        return self.server.url.replace("http", "ws", 1) + "/gateway"

    @property
    def idle(self) -> bool:
        return all(connection.idle for connection in self.connections)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.refusing:
            self.refusing -= 1 if self.refusing > 0 else 0
            return web.Response(status=503, text="upstream connect error")
        connection = Connection(self.server, request)
        self.connections.add(connection)
        return await connection.run()

    def cut(self) -> None:
        """Every connection drops without a close frame. Sessions can be resumed."""
        for connection in list(self.connections):
            connection.cut()

    def close(self, code: int = 4000) -> None:
        """Close every connection with a code."""
        for connection in list(self.connections):
            connection.close(code)

    def reconnect(self) -> None:
        """Op 7: the client is asked to reconnect and resume."""
        for connection in list(self.connections):
            connection.op(7)

    def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9 to every connection; the session is gone unless it is resumable."""
        for connection in list(self.connections):
            if not resumable and connection.session is not None:
                self.sessions.forget(connection.session)
            connection.op(9, resumable)

    def forget_sessions(self) -> None:
        """No session can be resumed any more; who tries gets op 9."""
        for session in list(self.sessions.all.values()):
            self.sessions.forget(session)

    def dispatch(self, event: str, data: Any) -> None:
        """Send an event as it is to every session, malformed ones too."""
        for session in list(self.sessions.all.values()):
            session.dispatch(event, data)

    def raw(self, text: str | bytes) -> None:
        """Send a payload that may not even be JSON."""
        for connection in list(self.connections):
            connection.send(text)
