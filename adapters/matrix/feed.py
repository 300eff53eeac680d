"""Feeding matrix-nio a sync in pieces, so that one bad event costs that event and nothing else.

matrix-nio takes a sync as a whole: an exception on the way leaves the rest unread, and the same sync comes again. Here
each message to our device and each room is given by itself, and a room that fails is given event by event. Knows no
network and waits for nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from nio import AsyncClient, ForwardedRoomKeyEvent, RoomKeyEvent, SyncResponse

from adapters.matrix.opening import Happening, Invited, Left, Raw, mended, since_ours, told


@dataclass(frozen=True, slots=True)
class News:
    """What happened in one room, in order. `gap` is set where events are missing before them: where to fetch from."""

    room: str
    happenings: tuple[Happening, ...]
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One sync: the news of each room, and the sessions (room, id) whose keys came with it."""

    news: tuple[News, ...]
    keys: frozenset[tuple[str, str]]


class Feed:
    """Gives matrix-nio what the server said, and tells what happened."""

    def __init__(self, client: AsyncClient, log: logging.Logger) -> None:
        self._client = client
        self._log = log
        self._number = count()

    async def take(self, raw: Raw, *, history: bool = False) -> Batch:
        """Bring matrix-nio up to date. With `history`, what stands in joined rooms is no news: only invitations are."""
        keys = await self._devices(_list(raw.get("to_device"), "events"))
        rooms = raw.get("rooms")
        rooms = rooms if isinstance(rooms, Mapping) else {}
        news = [each async for each in self._invites(_items(rooms.get("invite")))]
        for room, info in _items(rooms.get("join")):
            found = await self._joined(room, info)
            if not history and (found.happenings or found.gap):
                news.append(found)
        for room, info in _items(rooms.get("leave")):
            left = self._left(room, info)
            if left is not None and not history:
                news.append(News(room, (left,)))
        lists = raw.get("device_lists")
        if isinstance(lists, Mapping):
            await self._try({"device_lists": lists})
        self._client.next_batch = raw["next_batch"]
        return Batch(tuple(news), frozenset(keys))

    async def _devices(self, events: Sequence[Any]) -> set[tuple[str, str]]:
        keys = set()
        for event in events:
            response = await self._try({"to_device": {"events": [event]}})
            for opened in response.to_device_events if response else ():
                if isinstance(opened, RoomKeyEvent | ForwardedRoomKeyEvent):
                    keys.add((opened.room_id, opened.session_id))
        return keys

    async def _invites(self, rooms: Iterator[tuple[str, Any]]) -> Any:
        me = self._client.user_id
        for room, info in rooms:
            state = tuple(event for event in _list(info.get("invite_state"), "events") if isinstance(event, Mapping))
            # matrix-nio takes these events apart, hence the copies.
            await self._try({"rooms": {"invite": {room: {"invite_state": {"events": [{**event} for event in state]}}}}})
            for event in state:
                content = event.get("content")
                if (
                    event.get("type") == "m.room.member"
                    and event.get("state_key") == me
                    and isinstance(content, Mapping)
                    and content.get("membership") == "invite"
                ):
                    direct = content.get("is_direct") is True
                    yield News(room, (Invited(room, str(event.get("sender", "")), direct, state),))

    def _left(self, room: str, info: Any) -> Left | None:
        was_there = self._client.rooms.pop(room, None) is not None
        was_invited = self._client.invited_rooms.pop(room, None) is not None
        me = self._client.user_id
        events = [*_list(info.get("state"), "events"), *_list(info.get("timeline"), "events")]
        for event in reversed(events):
            if isinstance(event, Mapping) and event.get("type") == "m.room.member" and event.get("state_key") == me:
                content = event.get("content")
                banned = isinstance(content, Mapping) and content.get("membership") == "ban"
                return Left(room, str(event.get("sender", "")), banned)
        return Left(room, me, banned=False) if was_there or was_invited else None

    async def _joined(self, room: str, info: Any) -> News:
        around = info.get("timeline")
        timeline = [mended(self._client, room, each) for each in _list(around, "events") if _is_event(each)]
        state = [each for each in _list(info.get("state"), "events") if _is_event(each)]
        limited = isinstance(around, Mapping) and around.get("limited") is True
        before = around.get("prev_batch") if isinstance(around, Mapping) else None
        begin = since_ours(timeline, self._client.user_id)
        gap = before if limited and begin is None and isinstance(before, str) else None
        piece = {"summary": info.get("summary", {}), "state": {"events": state}, "timeline": {"events": timeline}}
        whole = await self._try({"rooms": {"join": {room: piece}}}, quiet=True)
        if whole is not None:
            events = list(whole.rooms.join[room].timeline.events)
        else:
            events = [each async for each in self._one_by_one(room, state, timeline)]
        if room in self._client.rooms:
            # We never ask for lazily loaded members, so what the server told is all of them.
            self._client.rooms[room].members_synced = True
        ours = {str(each["event_id"]) for each in timeline[begin or 0 :]}
        happenings = [told(room, event) for event in events if getattr(event, "event_id", None) in ours]
        return News(room, tuple(each for each in happenings if each is not None), gap)

    async def _one_by_one(self, room: str, state: Sequence[Raw], timeline: Sequence[Raw]) -> Any:
        for event in state:
            await self._try({"rooms": {"join": {room: {"state": {"events": [event]}}}}})
        for event in timeline:
            response = await self._try({"rooms": {"join": {room: {"timeline": {"events": [event]}}}}})
            for opened in response.rooms.join[room].timeline.events if response else ():
                yield opened

    async def _try(self, piece: Mapping[str, Any], *, quiet: bool = False) -> Any:
        """Give one piece. None, and a word in the log, where matrix-nio can't take it."""
        try:
            response = SyncResponse.from_dict({"next_batch": f"piece {next(self._number)}", **piece})
            if not isinstance(response, SyncResponse):
                raise ValueError("not as expected")
            await self._client.receive_response(response)
            return response
        except Exception as error:
            if not quiet:
                self._log.warning("part of a sync can't be read", extra={"reason": type(error).__name__})
            return None


def _is_event(raw: Any) -> bool:
    return (
        isinstance(raw, Mapping)
        and isinstance(raw.get("type"), str)
        and isinstance(raw.get("event_id"), str)
        and isinstance(raw.get("content"), Mapping)
    )


def _items(rooms: Any) -> Iterator[tuple[str, Any]]:
    for room, info in rooms.items() if isinstance(rooms, Mapping) else ():
        yield room, info if isinstance(info, Mapping) else {}


def _list(holder: Any, key: str) -> list[Any]:
    found = holder.get(key) if isinstance(holder, Mapping) else None
    return found if isinstance(found, list) else []
