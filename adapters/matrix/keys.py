"""The traffic of encryption keys, around matrix-nio's own machine: publish, query, claim, hand round.

What matrix-nio does wrong here, and so is ours: a room key counts as handed round although the server refused it; an
error while claiming blocks the room for good; one device with malformed keys stops everybody else's; one-time keys are
published before they are stored, and never refilled from none. Knows nothing of messages.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import uuid4

from nio import AsyncClient
from nio.responses import (
    ErrorResponse,
    KeysClaimResponse,
    KeysQueryResponse,
    KeysUploadResponse,
    Response,
    ShareGroupSessionResponse,
    ToDeviceResponse,
)

from adapters.matrix.wire import NoAnswer, Refused, ask, path
from bot.talk.platform import Clock

PATIENCE = 5_000
"""Milliseconds that our server may spend on asking other servers for their users' keys."""

ASK_AGAIN = 300.0
"""Seconds before a user whose server did not answer is asked for again."""

ROUNDS = 5
"""How often a room's key is made anew because people came or went while it was handed round."""


class Keys:
    """Keeps our keys published, others' known, and a room's key in the hands of all who are in it."""

    def __init__(self, client: AsyncClient, clock: Clock, log: logging.Logger) -> None:
        self._client = client
        self._clock = clock
        self._log = log
        self._silent: dict[str, float] = {}
        self._unknown_count = True
        self._querying = asyncio.Lock()

    def counted(self, sync: Mapping[str, Any]) -> None:
        """Learn from a sync how many of our one-time keys are left. matrix-nio overlooks a count of none."""
        counts = sync.get("device_one_time_keys_count")
        if self._client.olm is None or not (isinstance(counts, dict) or self._unknown_count):
            return
        left = counts.get("signed_curve25519", 0) if isinstance(counts, dict) else 0
        if isinstance(left, int):
            self._client.olm.uploaded_key_count = left
            self._unknown_count = False

    async def tend(self) -> None:
        """Do all that is due. Raises WireError or TokenRejected; what was not done is still due then."""
        if self._client.olm is None:
            return
        await self.publish()
        for message in list(self._client.outgoing_to_device_messages):
            where = path("sendToDevice", message.type, str(uuid4()))
            try:
                await ask(self._client, "PUT", where, message.as_dict())
            except Refused as error:
                self._log.warning("a message to a device was refused", extra={"reason": error.reason})
            await self._client.receive_response(ToDeviceResponse(message))
        await self.query()
        if self._client.should_claim_keys:
            await self.claim(self._client.get_users_for_key_claiming())

    async def publish(self) -> None:
        """Publish our device and refill its one-time keys.

        They are stored first: a key that was published and then forgotten in a crash would make messages unreadable,
        and the server refuses another key under the same name for good.
        """
        olm = self._client.olm
        if olm is None or not olm.should_upload_keys:
            return
        if olm.account.shared:
            spare = olm.account.one_time_keys["curve25519"]
            count = olm.uploaded_key_count
            olm.uploaded_key_count = min(count + len(spare), olm.account.max_one_time_keys - 1)
            keys = olm.share_keys()
            olm.uploaded_key_count = count
        else:
            keys = olm.share_keys()
        olm.save_account()
        try:
            said = await ask(self._client, "POST", path("keys", "upload"), keys)
        except Refused as error:
            self._log.error("the server refused our keys", extra={"reason": error.reason})
            olm.mark_keys_as_published()
            olm.save_account()
            raise
        counts = said.get("one_time_key_counts", {})
        await self._give(
            KeysUploadResponse.from_dict(
                {"one_time_key_counts": {"curve25519": 0, "signed_curve25519": counts.get("signed_curve25519", 0)}}
            )
        )

    async def query(self, users: Collection[str] | None = None) -> None:
        """Fetch the devices of whom that is due, of all or of those; but for those whose servers were silent lately.

        When it returns, a query of these users that was on its way before is done too.
        """
        olm = self._client.olm
        if olm is None:
            return
        async with self._querying:
            now = self._clock.now().timestamp()
            due = olm.users_for_key_query if users is None else olm.users_for_key_query & set(users)
            asked = {user for user in due if self._silent.get(user, 0.0) <= now}
            if not asked:
                return
            olm.users_for_key_query -= asked
            try:
                body = {"device_keys": {user: [] for user in asked}, "timeout": PATIENCE}
                said = await ask(self._client, "POST", path("keys", "query"), body)
            except BaseException:
                olm.users_for_key_query |= asked
                raise
            changed_meanwhile = olm.users_for_key_query & asked
            found = said.get("device_keys")
            for user, devices in found.items() if isinstance(found, dict) else ():
                await self._learn(user, devices)
                self._silent.pop(user, None)
                asked.discard(user)
            for user in asked:
                self._silent[user] = now + ASK_AGAIN
            olm.users_for_key_query |= changed_meanwhile | asked

    async def _learn(self, user: str, devices: Any) -> None:
        """A user's devices: at once, or without those that can't be read."""
        try:
            await self._give(KeysQueryResponse.from_dict({"device_keys": {user: devices}, "failures": {}}))
            return
        except Exception as error:
            self._log.warning("a device has keys that can't be read", extra={"reason": type(error).__name__})
        sound: dict[str, Any] = {}
        for name, device in devices.items() if isinstance(devices, dict) else ():
            try:
                await self._give(
                    KeysQueryResponse.from_dict({"device_keys": {user: {**sound, name: device}}, "failures": {}})
                )
                sound[name] = device
            except Exception:
                continue
        if self._client.olm is not None:
            self._client.olm.users_for_key_query.discard(user)

    async def claim(self, devices: Mapping[str, Iterable[str]]) -> None:
        """Take a one-time key of each device, to begin a channel with it. One that can't be used is left out."""
        wanted = {user: dict.fromkeys(names, "signed_curve25519") for user, names in devices.items()}
        body = {"one_time_keys": wanted, "timeout": PATIENCE}
        said = await ask(self._client, "POST", path("keys", "claim"), body)
        found = said.get("one_time_keys")
        for user, names in found.items() if isinstance(found, dict) else ():
            for name, key in names.items() if isinstance(names, dict) else ():
                try:
                    await self._give(
                        KeysClaimResponse.from_dict({"one_time_keys": {user: {name: key}}, "failures": {}})
                    )
                except Exception as error:
                    self._log.warning("a one-time key can't be used", extra={"reason": type(error).__name__})

    async def share(self, room_id: str) -> None:
        """Make sure that everybody in the room has the key of what we are about to say there.

        When this returns, encrypting in the same step is safe. Raises WireError; the next call goes on where this one
        ended. Must not run twice at once for one room.
        """
        client, olm = self._client, self._client.olm
        assert olm is not None
        room = client.rooms[room_id]
        for _ in range(ROUNDS):
            await self.query(room.users)
            if not olm.should_share_group_session(room_id):
                return
            present = frozenset(room.users)
            missing = client.get_missing_sessions(room_id)
            if missing:
                await self.claim(missing)
            for devices, content in olm.share_group_session_parallel(
                room_id, sorted(present), ignore_unverified_devices=True
            ):
                await ask(client, "PUT", path("sendToDevice", "m.room.encrypted", str(uuid4())), content)
                await client.receive_response(ShareGroupSessionResponse(room_id, devices))
            if frozenset(room.users) == present:
                olm.outbound_group_sessions[room_id].shared = True
            else:  # somebody left who has the key already, or came and has it not
                olm.outbound_group_sessions.pop(room_id, None)
        raise NoAnswer("people come and go")

    async def _give(self, response: Response) -> None:
        if isinstance(response, ErrorResponse):
            raise ValueError("not as expected")
        await self._client.receive_response(response)
