"""Somebody's words, rebuilt for somebody who must not learn who they are. Pure.

Nothing is forwarded: what comes out is a new tree of plain words. What a platform would make into a person (mentions,
handles, addresses, invitations) is left out; a link is shown as it is typed, never as something to follow or preview.
Words that were covered (`||like this||`, which is how adapters tell it) are covered for the reader too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.talk.reply import Block, Code, Inline, Paragraph, Spoiler, Verbatim
from bot.talk.text import _

LONGEST = 4_000
"""Characters that are passed on at once."""
NAME = _("(a name)")

_HOSTS = (
    r"(?:matrix\.to|discord(?:app)?\.(?:gg|com)|dsc\.gg|t\.me|telegram\.me|wa\.me|signal\.me|instagram\.com|facebook\.com|"
    r"fb\.me|twitter\.com|x\.com|tiktok\.com|snapchat\.com|linkedin\.com|reddit\.com/u(?:ser)?|steamcommunity\.com)"
)
_WHO = re.compile(
    "|".join(
        (
            r"<(?:@[!&]?|#|id:)[^\s<>]{1,40}>",  # a mention, a channel
            r"</[^<>\n]{1,60}:\d+>",  # a command
            r"<a?:\w{1,40}:\d+>",  # an emoji of somebody's server
            r"matrix:[^\s<>`]+",
            rf"(?:https?://)?(?:[\w-]+\.)*{_HOSTS}(?:/[^\s<>`]*)?",
            r"[^\s@<>`()\[\]]{1,64}@[\w.-]+\.\w{2,}",  # an address
            r"[!#+$][^\s:@]{1,255}:(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[\da-f:]+\])(?::\d+)?",  # a homeserver's
            r"@\S+",  # any other handle, @everyone
            r"[\w.]{2,32}#\d{4}(?!\d)",
        )
    ),
    re.IGNORECASE,
)
_LINK = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s<>`]*|www\.[^\s<>`]+", re.IGNORECASE)
_BEGUN = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>`]*$", re.IGNORECASE)
"""A link up to what names somebody in it."""
_COVERED = re.compile(r"\|\|(?=[^|]*[^|\s])(.+?)\|\|", re.DOTALL)
_AT = re.compile("[@\uff20\ufe6b]")
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`left_out` says that something in it named somebody; `cut` that there was more than is passed on."""

    blocks: tuple[Block, ...]
    left_out: bool
    cut: bool


def rebuild(text: str) -> Rebuilt:
    """The words, ready to be shown to somebody else."""
    said, covered = _bare(clean(text))
    cut = len(said) > LONGEST
    said = said[:LONGEST]
    left_out = False
    blocks: list[Block] = []
    for found in re.finditer(r"(?:(?!\n{2,}).)+", said, re.DOTALL):
        part = found[0].strip("\n")
        start = found.start() + found[0].index(part) if part else 0
        inlines = _inlines(part, covered[start : start + len(part)])
        left_out |= NAME in inlines or any(isinstance(one, Spoiler) and NAME in one.parts for one in inlines)
        if inlines:
            blocks.append(Paragraph(tuple(inlines)))
    return Rebuilt(tuple(blocks), left_out, cut)


def _bare(text: str) -> tuple[str, list[bool]]:
    """The words without the signs that cover some of them, and for each character whether it is covered."""
    said: list[str] = []
    covered: list[bool] = []
    at = 0
    for found in _COVERED.finditer(text):
        for piece, hidden in ((text[at : found.start()], False), (found[1], True)):
            said.append(piece)
            covered += [hidden] * len(piece)
        at = found.end()
    said.append(text[at:])
    return "".join(said), covered + [False] * (len(text) - at)


def clean(text: str) -> str:
    """Without what can't be seen: controls, marks of direction, zero widths between letters, lone surrogates."""
    said = text.replace("\r\n", "\n").replace("\r", "\n")
    said = _AT.sub("@", said)
    kept = []
    for index, sign in enumerate(said):
        if sign in _JOINERS:
            around = said[index - 1 : index] + said[index + 1 : index + 2]
            if len(around) < 2 or not around.isprintable() or any(one.isascii() for one in around):
                continue
        elif unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and sign not in "\n\t":
            continue
        kept.append(sign)
    return "".join(kept).strip()


def names_somebody(text: str) -> bool:
    """Whether words hold a handle, an address, a link or a longer number: what a bio must do without."""
    said = clean(text)
    return bool(_WHO.search(said) or _LINK.search(said) or re.search(r"\d(?:[\s()./-]?\d){4,}", said))


def _inlines(part: str, covered: Sequence[bool]) -> list[Inline]:
    """What is said, its covered stretches together. A name is found where some of it is covered, too; it and a link are
    covered whole then."""
    out: list[Inline] = []
    hidden: list[Inline] = []
    for inline, start, end in _said(part):
        stretches = _stretches(covered, start, end) if isinstance(inline, Verbatim) else [(start, end)]
        for first, last in stretches:
            one = Verbatim(part[first:last]) if isinstance(inline, Verbatim) else inline
            if any(covered[first:last]):
                hidden.append(one)
                continue
            if hidden:
                out.append(Spoiler(tuple(hidden)))
                hidden = []
            out.append(one)
    return [*out, Spoiler(tuple(hidden))] if hidden else out


def _stretches(covered: Sequence[bool], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where it is covered and where not, one after the other."""
    for at in range(start + 1, end + 1):
        if at == end or covered[at] is not covered[start]:
            yield start, at
            start = at


def _said(part: str) -> Iterator[tuple[Inline, int, int]]:
    """Words, links and names, each with where it stands."""
    at = 0
    for found in _WHO.finditer(part):
        begun = _BEGUN.search(part, at, found.start())
        yield from _links(part, at, begun.start() if begun else found.start())
        yield NAME, begun.start() if begun else found.start(), found.end()
        at = found.end()
    yield from _links(part, at, len(part))


def _links(part: str, at: int, end: int) -> Iterator[tuple[Inline, int, int]]:
    for found in _LINK.finditer(part, at, end):
        if found.start() > at:
            yield Verbatim(part[at : found.start()]), at, found.start()
        yield Code(found[0]), found.start(), found.end()
        at = found.end()
    if at < end:
        yield Verbatim(part[at:end]), at, end
