"""What SQLite leaves in a file of rows that are gone, and how it is found.

With `secure_delete` a DELETE overwrites the row with zeros. But where rows moved between pages earlier, an old copy of
one may stand in the unused part of a page, and the DELETE does not know of it (measured with SQLite 3.40: one row in
some 7,000). Only writing the file anew removes that. It knows no table.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

_CHUNK = 1 << 20


class Remains:
    """The bytes of a database's file, beside the connection. It blocks.

    Open it before the connection and close it after: on POSIX, closing any descriptor of a file frees the locks that
    SQLite holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
    """

    def __init__(self, path: Path) -> None:
        self._file: int | None = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))

    def holds(self, needles: Sequence[bytes]) -> bool:
        """Whether any of the needles stands in the file itself; the log beside it is not read."""
        if self._file is None:
            raise ValueError("the file is closed")
        overlap = max(map(len, needles), default=1) - 1
        tail = b""
        os.lseek(self._file, 0, os.SEEK_SET)
        while chunk := os.read(self._file, _CHUNK):
            piece = tail + chunk
            if any(needle in piece for needle in needles):
                return True
            tail = piece[-overlap:] if overlap else b""
        return False

    def close(self) -> None:
        """Once more changes nothing."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
