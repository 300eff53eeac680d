"""What a sync left out: a timeline that was cut short is filled from the room's history, back to where we had been."""

from __future__ import annotations

from collections.abc import Mapping

from nio import AsyncClient

from adapters.matrix.opening import Raw, since_ours
from adapters.matrix.wire import ask, path

PAGE = 100
MOST_PAGES = 200
"""Of one gap: 20,000 events. What is older is given up, and that is logged."""


async def page(client: AsyncClient, room: str, start: str, until: str) -> tuple[list[Raw], str | None]:
    """One page backwards from `start`, newest first, and where the next one begins; None at the end.

    Raises WireError or TokenRejected.
    """
    query: dict[str, str | int | None] = {"from": start, "to": until, "dir": "b", "limit": PAGE}
    said = await ask(client, "GET", path("rooms", room, "messages", **query))
    chunk = said.get("chunk")
    events = [each for each in chunk if isinstance(each, Mapping)] if isinstance(chunk, list) else []
    end = said.get("end")
    return events, end if isinstance(end, str) and end not in (start, until) and events else None


class Gap:
    """What is missing in one room between two points of the sync. It keeps what it has when a request fails."""

    def __init__(self, client: AsyncClient, room: str, start: str, until: str) -> None:
        self._client = client
        self._room = room
        self._next: str | None = start
        self._until = until
        self._newest_first: list[Raw] = []
        self._seen: set[str] = set()
        self._pages = 0

    @property
    def given_up(self) -> bool:
        """There was more than we fetch."""
        return self._next is not None

    async def fill(self) -> list[Raw]:
        """The missing events, oldest first. Raises WireError or TokenRejected; call it again then."""
        while self._next is not None and self._pages < MOST_PAGES:
            events, following = await page(self._client, self._room, self._next, self._until)
            self._pages += 1
            for event in events:
                event_id = event.get("event_id")
                if isinstance(event_id, str) and event_id not in self._seen:
                    self._seen.add(event_id)
                    self._newest_first.append(event)
            self._next = following
            if since_ours(events[::-1], self._client.user_id) is not None:
                self._next = None
        oldest_first = self._newest_first[::-1]
        return oldest_first[since_ours(oldest_first, self._client.user_id) or 0 :]
