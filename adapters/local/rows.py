"""What the local platform's own server side holds: accounts, places, messages, and what people did.

Plain values. They know nothing of the bot; `Form` and `Shown` are what a person has before their eyes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from bot.talk.errors import HandrailError
from bot.talk.model import Role

BOT = "bot"
"""The author of what the bot says."""


class NotPossible(HandrailError):
    """A person tried what the platform itself does not let them do. `why` is a short code that the page translates."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Side(Enum):
    """Whose manners a place has. The value opens every id of that side."""

    DISCORD = "d"
    MATRIX = "m"

    @classmethod
    def of(cls, id: str) -> Side:
        """Of an account or place. Raises NotPossible for what belongs to neither."""
        try:
            return cls(id.partition(".")[0])
        except ValueError:
            raise NotPossible("unknown") from None


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's account on one side: "d.ana" and "m.ana" are the same person playing both."""

    id: str
    name: str
    locale: str
    role: Role
    here: bool = True

    @property
    def side(self) -> Side:
        return Side.of(self.id)

    @property
    def person(self) -> str:
        return self.id.partition(".")[2]


class Kind(Enum):
    """What a place is: for everybody, for moderators and owners, for one account and the bot, or the same for one thing
    alone."""

    ROOM = "room"
    MODS = "mods"
    DIRECT = "direct"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or room. `owner` is the account of a private one; `about` is the one thing that it is for, if any."""

    id: str
    name: str
    kind: Kind
    owner: str | None = None
    about: str | None = None

    @property
    def side(self) -> Side:
        return Side.of(self.id)

    def open_to(self, account: Account) -> bool:
        if self.side is not account.side or not account.here:
            return False
        if self.owner is not None:
            return self.owner == account.id
        return self.kind is Kind.ROOM or account.role >= Role.MODERATOR


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the server keeps it. `only` is the one account that sees it, where it is for one alone. `body` is
    what `render` made of a reply; a person's message has none but its text."""

    id: int
    place: str
    author: str
    at: datetime
    text: str
    body: Mapping[str, Any] = field(default_factory=dict)
    only: str | None = None
    reply_to: int | None = None
    notice: bool = False
    edited: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A picture or attachment of a message."""

    id: str
    message: int
    name: str
    media_type: str
    data: bytes


class Did(Enum):
    """What a person did that the bot hears of."""

    SAID = "said"
    EDITED = "edited"
    DELETED = "deleted"
    INVOKED = "invoked"
    LEFT = "left"
    REACTED = "reacted"


@dataclass(frozen=True, slots=True)
class Event:
    """Something a person did, accepted for good under `key`, until the bot has handled it."""

    id: int
    key: str
    did: Did
    account: str
    place: str
    at: datetime
    data: Mapping[str, Any]
    tries: int = 0


@dataclass(frozen=True, slots=True)
class OpenForm:
    """What an open dialog is for: its command, and what was fixed before it was filled in."""

    id: str
    place: str
    command: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PressShown:
    """A choice under a message. `number` and `line` are what one types for it where there are no buttons."""

    index: int
    label: str
    tone: str
    packed: str
    number: int | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as one account sees it: `blocks` as data for the page, `text` the same in plain words."""

    id: str
    place: str
    author: str
    name: str
    at: datetime
    text: str
    blocks: tuple[Mapping[str, Any], ...]
    presses: tuple[PressShown, ...]
    only_you: bool
    mine: bool
    notice: bool
    edited: bool
    deleted: bool
    reply_to: str | None
    via: tuple[str, str] | None
    """Who used which slash command, where the message answers one."""
    speaker: Mapping[str, str] | None = None
    """The pseudonym that speaks instead of the bot: its name and colour."""
    signs: tuple[tuple[str, bool], ...] = ()
    """The signs under it, each with whether it is the reader's own."""


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form or one argument of a slash command, in the reader's language.

    `kind` is "text", "long", "number", "choice", "yesno", "person" or "suggest".
    """

    name: str
    about: str
    kind: str
    required: bool
    options: tuple[Option, ...] = ()
    value: str = ""
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """An open dialog. Its id outlives a restart; what is filled in does not."""

    id: str
    place: str
    command: str
    name: str
    title: str
    fields: tuple[Field, ...]
    lost: bool = False
    """What was typed before is no longer kept, so the form is empty."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of something a person did: an event for the bot, or a form to fill in, or neither."""

    event: Event | None = None
    form: Form | None = None
    message: str | None = None
    failed: bool = False
    """The bot could not handle it; it will be handed to it again when it starts anew."""
