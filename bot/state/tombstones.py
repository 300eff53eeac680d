"""Who was erased, as keyed marks in a small file of its own, so that a restored copy of the keys can't bring them back.

It knows no person and no key; a mark says nothing without the master key.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from bot.state.clock import millis, moment
from bot.state.files import durable

KEPT = timedelta(days=90)
"""Longer than any copy of the keys that we keep ourselves, for the copies that an owner keeps."""


class Tombstones:
    """Lines of a mark and a moment, each made durable before the key goes."""

    def __init__(self, path: Path, marks: dict[str, int]) -> None:
        self._path = path
        self._marks = marks

    @classmethod
    def open(cls, path: Path, now: datetime) -> Tombstones:
        """Read the file; what is too old leaves it. A torn last line is one that was never acknowledged."""
        marks: dict[str, int] = {}
        lines = path.read_text(encoding="ascii", errors="replace").splitlines() if path.exists() else []
        for line in lines:
            mark, _space, at = line.partition(" ")
            if mark and at.isascii() and at.isdigit():
                marks[mark] = int(at)
        fresh = {mark: at for mark, at in marks.items() if now - moment(at) < KEPT}
        tombstones = cls(path, fresh)
        if len(fresh) != len(lines):
            tombstones._write_anew()
        return tombstones

    def __contains__(self, mark: str) -> bool:
        return mark in self._marks

    def __len__(self) -> int:
        return len(self._marks)

    def add(self, mark: str, now: datetime) -> None:
        """Durable when it returns."""
        if mark in self._marks:
            return
        new = not self._path.exists()
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(f"{mark} {millis(now)}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        if new:
            durable(self._path.parent)
        self._marks[mark] = millis(now)

    def _write_anew(self) -> None:
        partial = self._path.with_name(self._path.name + ".partial")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write("".join(f"{mark} {at}\n" for mark, at in self._marks.items()).encode())
        durable(partial)
        partial.replace(self._path)
        durable(self._path.parent)
