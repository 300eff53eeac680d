"""A list of words as each language reads it: every word repaired, letters put together; each word repaired once and
then remembered. What a single word is repaired to is in `safety.repair`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from safety import text
from safety.repair import LONGEST, SPLIT, STRETCHED, Repairs, any_of

REMEMBERED = 50_000


class Repairer:
    """The repairs of all languages over one list of words."""

    def __init__(self, languages: Mapping[str, Repairs]) -> None:
        self._languages = dict(languages)
        self._memory = _Memory(self._languages)
        self.letters = frozenset(letter for one in languages.values() for word in one.keywords for letter in word)

    def word(self, word: str) -> Mapping[str, str] | None:
        """What a word is repaired to, by language; None where it is left alone everywhere."""
        return self._memory[word]

    def spelling(self) -> Iterator[tuple[str, str]]:
        """Words and each word that is meant by them."""
        for repairs in self._languages.values():
            for word, meant in repairs.spelling.items():
                yield from ((word, piece) for piece in meant.split())

    def put_together(self, words: list[str]) -> list[tuple[int, int, list[str]]]:
        """What is written letter by letter, from which word to which, and the words it makes in any language."""
        if not _LETTERS.search(text.padded(words)):
            return []
        out = []
        for start, end in _spaced(words):
            letters = _joined(words, start, end)
            ways = [way for repairs in self._languages.values() if (way := repairs.together(letters)) is not None]
            if ways:
                out.append((start, end, " ".join(ways).split()))
        return out

    def variants(self, line: str, words: list[str], of: Collection[str]) -> dict[str, tuple[list[str], list[int]]]:
        """For each of these languages that repairs anything: the repaired words, and for each the index of the word it
        came from (of the first, for letters put together: they end where the next word begins)."""
        memory = self._memory
        changes = list(map(memory.__getitem__, words))
        spaced = list(_spaced(words)) if len(words) > 2 and _LETTERS.search(line) else []
        if not spaced and changes.count(None) == len(changes):
            return _NONE
        if len(memory) > REMEMBERED:
            memory.clear()
        out = {}
        changed = [(index, change) for index, change in enumerate(changes) if change is not None]
        for code, repairs in self._languages.items():
            if code not in of:
                continue
            joined = {a: (b, way) for a, b in spaced if (way := repairs.together(_joined(words, a, b))) is not None}
            at = {index: index + 1 for index, change in changed if code in change}
            if joined or at:
                out[code] = _applied(words, changes, code, at, joined)
        return out


class _Memory(dict[str, "Mapping[str, str] | None"]):
    def __init__(self, languages: Mapping[str, Repairs]) -> None:
        super().__init__()
        self._languages = languages
        every = languages.values()
        self._meant = frozenset(word for one in every for word in (*one.spelling, *one.typos))
        self._keywords = frozenset(word for one in every for word in one.keywords)
        self._within = any_of(self._keywords)

    def __missing__(self, word: str) -> Mapping[str, str] | None:
        if self._left_alone(word):
            self[word] = None
            return None
        found = {code: way for code, repairs in self._languages.items() if (way := repairs.word(word)) is not None}
        self[word] = out = found or None
        return out

    def _left_alone(self, word: str) -> bool:
        """At a glance, that no language repairs a word; it may say no in vain."""
        if word in self._meant or not _PLAIN.fullmatch(word) or STRETCHED.search(word):
            return False
        if word[-1] == word[-2:-1] and word[:-1] in self._keywords:
            return False
        return len(word) < SPLIT or self._within is None or not self._within.search(word)


_PLAIN = re.compile(r"[a-z]+")
_LETTERS = re.compile(r"(?<= [^ .@]) [^ .@] [^ .@] ")
_NONE: dict[str, tuple[list[str], list[int]]] = {}


def _spaced(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Runs of at least three single letters, at most LONGEST."""
    start = 0
    for index in range(len(words) + 1):
        single = index < len(words) and len(words[index]) == 1 and words[index] not in ".@"
        if single and index - start < LONGEST:
            continue
        if index - start > 2:
            yield start, index
        start = index if single else index + 1


def _joined(words: Sequence[str], start: int, end: int) -> str:
    return "".join(words[start:end])


def _applied(
    words: Sequence[str],
    changes: Sequence[Mapping[str, str] | None],
    code: str,
    places: Mapping[int, int],
    joined: Mapping[int, tuple[int, str]],
) -> tuple[list[str], list[int]]:
    out: list[str] = []
    came: list[int] = []
    done = 0
    for start in sorted({*places, *joined}):
        if start < done:
            continue
        out += words[done:start]
        came += range(done, start)
        end, way = joined[start] if start in joined else (places[start], (changes[start] or {})[code])
        pieces = way.split()
        out += pieces
        came += [start] * len(pieces)
        done = end
    out += words[done:]
    came += range(done, len(words))
    return out, came
