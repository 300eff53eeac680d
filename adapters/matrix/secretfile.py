"""Small files that only their owner may read: tokens and keys. Knows nothing of what is in them."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path


class Exposed(Exception):
    """Others on this machine can read the file. The message says what to do; it quotes nothing of the content."""


def write(file: Path, content: bytes) -> None:
    """Write it whole or not at all, readable by its owner only; durable on return. Missing folders get mode 0700."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def read(file: Path) -> bytes | None:
    """The content; None where there is no such file. Raises Exposed where others may read it, OSError as usual."""
    try:
        mode = file.stat().st_mode
    except FileNotFoundError:
        return None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Exposed(f"others on this machine can read {file}. Run: chmod 600 {file}")
    return file.read_bytes()
