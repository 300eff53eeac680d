"""A reply becomes messages: components as Discord's API has them (Components V2), with their files and their mentions.

What is too long for one message is split at block boundaries; no text is lost. It must not know where they go, nor
discord.py: what comes out is plain data.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from adapters.discord.choices import CHOOSE, Button, Component, choices, too_long
from adapters.discord.markdown import APART, Markdown, Paths, escape
from bot.talk.platform import Words
from bot.talk.press import pack
from bot.talk.reply import Attachment, Block, Bullets, Facts, Heading, Paragraph, Picture, Quote, Reply
from bot.talk.text import Text

# Discord's published limits for messages with components (its documentation of 2026-08).
COMPONENTS_LIMIT = 40
TEXT_LIMIT = 4000
FILES_LIMIT = 10
ALT_LIMIT = 1024

_WHOLE = re.compile(r"\\.|(\|\|).+?\|\||(?<!`)(`+)(?!`).*?(?<!`)\2(?!`)", re.DOTALL)
"""An escape, covered words, or code: what no cut may leave open."""
ROOM = TEXT_LIMIT - 100
"""Characters that we put into one message, so that a line about a label always fits."""

ACTION_ROW, TEXT_DISPLAY, MEDIA_GALLERY, FILE, CONTAINER = 1, 10, 12, 13, 17


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes with a message."""

    name: str
    data: bytes


@dataclass(slots=True)
class Page:
    """One message. `mentions` are the accounts and roles that it may ping, as they are written."""

    components: list[Component] = field(default_factory=list)
    files: list[Upload] = field(default_factory=list)
    mentions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(texts(self.components))


def texts(components: Sequence[Component]) -> list[str]:
    """All text displays, in reading order."""
    out: list[str] = []
    for one in components:
        if one["type"] == TEXT_DISPLAY:
            out.append(one["content"])
        out += texts(one.get("components", ()))
    return out


def render(reply: Reply, words: Words, language: str, paths: Paths, more: Sequence[Button] = ()) -> list[Page]:
    """The messages of a reply, at least one. `more` are choices that the adapter itself adds, after the reply's own."""
    return _Pages(Markdown(words, language, paths)).of(reply, more)


class _Pages:
    """Lays blocks onto pages, one after the other."""

    def __init__(self, markdown: Markdown) -> None:
        self._markdown = markdown
        self._pages: list[Page] = [Page()]
        self._room = ROOM
        self._names: set[str] = set()

    def of(self, reply: Reply, more: Sequence[Button]) -> list[Page]:
        if reply.speaker is not None:
            self._text(f"**{escape(reply.speaker.name)}**")
        for block in reply.blocks:
            self._block(block)
        buttons = [Button(self._markdown.say(one.label), pack(one), one.tone) for one in reply.presses]
        self._choices([*buttons, *more])
        if not self._pages[-1].components and len(self._pages) == 1:
            self._text("\u200b")
        mentions = tuple(dict.fromkeys(self._markdown.mentions))
        for page in self._pages:
            page.mentions = tuple(one for one in mentions if one in page.text)
            if reply.speaker is not None:
                page.components = _coloured(page.components, reply.speaker.colour)
        return self._pages

    # --- blocks ---------------------------------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        write = self._markdown
        match block:
            case Heading(inner):
                self._text(f"### {_one_line(write.inline(inner))}")
            case Paragraph(parts):
                self._text(write.inlines(parts))
            case Bullets(items):
                self._text("\n".join(f"- {_indented(write.inlines(item.parts))}" for item in items))
            case Quote(parts):
                lines = [line for part in parts for line in write.inlines(part.parts).split("\n")]
                self._text("\n".join(f"> {line}" for line in lines))
            case Facts(rows):
                self._text("\n".join(_row(write.inline(name), write.inlines(what.parts)) for name, what in rows))
            case Picture(data, name, alt):
                self._picture(data, name, alt)
            case Attachment(data, name):
                shown = self._upload(name, data)
                if shown != name:
                    self._text(escape(name))
                self._add({"type": FILE, "file": {"url": f"attachment://{shown}"}})

    def _picture(self, data: bytes, name: str, alt: Text) -> None:
        said = self._markdown.say(alt)
        if len(said) > ALT_LIMIT:
            self._text(escape(said))
        if not _is_picture(data):
            self._text(escape(said))
            self._add({"type": FILE, "file": {"url": f"attachment://{self._upload(name, data)}"}})
            return
        item: Component = {"media": {"url": f"attachment://{self._upload(name, data)}"}}
        if said.strip():
            item["description"] = said[:ALT_LIMIT]
        self._add({"type": MEDIA_GALLERY, "items": [item]})

    def _upload(self, name: str, data: bytes) -> str:
        """Takes a file along, on a page that has room for it; its name as Discord takes it, once in a message."""
        if len(self._pages[-1].files) >= FILES_LIMIT:
            self._turn()
        stem, dot, ending = re.sub(r"[^A-Za-z0-9._-]", "_", name)[-60:].strip("._").rpartition(".")
        free = f"{stem}{dot}{ending}" or "file"
        number = 1
        while free in self._names:
            number += 1
            free = f"{stem or ending}-{number}{dot + ending if stem else ''}"
        self._names.add(free)
        self._pages[-1].files.append(Upload(free, data))
        return free

    # --- choices --------------------------------------------------------------------------------------------------

    def _choices(self, buttons: Sequence[Button]) -> None:
        """Below everything else; what a label has no room for is read whole above."""
        long = too_long(buttons)
        if long:
            self._text("\n".join(f"- {_indented(escape(one.label))}" for one in long))
        rows = choices(buttons, self._markdown.say(CHOOSE))
        if rows and self._count() + sum(_size(row) for row in rows) > COMPONENTS_LIMIT:
            self._turn()
        self._pages[-1].components += rows

    # --- pages ----------------------------------------------------------------------------------------------------

    def _text(self, text: str) -> None:
        """Text on this page, or on the next where there is no room; what no page can hold is cut between lines."""
        text = text.strip("\n")
        if not text.strip():
            return
        if len(text) > self._room and self._pages[-1].components:
            self._turn()
        for piece in pieces(text, ROOM):
            if len(piece) > self._room:
                self._turn()
            self._add({"type": TEXT_DISPLAY, "content": piece})
            self._room -= len(piece)

    def _add(self, component: Component) -> None:
        # One is kept free for the frame in a pseudonym's colour.
        if self._count() + 1 >= COMPONENTS_LIMIT:
            files = self._pages[-1].files
            self._turn()
            if component["type"] in (FILE, MEDIA_GALLERY) and files:
                self._pages[-1].files.append(files.pop())
        self._pages[-1].components.append(component)

    def _turn(self) -> None:
        self._pages.append(Page())
        self._room = ROOM
        self._names = set()

    def _count(self) -> int:
        return sum(_size(one) for one in self._pages[-1].components)


def _size(component: Component) -> int:
    return 1 + sum(_size(one) for one in component.get("components", ()))


def _coloured(components: list[Component], colour: str) -> list[Component]:
    """A pseudonym's words in a frame of its colour; choices stay below it."""
    inner = [one for one in components if one["type"] != ACTION_ROW]
    if not inner or not re.fullmatch(r"#?[0-9a-fA-F]{6}", colour):
        return components
    frame = {"type": CONTAINER, "accent_color": int(colour.lstrip("#"), 16), "components": inner}
    return [frame, *(one for one in components if one["type"] == ACTION_ROW)]


def pieces(text: str, most: int) -> list[str]:
    """Text in pieces of at most `most` characters, cut between paragraphs, lines or words, else anywhere but inside an
    escape. Code and covered words are not cut, or, where they are longer than that, go on as such. Together they hold
    every character but the blanks where they were cut."""
    out = []
    while len(text) > most:
        at = _cut_at(text, most)
        whole = _around(text, at)
        if whole is None or whole.start() > most // 8:
            at = at if whole is None else whole.start()
            out.append(text[:at].rstrip())
            text = text[at:].lstrip("\n ")
        else:
            fence = whole[1] or whole[2]
            line = APART if whole[1] else "\n" if len(fence) > 2 else ""
            at = min(_cut_at(text, most - len(fence + line)), whole.end() - len(fence) - 1)
            if whole[1] and (code := _around(text[: whole.end() - 2], at, whole.start() + 2)):
                at = code.start() if code.start() > whole.start() + 2 else at
            out.append(text[:at] + line + fence)
            text = fence + line + text[at:].lstrip("\n ")
    return [*out, text] if text else out


def _around(text: str, at: int, start: int = 0) -> re.Match[str] | None:
    """The code or covered words that a cut would fall into."""
    found = _WHOLE.finditer(text, start)
    return next((one for one in found if one.start() < at < one.end() and (one[1] or one[2])), None)


def _cut_at(text: str, most: int) -> int:
    at = next((at for sign in ("\n\n", "\n", " ") if (at := text.rfind(sign, most // 2, most)) > 0), most)
    while (len(text[:at]) - len(text[:at].rstrip("\\"))) % 2:
        at -= 1
    return at


def _row(name: str, what: str) -> str:
    return f"**{_one_line(name)}**: {what}" if name.strip() and "**" not in name else f"{name}: {what}"


def _one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _is_picture(data: bytes) -> bool:
    starts = (b"\x89PNG", b"\xff\xd8", b"GIF8")
    return data.startswith(starts) or data[8:12] == b"WEBP"
