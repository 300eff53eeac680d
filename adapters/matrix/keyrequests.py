"""Keys that did not come: asking the devices of whoever wrote for them, and taking them from the one that made them.

matrix-nio takes a key that is handed on from our own devices alone. One that comes from the very device whose messages
it opens says no less than a key that was sent unasked (Matrix specification, "m.forwarded_room_key"). Knows nothing of
what a message says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from nio import AsyncClient, ForwardedRoomKeyEvent

from adapters.matrix.opening import Unreadable
from adapters.matrix.wire import ask, path

KIND = "m.room_key_request"


async def request(client: AsyncClient, message: Unreadable) -> None:
    """Ask the devices of a message's author for its key. Raises WireError or TokenRejected."""
    body = {"algorithm": "m.megolm.v1.aes-sha2", "room_id": message.room, "session_id": message.session}
    if message.sender_key:
        body["sender_key"] = message.sender_key
    id = hashlib.sha256(f"{message.room}\0{message.session}".encode()).hexdigest()[:32]
    content = {"action": "request", "body": body, "request_id": id, "requesting_device_id": client.device_id}
    await ask(client, "PUT", path("sendToDevice", KIND, id), {"messages": {message.sender: {"*": content}}})


def takes_from_its_maker(client: AsyncClient) -> None:
    """Teach a client to take such a key from the device that made it."""
    olm = client.olm
    others = olm._handle_forwarded_room_key_event

    def handle(sender: str, sender_key: str, payload: Mapping[str, Any]) -> Any:
        event = ForwardedRoomKeyEvent.from_dict(payload, sender, sender_key)
        device = olm.device_store.device_from_sender_key(sender, sender_key)
        content = payload.get("content")
        if not isinstance(event, ForwardedRoomKeyEvent) or device is None or not isinstance(content, Mapping):
            return others(sender, sender_key, payload)
        if content.get("sender_key") != sender_key or content.get("forwarding_curve25519_key_chain"):
            return others(sender, sender_key, payload)
        key = content.get("session_key")
        session = olm._import_group_session(key, device.ed25519, sender_key, event.room_id, [])
        if session is None or session.id != event.session_id:
            return None
        if olm.inbound_group_store.add(session):
            olm.save_inbound_group_session(session)
        return event

    olm._handle_forwarded_room_key_event = handle
