"""From a raw event to what happened: parse it, decrypt it, say so where it can't be read.

Whatever anybody may send is met here first, so nothing in it may raise. Knows neither commands nor replies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nio import AsyncClient, BadEvent, Event, MegolmEvent, UnknownBadEvent, UnknownEncryptedEvent

Raw = Mapping[str, Any]
UNKNOWN = "unknown"
"""Stands for a key or a device that the event does not tell."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An event in a room, decrypted where it was encrypted. `event` is matrix-nio's; `event.source` is the raw one."""

    room: str
    event: Event


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message whose key we don't have. If the key comes later, the message is heard then. `at`: ms since 1970."""

    room: str
    event_id: str
    sender: str
    at: int
    session: str
    sender_key: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody invites us. `state` is what the server shows of the room before we join."""

    room: str
    sender: str
    direct: bool
    state: tuple[Raw, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """We are no longer in a room. `by` is who did it: ourselves, or somebody who removed us."""

    room: str
    by: str
    banned: bool


Happening = Heard | Unreadable | Invited | Left


def opened(client: AsyncClient, room: str, raw: Raw) -> Heard | Unreadable | None:
    """What a raw event says, decrypted if that is possible now. None: nothing that anybody could read. Never raises."""
    try:
        event = Event.parse_event(mended(client, room, raw))
        if isinstance(event, MegolmEvent) and client.olm is not None:
            event.room_id = room
            try:
                event = client.decrypt_event(event)
            except Exception:
                return unreadable(room, event)
        return told(room, event)
    except Exception:
        return None


def told(room: str, event: Any) -> Heard | Unreadable | None:
    """What matrix-nio made of an event, in our words."""
    if isinstance(event, MegolmEvent | UnknownEncryptedEvent):
        return unreadable(room, event)
    if isinstance(event, BadEvent | UnknownBadEvent) or not isinstance(event, Event):
        return None
    return Heard(room, event)


def unreadable(room: str, event: Any) -> Unreadable:
    """The same, for a message without its key."""
    session, key = getattr(event, "session_id", None) or "", getattr(event, "sender_key", None)
    known = key if isinstance(key, str) and key != UNKNOWN else ""
    return Unreadable(room, event.event_id, event.sender, event.server_timestamp, session, known)


def mended(client: AsyncClient, room: str, raw: Raw) -> dict[str, Any]:
    """The event with the sender's key and device, which newer clients leave out and matrix-nio can't do without."""
    event = dict(raw)
    content = event.get("content")
    if event.get("type") != "m.room.encrypted" or not isinstance(content, Mapping) or client.olm is None:
        return event
    if "sender_key" in content and "device_id" in content:
        return event
    session = content.get("session_id")
    sessions = client.olm.inbound_group_store[room] if isinstance(session, str) else {}
    sender_key = next((key for key, known in sessions.items() if session in known), UNKNOWN)
    device = client.olm.device_store.device_from_sender_key(str(event.get("sender")), sender_key)
    event["content"] = {"sender_key": sender_key, "device_id": device.id if device else UNKNOWN, **content}
    return event


def since_ours(events: Sequence[Raw], me: str) -> int | None:
    """Where our time in the room begins, if it begins within these events: at our invitation, else at our joining.

    What was said before was not said to us, although the server shows it.
    """
    for index, event in enumerate(events):
        if event.get("type") == "m.room.member" and event.get("state_key") == me:
            now, before = _membership(event.get("content")), _membership(_prior(event))
            return index if now == "invite" or (now == "join" and before != "join") else None
    return None


def _prior(event: Raw) -> Any:
    unsigned = event.get("unsigned")
    return unsigned.get("prev_content") if isinstance(unsigned, Mapping) else None


def _membership(content: Any) -> Any:
    return content.get("membership") if isinstance(content, Mapping) else None
