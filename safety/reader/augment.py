"""The written sentences once more, as hasty or hiding hands would type them. Apart from what was written, and seeded.

For training only.
"""

from __future__ import annotations

import random
import zlib

NEAR = {
    "a": "s", "s": "ad", "d": "sf", "f": "dg", "g": "fh", "h": "gj", "j": "hk", "k": "jl", "l": "k", "e": "wr",
    "r": "et", "t": "ry", "i": "uo", "o": "ip", "n": "bm", "m": "n", "c": "xv", "v": "cb", "w": "qe", "u": "yi",
    "y": "tu",
}  # fmt: skip
LEET = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"}


def augmented(text: str, times: int) -> list[str]:
    """`times` variants, the same for the same text."""
    chance = random.Random(zlib.crc32(text.encode()))
    return [chance.choice(WAYS)(text, chance) for _each in range(times)]


def _typo(text: str, chance: random.Random) -> str:
    out = list(text)
    for _each in range(max(1, len(text) // 40)):
        at = chance.randrange(len(out)) if out else 0
        if at + 1 >= len(out) or not out[at].isalpha():
            continue
        match chance.randrange(4):
            case 0:
                out[at], out[at + 1] = out[at + 1], out[at]
            case 1:
                del out[at]
            case 2:
                out.insert(at, out[at])
            case _:
                out[at] = chance.choice(NEAR.get(out[at].lower(), out[at]))
    return "".join(out)


def _lower(text: str, chance: random.Random) -> str:
    return text.lower().replace("'", "").replace("’", "").rstrip(".!")


def _loud(text: str, chance: random.Random) -> str:
    return text.upper()


def _stretched(text: str, chance: random.Random) -> str:
    parts = text.split(" ")
    at = chance.randrange(len(parts))
    if parts[at] and parts[at][-1].isalpha():
        parts[at] += parts[at][-1] * chance.randint(2, 4)
    return " ".join(parts)


def _hidden(text: str, chance: random.Random) -> str:
    parts = text.split(" ")
    longest = max(range(len(parts)), key=lambda at: len(parts[at]) + chance.random())
    word = parts[longest]
    if len(word) > 3 and word.isalpha():
        at = chance.randrange(1, len(word) - 1)
        parts[longest] = word[:at] + chance.choice(["*", LEET.get(word[at].lower(), "*"), "."]) + word[at + 1 :]
    return " ".join(parts)


def _unspaced_marks(text: str, chance: random.Random) -> str:
    return text.replace(", ", " ").replace(". ", " ").replace(".", "").replace(",", "")


WAYS = (_typo, _typo, _lower, _lower, _loud, _stretched, _hidden, _unspaced_marks)
