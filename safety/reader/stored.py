"""A model as its file holds it: a line of JSON; runs of words, column by column, and letters, as text; runs of concepts
as numbers of two bytes; then of every piece its `weights` in eight bytes, and of single words and letters what they say
at the `gate` in two. The least byte of a number comes first.

`train` writes it. It knows nothing of what the numbers mean.
"""

from __future__ import annotations

import json
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

FORMAT = 2
T = TypeVar("T")


class ModelRefused(Exception):
    """The file is not a model of this version."""


@dataclass(frozen=True, slots=True)
class Stored:
    """`numbers`: of the runs of words, then of letters, then of concepts."""

    head: Mapping[str, Any]
    words: Sequence[str | tuple[str, ...]]
    letters: Sequence[str]
    meant: Sequence[int | tuple[int, ...]]
    numbers: Sequence[int]
    gate: Sequence[int]
    """Of the single words, then of letters."""


def stored(raw: bytes, name: str) -> Stored:
    """Raises ModelRefused, with the file's name, for what is not a model of this version."""
    try:
        head, rest = headed(raw, name, FORMAT)
        part = _Parts(rest)
        text = iter(part.next(head["text_bytes"]).decode().split("\n"))
        words, letters = _runs(text, head["words"]), list(text)
        meant = _runs(iter(part.numbers("H", _cells(head["meant"]))), head["meant"])
        count = len(words) + len(letters) + len(meant)
        numbers = part.numbers("q", count).tolist()
        gate = part.numbers("h", head["words"][0] + len(letters))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelRefused(f"{name} is no model of ours ({type(error).__name__})") from None
    if len(letters) != head["letters"] or len(gate) != head["words"][0] + len(letters) or part.rest:
        raise ModelRefused(f"{name} is cut off or damaged")
    return Stored(head, words, letters, meant, numbers, gate)


def headed(raw: bytes, name: str, version: int) -> tuple[dict[str, Any], bytes]:
    """The line of JSON that a file of ours begins with, and the rest. Raises ModelRefused for another version, and
    ValueError, KeyError or TypeError for what is no such file."""
    line, _sep, rest = raw.partition(b"\n")
    head = json.loads(line)
    if head["format"] != version:
        raise ModelRefused(f"{name} has format {head['format']}; this version reads {version}")
    return head, rest


class _Parts:
    """The bytes of a file, one part after the other."""

    def __init__(self, raw: bytes) -> None:
        self.rest = memoryview(raw)

    def next(self, count: int) -> bytes:
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken.tobytes()

    def numbers(self, kind: str, count: int) -> array[int]:
        out = array(kind)
        out.frombytes(self.next(out.itemsize * count))
        if sys.byteorder == "big":
            out.byteswap()
        return out


def _cells(counts: Sequence[int]) -> int:
    """What runs hold in all: so many of one, of two, of three."""
    return sum(length * count for length, count in enumerate(counts, 1))


def _runs(cells: Iterator[T], counts: Sequence[int]) -> list[T | tuple[T, ...]]:
    """Runs from their columns: those of one, then of two, then of three."""
    out: list[T | tuple[T, ...]] = []
    for length, count in enumerate(counts, 1):
        columns = [list(islice(cells, count)) for _column in range(length)]
        out += columns[0] if length == 1 else zip(*columns, strict=True)
    return out
