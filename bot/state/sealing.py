"""Sealing: authenticated encryption of a value for exactly one place. Whose key it is, this does not know."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.talk.errors import HandrailError

_VERSION = b"\x01"
_NONCE = 12


class Erased(HandrailError):
    """The person's key is gone, and with it everything that it sealed."""


class Tampered(HandrailError):
    """Sealed bytes were changed, or stand where they were not put."""


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a sealed value. It opens nowhere else."""

    table: str
    column: str
    row: str

    def bound(self, owner: str) -> bytes:
        """What is authenticated beside the value: version, owner and place, each with its length before it."""
        parts = [part.encode() for part in (owner, self.table, self.column, self.row)]
        return _VERSION + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def seal(key: AESGCM, bound: bytes, data: bytes) -> bytes:
    """29 bytes longer than the data: a version, a random nonce, a tag."""
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + nonce + key.encrypt(nonce, data, bound)


def unseal(key: AESGCM, bound: bytes, sealed: bytes) -> bytes:
    """Raises Tampered for anything that `seal` did not make for the same place."""
    if sealed[:1] != _VERSION or len(sealed) <= 1 + _NONCE:
        raise Tampered
    try:
        return key.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound)
    except InvalidTag:
        raise Tampered from None
