"""A press is a saved invocation: a button, a menu entry or a numbered line that runs a command with arguments.

It survives restarts because it is nothing but its text: at most 100 characters (Discord's limit of a custom id).
Owning what it names authorises it, not holding it: whoever presses is checked again by the command. It carries no free
text; what is private or long is a row behind a random id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bot.talk.errors import DeclarationError
from bot.talk.text import Text

VERSION = "1"
LIMIT = 100
_NAME = re.compile(r"[a-z][a-z0-9_-]*( [a-z][a-z0-9_-]*){0,2}")
_VALUE = re.compile(r"[A-Za-z0-9_.:/+-]{0,64}")
Plain = str | int | bool


class Tone(Enum):
    """How a press looks: one main thing, ordinary ones, and one that takes something away."""

    PLAIN = "plain"
    MAIN = "main"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, init=False)
class Press:
    """`Press(_("Better"), "checkin", mood=4)`.

    `form=True` opens the command's form with these arguments filled in, where the platform has forms.
    """

    label: Text
    command: str
    args: tuple[tuple[str, Plain], ...]
    tone: Tone
    form: bool

    def __init__(
        self, label: Text, command: str, /, tone: Tone = Tone.PLAIN, form: bool = False, **args: Plain
    ) -> None:
        for name, value in (
            ("label", label),
            ("command", command),
            ("args", tuple(sorted(args.items()))),
            ("tone", tone),
            ("form", form),
        ):
            object.__setattr__(self, name, value)
        pack(self)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a packed press says."""

    command: str
    args: Mapping[str, Plain]
    form: bool


def pack(press: Press) -> str:
    """The press as at most 100 characters. Raises DeclarationError for free text or what is too long."""
    if not _NAME.fullmatch(press.command):
        raise DeclarationError(f"{press.command!r} is no command name")
    parts = [VERSION, press.command + ("!" if press.form else "")]
    for name, value in press.args:
        parts.append(f"{name}={_encode(name, value)}")
    packed = "|".join(parts)
    if len(packed) > LIMIT:
        raise DeclarationError(f"a press of {press.command!r} takes {len(packed)} characters, {LIMIT} is the limit")
    return packed


def _encode(name: str, value: Plain) -> str:
    if isinstance(value, bool):
        return "!1" if value else "!0"
    if isinstance(value, int):
        return f"#{value}"
    if not _VALUE.fullmatch(value):
        raise DeclarationError(f"the press argument {name!r} holds free text; keep it in a row and pass the row's id")
    return value


def unpack(packed: str) -> Pressed | None:
    """What was packed, or None where it is not ours, from another version, or damaged."""
    version, _sep, rest = packed.partition("|")
    if version != VERSION or not rest or len(packed) > LIMIT:
        return None
    command, *pairs = rest.split("|")
    form = command.endswith("!")
    command = command.removesuffix("!")
    if not _NAME.fullmatch(command):
        return None
    args: dict[str, Plain] = {}
    for pair in pairs:
        name, sep, raw = pair.partition("=")
        if not sep or not name.isidentifier() or name in args:
            return None
        value = _decode(raw)
        if value is None:
            return None
        args[name] = value
    return Pressed(command, args, form)


def _decode(raw: str) -> Plain | None:
    if raw in ("!0", "!1"):
        return raw == "!1"
    if raw.startswith("#"):
        digits = raw[1:].removeprefix("-")
        return int(raw[1:]) if digits.isascii() and digits.isdigit() else None
    return raw if _VALUE.fullmatch(raw) else None
