"""The master key: where it may come from, and how a new one is made. It opens the key file and nothing else.

It never appears in a log, a repr or a database.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import sys
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.state.files import durable
from bot.talk.errors import DataRefused

LENGTH = 32
CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd puts what `LoadCredential=` names (systemd.exec(5))."""


class MasterKey:
    """32 random bytes, written as base64."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) != LENGTH:
            raise DataRefused(f"The master key must be {LENGTH} bytes, written as base64.")
        self._key = key

    def __repr__(self) -> str:
        return "MasterKey(…)"

    @classmethod
    def read(cls, *, value: str | None = None, file: Path | None = None, credential: str | None = None) -> MasterKey:
        """From exactly one source: the text itself (from the environment), a file of mode 0600, a systemd credential.

        Raises DataRefused with what would be right.
        """
        if sum(source is not None for source in (value, file, credential)) != 1:
            raise DataRefused("Name one source for the master key: an environment variable, a file or a credential.")
        if value is not None:
            return cls._parse(value, "the environment")
        if credential is not None:
            folder = os.environ.get(CREDENTIALS)
            if not folder:
                raise DataRefused(
                    f"The credential {credential} is not there: {CREDENTIALS} is not set. "
                    f"Add LoadCredential={credential}:… to the service, or name a file."
                )
            # systemd may give such a file to the service by an access list, which shows as a group permission.
            return cls._parse(_read_private(Path(folder) / credential, 0o007), credential)
        assert file is not None
        return cls._parse(_read_private(file, 0o077), file.name)

    @classmethod
    def create(cls, file: Path) -> MasterKey:
        """Make a new key and have the disk keep it, for the owner alone. Raises DataRefused where a file is there."""
        key = secrets.token_bytes(LENGTH)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise DataRefused(
                f"{file.name} is there already. A new key could not open what the old one keeps."
            ) from None
        with os.fdopen(handle, "wb") as opened:
            opened.write(base64.b64encode(key) + b"\n")
            opened.flush()
            os.fsync(opened.fileno())
        durable(file.parent)
        return cls(key)

    @classmethod
    def _parse(cls, text: str, source: str) -> MasterKey:
        try:
            key = base64.b64decode(text.strip(), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != LENGTH:
            raise DataRefused(f"The master key from {source} is not {LENGTH} bytes in base64. Was it copied whole?")
        return cls(key)

    def derive(self, purpose: str) -> bytes:
        """A key for one purpose, of which no other can be told."""
        return HKDF(SHA256(), LENGTH, salt=None, info=b"handrail/1/" + purpose.encode()).derive(self._key)


def _read_private(file: Path, forbidden: int) -> str:
    try:
        with file.open(encoding="ascii", errors="replace") as opened:
            status = os.fstat(opened.fileno())
            if sys.platform != "win32" and status.st_mode & forbidden:
                raise DataRefused(
                    f"{file.name} can be read by other accounts on this machine (mode {status.st_mode & 0o777:o}). "
                    f"Run: chmod 600 {file.name}"
                )
            return opened.read(1024)
    except OSError as error:
        raise DataRefused(f"The master key can't be read from {file.name} ({error.strerror}).") from None
