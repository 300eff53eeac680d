"""A reply becomes what the page shows: blocks as data, the same in plain words, and its choices.

As on Discord, choices are buttons. As on Matrix, they are numbered lines, each with the line that does the same. What
comes out is data that the page puts into text nodes only, so nothing that a person wrote can become markup. It must not
know where the message goes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from adapters.local.rows import File, Side
from bot.talk.model import UserRef
from bot.talk.platform import Words
from bot.talk.press import pack
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
from bot.talk.text import Text, _

LINKS = frozenset({"http", "https", "mailto", "tel", "sms"})
"""What may be followed by a click; any other address is shown, not linked."""

COVER = "||"
"""Stands in plain words around those that the page covers; where it quotes a message, it leaves them out."""
CHOOSE = _("Answer with a number, or type the line beside it.")
Names = Callable[[UserRef], str]
Paths = Callable[[str], str]
"""From a command's full name to how a slash command of that name is written, without the slash."""
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """`body` is kept with the message: its "blocks" and "presses". `text` is the whole in plain words."""

    text: str
    body: Data
    files: tuple[File, ...]


@dataclass(slots=True)
class Renderer:
    """A visitor over one reply, for one reader's language and the manners of one side."""

    side: Side
    words: Words
    language: str
    names: Names
    paths: Paths
    prefix: str = "!"

    def render(self, reply: Reply) -> Rendered:
        files: list[File] = []
        blocks = [self._block(block, files) for block in reply.blocks]
        presses: list[Data] = []
        for index, press in enumerate(reply.presses):
            shown: dict[str, Any] = {
                "label": self._say(press.label),
                "tone": press.tone.value,
                "packed": pack(press),
            }
            if self.side is Side.MATRIX:
                shown |= {"number": index + 1, "line": self._typed(typed_line(press))}
            presses.append(shown)
        if presses and self.side is Side.MATRIX:
            blocks.append({"kind": "choices", "hint": self._say(CHOOSE), "items": presses})
        text = "\n\n".join(filter(None, (plain(block) for block in blocks)))
        body: dict[str, Any] = {"blocks": blocks, "presses": presses}
        if reply.speaker is not None:
            body["speaker"] = {"name": reply.speaker.name, "colour": reply.speaker.colour}
        return Rendered(text, body, tuple(files))

    def _say(self, text: Text) -> str:
        return self.words.say(text, self.language)

    def _typed(self, line: Typed) -> str:
        start = "/" + self.paths(line.command) if self.side is Side.DISCORD else self.prefix + line.command
        return f"{start} {line.rest}".rstrip()

    def _block(self, block: Block, files: list[File]) -> Data:
        match block:
            case Heading(inner):
                return {"kind": "heading", "inline": [self._inline(inner)]}
            case Paragraph(parts):
                return {"kind": "paragraph", "inline": self._inlines(parts)}
            case Bullets(items):
                return {"kind": "bullets", "items": [self._inlines(item.parts) for item in items]}
            case Quote(parts):
                return {"kind": "quote", "items": [self._inlines(part.parts) for part in parts]}
            case Facts(rows):
                shown = [{"name": [self._inline(name)], "what": self._inlines(what.parts)} for name, what in rows]
                return {"kind": "facts", "rows": shown}
            case Picture(data, name, alt):
                id = _keep(files, name, _picture_type(data), data)
                return {"kind": "picture", "file": id, "name": name, "alt": self._say(alt)}
            case Attachment(data, name, media_type):
                id = _keep(files, name, media_type, data)
                return {"kind": "file", "file": id, "name": name, "size": len(data)}

    def _inlines(self, parts: Iterable[Inline]) -> list[Data]:
        return [self._inline(part) for part in parts]

    def _inline(self, inline: Inline) -> Data:
        match inline:
            case Text():
                return {"kind": "text", "text": self._say(inline)}
            case Verbatim(text):
                return {"kind": "words", "text": text}
            case Strong(inner):
                return {"kind": "strong", "inline": [self._inline(inner)]}
            case Code(text):
                return {"kind": "code", "text": text}
            case Typed(command):
                return {"kind": "typed", "text": self._typed(inline), "command": command}
            case Link(url, label):
                return {"kind": "link", "url": url, "follow": _safe(url), "inline": [self._inline(label)]}
            case Mention(user):
                return {"kind": "mention", "text": "@" + self.names(user)}
            case Moment(when):
                shown = self.words.value(when, self.language)
                return {"kind": "time", "text": shown, "at": when.at.isoformat()}
            case Spoiler(parts):
                return {"kind": "spoiler", "inline": self._inlines(parts)}


def _safe(url: str) -> bool:
    try:
        return urlsplit(url).scheme in LINKS
    except ValueError:
        return False


def _keep(files: list[File], name: str, media_type: str, data: bytes) -> str:
    id = secrets.token_urlsafe(12)
    files.append(File(id, 0, name, media_type, data))
    return id


def _picture_type(data: bytes) -> str:
    """What the bytes themselves say; anything else is handed over as a file, never shown as a page."""
    for start, media_type in ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"GIF8", "image/gif")):
        if data.startswith(start):
            return media_type
    return "image/webp" if data[8:12] == b"WEBP" else "application/octet-stream"


def plain(block: Data) -> str:
    """A block in plain words."""
    match block["kind"]:
        case "heading" | "paragraph":
            return _plain(block["inline"])
        case "bullets":
            return "\n".join("• " + _plain(item) for item in block["items"])
        case "quote":
            quoted = "\n".join(_plain(item) for item in block["items"])
            return "\n".join("> " + line for line in quoted.split("\n"))
        case "facts":
            return "\n".join(f"{_plain(row['name'])}: {_plain(row['what'])}" for row in block["rows"])
        case "picture":
            return f"[{block['alt']}] ({block['name']})"
        case "file":
            return f"[{block['name']}]"
        case _:
            choices = "\n".join(f"{item['number']}. {item['label']} ({item['line']})" for item in block["items"])
            return f"{choices}\n{block['hint']}"


def _plain(inlines: Iterable[Data]) -> str:
    return "".join(_one(inline) for inline in inlines)


def _one(inline: Data) -> str:
    match inline["kind"]:
        case "strong":
            return _plain(inline["inline"])
        case "spoiler":
            return f"{COVER}{_plain(inline['inline'])}{COVER}"
        case "link":
            label = _plain(inline["inline"])
            return label if label == inline["url"] else f"{label} ({inline['url']})"
        case _:
            return str(inline["text"])


def person_wrote(text: str) -> Data:
    """The body of a person's own message, in the same shape."""
    return {"blocks": [{"kind": "paragraph", "inline": [{"kind": "words", "text": text}]}], "presses": []}
