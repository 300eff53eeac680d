"""A text as the pieces that the reader weighs: words in runs of one to three, letters in runs of two to five.

Pure. What is cut here is cut the same way in training and in use; a change here asks for a new training.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

LONGEST = 4000
"""Characters that are read at the most; the rules read the rest."""
WINDOW = 32
"""Words read together: about what one thought takes."""
MOST_WINDOWS = 24

_APOSTROPHES = str.maketrans({"’": None, "'": None, "`": None, "´": None, "‘": None})
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_STRETCHED = re.compile(r"(.)\1{2,}")
_END = frozenset(".!?\n;…")
_KEPT = frozenset("?!…")
SILENT = _END - _KEPT
"""What only ends a sentence."""
_LINES = re.compile(r"\s*\n\s*")


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes, letters stretched to two at most."""
    text = text[:LONGEST].lower().translate(_APOSTROPHES)
    if not text.isascii():
        # Some characters expand to eighteen; an accent makes two of one.
        wide = unicodedata.normalize("NFKD", _short_marks(text))[: 2 * LONGEST]
        text = "".join(sign for sign in wide if not _mark(sign))
    return _STRETCHED.sub(r"\1\1", text)


def _mark(sign: str) -> bool:
    return unicodedata.category(sign) in ("Mn", "Cf", "Cs")


def _short_marks(text: str) -> str:
    """Runs of combining marks cut short: CPython's normalisation is quadratic in them."""
    if not any(unicodedata.combining(sign) for sign in text):
        return text
    out: list[str] = []
    for combining, run in groupby(text, key=lambda sign: bool(unicodedata.combining(sign))):
        signs = list(run)
        out += signs[:4] if combining else signs
    return "".join(out)


def words(text: str) -> list[str]:
    """The words of a text, numbers as "0", and the signs that carry a tone: question, exclamation, emoji."""
    out = []
    for token in _TOKEN.findall(_LINES.sub(" . ", fold(text))):
        if token[0].isdigit():
            out.append("0")
        elif token.isalpha() or token in _KEPT or token in _END or ord(token[0]) > 0x2000:
            out.append(token)
    return out


def windows(all_words: Sequence[str]) -> Iterator[Sequence[str]]:
    """The text in thoughts: whole sentences up to `WINDOW` words, overlapping by a sentence."""
    if len(all_words) <= WINDOW:
        yield [word for word in all_words if word not in SILENT]
        return
    sentences = [list(run) for end, run in groupby(all_words, key=lambda word: word in _END) if not end]
    parts = [part for one in sentences for part in _cut(one)]
    start = given = 0
    while start < len(parts) and given < MOST_WINDOWS:
        end, taken = start + 1, list(parts[start])
        while end < len(parts) and len(taken) + len(parts[end]) <= WINDOW:
            taken += parts[end]
            end += 1
        yield taken
        given += 1
        if end == len(parts):
            return
        start = max(end - 1, start + 1)


def _cut(sentence: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(sentence), WINDOW):
        yield sentence[at : at + WINDOW]


def runs(some: Sequence[str]) -> list[str]:
    """Words in runs of one to three."""
    pairs = [f"{one} {two}" for one, two in pairwise(some)]
    threes = [f"{one} {two}" for one, two in zip(pairs, some[2:], strict=False)]
    return [*some, *pairs, *threes]


def spoken(some: Sequence[str]) -> list[str]:
    """Without what only ends a sentence."""
    return [word for word in some if word not in SILENT]


def letters(word: str) -> list[str]:
    """Letters of a word in runs of two to five, with its edges marked; none for signs and single letters."""
    if not word.isalpha() or len(word) < 2:
        return []
    edged = f"‹{word[:24]}›"
    return [edged[at : at + size] for size in (2, 3, 4, 5) for at in range(len(edged) - size + 1)]
