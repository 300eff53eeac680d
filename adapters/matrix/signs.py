"""Signs under messages (reactions): hearing them in private rooms, and putting the bot's own.

A taken-back sign arrives as the removal of an event that no longer says what it was, so the last ones of each room are
remembered. It must not know what a sign means.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from nio import AsyncClient

from adapters.matrix.asking import place_key
from adapters.matrix.direct import Whose
from adapters.matrix.read import sign, user
from adapters.matrix.sending import Later, NotSent, Outcome, Sending, Sent
from adapters.matrix.wire import Refused, WireError, ask, path
from bot.talk.errors import TryLater, Unreachable
from bot.talk.model import MessageRef, PlaceRef, Reacted
from bot.talk.platform import Memory

KEPT = 50
DOUBLE = "M_DUPLICATE_ANNOTATION"


class Signs:
    """Reads and puts them."""

    def __init__(self, client: AsyncClient, sending: Sending, memory: Memory) -> None:
        self._client = client
        self._sending = sending
        self._memory = memory

    async def put(self, room: str, whose: Whose, event: Any, at: datetime) -> Reacted | None:
        """A sign that somebody put in their own room. None where it is not under a message of the bot's.

        Raises NoAnswer or TokenRejected.
        """
        content = event.source.get("content")
        found = sign(content) if isinstance(content, Mapping) else None
        if found is None or not await self._is_ours(room, found[0]):
            return None
        kept = await self._kept(whose)
        if event.event_id not in kept:
            kept[event.event_id] = list(found)
            await self._keep(whose, kept)
        return self._reacted(event.event_id, room, whose, found, at, removed=False)

    async def taken_back(self, room: str, whose: Whose, event: Any, at: datetime) -> Reacted | None:
        """A removal, if it takes a sign away that was heard before."""
        found = (await self._kept(whose)).get(str(event.redacts))
        if found is None:
            return None
        return self._reacted(event.event_id, room, whose, (found[0], found[1]), at, removed=True)

    async def react(self, room: str, message: str, key: str, *, on: bool) -> None:
        """Put the bot's own sign, or take it away. Raises TryLater or Unreachable."""
        if on:
            content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": message, "key": key}}
            outcome = await self._sending.message(room, "m.reaction", content, uuid4().hex)
            if not (isinstance(outcome, NotSent) and outcome.code == DOUBLE):
                _landed(outcome)
            return
        for event_id in await self._own(room, message, key):
            _landed(await self._sending.redact(room, event_id, f"unsign{event_id}"))

    async def _own(self, room: str, message: str, key: str) -> list[str]:
        where = path("rooms", room, "relations", message, "m.annotation", "m.reaction", limit=100)
        try:
            said = await ask(self._client, "GET", where.replace("/v3/", "/v1/", 1))
        except Refused as error:
            raise Unreachable(error.code) from None
        except WireError as error:
            raise TryLater(error.reason, error.after) from None
        chunk = said.get("chunk")
        events = chunk if isinstance(chunk, list) else []
        own = [each for each in events if isinstance(each, Mapping) and each.get("sender") == self._client.user_id]
        return [str(each["event_id"]) for each in own if (sign(each.get("content") or {}) or ("", ""))[1] == key]

    async def _is_ours(self, room: str, message: str) -> bool:
        try:
            said = await ask(self._client, "GET", path("rooms", room, "event", message))
        except Refused:
            return False
        return bool(said.get("sender") == self._client.user_id)

    def _reacted(
        self, id: str, room: str, whose: Whose, found: tuple[str, str], at: datetime, *, removed: bool
    ) -> Reacted:
        message = MessageRef(PlaceRef("matrix", room), found[0])
        return Reacted(id, user(whose.user), message, found[1], at, removed, whose.about)

    async def _kept(self, whose: Whose) -> dict[str, list[str]]:
        stored = await self._memory.get(_key(whose))
        kept: dict[str, list[str]] = json.loads(stored) if stored else {}
        return kept

    async def _keep(self, whose: Whose, kept: dict[str, list[str]]) -> None:
        latest = dict(list(kept.items())[-KEPT:])
        await self._memory.put(_key(whose), json.dumps(latest, ensure_ascii=False))


def _key(whose: Whose) -> str:
    """Named by the account, so that an erasure finds it."""
    return "signs:" + place_key("", None, whose)


def _landed(outcome: Outcome) -> None:
    match outcome:
        case Sent():
            return
        case Later(reason, after):
            raise TryLater(reason, after)
        case NotSent(code):
            raise Unreachable(code)
