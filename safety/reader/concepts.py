"""Which words mean alike, in each language: “vanish” and “desaparecer” are one concept. So a sentence is understood that is
said in words which the reader never met, and what it learned in one language helps in the others.

Written by hand as text: `concepts/<language>.txt`, a line for each concept with its words, folded as `pieces.fold` does.
It knows no person and no text but the one it is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, repeat
from pathlib import Path

FOLDER = Path(__file__).with_name("concepts")
FIRST = 0xE000
"""Concepts are written as letters of Unicode's private use from here on, which `pieces.words` never gives."""
OTHER = chr(FIRST)
"""A word that is in no concept."""
GAP, GAPS = "_", "__"
"""One word between two concepts, and two."""
_VOTE = 8
"""Bits for each language; more words than `pieces.WINDOW` are never counted."""


class Concepts:
    """The concepts of each word, by language. `names` are the concepts in the order of their letters, after `OTHER`."""

    def __init__(self, names: Sequence[str], words: Mapping[str, Mapping[str, str]]) -> None:
        self.names = tuple(names)
        letter = {name: chr(FIRST + 1 + place) for place, name in enumerate(names)}
        self.languages = tuple(words)
        self._letters = [{word: letter[name] for word, name in of.items()} for of in words.values()]
        votes: dict[str, int] = {}
        for place, of in enumerate(self._letters):
            for word in of:
                votes[word] = votes.get(word, 0) + (1 << _VOTE * place)
        self._votes = votes

    def language(self, found: Sequence[str]) -> int:
        """The number of the language that knows most of the words; the first of equals."""
        votes = sum(map(self._votes.get, found, repeat(0)))
        return max(range(len(self._letters)), key=lambda place: votes >> _VOTE * place & 255)

    def pieces(self, found: Sequence[str], language: int) -> list[str]:
        """The concepts of the words in runs of one to three, and in pairs with one or two words between."""
        of = self._letters[language]
        some = [of.get(word, OTHER) for word in found]
        pairs = [one + two for one, two in pairwise(some)]
        return [
            *some,
            *pairs,
            *(one + two for one, two in zip(pairs, some[2:], strict=False)),
            *(one + GAP + two for one, two in zip(some, some[2:], strict=False)),
            *(one + GAPS + two for one, two in zip(some, some[3:], strict=False)),
        ]

    def told(self, piece: str) -> str:
        """A piece as people read it: “(want) (not)”, with … for words between."""
        return " ".join(self._told(sign) for sign in piece.replace(GAPS, "…").replace(GAP, "…"))

    def _told(self, sign: str) -> str:
        place = ord(sign) - FIRST
        return f"({self.names[place - 1]})" if 0 < place <= len(self.names) else "(other)" if place == 0 else sign


def written(folder: Path = FOLDER) -> Concepts:
    """As they lie in the repository. Raises ValueError with file and line for a line that is not in the format."""
    words: dict[str, dict[str, str]] = {}
    names: dict[str, None] = {}
    for path in sorted(folder.glob("*.txt")):
        for number, (name, some) in enumerate(_lines(path), 1):
            names[name] = None
            for word in some:
                if words.setdefault(path.stem, {}).setdefault(word, name) != name:
                    raise ValueError(f"{path.name}:{number}: “{word}” is in another concept already")
    return Concepts(sorted(names), words)


def _lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        name, colon, some = line.partition(":")
        if not colon or not name or not some.strip():
            raise ValueError(f"{path.name}:{number}: needs a concept, a colon, and its words")
        yield name, some.split()
