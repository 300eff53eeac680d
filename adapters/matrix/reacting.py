"""Signs under messages, and messages that are taken away: told to whom it concerns. It must not know what they mean."""

from __future__ import annotations

from typing import Any

from adapters.matrix.hand import Hand
from adapters.matrix.opening import Heard
from adapters.matrix.read import moment
from adapters.matrix.signs import Signs
from bot.talk.model import Gone, MessageRef, PlaceRef
from bot.talk.platform import Clock, Inbox


class Reacting:
    """Hears reactions and redactions."""

    def __init__(self, hand: Hand, signs: Signs, inbox: Inbox, clock: Clock) -> None:
        self._hand = hand
        self._signs = signs
        self._inbox = inbox
        self._clock = clock

    async def put(self, heard: Heard) -> None:
        """A sign: in somebody's own room it is told, in a common room it may take a choice."""
        whose = self._hand.alone(heard.room, heard.event.sender)
        if whose is None:
            await self._hand.sign(heard)
            return
        at = moment(heard.event.server_timestamp, self._clock.now())
        reacted = await self._signs.put(heard.room, whose, heard.event, at)
        if reacted is not None:
            await self._inbox.reacted(reacted)

    async def removed(self, heard: Heard) -> None:
        """A removal: of a sign in somebody's own room, or of a message."""
        event: Any = heard.event
        whose = self._hand.alone(heard.room, event.sender)
        if whose is not None:
            at = moment(event.server_timestamp, self._clock.now())
            reacted = await self._signs.taken_back(heard.room, whose, event, at)
            if reacted is not None:
                await self._inbox.reacted(reacted)
                return
        removed = getattr(event, "redacts", None)
        if isinstance(removed, str):
            place = PlaceRef("matrix", heard.room)
            await self._inbox.gone(Gone(event.event_id, place, message=MessageRef(place, removed)))
