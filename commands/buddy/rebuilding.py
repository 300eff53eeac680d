"""Somebody's words, rebuilt for somebody who must not learn who they are. Pure.

Nothing is forwarded: what comes out is a new tree of plain words. What a platform would make into a person (mentions,
handles, addresses, invitations) is left out; a link is shown as it is typed, never as something to follow or preview.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.talk.reply import Block, Code, Inline, Paragraph, Verbatim
from bot.talk.text import Text, _

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
    said = clean(text)
    cut = len(said) > LONGEST
    said = said[:LONGEST]
    left_out = False
    blocks: list[Block] = []
    for part in re.split(r"\n{2,}", said):
        inlines = _inlines(part.strip("\n"))
        left_out |= any(isinstance(one, Text) for one in inlines)
        if inlines:
            blocks.append(Paragraph(tuple(inlines)))
    return Rebuilt(tuple(blocks), left_out, cut)


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


def _inlines(part: str) -> list[Inline]:
    out: list[Inline] = []
    at = 0
    for found in _WHO.finditer(part):
        before = part[at : found.start()]
        begun = _BEGUN.search(before)
        out += _links(before if begun is None else before[: begun.start()])
        out.append(NAME)
        at = found.end()
    return out + _links(part[at:])


def _links(part: str) -> list[Inline]:
    out: list[Inline] = []
    at = 0
    for found in _LINK.finditer(part):
        if found.start() > at:
            out.append(Verbatim(part[at : found.start()]))
        out.append(Code(found[0]))
        at = found.end()
    if at < len(part):
        out.append(Verbatim(part[at:]))
    return out
