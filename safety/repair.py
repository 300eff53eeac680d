"""What single words are repaired to: known spellings, stretched letters, hidden letters, look-alikes, typos, words
written together or letter by letter. Each language has its own repairs, so that one never bends the words of another.

It knows words, never sentences.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product

from safety import text

LONGEST = 48
SPLIT = 6
"""Letters of which several words may be that were written together."""
MOST_PUT = 2_000

STRETCHED = re.compile(r"(.)\1{2,}")
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
        self._within = any_of(self.keywords)
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
        if STRETCHED.search(word):
            yield STRETCHED.sub(r"\1\1", word)
            yield STRETCHED.sub(r"\1", word)
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


def any_of(words: Collection[str]) -> re.Pattern[str] | None:
    pieces = sorted((word for word in words if len(word) > 2), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, pieces))) if pieces else None
