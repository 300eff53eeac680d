"""People on Matrix, played by independent matrix-nio clients: they write, they hear, they keep rooms.

A person syncs only when a test asks what they heard. Knows nothing of the bot: what the bot must prove is never done by
the bot's own code here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from typing import Any
from uuid import uuid4

from nio import (
    AsyncClient,
    AsyncClientConfig,
    Event,
    JoinResponse,
    LoginResponse,
    MegolmEvent,
    RoomCreateResponse,
    RoomMessage,
    RoomPreset,
    RoomSendResponse,
    RoomVisibility,
    SyncResponse,
)
from nio.store import SqliteMemoryStore

FILTER = {
    "presence": {"types": []},
    "room": {"timeline": {"limit": 200}, "ephemeral": {"types": []}},
}
PATIENCE = 15.0


class Person:
    """Somebody with one device. `id` is the account, `client` the nio client."""

    def __init__(self, url: str, password: str, client: AsyncClient, *, encrypted: bool) -> None:
        self.url = url
        self.password = password
        self.client = client
        self.encrypted = encrypted
        self.heard: list[tuple[str, Any]] = []
        self._used: set[int] = set()
        self._first = True
        self._others: list[Person] = []

    @classmethod
    async def enter(cls, url: str, user: str, password: str, *, encrypted: bool = True) -> Person:
        """Log in on a new device, and publish its keys."""
        config = AsyncClientConfig(
            store=SqliteMemoryStore, encryption_enabled=encrypted, max_timeouts=3, max_limit_exceeded=3
        )
        client = AsyncClient(url, user, config=config)
        said = await client.login(password, device_name="a phone")
        assert isinstance(said, LoginResponse), said
        person = cls(url, password, client, encrypted=encrypted)
        if encrypted:
            await client.keys_upload()
        return person

    @property
    def id(self) -> str:
        return str(self.client.user_id)

    async def another_device(self) -> Person:
        """The same account on one more device."""
        other = await Person.enter(self.url, self.id, self.password, encrypted=self.encrypted)
        self._others.append(other)
        return other

    async def goodbye(self) -> None:
        """Close all connections."""
        for person in (self, *self._others):
            await person.client.close()

    # Rooms

    async def room(
        self,
        *,
        public: bool = False,
        encrypted: bool = False,
        direct: bool = False,
        space: bool = False,
        invite: Sequence[Person | str] = (),
        version: str | None = None,
        name: str = "",
        powers: Mapping[str, Any] | None = None,
        state: Sequence[Mapping[str, Any]] = (),
    ) -> str:
        """Make a room and invite people to it."""
        first = list(state)
        if encrypted:
            first.append(
                {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
            )
        said = await self.client.room_create(
            visibility=RoomVisibility.public if public else RoomVisibility.private,
            preset=RoomPreset.public_chat if public else RoomPreset.private_chat,
            name=name or None,
            is_direct=direct,
            space=space,
            invite=[_id(each) for each in invite],
            room_version=version,
            initial_state=first,
            power_level_override=dict(powers) if powers is not None else None,
        )
        assert isinstance(said, RoomCreateResponse), said
        return str(said.room_id)

    async def invites(self, room: str, other: Person | str) -> None:
        await self.asks("POST", f"/rooms/{room}/invite", {"user_id": _id(other)})

    async def joins(self, room: str) -> None:
        said = await self.client.join(room)
        assert isinstance(said, JoinResponse), said

    async def leaves(self, room: str) -> None:
        await self.asks("POST", f"/rooms/{room}/leave", {})

    async def removes(self, room: str, other: Person | str) -> None:
        await self.asks("POST", f"/rooms/{room}/kick", {"user_id": _id(other)})

    async def bans(self, room: str, other: Person | str) -> None:
        await self.asks("POST", f"/rooms/{room}/ban", {"user_id": _id(other)})

    async def gives_power(self, room: str, levels: Mapping[Person | str, int | None]) -> None:
        """Set people's levels; None takes a person's entry away."""
        content = await self.asks("GET", f"/rooms/{room}/state/m.room.power_levels")
        users = content.setdefault("users", {})
        for who, level in levels.items():
            users.pop(_id(who), None)
            if level is not None:
                users[_id(who)] = level
        await self.sets(room, "m.room.power_levels", content)

    async def sets(self, room: str, kind: str, content: Mapping[str, Any], state_key: str = "") -> str:
        return str((await self.asks("PUT", f"/rooms/{room}/state/{kind}/{state_key}", content))["event_id"])

    async def asks(self, method: str, where: str, body: Mapping[str, Any] | None = None) -> Any:
        """Any request of the client API as this person, for what nio has no word for. Fails on an error."""
        headers = {"Authorization": f"Bearer {self.client.access_token}"}
        where = "/_matrix/client/v3" + where.replace("!", "%21").replace("#", "%23")
        data = None if body is None else json.dumps(body)
        answer = await self.client.send(method, where, data, {**headers, "Content-Type": "application/json"})
        said = await answer.json()
        assert answer.status < 300, (answer.status, said)
        return said

    async def downloads(self, server: str, id: str) -> bytes:
        """A file's bytes as the server has them."""
        headers = {"Authorization": f"Bearer {self.client.access_token}"}
        answer = await self.client.send("GET", f"/_matrix/client/v1/media/download/{server}/{id}", None, headers)
        assert answer.status == 200, answer.status
        return bytes(await answer.read())

    # Saying

    async def writes(
        self,
        room: str,
        text: str,
        *,
        thread: str | None = None,
        reply_to: str | None = None,
        mentions: Sequence[Person | str] = (),
        more: Mapping[str, Any] | None = None,
    ) -> str:
        """Say something, perhaps in a thread or as an answer; the id of the message."""
        content: dict[str, Any] = {"msgtype": "m.text", "body": text, **(more or {})}
        content["m.mentions"] = {"user_ids": [_id(each) for each in mentions]} if mentions else {}
        relation: dict[str, Any] = {"rel_type": "m.thread", "event_id": thread} if thread else {}
        if reply_to:
            relation["m.in_reply_to"] = {"event_id": reply_to}
        if relation:
            content["m.relates_to"] = relation
        return await self.sends(room, "m.room.message", content)

    async def edits(self, room: str, event_id: str, text: str) -> str:
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        content = {"msgtype": "m.text", "body": f"* {text}", "m.new_content": new, "m.relates_to": relation}
        return await self.sends(room, "m.room.message", content)

    async def reacts(self, room: str, event_id: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.sends(room, "m.reaction", {"m.relates_to": relation})

    async def redacts(self, room: str, event_id: str) -> str:
        return str((await self.asks("PUT", f"/rooms/{room}/redact/{event_id}/{uuid4()}", {}))["event_id"])

    async def sends(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        if self.encrypted:
            await self.sync()  # who is there, and with which devices
        said = await self.client.room_send(room, kind, dict(content), ignore_unverified_devices=True)
        assert isinstance(said, RoomSendResponse), said
        return str(said.event_id)

    # Hearing

    async def sync(self, wait: float = 0.0) -> None:
        """One sync, and what a client does after it."""
        client = self.client
        said = await client.sync(timeout=int(wait * 1000), sync_filter=FILTER, full_state=self._first)
        assert isinstance(said, SyncResponse), said
        self._first = False
        for room, info in said.rooms.join.items():
            self.heard.extend((room, event) for event in info.timeline.events)
        if self.encrypted:
            if client.should_upload_keys:
                await client.keys_upload()
            if client.should_query_keys:
                await client.keys_query()
            if client.should_claim_keys:
                await client.keys_claim(client.get_users_for_key_claiming())
            await client.send_to_device_messages()

    async def hears(
        self,
        room: str,
        containing: str = "",
        *,
        by: Person | str | None = None,
        matching: Callable[[Any], bool] | None = None,
    ) -> Any:
        """Wait for a message with those words (or for an event that matches), each once, the oldest first."""

        def fits(event: Any) -> bool:
            if by is not None and getattr(event, "sender", None) != _id(by):
                return False
            if matching is not None:
                return matching(event)
            return isinstance(event, RoomMessage) and containing in _body(event)

        try:
            async with asyncio.timeout(PATIENCE):
                for turn in count():
                    for index, (where, event) in enumerate(self.heard):
                        if where == room and index not in self._used and fits(self._opened(index, event)):
                            self._used.add(index)
                            return self.heard[index][1]
                    await self.sync(wait=2.0 if turn else 0.0)
        except TimeoutError:
            got = [type(event).__name__ for where, event in self.heard if where == room]
            raise AssertionError(f"{containing!r} did not come; in that room came {got}") from None

    def _opened(self, index: int, event: Any) -> Any:
        if isinstance(event, MegolmEvent) and self.encrypted:
            room = self.heard[index][0]
            event.room_id = room
            with suppress(Exception):
                event = self.client.decrypt_event(event)
                self.heard[index] = (room, event)
        return event

    async def reads(self, room: str) -> list[Any]:
        """The whole history of a room, oldest first, decrypted where this device can."""
        found: list[Any] = []
        start: str | None = None
        while True:
            query = f"?dir=b&limit=500{'&from=' + start if start else ''}"
            page = await self.asks("GET", f"/rooms/{room}/messages{query}")
            for raw in page["chunk"]:
                event = Event.parse_event(raw)
                if isinstance(event, MegolmEvent) and self.encrypted:
                    event.room_id = room
                    with suppress(Exception):
                        event = self.client.decrypt_event(event)
                found.append(event)
            start = page.get("end")
            if not start or not page["chunk"]:
                return found[::-1]

    async def bodies(self, room: str, *, by: Person | str | None = None) -> list[str]:
        """What was said in a room, oldest first, perhaps by one person only."""
        return [
            _body(event)
            for event in await self.reads(room)
            if isinstance(event, RoomMessage) and (by is None or event.sender == _id(by))
        ]


def _id(who: Person | str) -> str:
    return who if isinstance(who, str) else who.id


def _body(event: Any) -> str:
    content = event.source.get("content", {})
    return str(content.get("m.new_content", content).get("body", ""))
