"""Looks for traces of somebody in a database: in every cell of every table, and in the bytes of its files.

It blocks and reads only; it is for proving that an erasure left nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from bot.state.files import read_only


def walk(path: Path, needles: Iterable[str | bytes]) -> list[str]:
    """Where any of the needles is found, as "table.column" or the name of a file; empty where there is no trace.

    Looks for each as it is, as JSON and UTF-16 would write it, and in hexadecimal and base64.
    """
    forms = {form for needle in needles for form in _forms(needle)}
    found = []
    with closing(read_only(path)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            hit = {name for row in cursor for name, cell in zip(names, row, strict=True) if _holds(_bytes(cell), forms)}
            found += [f"{table}.{name}" for name in sorted(hit)]
    files = sorted(file for file in path.parent.glob(path.name + "*") if file.is_file())
    return found + [file.name for file in files if _holds(file.read_bytes(), forms)]


def _bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else str(cell).encode()


def _holds(data: bytes, forms: Iterable[bytes]) -> bool:
    return any(form in data for form in forms)


def _forms(needle: str | bytes) -> list[bytes]:
    raw = needle if isinstance(needle, bytes) else needle.encode()
    if not raw:
        raise ValueError("nothing to look for")
    forms = [raw, raw.hex().encode(), raw.hex().upper().encode()]
    if isinstance(needle, str):
        forms += [json.dumps(needle)[1:-1].encode(), needle.encode("utf-16-le")]
    # In base64 a piece looks different at each of three offsets; the first and last characters also hold neighbours.
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        inner = encoded[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6]
        if len(inner) >= 8:
            forms += [inner, inner.replace(b"+", b"-").replace(b"/", b"_")]
    return forms
