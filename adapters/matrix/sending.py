"""Saying something in a room: one send at a time in each, in order, under a name that makes repeating it harmless.

The server remembers a transaction id per device (Synapse for a day), so the same id sent again after a crash or a lost
answer is one message. A send is never cancelled: a deadline ends the waiting, not the work. Knows no replies of ours.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from nio import AsyncClient

from adapters.matrix.keys import Keys
from adapters.matrix.lanes import Lanes
from adapters.matrix.wire import NoAnswer, Refused, SlowDown, TokenRejected, ask, path, within
from bot.talk.platform import Clock

DEADLINE = 45.0
"""Seconds that whoever sends waits for the outcome."""

NOT_PRIVATE = "NOT_PRIVATE"
"""The code of our own refusal: somebody else would have read it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """It is in the room, under that id."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not known to be in the room; it may be, or may still get there. Send it again with the same transaction id, not
    before `after` seconds. `reason` is a word for logs."""

    reason: str
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class NotSent:
    """It is not in the room and will not be. `code` is the Matrix error code."""

    code: str


Outcome = Sent | Later | NotSent


class Sending:
    """The only way for messages out of here."""

    def __init__(
        self, client: AsyncClient, keys: Keys, clock: Clock, log: logging.Logger, *, deadline: float = DEADLINE
    ) -> None:
        self._client = client
        self._keys = keys
        self._clock = clock
        self._log = log
        self._deadline = deadline
        self._lanes = Lanes()
        self._flying: dict[tuple[str, str], asyncio.Future[Outcome]] = {}
        self._quiet_until = 0.0

    async def message(
        self, room: str, kind: str, content: Mapping[str, Any], txn: str, *, only: str | None = None
    ) -> Outcome:
        """Send an event of that kind, encrypted where the room is (reactions never are). Raises TokenRejected.

        `only` names the one person who may read it: it is NotSent where anybody else is in the room by then, or where
        it would not be encrypted.
        """
        return await self._flight(room, txn, partial(self._message, room, kind, dict(content), txn, only))

    async def redact(self, room: str, event_id: str, txn: str) -> Outcome:
        """Take an event's content away: our own, or another's where we may. Raises TokenRejected."""
        return await self._flight(room, txn, partial(self._put, path("rooms", room, "redact", event_id, txn), {}))

    @property
    def idle(self) -> asyncio.Event:
        """Set while nothing is on its way."""
        return self._lanes.idle

    async def finish(self) -> None:
        """Wait until nothing is on its way."""
        await self._lanes.finish()

    async def close(self) -> None:
        """Give up what is on its way: the program ends, and sends it again under the same ids when it is back."""
        await self._lanes.close()

    async def _flight(self, room: str, txn: str, work: Callable[[], Awaitable[str]]) -> Outcome:
        flying = self._flying.get((room, txn))
        if flying is None:
            flying = self._lanes.put(room, partial(self._try, work))
            self._flying[room, txn] = flying
            flying.add_done_callback(partial(self._landed, room, txn))
        try:
            return await within(self._clock, self._deadline, asyncio.shield(flying))
        except NoAnswer as error:
            return Later(error.reason)
        except asyncio.CancelledError:
            if flying.cancelled():
                return Later("closing")
            raise

    def _landed(self, room: str, txn: str, flight: asyncio.Future[Outcome]) -> None:
        self._flying.pop((room, txn), None)
        if not flight.cancelled():
            flight.exception()  # whoever waited may be gone; the sync loop meets a dead token by itself

    async def _try(self, work: Callable[[], Awaitable[str]]) -> Outcome:
        wait = self._quiet_until - self._clock.now().timestamp()
        if wait > 0:
            return Later("quiet for a while", wait)
        try:
            return Sent(await work())
        except Refused as error:
            return NotSent(error.code)
        except SlowDown as error:
            self._quiet_until = self._clock.now().timestamp() + error.after
            return Later(error.reason, error.after)
        except NoAnswer as error:
            return Later(error.reason, error.after)
        except TokenRejected:
            raise
        except Exception as error:
            self._log.error("a message could not be prepared", extra={"reason": type(error).__name__})
            return Later(type(error).__name__)

    async def _message(self, room: str, kind: str, content: dict[str, Any], txn: str, only: str | None) -> str:
        known = self._client.rooms.get(room)
        if known is None:
            raise NoAnswer("the room is not known yet")
        if kind != "m.reaction" and (known.encrypted or room in self._client.encrypted_rooms):
            if self._client.olm is None:
                raise Refused(0, "encryption is switched off")
            known.encrypted = True
            await self._keys.share(room)
            # No await between the line above and encrypting: the key was shared with those who are here now.
            if only is not None and set(known.users) - {self._client.user_id, only}:
                raise Refused(0, NOT_PRIVATE)
            kind, content = self._client.encrypt(room, kind, content)
        elif only is not None:
            raise Refused(0, NOT_PRIVATE)
        return await self._put(path("rooms", room, "send", kind, txn), content)

    async def _put(self, where: str, content: Mapping[str, Any]) -> str:
        said = await ask(self._client, "PUT", where, content)
        event_id = said.get("event_id")
        if not isinstance(event_id, str):
            raise NoAnswer("no event id")
        return event_id
