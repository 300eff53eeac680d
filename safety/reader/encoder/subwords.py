"""A text as numbers of subwords, in the way of SentencePiece's unigram model (Kudo 2018): of all ways to cut a word,
the one whose pieces are likeliest together.

Pure. What is cut here is cut the same way in training and in use.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import inf

MOST = 72
"""Subwords that are read together: some fifty words."""
LONGEST_WORD = 48
"""Letters of a word that are looked at."""
LONGEST = 4000
"""Characters that are read at the most."""
MARK = "▁"
"""Stands before the first piece of a word, as SentencePiece writes it."""
_PENALTY = 10.0
"""How much unlikelier than the unlikeliest piece a sign is that no piece covers, as SentencePiece has it."""
_THOUGHT = re.compile(r"[^.!?\n…]+[.!?\n…]*")


class Subwords:
    """`pieces` and the log of how likely each is; `unknown` is the number of what no piece covers."""

    def __init__(self, pieces: Sequence[str], likely: Sequence[float], unknown: int) -> None:
        self._number = {piece: (number, likely[number]) for number, piece in enumerate(pieces)}
        self._longest = max(map(len, pieces))
        self._unknown = (unknown, min(likely) - _PENALTY)
        self.of_word = lru_cache(1 << 14)(self._of_word)

    def parts(self, text: str) -> Iterator[tuple[str, list[int]]]:
        """A text in parts of at most `MOST` subwords, and those: whole sentences together as long as they fit."""
        part, numbers = "", list[int]()
        for thought in _THOUGHT.findall(plain(text)):
            found = [number for word in thought.split() for number in self.of_word(word[:LONGEST_WORD])][:MOST]
            if numbers and len(numbers) + len(found) > MOST:
                yield part, numbers
                part, numbers = "", []
            part, numbers = part + thought, numbers + found
        if numbers:
            yield part, numbers

    def _of_word(self, word: str) -> tuple[int, ...]:
        """Its likeliest pieces, found from the front to the back (Viterbi)."""
        word = MARK + word
        best = [0.0] + [-inf] * len(word)
        back = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + self._longest) + 1):
                found = self._number.get(word[start:end])
                if found is None and end == start + 1:
                    found = self._unknown
                if found is not None and best[start] + found[1] > best[end]:
                    best[end], back[end] = best[start] + found[1], (start, found[0])
        out, end = [], len(word)
        while end:
            end, number = back[end]
            out.append(number)
        return tuple(reversed(out))


def plain(text: str) -> str:
    """Lower case, in one form of writing, without what is not seen."""
    text = unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST].lower()
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
