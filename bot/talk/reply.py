"""What the bot says, as a frozen tree of blocks and presses. Each adapter is a visitor over it.

It knows no platform. What a platform can't show is degraded there by rule, and no text is ever lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from bot.talk.model import MessageRef, UserRef
from bot.talk.press import Press
from bot.talk.text import Local, Text


class Audience(Enum):
    """Who may read an answer. Fixed by the declaration, before any work is done."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A person's own words, shown as they are: never translated, never read as markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    inner: Inline


@dataclass(frozen=True, slots=True)
class Code:
    """A line to type, exactly as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as the reader would type it: each platform writes its own sign before it, and its own path to it."""

    command: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    label: Inline


@dataclass(frozen=True, slots=True)
class Mention:
    """The only thing that may ping somebody. With `role`, the id is that of a group of moderators, where the platform
    has such."""

    user: UserRef
    role: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in the reader's own clock, where the platform can show it so."""

    when: Local


@dataclass(frozen=True, slots=True)
class Spoiler:
    """Words that are covered until their reader asks to see them, by the platform's own means. It guards against a
    passing glance, not against the reader; nothing in it can uncover the rest."""

    parts: tuple[Inline, ...]


Inline = Text | Verbatim | Strong | Code | Typed | Link | Mention | Moment | Spoiler


@dataclass(frozen=True, slots=True)
class Heading:
    inner: Inline


@dataclass(frozen=True, slots=True)
class Paragraph:
    parts: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    parts: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and what it is; a table where there is room, lines where not."""

    rows: tuple[tuple[Inline, Paragraph], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with a text that says the same."""

    data: bytes
    name: str
    alt: Text


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to keep."""

    data: bytes
    name: str
    media_type: str


Block = Heading | Paragraph | Bullets | Quote | Facts | Picture | Attachment


@dataclass(frozen=True, slots=True)
class AskForm:
    """Ask for the arguments of `command` by its form, filled with `values`; where there are no forms, by words.

    `label` is what the button that opens it says; by default that something is to be put right.
    """

    command: str
    values: tuple[tuple[str, str | int | float | bool], ...] = ()
    label: Text | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """A pseudonym: a name that never comes from an account, and a colour as six hexadecimal digits."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign to put under a message, or to take away: one emoji as text. `message` is set where it is known already."""

    text: str
    on: bool = True
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said in answer, or unasked.

    `presses` are rows of choices. `replaces` takes the place of the message that was pressed. `notice` is chatter that
    should not notify. `reopens` is a form to be offered again with what was typed. `language` is the reader's, where
    the event that is answered told it; otherwise it is found out when the reply is sent. `answers` is a message in the
    same place that this one visibly answers, by the platform's own means; where it is gone, nothing is lost but that.
    `speaker` is a pseudonym that speaks instead of the bot; where a platform can't show one, it stands before the text.
    """

    blocks: tuple[Block, ...] = ()
    presses: tuple[Press, ...] = ()
    replaces: bool = False
    notice: bool = False
    reopens: AskForm | None = None
    language: str | None = None
    answers: MessageRef | None = None
    speaker: Speaker | None = None

    def with_presses(self, *presses: Press) -> Reply:
        return replace(self, presses=self.presses + presses)

    def then(self, other: Reply) -> Reply:
        """This reply with another's blocks and presses after it."""
        return replace(
            self,
            blocks=self.blocks + other.blocks,
            presses=self.presses + other.presses,
            reopens=self.reopens or other.reopens,
        )

    @property
    def empty(self) -> bool:
        return not self.blocks and not self.presses


def para(*parts: Inline | str) -> Paragraph:
    """A paragraph; a plain string is somebody's own words."""
    return Paragraph(tuple(Verbatim(part) if isinstance(part, str) else part for part in parts))


def spoiler(*parts: Inline | str) -> Spoiler:
    """Covered words; a plain string is somebody's own."""
    return Spoiler(tuple(Verbatim(part) if isinstance(part, str) else part for part in parts))


def bullets(items: Sequence[Inline | Paragraph | str]) -> Bullets:
    return Bullets(tuple(item if isinstance(item, Paragraph) else para(item) for item in items))


def facts(*rows: tuple[Inline | str, Inline | Paragraph | str]) -> Facts:
    return Facts(
        tuple(
            (Verbatim(name) if isinstance(name, str) else name, what if isinstance(what, Paragraph) else para(what))
            for name, what in rows
        )
    )


def say(*blocks: Block | Inline | str, presses: Sequence[Press] = (), replaces: bool = False) -> Reply:
    """A reply from blocks; an inline value or a string becomes a paragraph of its own."""
    tree = tuple(
        block
        if isinstance(block, Heading | Paragraph | Bullets | Quote | Facts | Picture | Attachment)
        else para(block)
        for block in blocks
    )
    return Reply(tree, tuple(presses), replaces)


def inlines(reply: Reply) -> Iterator[Inline]:
    """Every inline value of the tree, in reading order; what "no text is lost" is checked against."""
    for block in reply.blocks:
        match block:
            case Heading(inner):
                yield inner
            case Paragraph(parts):
                yield from parts
            case Bullets(paragraphs) | Quote(paragraphs):
                for paragraph in paragraphs:
                    yield from paragraph.parts
            case Facts(rows):
                for name, what in rows:
                    yield name
                    yield from what.parts
            case Picture(alt=alt):
                yield alt
            case Attachment(name=name):
                yield Verbatim(name)
    for press in reply.presses:
        yield press.label
