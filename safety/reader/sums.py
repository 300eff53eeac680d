"""Six numbers of every word, added up in one go: packed side by side into one whole number.

Only speed hangs on it: adding numbers one list after the other would cost as much as reading a short text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

BITS = 24
BIAS = 1 << 15
"""Added to each number of a word, so that none is negative: they lie between -BIAS and BIAS."""
MOST = 128
"""Words that may be added up at the most."""
_FIELD = (1 << BITS) - 1
_PLACES = (0, BITS, 2 * BITS, 3 * BITS, 4 * BITS, 5 * BITS)
REMEMBERED = 20_000

Six = tuple[int, int, int, int, int, int]


class Sums(dict[str, int]):
    """The packed numbers of each word, remembered."""

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
    """The sums of each of the six over so many words."""
    whole, bias = sum(packed), words * BIAS
    return (
        (whole & _FIELD) - bias,
        (whole >> 24 & _FIELD) - bias,
        (whole >> 48 & _FIELD) - bias,
        (whole >> 72 & _FIELD) - bias,
        (whole >> 96 & _FIELD) - bias,
        (whole >> 120) - bias,
    )
