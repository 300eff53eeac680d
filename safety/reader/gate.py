"""The gate: what the words of a text say one by one, added up. So cheap that every message can be asked; most chat ends
here, and is not read.

A linear model of its own, over single words and the letters of each, in whole thousandths. `train` makes it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from safety.reader.memory import LONGEST, REMEMBERED
from safety.reader.pieces import letters, words


class Gate(dict[str, int]):
    """What a word says for itself, or all words that stand between two blanks; remembered. Who asks for many at once
    adds up. Below `least` a text is not read."""

    def __init__(self, known: Mapping[str, int], in_letters: Mapping[str, int], least: int) -> None:
        super().__init__()
        self._known = known
        self._in_letters = in_letters
        self.least = least

    def __missing__(self, piece: str) -> int:
        get = self._in_letters.get
        said = 0
        for word in words(piece):
            said += self._known.get(word, 0) + sum(get(run, 0) for run in {*letters(word)})
        if len(self) >= REMEMBERED:
            self.clear()
        if len(piece) <= LONGEST:
            self[piece] = said
        return said

    def opens(self, pieces: Iterable[str]) -> bool:
        """`pieces`: its words, or what stands between its blanks."""
        return sum(map(self.__getitem__, pieces)) >= self.least
