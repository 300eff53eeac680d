"""The numbers of a model's pieces, three for each (its square, and what it says for either answer), side by side in one
whole number: so a sum over many pieces is one addition each.

Pure; only speed hangs on it.
"""

from __future__ import annotations

BITS = 21
_FIELD = (1 << BITS) - 1
_HALF = 1 << BITS - 1
MOST = _HALF // 128
"""Pieces of which the sums fit."""

Three = tuple[int, int, int]


def packed(squares: bytes, mine: bytes, other: bytes) -> list[int]:
    """One number for each piece. Of the bytes of `mine` and `other` each is signed."""
    signed = memoryview(mine).cast("b"), memoryview(other).cast("b")
    rows = zip(squares, *signed, strict=True)
    return [(square << 2 * BITS) + (one << BITS) + two for square, one, two in rows]


def unpacked(whole: int) -> Three:
    """The three sums in a sum of at most `MOST` of these."""
    other = (whole + _HALF & _FIELD) - _HALF
    whole = whole - other >> BITS
    mine = (whole + _HALF & _FIELD) - _HALF
    return whole - mine >> BITS, mine, other
