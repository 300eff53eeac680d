"""A buddy on a real Synapse, in encrypted rooms: typed lines to begin with, then the pair's own room."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from typing import Any

from nio import MegolmEvent, RedactedEvent

from tests.wire.matrix.homeserver import Synapse
from tests.wire.matrix.people import Person

from .side import Copy, until

PROFILE = "com.beeper.per_message_profile"


class OnMatrix:
    """Implements `Side`. `bot` is the bot's account."""

    def __init__(self, person: Person, bot: str, shown: str, picture: str) -> None:
        self.person = person
        self.bot = bot
        self.buddy = ""
        local = person.id.partition(":")[0]
        self.me = (person.id, local, f"https://matrix.to/#/{person.id}")
        self._marks = [person.id, local[1:], shown, picture, str(person.client.device_id)]
        self._direct = self._room = ""
        self._invited: list[str] = []

    @classmethod
    async def enter(cls, server: Synapse, bot: str, name: str, shown: str) -> OnMatrix:
        """An account with a name and a picture."""
        person = await server.user(name)
        picture = f"mxc://localhost/{secrets.token_hex(12)}"
        await person.asks("PUT", f"/profile/{person.id}/displayname", {"displayname": shown})
        await person.asks("PUT", f"/profile/{person.id}/avatar_url", {"avatar_url": picture})
        return cls(person, bot, shown, picture)

    async def joins(self) -> None:
        self._direct = await self.person.room(encrypted=True, direct=True, invite=[self.bot])
        await until(self._bot_is_here, lambda: "the bot does not come")
        await self._asks("start agree purpose=buddies", "That is on now")
        await self._asks("buddy join", "What you chose")
        await self._asks("buddy set what=topics value=grief", "What have you lived through?")
        await self._asks("buddy set what=age value=25-34", "How old are you?")
        await self._asks("buddy ready", "You are in")

    async def accepts(self) -> None:
        await self._hears("I found somebody who may fit", self._direct)
        await self.person.writes(self._direct, "1")

    async def begins(self) -> None:
        event = await self._hears("Moderators don't see")
        found = re.search(r"This is (.+?)\.", event.source["content"]["body"])
        assert found, event.source
        self.buddy = found[1]
        self._room = next(room for room, one in self.person.heard if one is event)
        assert self._room != self._direct

    async def writes(self, text: str, *, answers: str | None = None, file: str | None = None) -> str:
        if file is None:
            id = await self.person.writes(self._room, text, reply_to=answers)
        else:
            content: dict[str, Any] = {"msgtype": "m.file", "body": text, "filename": file}
            content["file"] = _sealed(f"mxc://localhost/{secrets.token_hex(12)}")
            if answers is not None:
                content["m.relates_to"] = {"m.in_reply_to": {"event_id": answers}}
            id = await self.person.sends(self._room, "m.room.message", content)
            self._marks += [file, content["file"]["url"]]
        self._marks.append(id)
        return id

    async def edits(self, id: str, text: str) -> None:
        self._marks.append(await self.person.edits(self._room, id, text))

    async def deletes(self, id: str) -> None:
        self._marks.append(await self.person.redacts(self._room, id))

    async def reads(self) -> list[Copy]:
        await self.person.sync()
        prefix = f"{self.buddy}: "
        found: dict[str, Copy] = {}
        for event in await self.person.reads(self._room):
            if event.sender != self.bot or isinstance(event, RedactedEvent):
                continue
            assert not isinstance(event, MegolmEvent), "what the bot sent can't be read"
            content = event.source["content"]
            if PROFILE not in content:
                continue
            relation = content.get("m.relates_to", {})
            of = relation.get("event_id") if relation.get("rel_type") == "m.replace" else None
            if of is None:
                answers = relation.get("m.in_reply_to", {}).get("event_id")
                found[event.event_id] = Copy(event.event_id, content["body"].removeprefix(prefix), answers)
            elif of in found:
                text = content["m.new_content"]["body"].removeprefix(prefix)
                found[of] = Copy(of, text, found[of].answers)
        return list(found.values())

    async def given(self) -> list[str]:
        """Every event of this person's rooms, opened where it came sealed; and what the rooms are."""
        await self.person.sync()
        pieces = list(self._invited)
        for index, (_room, event) in enumerate(self.person.heard):
            opened = self.person._opened(index, event)
            if getattr(opened, "sender", None) != self.person.id:
                assert not isinstance(opened, MegolmEvent), "what the bot sent can't be read"
                pieces += [json.dumps(event.source, ensure_ascii=False), json.dumps(opened.source, ensure_ascii=False)]
        for room in (self._direct, self._room):
            state = await self.person.asks("GET", f"/rooms/{room}/state")
            pieces += [json.dumps(one, ensure_ascii=False) for one in state if one["sender"] != self.person.id]
        return pieces

    def marks(self) -> Iterable[str]:
        yield from (self._direct, self._room)
        yield from self._marks

    # --- beginning ------------------------------------------------------------------------------------------------

    async def _bot_is_here(self) -> bool:
        members = await self.person.asks("GET", f"/rooms/{self._direct}/joined_members")
        return self.bot in members["joined"]

    async def _asks(self, line: str, answer: str) -> None:
        await self.person.writes(self._direct, line)
        await self._hears(answer, self._direct)

    async def _hears(self, words: str, room: str | None = None) -> Any:
        """The first message with these words; what the bot invites to is joined."""

        async def there() -> Any:
            await self.person.sync()
            for invited, info in list(self.person.client.invited_rooms.items()):
                self._invited.append(repr(vars(info)))
                await self.person.joins(invited)
                self.person.client.invited_rooms.pop(invited, None)
            for index, (where, event) in enumerate(self.person.heard):
                opened = self.person._opened(index, event)
                body = str(opened.source.get("content", {}).get("body", ""))
                if opened.sender == self.bot and words in body and room in (None, where):
                    return opened
            return None

        return await until(there, lambda: f"{self.person.id} does not hear {words!r}")


def _sealed(url: str) -> dict[str, Any]:
    """A file in an encrypted room, as its message names it."""
    key = {"kty": "oct", "key_ops": ["encrypt", "decrypt"], "alg": "A256CTR", "ext": True}
    key["k"] = secrets.token_urlsafe(32)
    return {"url": url, "v": "v2", "key": key, "iv": "AAAAAAAAAAAAAAAAAAAAAA", "hashes": {"sha256": "A" * 43}}
