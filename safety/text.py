"""A text as the rules read it: folded into plain words, with the way back to the characters they came from.

Folding is linear whatever the text: one table, one character at a time, then words. It drops case, accents, marks,
zero-width characters, apostrophes and markup; what ends a sentence becomes a word of its own, `.`, and the text begins
and ends with one. No Unicode normalisation of the whole text is called: it is quadratic in runs of combining marks.
It knows no language and no rule; what single words are repaired to is in `safety.repair`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import overload

END = "."
"""The word that stands for the end of a sentence, and for the beginning and end of a text."""

MOST_EXPANDED = 6
"""Some characters stand for whole sentences (one Arabic ligature for 18 letters); more than this is cut."""

MASKS = {"!": "\ue001", "*": "\ue002", "@": "\ue003", "$": "\ue004", "|": "\ue005", "+": "\ue006", "#": "\ue007"}
"""Signs between two letters that hide a letter ("d!e", "k*ll"): kept as one of these while a word is a word."""

_DROPPED = frozenset("'’‘ʼ´ʹ′`*~\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_PLAIN = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t"}
_ENDS = frozenset("!?。！？؟।‼⁇⁈⁉")
_ENCLOSED = ((0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))


class _Table(dict[int, str]):
    """What each character is folded to; filled as characters are met, and bounded."""

    def __init__(self, *, strict: bool = False) -> None:
        super().__init__()
        self._strict = strict

    def __missing__(self, code: int) -> str:
        out = _folded(chr(code), self._strict)
        if len(self) < 20_000:
            self[code] = out
        return out


def _folded(char: str, strict: bool) -> str:
    if char == ".":
        return "."
    if char == "\n":
        return "\n"
    if char in MASKS.values():
        return char
    if char in _DROPPED:
        return ""
    if char == "@":
        return " @ "
    if char == "…":
        return " "
    if char in _ENDS:
        return " . "
    for first, last in _ENCLOSED:
        if first <= ord(char) <= last:
            return chr(ord("a") + ord(char) - first)
    kind = unicodedata.category(char)
    if kind in ("Cf", "Mn", "Me", "Sk", "Lm"):
        return ""
    if kind in ("So", "Sm") and not unicodedata.normalize("NFKD", char).isalnum():
        return f" {char} " if kind == "So" else " "
    if kind[0] in "LNM":
        return _letters(char, strict)
    wide = unicodedata.normalize("NFKD", char)
    if len(wide) == 1 and wide != char and ord(wide) < 128:
        return _folded(wide, strict)
    if kind == "So" and wide.isalnum():
        return _letters(char, strict)
    return " "


def _letters(char: str, strict: bool) -> str:
    folded = char.casefold()
    if strict:
        return unicodedata.normalize("NFC", folded)
    out = []
    for one in unicodedata.normalize("NFKD", folded)[:MOST_EXPANDED].casefold():
        kind = unicodedata.category(one)
        if one in _PLAIN:
            out.append(_PLAIN[one])
        elif kind[0] in "LN" and kind != "Lm":
            out.append(one)
    return "".join(out)


_LOOSE = _Table()
_STRICT = _Table(strict=True)

_ASCII = {code: _LOOSE[code] for code in range(128)} | {ord("@"): "@"}
"""One character for one: only so does `str.translate` take its fast way."""
_OTHERS = re.compile("([^\x00-\x7f]+)")


def _ascii(text: str) -> str:
    for sign in "!?@":
        if sign in text:
            text = text.replace(sign, _LOOSE[ord(sign)])
    return text.translate(_ASCII)


def _fold(text: str, table: _Table) -> str:
    """As `text.translate(table)`, in a fifth of the time where most of it is ASCII."""
    if text.isascii():
        return _ascii(text)
    parts = _OTHERS.split(text)
    parts[::2] = map(_ascii, parts[::2])
    parts[1::2] = [part.translate(table) for part in parts[1::2]]
    return "".join(parts)


_LINK = re.compile(r"(?:https?://|www\.)[^\s<>]{1,2000}|<(?:@[!&]?|#|a?:\w{1,64}:)\d{1,25}>")
_MASKED = re.compile(r"(?<=[^\W\d_])[!*@$|+#](?=[^\W\d_!*@$|+#])|(?<=[^\W\d_])[*]{2,6}(?=[^\W\d_])")
_DOTS = re.compile(r"\.\.+|\.(?=\w)")
_BLANK_LINE = re.compile(r"\n[ \n]*\n")
_NEWLINE = re.compile(r"\n")
_MARKS = re.compile(r"([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})[\u0300-\u036f]+")


def _blank(found: re.Match[str]) -> str:
    """A link says nothing; a mention says that somebody is addressed. The length stays."""
    out = found.group()
    return "@" + " " * (len(out) - 1) if out.startswith("<@") else " " * len(out)


def _mask(found: re.Match[str]) -> str:
    return "".join(MASKS[char] for char in found.group())


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found.group())


def _stop(found: re.Match[str]) -> str:
    return "." + " " * (len(found.group()) - 1)


def _separate(text: str) -> str:
    """The text with links blanked and hidden letters marked. As long as the text."""
    if "://" in text or "www." in text or "<" in text:
        text = _LINK.sub(_blank, text)
    if not text.isascii() or "*" in text or "!" in text or "@" in text or "$" in text or "|" in text or "#" in text:
        text = _MASKED.sub(_mask, text)
    return text


def _settle(folded: str, quoting: bool) -> str:
    """Which dots end a sentence, which line ends do. As long as what it is given."""
    if "." in folded:
        folded = _DOTS.sub(_spaces, folded)
    if "\n" in folded:
        folded = _NEWLINE.sub(_stop, folded) if quoting else _BLANK_LINE.sub(_stop, folded)
    return folded


def _quoting(text: str) -> bool:
    return text.startswith(">") or "\n>" in text


def words(text: str, *, strict: bool = False) -> list[str]:
    """The words of a text, folded. `strict` keeps accents."""
    if strict:
        text = unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))
    folded = _fold(_separate(text), _STRICT if strict else _LOOSE)
    return _settle(folded, _quoting(text)).replace(".", " . ").split()


def padded(found: list[str]) -> str:
    """The words as one line to be searched: each has a space before and after, and so have the ends."""
    return f" {END} {' '.join(found)} {END} " if found else f" {END} "


_WORD = re.compile(r"[^\s.]+|\.")


class _Sizes(dict[int, str]):
    """For each character how many it is folded to, as one character; filled as characters are met, and bounded."""

    def __missing__(self, code: int) -> str:
        out = chr(len(_LOOSE[code]))
        if len(self) < 20_000:
            self[code] = out
        return out


_SIZES = _Sizes()
_ODD_SIZE = re.compile("[^\x01]")


class Places(Sequence[tuple[int, int]]):
    """Where each of `words(text)` stands in the text, end excluded. For what fired; each is found when asked for."""

    def __init__(self, text: str) -> None:
        separate = _separate(text)
        settled = _settle(_fold(separate, _LOOSE), _quoting(text))
        self._found = [found.span() for found in _WORD.finditer(settled)]
        self._at: list[int] = []
        self._sizes: list[tuple[int, int]] = []
        shift = 0
        for found in _ODD_SIZE.finditer(separate.translate(_SIZES)):
            at, size = found.start(), ord(found.group())
            self._at.append(at + shift)
            self._sizes.append((at, size))
            shift += size - 1

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, index: int) -> tuple[int, int]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, int]]: ...

    def __getitem__(self, index: int | slice) -> tuple[int, int] | list[tuple[int, int]]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        start, end = self._found[index]
        return self._came(start), self._came(end - 1) + 1

    def _came(self, folded: int) -> int:
        """From which character one of the folded text came."""
        before = bisect_right(self._at, folded) - 1
        if before < 0:
            return folded
        at, size = self._sizes[before]
        past = folded - self._at[before]
        return at if past < size else at + past - size + 1


def starts(words: Iterable[str]) -> Iterable[int]:
    """Where each word of a padded line begins; then where one more would."""
    return accumulate([len(word) + 1 for word in words], initial=1)


def nearest(begins: list[int], position: int) -> int:
    """Which word begins at or before this position."""
    return max(0, bisect_right(begins, position) - 1)
