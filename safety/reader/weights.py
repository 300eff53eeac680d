"""The numbers of a model's pieces, three for each (its square, and what it says for either answer), side by side in one
whole number: so a sum over many pieces is one addition each.

Pure; only speed hangs on it.
"""

from __future__ import annotations

from typing import Any

BITS = 24
_FIELD = (1 << BITS) - 1
_HALF = 1 << BITS - 1
LARGEST = 2_047
"""What a piece says at the most. Finer than a byte: a text is the sum of a hundred small ones."""
MOST = _HALF // LARGEST
"""Pieces of which the sums fit."""

Three = tuple[int, int, int]


def packed(square: Any, mine: Any, other: Any) -> Any:
    """One whole number of the three, or an array of three arrays."""
    return (square << 2 * BITS) + (mine << BITS) + other


def unpacked(whole: int) -> Three:
    """The three sums in a sum of at most `MOST` of these."""
    other = (whole + _HALF & _FIELD) - _HALF
    whole = whole - other >> BITS
    mine = (whole + _HALF & _FIELD) - _HALF
    return whole - mine >> BITS, mine, other
