"""What can go wrong, and what the person is told.

HandrailError
├── Told                 somebody asked for what can't be done; `told` is the sentence they read
│   ├── Mistake          an argument or a line that can't be read; what would be right; nothing is lost
│   ├── NotAllowed       the account's role is too small here
│   ├── NeedsConsent     the purpose was not agreed to; the answer offers to agree
│   ├── NotKept          nothing sensitive is kept of who uses this platform, until the owner confirmed its rules
│   └── Paused           the bot can't keep anything right now (full disk), and says so
├── SendFailed           a platform did not take a message
│   ├── Unreachable      and never will: closed, left, blocked; do not try again
│   └── TryLater         but may: wait at least `after` seconds
│       └── NotConnected because the platform is away; nothing was tried
├── PlatformStopped      a platform can't go on: token revoked, intent refused; `told` is for the owner
├── DeclarationError     a command, press or form that no platform would take; raised when it is declared
└── StartRefused         the bot must not start; `told` says why and what to do
    └── DataRefused      the data files are newer, corrupt, in use, or their key is missing
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.talk.text import Text, _


class HandrailError(Exception):
    """The root. Nothing raises it itself."""


class Told(HandrailError):
    """The person reads `told`, in their language; nothing was changed."""

    def __init__(self, told: Text) -> None:
        super().__init__(told.id)
        self.told = told


class Mistake(Told):
    """An argument can't be read. `argument` names it, so that a form can come back with what was typed."""

    def __init__(self, told: Text, argument: str | None = None) -> None:
        super().__init__(told)
        self.argument = argument


class NotAllowed(Told):
    """The account's role does not reach here."""

    def __init__(self, told: Text | None = None) -> None:
        super().__init__(told or _("This is for moderators. If you need something from them, ask in their room."))


class NeedsConsent(Told):
    """The purpose was not agreed to. `purpose` names it; dispatch adds the press that agrees."""

    def __init__(self, purpose: str, told: Text) -> None:
        super().__init__(told)
        self.purpose = purpose


class NotKept(Told):
    """The owner has not confirmed the platform's rules on data, so nothing sensitive is kept of who uses it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "I can't keep this here yet: whoever runs me has not confirmed this platform's rules on data. Nothing "
                "was saved. Help still answers."
            )
        )


class Paused(Told):
    """The bot can't store anything right now. Help still answers."""

    def __init__(self) -> None:
        super().__init__(_("I can't keep anything at the moment, so I did not save this. Please try again in a while."))


class SendFailed(HandrailError):
    """A platform did not take a message. `reason` is a short word for logs, never content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreachable(SendFailed):
    """It never will: the person closed their messages, left, or blocked the bot."""


class TryLater(SendFailed):
    """It may later, not before `after` seconds."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class NotConnected(TryLater):
    """The platform has no connection at the moment, so nothing was tried. It says nothing about the message."""

    def __init__(self, after: float) -> None:
        super().__init__("not connected", after)


class PlatformStopped(HandrailError):
    """A platform can't go on by itself; the others do. The message is a sentence for the server owner."""


class DeclarationError(HandrailError):
    """A declaration that a platform would refuse; the message says which limit and what would be right."""


class StartRefused(HandrailError):
    """The bot must not start. The message says why and what to do."""


class DataRefused(StartRefused):
    """The data files can't be used as they are; they were left untouched."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file, at its place: lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"
