"""The numbers of a model's pieces, three for each (its square, and what it says for either answer), side by side in one
whole number: so a sum over many pieces is one addition each.

Pure; only speed hangs on it.
"""

from __future__ import annotations

from operator import add

BITS = 21
_FIELD = (1 << BITS) - 1
_HALF = 1 << BITS - 1
MOST = _HALF // 128
"""Pieces of which the sums fit."""

_SIGNED = [*range(128), *range(-128, 0)]
_PLACED = (_SIGNED, [number << BITS for number in _SIGNED], [number << 2 * BITS for number in range(256)])
"""What a byte stands for in each of the three places."""

Three = tuple[int, int, int]


def packed(squares: bytes, mine: bytes, other: bytes) -> list[int]:
    """One number for each piece. Of the bytes of `mine` and `other` each is signed."""
    in_place = [map(_PLACED[place].__getitem__, some) for place, some in enumerate((other, mine, squares))]
    return list(map(add, map(add, in_place[0], in_place[1]), in_place[2]))


def unpacked(whole: int) -> Three:
    """The three sums in a sum of at most `MOST` of these."""
    other = (whole + _HALF & _FIELD) - _HALF
    whole = whole - other >> BITS
    mine = (whole + _HALF & _FIELD) - _HALF
    return whole - mine >> BITS, mine, other
