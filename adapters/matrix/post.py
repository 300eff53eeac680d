"""The bot's words into rooms: rendered, uploaded, sent once under their key, and what their numbers will mean.

It must not know why anything is said, nor to whom it goes but by the spot it is given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from nio import AsyncClient

from adapters.matrix.asking import Asking, place_key
from adapters.matrix.choices import Choices
from adapters.matrix.direct import Whose
from adapters.matrix.media import uploaded
from adapters.matrix.render import Part, Renderer, clean
from adapters.matrix.rooms import Rooms, Spot
from adapters.matrix.sending import NOT_PRIVATE, Later, NotSent, Outcome, Sending, Sent
from adapters.matrix.standing import Standings
from adapters.matrix.wire import Refused, SlowDown, WireError, ask, path
from bot.talk.errors import TryLater, Unreachable
from bot.talk.model import MessageRef
from bot.talk.platform import Ports
from bot.talk.reply import Reply, Speaker

HTML = "org.matrix.custom.html"
PROFILE = "com.beeper.per_message_profile"
MOST_REMEMBERED = 1_000


class Post:
    """Says, changes and takes away."""

    def __init__(
        self,
        client: AsyncClient,
        ports: Ports,
        sending: Sending,
        rooms: Rooms,
        asking: Asking,
        choices: Choices,
        standings: Standings,
        *,
        prefix: str,
        language: str,
    ) -> None:
        self._client = client
        self._ports = ports
        self._sending = sending
        self._rooms = rooms
        self._asking = asking
        self._choices = choices
        self._standings = standings
        self._prefix = prefix
        self._language = language
        self._spoken: dict[str, str] = {}
        self._named: set[str] = set()

    def spoken(self, spot: Spot) -> str:
        """The language last spoken there, for what is said without being told one."""
        return self._spoken.get(spot.room, self._language)

    async def say(self, spot: Spot, reply: Reply, *, key: str, language: str) -> MessageRef:
        """Say it. Raises TryLater or Unreachable."""
        self._speaks(spot, language)
        tapped = self._choices.fit(spot, reply.presses, key)
        parts = self._render(spot, reply, language, tapped)
        if not parts:
            raise Unreachable("nothing to say")
        await self._name(spot, reply.speaker)
        asks = bool(reply.presses) and not (spot.whose and spot.whose.about)
        question = place_key(spot.room, spot.thread, spot.whose)
        last_words = max((index for index, part in enumerate(parts) if part.file is None), default=-1)
        refs: list[str] = []
        async with AsyncExitStack() as stack:
            if asks:
                await stack.enter_async_context(self._asking.saying(question))
            for index, part in enumerate(parts):
                content = await self._content(spot, part, reply)
                content |= _relation(spot, reply if index == 0 else None)
                refs.append(await self._send(spot, content, f"{key}/{index}"))
                if asks and index == last_words:
                    await self._asking.asked(question, reply.presses, refs[-1])
                    if tapped:
                        await self._choices.offer(spot, refs[-1], reply.presses, key)
        return MessageRef(self._rooms.place(spot.room), refs[0])

    async def change(self, spot: Spot, message: str, reply: Reply, *, key: str, language: str) -> None:
        """Put a reply in the place of a message; what has no room in it follows. Raises TryLater or Unreachable."""
        self._speaks(spot, language)
        tapped = self._choices.fit(spot, reply.presses, key)
        parts = self._render(spot, reply, language, tapped)
        if not parts:
            raise Unreachable("nothing to say")
        for index, part in enumerate(parts):
            content = await self._content(spot, part, reply)
            if index == 0 and part.file is None:
                new = content
                content = {**content, "m.new_content": new, "m.mentions": {}}
                content["body"] = "* " + content["body"]
                content["formatted_body"] = "* " + content["formatted_body"]
                content["m.relates_to"] = {"rel_type": "m.replace", "event_id": message}
            await self._send(spot, content, f"{key}/{index}")
        if tapped:
            await self._choices.offer(spot, message, reply.presses, key)
        else:
            await self._choices.over(spot, message)
        question = place_key(spot.room, spot.thread, spot.whose)
        if await self._asking.latest(question) == message:
            if reply.presses:
                await self._asking.asked(question, reply.presses, message)
            else:
                await self._asking.over(question, message)

    async def remove(self, spot: Spot, message: str) -> None:
        """Take a message away. Raises TryLater or Unreachable."""
        self._landed(await self._sending.redact(spot.room, message, _txn(f"remove/{message}")))
        await self._asking.over(place_key(spot.room, spot.thread, spot.whose), message)
        await self._choices.over(spot, message)

    async def take_away(self, room: str, message: str) -> None:
        """Take away what somebody else said, where the bot may. Nothing depends on it."""
        try:
            powers = await self._standings.powers(room)
            if powers.may_redact_others(self._client.user_id):
                await self._sending.redact(room, message, _txn(f"take away/{message}"))
        except WireError as error:
            self._ports.log.warning("a message could not be taken away", extra={"reason": error.reason})

    def _speaks(self, spot: Spot, language: str) -> None:
        self._spoken[spot.room] = language
        while len(self._spoken) > MOST_REMEMBERED:
            del self._spoken[next(iter(self._spoken))]

    def _render(self, spot: Spot, reply: Reply, language: str, tapped: bool) -> list[Part]:
        def name(user: Any) -> str:
            return self._rooms.name(spot.room, user.id)

        renderer = Renderer(self._ports.words, language, name, self._prefix, spot.whose is None, tapped)
        return renderer.render(reply)

    async def _content(self, spot: Spot, part: Part, reply: Reply) -> dict[str, Any]:
        if part.file is not None:
            known = self._client.rooms.get(spot.room)
            encrypted = spot.whose is not None or (known is not None and known.encrypted)
            try:
                return await uploaded(self._client, part.file, encrypted=encrypted)
            except Refused as error:
                raise Unreachable(error.code) from None
            except WireError as error:
                raise TryLater(error.reason, error.after) from None
        content: dict[str, Any] = {
            "msgtype": "m.notice" if reply.notice else "m.text",
            "body": part.text,
            "format": HTML,
            "formatted_body": part.html,
            "m.mentions": {"user_ids": list(part.mentions)} if part.mentions else {},
        }
        if reply.speaker is not None:
            content[PROFILE] = _profile(reply.speaker)
        return content

    async def _send(self, spot: Spot, content: Mapping[str, Any], key: str) -> str:
        outcome = await self._sending.message(spot.room, "m.room.message", content, _txn(key), only=spot.only)
        return self._landed(outcome)

    def _landed(self, outcome: Outcome) -> str:
        match outcome:
            case Sent(event_id):
                return event_id
            case Later(reason, after):
                raise TryLater(reason, after)
            case NotSent(code) if code == NOT_PRIVATE:
                raise TryLater("somebody else is in that room")  # the next attempt finds or makes another
            case NotSent(code):
                raise Unreachable(code)

    async def _name(self, spot: Spot, speaker: Speaker | None) -> None:
        """A room for one thing bears the name of who speaks there, or people could not tell it from the other."""
        if speaker is None or spot.whose is None or spot.whose.about is None or spot.room in self._named:
            return
        known = self._client.rooms.get(spot.room)
        name = clean(speaker.name)
        if known is not None and known.name != name:
            try:
                await ask(self._client, "PUT", path("rooms", spot.room, "state", "m.room.name", ""), {"name": name})
            except SlowDown:
                return
            except WireError as error:
                self._ports.log.warning("a room could not be named", extra={"reason": error.reason})
        self._named.add(spot.room)


def whose_spot(room: str, whose: Whose | None) -> Spot:
    """The spot of a message that was sent already."""
    return Spot(room, whose=whose)


def _txn(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def _relation(spot: Spot, reply: Reply | None) -> dict[str, Any]:
    """Which thread it belongs to and what it visibly answers."""
    answers = reply.answers if reply is not None else None
    answered = answers.id if answers is not None and answers.place.id == spot.room else None
    relation: dict[str, Any] = {}
    if spot.thread is not None:
        relation = {"rel_type": "m.thread", "event_id": spot.thread, "is_falling_back": answered is None}
        answered = answered or spot.thread
    if answered is not None:
        relation["m.in_reply_to"] = {"event_id": answered}
    return {"m.relates_to": relation} if relation else {}


def _profile(speaker: Speaker) -> dict[str, Any]:
    """A profile for this message alone (MSC4144). Its id says nothing but that two messages have the same speaker."""
    id = hashlib.sha256(f"{speaker.name}\0{speaker.colour}".encode()).hexdigest()[:16]
    return {"id": id, "displayname": clean(speaker.name), "has_fallback": True}
