"""Which words mean alike, in each language: “vanish” and “desaparecer” are one concept. So a sentence is understood
that is said in words which the reader never met, and what it learned in one language helps in the others.

Written by hand: `concepts/<language>.txt`, a line for each concept with its words, folded as `pieces.fold` does. It
knows no text but the one it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path

FOLDER = Path(__file__).with_name("concepts")
APART = 1_000
"""Added to a concept's number for each word that stands between it and the one before."""

Run = int | tuple[int, ...]
"""A concept, or two or three: their places among the names, from 0 on."""


class Concepts:
    """The concepts of words, by language: in `words` a text for each concept, its words between blanks."""

    def __init__(self, words: Mapping[str, Mapping[str, str]]) -> None:
        self.words = words
        self.names = tuple(sorted({name for of in words.values() for name in of}))
        self.languages = tuple(words)
        place = {name: number for number, name in enumerate(self.names)}
        self._of: list[dict[str, int]] = []
        for of in words.values():
            known: dict[str, int] = {}
            for name, some in of.items():
                known.update(dict.fromkeys(some.split(), place[name]))
            self._of.append(known)

    def language(self, found: Sequence[str]) -> int:
        """The number of the language that knows most of the words; the first of equals."""
        best, most = 0, -1
        for number, known in enumerate(self._of):
            count = sum(map(known.__contains__, found))
            if count > most:
                best, most = number, count
                if most == len(found):
                    break
        return best

    def runs(self, found: Sequence[str], language: int) -> Iterable[Run]:
        """The concepts of the words in runs of one to three, and in pairs with one or two concepts between. Words that
        are in none are passed over."""
        if language >= len(self._of):
            return ()
        get = self._of[language].get
        some = [place for word in found if (place := get(word)) is not None]
        return chain(
            some,
            pairwise(some),
            zip(some, some[1:], some[2:], strict=False),
            zip(some, [place + APART for place in some[2:]], strict=False),
            zip(some, [place + 2 * APART for place in some[3:]], strict=False),
        )

    def told(self, run: Run) -> str:
        """A run as people read it: “(want) (not) (wake)”, with … for what stands between."""
        places = run if isinstance(run, tuple) else (run,)
        return " ".join("… " * (place // APART) + f"({self.names[place % APART]})" for place in places)


def written(folder: Path = FOLDER) -> Concepts:
    """As they lie in the repository. Raises ValueError with file and line for what is not in the format."""
    words: dict[str, dict[str, str]] = {}
    # English first: of a word that several languages have, it is the most frequent in chat.
    for path in sorted(folder.glob("*.txt"), key=lambda path: (path.stem != "en", path.stem)):
        of, seen = words.setdefault(path.stem, {}), set[str]()
        for number, name, some in _lines(path):
            twice = seen.intersection(some)
            if name in of or twice:
                raise ValueError(f"{path.name}:{number}: {', '.join(twice) or name} is there already")
            seen.update(some)
            of[name] = " ".join(some)
    return Concepts(words)


def _lines(path: Path) -> Iterator[tuple[int, str, list[str]]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        name, colon, some = line.partition(":")
        if not colon or not name or not some.strip():
            raise ValueError(f"{path.name}:{number}: needs a concept, a colon, and its words")
        yield number, name, some.split()
