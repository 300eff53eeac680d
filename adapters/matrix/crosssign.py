"""Signing the bot's own device, so that clients show no warning and those that trust signed devices only can read.

Three keys (Matrix specification, "Cross-signing"): the master key stands for the account and signs the other two; the
self-signing key signs our devices; the user-signing key would sign other people's master keys and is published because
clients expect it. matrix-nio has none of this. Knows nothing of messages.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nio import AsyncClient

from adapters.matrix import secretfile
from adapters.matrix.wire import Refused, WireError, ask, path

NAMES = ("master", "self_signing", "user_signing")


class KeysDamaged(Exception):
    """The kept keys can't be read; they were left as they are."""


class NeedsPassword(Exception):
    """The account has other signing keys already. Replacing them takes its password."""


class NeedsApproval(Exception):
    """The server wants its owner to allow it on a page first: `url`."""

    def __init__(self, url: str) -> None:
        super().__init__("allow it on the account page first")
        self.url = url


class Signed(Enum):
    """How the bot's device stands."""

    YES = "signed"
    NOT_YET = "the account has our keys, but this device is not signed"
    NO_KEYS = "the account has no signing keys"
    OTHER_KEYS = "the account has signing keys that are not ours"
    NO_DEVICE = "this device is not published yet"
    OTHER_DEVICE = "the server knows other keys for this device: its key store was lost"


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The private halves. They never show in a repr."""

    master: Ed25519PrivateKey
    self_signing: Ed25519PrivateKey
    user_signing: Ed25519PrivateKey

    def __repr__(self) -> str:
        return "SigningKeys(…)"

    @classmethod
    def make(cls) -> SigningKeys:
        """New ones."""
        return cls(*(Ed25519PrivateKey.generate() for _ in NAMES))

    @classmethod
    def from_bytes(cls, kept: bytes) -> SigningKeys:
        """What `to_bytes` gave. Raises KeysDamaged."""
        try:
            said = json.loads(kept)
            return cls(*(Ed25519PrivateKey.from_private_bytes(base64.b64decode(said[name])) for name in NAMES))
        except (ValueError, KeyError, TypeError):
            raise KeysDamaged("the signing keys can't be read") from None

    def to_bytes(self) -> bytes:
        """For keeping, in secret. Each key is its seed in base64, as other clients write it."""
        return json.dumps({name: _plain(getattr(self, name).private_bytes_raw()) + "=" for name in NAMES}).encode()

    @classmethod
    def load(cls, file: Path) -> SigningKeys | None:
        """From a file of mode 0600; None where there is none. Raises KeysDamaged, Exposed, OSError."""
        kept = secretfile.read(file)
        return None if kept is None else cls.from_bytes(kept)

    def save(self, file: Path) -> None:
        """Into a file of mode 0600, durable on return. Do it before they are published."""
        secretfile.write(file, self.to_bytes())

    @property
    def fingerprint(self) -> str:
        """The public master key as people compare it, in groups of four."""
        key = public(self.master)
        return " ".join(key[at : at + 4] for at in range(0, len(key), 4))

    def published(self, user: str) -> dict[str, Any]:
        """What the server is given: three public keys, two of them signed by the first."""
        bodies = {}
        for name in NAMES:
            key = public(getattr(self, name))
            body: dict[str, Any] = {"user_id": user, "usage": [name], "keys": {f"ed25519:{key}": key}}
            if name != "master":
                body = signed(body, user, public(self.master), self.master)
            bodies[f"{name}_key"] = body
        return bodies


def public(key: Ed25519PrivateKey) -> str:
    """The public half in unpadded base64."""
    return _plain(key.public_key().public_bytes_raw())


def canonical(body: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: canonical JSON without signatures and unsigned parts."""
    bare = {key: value for key, value in body.items() if key not in ("signatures", "unsigned")}
    return json.dumps(bare, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def signed(body: Mapping[str, Any], user: str, name: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """The body with that signature alone."""
    signature = _plain(key.sign(canonical(body)))
    return {**body, "signatures": {user: {f"ed25519:{name}": signature}}}


def verifies(body: Mapping[str, Any], user: str, name: str, key: str) -> bool:
    """Whether the body carries a good signature of that user's key. `key` is unpadded base64."""
    try:
        signature = body["signatures"][user][f"ed25519:{name}"]
        Ed25519PublicKey.from_public_bytes(_bytes(key)).verify(_bytes(signature), canonical(body))
        return True
    except (KeyError, TypeError, ValueError, InvalidSignature):
        return False


async def how_signed(client: AsyncClient, keys: SigningKeys | None) -> Signed:
    """How our device stands, as the server shows it to others. Raises WireError."""
    master, self_signing, device = await _as_others_see(client)
    if device is None:
        return Signed.NO_DEVICE
    if not _is_ours(client, device):
        return Signed.OTHER_DEVICE
    if master is None:
        return Signed.NO_KEYS
    if keys is None or _key(master) != public(keys.master):
        return Signed.OTHER_KEYS
    me = client.user_id
    ours = public(keys.self_signing)
    whole = (
        self_signing is not None
        and _key(self_signing) == ours
        and verifies(self_signing, me, public(keys.master), public(keys.master))
        and verifies(device, me, ours, ours)
    )
    return Signed.YES if whole else Signed.NOT_YET


async def sign_device(client: AsyncClient, keys: SigningKeys, password: str | None = None) -> Signed:
    """Publish our keys where the account has none, and sign our device with them. The keys must be kept already.

    With a password, keys that are not ours are replaced; whoever had verified the account is told so by their client.
    Returns how the device stands then. Raises NeedsPassword, NeedsApproval, WireError.
    """
    standing = await how_signed(client, keys)
    if standing in (Signed.YES, Signed.NO_DEVICE, Signed.OTHER_DEVICE):
        return standing
    if standing is Signed.OTHER_KEYS and password is None:
        raise NeedsPassword("the account has signing keys that are not ours")
    await _publish(client, keys.published(client.user_id), password)
    _, _, device = await _as_others_see(client)
    if device is None or not _is_ours(client, device):
        raise WireError("the device is gone")
    me, name = client.user_id, client.device_id
    bare = {key: value for key, value in device.items() if key not in ("signatures", "unsigned")}
    master = keys.published(me)["master_key"]
    by_device = {**master, "signatures": {me: {f"ed25519:{name}": client.olm.account.sign(canonical(master).decode())}}}
    body = {me: {name: signed(bare, me, public(keys.self_signing), keys.self_signing), public(keys.master): by_device}}
    said = await ask(client, "POST", path("keys", "signatures", "upload"), body)
    if said.get("failures"):
        raise WireError("the server did not take the signature")
    return await how_signed(client, keys)


async def _publish(client: AsyncClient, body: dict[str, Any], password: str | None) -> None:
    where = path("keys", "device_signing", "upload")
    try:
        await ask(client, "POST", where, body)
        return
    except Refused as error:
        if error.status != 401 or "flows" not in error.body:
            raise
        asked = error.body
    stages = [flow.get("stages") for flow in asked["flows"] if isinstance(flow, Mapping)]
    if ["m.login.password"] in stages:
        if password is None:
            raise NeedsPassword("the server asks for the account's password")
        identifier = {"type": "m.id.user", "user": client.user_id}
        proof = {"type": "m.login.password", "identifier": identifier, "password": password}
        await ask(client, "POST", where, {**body, "auth": {**proof, "session": asked.get("session")}})
        return
    for page in (asked.get("params") or {}).values():
        if isinstance(page, Mapping) and isinstance(page.get("url"), str):
            raise NeedsApproval(page["url"])
    raise Refused(401, "M_UNSUPPORTED_AUTH")


async def _as_others_see(client: AsyncClient) -> tuple[Any, Any, Any]:
    me = client.user_id
    said = await ask(client, "POST", path("keys", "query"), {"device_keys": {me: []}})

    def of(*keys: str) -> Any:
        found: Any = said
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else None

    return of("master_keys", me), of("self_signing_keys", me), of("device_keys", me, client.device_id)


def _is_ours(client: AsyncClient, device: Mapping[str, Any]) -> bool:
    """Whether these are our device's keys and nothing else: we sign only what the device itself has signed."""
    name, own = client.device_id, client.olm.account.identity_keys
    wanted = {f"ed25519:{name}": own["ed25519"], f"curve25519:{name}": own["curve25519"]}
    return (
        device.get("user_id") == client.user_id
        and device.get("device_id") == name
        and device.get("keys") == wanted
        and verifies(device, client.user_id, name, own["ed25519"])
    )


def _key(body: Mapping[str, Any]) -> Any:
    keys = body.get("keys")
    return next(iter(keys.values()), None) if isinstance(keys, Mapping) else None


def _plain(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _bytes(plain: str) -> bytes:
    return base64.b64decode(plain + "=" * (-len(plain) % 4))
