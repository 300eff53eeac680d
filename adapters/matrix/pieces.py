"""What is said, in pieces: plain words beside the HTML that says the same, joined into messages that fit an event.

Covered words are never laid open by a cut. It must not know replies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

ROOM_FOR = 44_000
"""Bytes of words and HTML in one message, as JSON in ASCII, which is how matrix-nio encrypts them. An event has room
for 65,536 (Matrix specification, "Size limits"), and what is encrypted grows by a third."""

SPACE = "\n.\n.\n.\n.\n.\n.\n.\n.\n"
"""Between plain words and those that they cover, as in the newsgroups: no notification shows so much."""


@dataclass(slots=True)
class Piece:
    """What must stay together if it can. `covered` are the lines that follow its text after a space: the sign that
    stands for some words, a blank, the words."""

    text: str
    html: str
    covered: tuple[str, ...] = ()


def escaped(text: str) -> str:
    """Words as HTML."""
    return escape(text).replace("\n", "<br>")


def cover(html: str) -> str:
    """Shown when it is pressed (Matrix specification, "Spoiler messages")."""
    return f"<span data-mx-spoiler>{html}</span>"


def filled(pieces: Iterable[Piece]) -> Iterator[tuple[str, str]]:
    """Pieces joined into as few messages as have room for them."""
    held: list[Piece] = []
    room = ROOM_FOR
    for piece in pieces:
        for smaller in _divided(piece):
            more = size(smaller)
            if held and more > room:
                yield _joined(held)
                held, room = [], ROOM_FOR
            if smaller.text:
                held.append(smaller)
                room -= more
    if held:
        yield _joined(held)


def _joined(pieces: Sequence[Piece]) -> tuple[str, str]:
    text = "\n\n".join(piece.text for piece in pieces)
    covered = [line for piece in pieces for line in piece.covered]
    return text + (SPACE + "\n".join(covered) if covered else ""), "".join(piece.html for piece in pieces)


def size(piece: Piece) -> int:
    """Its bytes, as in `ROOM_FOR`."""
    covered = len(json.dumps(SPACE.join(piece.covered))) + len(json.dumps(SPACE)) if piece.covered else 0
    return len(json.dumps(piece.text)) + len(json.dumps(piece.html)) + covered + 2


def _divided(piece: Piece) -> Iterator[Piece]:
    """A piece that is too long for one message, in plain pieces that are not; cut at a space where there is one. What
    covers words covers nothing else, and its halves are covered too."""
    if size(piece) <= ROOM_FOR:
        yield piece
        return
    sign, words = (piece.text, piece.covered[0].removeprefix(piece.text + " ")) if piece.covered else ("", piece.text)
    middle = len(words) // 2
    cut = max(words.rfind("\n", 0, middle), words.rfind(" ", 0, middle)) + 1 or middle
    for half in (words[:cut], words[cut:]):
        if sign:
            yield from _divided(Piece(sign, f"<p>{cover(escaped(half))}</p>", (f"{sign} {half}",)))
        else:
            yield from _divided(Piece(half, f"<p>{escaped(half)}</p>"))
