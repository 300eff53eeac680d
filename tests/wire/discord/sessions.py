"""Gateway sessions: what a client that identified is told, numbered, kept for RESUME, and filtered by its intents.

A session outlives its connection for `KEPT`; after that, or once it was closed with 1000 or 1001, it is gone (op 9).
"""

from __future__ import annotations

import json
from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .guild import Guild

KEPT = timedelta(minutes=3)
LOST_KEPT = 2
BACKLOG = 20_000
"""Events that are kept for a resume."""


class Line(Protocol):
    """An open connection."""

    def send(self, text: str) -> None: ...


class Session:
    def __init__(self, name: str, intents: int, shard: tuple[int, int]) -> None:
        self.name = name
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.sent: deque[tuple[int, str]] = deque(maxlen=BACKLOG)
        self.line: Line | None = None
        self.lost_at: datetime | None = None
        self.ready = False

    def dispatch(self, event: str, data: Any) -> None:
        self.sequence += 1
        text = json.dumps({"op": 0, "t": event, "s": self.sequence, "d": data}, separators=(",", ":"))
        self.sent.append((self.sequence, text))
        if self.line is not None:
            self.line.send(text)

    def can_resume_from(self, sequence: int) -> bool:
        oldest = self.sent[0][0] if self.sent else self.sequence + 1
        return oldest - 1 <= sequence <= self.sequence

    def replay(self, after: int) -> None:
        assert self.line is not None
        for number, text in list(self.sent):
            if number > after:
                self.line.send(text)

    def concerns(self, guild: Guild | None) -> bool:
        index, count = self.shard
        return index == (0 if guild is None else (guild.id >> 22) % count)


class Sessions:
    """All sessions; the world publishes here."""

    def __init__(self) -> None:
        self.all: dict[str, Session] = {}
        self._count = 0

    def _drop_old(self) -> None:
        """Of the sessions that lost their client, only the last few are kept."""
        lost = [session for session in self.all.values() if session.line is None]
        for session in lost[:-LOST_KEPT]:
            self.forget(session)

    def open(self, intents: int, shard: tuple[int, int]) -> Session:
        self._drop_old()
        self._count += 1
        session = Session(f"session-{self._count}", intents, shard)
        self.all[session.name] = session
        return session

    def find(self, name: str, now: datetime) -> Session | None:
        session = self.all.get(name)
        if session is not None and session.lost_at is not None and now - session.lost_at > KEPT:
            del self.all[name]
            return None
        return session

    def forget(self, session: Session) -> None:
        self.all.pop(session.name, None)

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.all.values() if session.line is not None and session.ready]

    def publish(self, event: str, data: Any, *, guild: Guild | None = None, needs: int = 0) -> None:
        """Send an event to every session that should have it. `data` may be a function of the session's intents."""
        if guild is not None and not guild.has_bot:
            return
        for session in list(self.all.values()):
            if session.ready and session.concerns(guild) and (session.intents & needs or not needs):
                session.dispatch(event, data(session.intents) if callable(data) else data)
