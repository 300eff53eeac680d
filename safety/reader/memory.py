"""What the reader has cut before: the words between two blanks, the known runs of letters of a word. Remembered within
bounds; only speed hangs on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from safety.reader.pieces import letters, words

REMEMBERED = 20_000
LONGEST = 60
"""Characters of what is remembered."""


class Words(dict[str, tuple[str, ...]]):
    """The words of what stands between two blanks, remembered."""

    def __missing__(self, piece: str) -> tuple[str, ...]:
        found = tuple(words(piece))
        if len(self) >= REMEMBERED:
            self.clear()
        if len(piece) <= LONGEST:
            self[piece] = found
        return found


class Letters(dict[str, tuple[int, ...]]):
    """The known runs of letters of each word, remembered."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        super().__init__()
        self._known = ids

    def __missing__(self, word: str) -> tuple[int, ...]:
        get = self._known.get
        found = tuple({id for piece in letters(word) if (id := get(piece)) is not None})
        if len(self) >= REMEMBERED:
            self.clear()
        if len(word) <= LONGEST:
            self[word] = found
        return found


class Remembered(dict[str, int]):
    """A number of each word, remembered."""

    def __init__(self, number: Callable[[str], int]) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, word: str) -> int:
        found = self._number(word)
        if len(self) >= REMEMBERED:
            self.clear()
        if len(word) <= LONGEST:
            self[word] = found
        return found
