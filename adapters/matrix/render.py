"""A reply becomes what a room is told: plain words, the same as HTML, whom it means, and files to be uploaded.

The HTML is built from a few elements that every client shows, and everything said goes in escaped: nothing that a
person wrote can become markup, a link or a mention. Choices are numbered lines, each with the line that does the same.
Covered words (spoilers) stand in the plain text too, for who reads nothing else, but at its end, after a space, where
no notification shows them. It must not know where the message goes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote, urlsplit

from adapters.matrix.pieces import ROOM_FOR, Piece, cover, escaped, filled, size
from bot.talk.model import UserRef
from bot.talk.platform import Words
from bot.talk.question import typed_line
from bot.talk.reply import (
    Attachment,
    Block,
    Bullets,
    Code,
    Facts,
    Heading,
    Inline,
    Link,
    Mention,
    Moment,
    Paragraph,
    Picture,
    Quote,
    Reply,
    Spoiler,
    Strong,
    Typed,
    Verbatim,
)
from bot.talk.text import Text, _, p_

LINKS = frozenset({"http", "https", "mailto"})
"""What may stand in a link (Matrix specification, m.room.message); any other address is shown, not linked."""

CHOOSE = _("Answer with a number, or type the line beside it.")
CHOOSE_IN_ROOM = _("Reply to this message with a number, or type the line beside it.")
CHOOSE_BY_SIGN = _("Press a number below this message, reply to it with one, or type the line beside it.")

COVERED = p_("spoiler", "hidden")
"""What stands in plain text for covered words, with a number."""

Names = Callable[[UserRef], str]


@dataclass(frozen=True, slots=True)
class File:
    """Something to upload. `alt` says the same in words."""

    name: str
    media_type: str
    data: bytes
    alt: str
    picture: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One message: words, or a file."""

    text: str = ""
    html: str = ""
    mentions: tuple[str, ...] = ()
    file: File | None = None


@dataclass(slots=True)
class Renderer:
    """A visitor over one reply, for one reader's language. `common`: more people than one read it there.
    `tapped`: the numbers will stand under the message as reactions."""

    words: Words
    language: str
    names: Names
    prefix: str = "!"
    common: bool = False
    tapped: bool = False
    _mentions: list[str] = field(default_factory=list)
    _covered: list[tuple[str, str]] = field(default_factory=list)
    """Of the block that is being rendered: what stands for covered words in the text, and the words."""
    _covers: int = 0
    _within: bool = False

    def render(self, reply: Reply) -> list[Part]:
        """Words first, files after them; at least one part for a reply that says anything."""
        self._mentions, self._covers = [], 0
        pieces = [self._piece(block) for block in reply.blocks if not isinstance(block, Picture | Attachment)]
        if reply.presses:
            pieces.append(self._choices(reply))
        mentions = tuple(dict.fromkeys(self._mentions))
        parts = [Part(*joined, mentions) for joined in filled(pieces)]
        parts += [Part(file=self._file(block)) for block in reply.blocks if isinstance(block, Picture | Attachment)]
        if reply.speaker is not None and parts:
            parts = [_said_by(clean(reply.speaker.name), part) for part in parts]
        return parts

    def _say(self, text: Text) -> str:
        return self.words.say(text, self.language)

    def _choices(self, reply: Reply) -> Piece:
        lines, items = [], []
        for number, press in enumerate(reply.presses, 1):
            label, line = self._say(press.label), self._typed(typed_line(press))
            lines.append(f"{number}. {label} ({line})")
            items.append(f"<li>{escaped(label)} <code>{escaped(line)}</code></li>")
        hint = self._say(CHOOSE_BY_SIGN if self.tapped else CHOOSE_IN_ROOM if self.common else CHOOSE)
        return Piece("\n".join([*lines, hint]), f"<ol>{''.join(items)}</ol><p><em>{escaped(hint)}</em></p>")

    def _typed(self, line: Typed) -> str:
        return f"{self.prefix}{line.command} {line.rest}".rstrip()

    def _file(self, block: Picture | Attachment) -> File:
        if isinstance(block, Picture):
            kind = _picture_type(block.data)
            return File(block.name, kind, block.data, self._say(block.alt), kind.startswith("image/"))
        return File(block.name, block.media_type, block.data, block.name, False)

    def _piece(self, block: Block) -> Piece:
        """A block, with the words that it covers. One too long for a message is covered whole where any of it is."""
        self._covered = []
        piece = self._block(block)
        piece.covered = tuple(f"{sign} {words}" for sign, words in self._covered)
        if not self._covered or size(piece) <= ROOM_FOR:
            return piece
        bare = piece.text
        for sign, words in self._covered:
            bare = bare.replace(sign, words, 1)
        sign = self._covered[0][0]
        return Piece(sign, cover(escaped(bare)), (f"{sign} {bare}",))

    def _spoiler(self, parts: Iterable[Inline]) -> tuple[str, str]:
        """One within another is part of it."""
        if self._within:
            return self._inlines(parts)
        self._within = True
        try:
            text, html = self._inlines(parts)
        finally:
            self._within = False
        if not text.strip():
            return text, html
        self._covers += 1
        sign = f"[{self._say(COVERED)} {self._covers}]"
        self._covered.append((sign, text))
        return sign, cover(html)

    def _block(self, block: Block) -> Piece:
        match block:
            case Heading(inner):
                text, html = self._inlines((inner,))
                return Piece(text, f"<h4>{html}</h4>")
            case Paragraph(parts):
                text, html = self._inlines(parts)
                return Piece(text, f"<p>{html}</p>")
            case Bullets(items):
                said = [self._inlines(item.parts) for item in items]
                lines = "\n".join("• " + text for text, _html in said)
                return Piece(lines, f"<ul>{''.join(f'<li>{html}</li>' for _text, html in said)}</ul>")
            case Quote(parts):
                said = [self._inlines(part.parts) for part in parts]
                quoted = "\n".join(text for text, _html in said)
                marked = "\n".join("> " + line for line in quoted.split("\n"))
                inner_html = "".join(f"<p>{html}</p>" for _text, html in said)
                return Piece(marked, f"<blockquote>{inner_html}</blockquote>")
            case Facts(rows):
                pairs = [(self._inlines((name,)), self._inlines(what.parts)) for name, what in rows]
                lines = "\n".join(f"{name[0]}: {what[0]}" for name, what in pairs)
                items_html = "".join(f"<li><strong>{name[1]}:</strong> {what[1]}</li>" for name, what in pairs)
                return Piece(lines, f"<ul>{items_html}</ul>")
            case Picture() | Attachment():
                raise AssertionError("files are parts of their own")

    def _inlines(self, parts: Iterable[Inline]) -> tuple[str, str]:
        said = [self._inline(part) for part in parts]
        return "".join(text for text, _html in said), "".join(html for _text, html in said)

    def _inline(self, inline: Inline) -> tuple[str, str]:
        match inline:
            case Text():
                return _both(self._say(inline))
            case Verbatim(text):
                return _both(text)
            case Strong(inner):
                text, html = self._inline(inner)
                return text, f"<strong>{html}</strong>"
            case Code(text):
                return text, f"<code>{escaped(text)}</code>"
            case Typed():
                line = self._typed(inline)
                return line, f"<code>{escaped(line)}</code>"
            case Link(url, label):
                text, html = self._inline(label)
                shown = text if text == url or _dials(url, text) else f"{text} ({url})"
                if _safe(url):
                    return shown, f'<a href="{escape(url)}">{html}</a>'
                return shown, escaped(shown)
            case Mention(user):
                self._mentions.append(user.id)
                name = clean(self.names(user)) or user.id
                return name, f'<a href="https://matrix.to/#/{quote(user.id, safe="@:")}">{escaped(name)}</a>'
            case Moment(when):
                return _both(self.words.value(when, self.language))
            case Spoiler(parts):
                return self._spoiler(parts)


def clean(name: str) -> str:
    """A name without signs that hide, turn or imitate text (Unicode categories Cf, Cc, Co, Cs)."""
    kept = (" " if sign.isspace() else sign for sign in name)
    return " ".join("".join(sign for sign in kept if unicodedata.category(sign)[0] != "C").split())


def _both(text: str) -> tuple[str, str]:
    return text, escaped(text)


def _safe(url: str) -> bool:
    try:
        return urlsplit(url).scheme in LINKS
    except ValueError:
        return False


def _dials(url: str, label: str) -> bool:
    """Whether a label says the number that its link dials, so that saying it twice would only confuse."""
    scheme, _sep, rest = url.partition(":")
    return scheme in ("tel", "sms") and re.sub(r"\D", "", rest) == re.sub(r"\D", "", label) != ""


def _picture_type(data: bytes) -> str:
    """What the bytes themselves say; anything else is handed over as a file."""
    for start, media_type in ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"GIF8", "image/gif")):
        if data.startswith(start):
            return media_type
    return "image/webp" if data[8:12] == b"WEBP" else "application/octet-stream"


def _said_by(name: str, part: Part) -> Part:
    """With the pseudonym before it, for clients that know no profile of a single message (MSC4144)."""
    if part.file is not None:
        return part
    lead = f"<strong data-mx-profile-fallback>{escaped(name)}: </strong>"
    return Part(f"{name}: {part.text}", lead + part.html, part.mentions)
