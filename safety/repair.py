"""What single words are repaired to: known spellings, stretched letters, hidden letters, look-alikes, typos, words
written together or letter by letter. Each language has its own repairs, so that one never bends the words of another.

A word is repaired once and remembered. It knows words, never sentences.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product

from safety import text

LONGEST = 48
SPLIT = 6
"""Letters of which several words may be that were written together."""
REMEMBERED, MOST_PUT = 50_000, 2_000

_STRETCHED = re.compile(r"(.)\1{2,}")
_ENDING_TWICE = re.compile(r"([a-z])\1$")
_HIDDEN = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    text.MASKS["!"]: "il", text.MASKS["@"]: "a", text.MASKS["$"]: "s", text.MASKS["|"]: "il", text.MASKS["+"]: "t",
}  # fmt: skip
_ANY = frozenset((text.MASKS["*"], text.MASKS["#"]))
_WAYS = 64

LOOKALIKES = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "е": "e", "ё": "e", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p", "с": "c", "т": "t",
        "у": "y", "х": "x", "і": "i", "ї": "i", "ј": "j", "ѕ": "s", "ԁ": "d", "һ": "h", "ԛ": "q", "ԝ": "w", "ӏ": "l",
        "г": "r", "п": "n", "ь": "b", "ѵ": "v", "ո": "n", "ս": "u", "ց": "g", "օ": "o", "յ": "j", "հ": "h",
        # Greek
        "α": "a", "β": "b", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u",
        "χ": "x", "ω": "w", "γ": "y", "σ": "s", "μ": "u", "ϲ": "c", "ϳ": "j", "δ": "d",
        # Latin that folding leaves alone
        "ɑ": "a", "ɡ": "g", "ɩ": "i", "ɪ": "i", "ʏ": "y", "ʀ": "r", "ɴ": "n", "ɢ": "g", "ʟ": "l", "ʜ": "h", "ᴀ": "a",
        "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ᴊ": "j", "ᴋ": "k", "ᴍ": "m", "ᴏ": "o", "ᴘ": "p", "ꜱ": "s", "ᴛ": "t",
        "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ᴢ": "z", "ǝ": "e", "ɐ": "a", "ɹ": "r", "ʇ": "t", "ʞ": "k", "ʍ": "w", "ɓ": "b",
        "ɗ": "d", "ƙ": "k", "ƒ": "f", "ʋ": "v", "ɛ": "e", "ɔ": "o", "ı": "i",
    }
)  # fmt: skip


class Repairs:
    """The repairs of one language."""

    def __init__(self, spelling: Mapping[str, str], keywords: Collection[str], vocabulary: Collection[str]) -> None:
        self.spelling = spelling
        self.keywords = frozenset(keywords)
        self._known = frozenset(vocabulary) | self.keywords | frozenset(spelling)
        self.typos = {typo: word for word in sorted(keywords) for typo in _typos(word) if typo not in self._known}
        self._longest = max(map(len, self._known), default=0)
        self._within = _any_of(self.keywords)
        self._put: dict[str, str | None] = {}

    def word(self, word: str) -> str | None:
        """What the word is repaired to, perhaps several words; None where it is left alone."""
        spelled = self.spelling.get(word)
        if spelled is not None:
            return spelled
        if word in self._known or len(word) > LONGEST:
            return None
        for way in self._ways(word):
            found = self._found(way)
            if found is not None:
                return found if found != word else None
        return None

    def together(self, letters: str) -> str | None:
        """Words that were written letter by letter, or without spaces; None where it makes no sense."""
        try:
            return self._put[letters]
        except KeyError:
            meant = self.spelling.get(letters, letters) if letters in self.keywords else None
            meant = meant or self.typos.get(letters) or self._split(letters)
            if len(self._put) >= MOST_PUT:
                self._put.clear()
            self._put[letters] = meant
            return meant

    def _found(self, word: str) -> str | None:
        if word in self._known:
            return self.spelling.get(word, word)
        typo = self.typos.get(word)
        return typo if typo is not None else self._split(word)

    def _ways(self, word: str) -> Iterator[str]:
        """The word without stretched, hidden and look-alike letters: what it may have meant, likeliest first."""
        if not word.isascii():
            word = word.translate(LOOKALIKES)
        if any(char in _ANY for char in word):
            yield from self._guessed(word)
            return
        hidden = [char for char in word if char in _HIDDEN]
        if hidden and len(hidden) < len(word):
            choices = [_HIDDEN.get(char, char) for char in word]
            for index, way in enumerate(product(*choices)):
                if index >= _WAYS:
                    return
                yield from self._unstretched("".join(way))
        else:
            yield from self._unstretched(word)

    def _unstretched(self, word: str) -> Iterator[str]:
        if _STRETCHED.search(word):
            yield _STRETCHED.sub(r"\1\1", word)
            yield _STRETCHED.sub(r"\1", word)
        else:
            yield word
            if len(word) > 3 and _ENDING_TWICE.search(word) and word[:-1] in self.keywords:
                yield word[:-1]

    def _guessed(self, word: str) -> Iterator[str]:
        """Keywords that fit a word with blanked letters."""
        parts: list[str] = []
        for char in word:
            if char not in _ANY:
                choice = _HIDDEN.get(char, char)
                parts.append(f"[{choice}]" if choice.isalnum() else re.escape(char))
            elif not parts or parts[-1] != "[a-z]{1,3}":
                parts.append("[a-z]{1,3}" if len(word) > 4 else "[a-z]{1,2}")
        shape = re.compile("".join(parts))
        fits = [keyword for keyword in sorted(self.keywords) if shape.fullmatch(keyword)]
        yield from sorted(fits, key=lambda keyword: abs(len(keyword) - len(word)))[:1]

    def _split(self, letters: str) -> str | None:
        """Into known words, one of them a keyword. Linear: each place is left once for each length of a word."""
        if not SPLIT <= len(letters) <= LONGEST or self._within is None or not self._within.search(letters):
            return None
        best: list[tuple[int, tuple[str, ...]] | None] = [None] * (len(letters) + 1)
        best[0] = (0, ())
        for start in range(len(letters)):
            before = best[start]
            if before is None:
                continue
            for end in range(start + 1, min(len(letters), start + self._longest) + 1):
                piece = letters[start:end]
                if piece not in self._known or (len(piece) == 1 and piece not in "iau"):
                    continue
                cost = before[0] + (3 if len(piece) < 3 else 2)
                here = best[end]
                if here is None or cost < here[0]:
                    best[end] = (cost, (*before[1], piece))
        found = best[-1]
        if found is None or not self._sensible(found[1]):
            return None
        return " ".join(self.spelling.get(piece, piece) for piece in found[1])

    def _sensible(self, pieces: Sequence[str]) -> bool:
        if not any(piece in self.keywords for piece in pieces):
            return False
        return len(pieces) > 2 or (len(pieces) == 2 and min(map(len, pieces)) > 3)


def _typos(word: str) -> Iterable[str]:
    """Two letters swapped; one left out or doubled in longer words. The first letter is nearly always right."""
    if len(word) < 4:
        return
    for at in range(len(word) - 1):
        if word[at] != word[at + 1] and (at or len(word) > 4):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if len(word) > 5:
        for at in range(1, len(word)):
            yield word[:at] + word[at + 1 :]
            yield word[:at] + word[at] + word[at:]


def _any_of(words: Collection[str]) -> re.Pattern[str] | None:
    pieces = sorted((word for word in words if len(word) > 2), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, pieces))) if pieces else None


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
        self._within = _any_of(self._keywords)

    def __missing__(self, word: str) -> Mapping[str, str] | None:
        if self._left_alone(word):
            self[word] = None
            return None
        found = {code: way for code, repairs in self._languages.items() if (way := repairs.word(word)) is not None}
        self[word] = out = found or None
        return out

    def _left_alone(self, word: str) -> bool:
        """At a glance, that no language repairs a word; it may say no in vain."""
        if word in self._meant or not _PLAIN.fullmatch(word) or _STRETCHED.search(word):
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
