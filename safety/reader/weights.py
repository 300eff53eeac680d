"""The numbers of a model's pieces, three for each (its square, and what it says for either answer), packed side by side
into one whole number: so a sum over many pieces is one addition each.

Pure; only speed hangs on it.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Collection, Iterable

BITS = 24
_FIELD = (1 << BITS) - 1
_SIGNED = bytes(code ^ 0x80 for code in range(256))
"""From a signed byte to one that is larger by 128."""
REMEMBERED = 20_000

Three = tuple[int, int, int]


class Weights:
    """The three numbers of every piece by its id: bytes, of which the last two are signed."""

    def __init__(self, squares: bytes, mine: bytes, other: bytes) -> None:
        packed = bytearray(8 * len(squares))
        packed[0::8] = squares
        packed[3::8] = mine.translate(_SIGNED)
        packed[6::8] = other.translate(_SIGNED)
        self._packed = array("Q", bytes(packed))
        if sys.byteorder == "big":
            self._packed.byteswap()

    def total(self, ids: Collection[int]) -> Three:
        """The sums over these pieces, of at most 60,000."""
        whole, bias = sum(map(self._packed.__getitem__, ids)), 128 * len(ids)
        return whole & _FIELD, (whole >> BITS & _FIELD) - bias, (whole >> 2 * BITS) - bias


BIAS = 1 << 15
"""Added to each number of a word, so that none is negative: they lie between -BIAS and BIAS."""
_PLACES = tuple(BITS * place for place in range(6))

Six = tuple[int, int, int, int, int, int]


class Sums(dict[str, int]):
    """Six numbers of each word, packed and remembered."""

    def __init__(self, numbers: Callable[[str], Six]) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, word: str) -> int:
        packed = sum((number + BIAS) << place for number, place in zip(self._numbers(word), _PLACES, strict=True))
        if len(self) >= REMEMBERED:
            self.clear()
        self[word] = packed
        return packed


def total(packed: Iterable[int], words: int) -> Six:
    """The sums of each of the six over so many words, of at most 256."""
    whole, bias = sum(packed), words * BIAS
    return (
        (whole & _FIELD) - bias,
        (whole >> 24 & _FIELD) - bias,
        (whole >> 48 & _FIELD) - bias,
        (whole >> 72 & _FIELD) - bias,
        (whole >> 96 & _FIELD) - bias,
        (whole >> 120) - bias,
    )
