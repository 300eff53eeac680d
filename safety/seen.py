"""What each piece between blanks holds of the words that phrases need, folded and as any language repairs it: looked up
among those seen before.
"""

from __future__ import annotations

from collections.abc import Collection

from safety import text
from safety.repaired import Repairer

LONGEST = 60
"""Pieces up to so many characters are remembered."""

SINGLE = "\x01"
"""Before a letter that stands alone."""
EITHER = "! "
"""What makes the folding of a piece depend on other pieces: a sign that hides letters anywhere lets + hide them too."""


class Pieces(dict[str, frozenset[str]]):
    """What each piece between blanks holds of the words that phrases need."""

    def __init__(self, repairer: Repairer, words: Collection[str], endings: Collection[str], strict: bool) -> None:
        super().__init__()
        self._repairer = repairer
        self._words = frozenset(words)
        self._endings = frozenset(endings)
        self._lengths = sorted({len(ending) for ending in endings})
        self._strict = strict
        self.singles = frozenset(SINGLE + letter for letter in repairer.letters)

    def __missing__(self, piece: str) -> frozenset[str]:
        found = text.words(piece)
        if "+" in piece:
            found += text.words(EITHER + piece)
        for word in tuple(found):
            for way in (self._repairer.word(word) or {}).values():
                found += way.split()
        out = {word for word in found if word in self._words}
        out |= self.singles.intersection(SINGLE + word for word in found if len(word) == 1)
        if self._strict:
            strictly = text.words(piece, strict=True)
            out |= self._words.intersection(strictly)
            found += strictly
        for size in self._lengths:
            out |= {word[:size] + "*" for word in found if word[:size] in self._endings}
        held = frozenset(out)
        if len(piece) <= LONGEST:
            self[piece] = held
        return held
