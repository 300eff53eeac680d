"""Declared commands become what the page offers: slash commands with their arguments, forms, menus of a message.

It must not know who runs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.local.rows import Account, Field, Option, Side
from bot.talk.command import Choice, Command, Param
from bot.talk.inwords import as_typed
from bot.talk.model import UserRef
from bot.talk.platform import Words
from bot.talk.text import Text, _

PICKED_FROM = 10
"""A whole number between two bounds is picked from a list where the list is no longer than this."""

YES, NO = _("Yes"), _("No")


@dataclass(frozen=True, slots=True)
class Offer:
    """A slash command as it is offered to one person. `menu` is its entry on a message's own menu."""

    command: str
    name: str
    about: str
    fields: tuple[Field, ...]
    form: bool
    menu: str | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their language, and whom of their side they can name."""

    words: Words
    language: str
    accounts: Sequence[Account]

    def say(self, text: Text | str) -> str:
        return self.words.say(text, self.language) if isinstance(text, Text) else text


def offers(commands: Sequence[Command], account: Account, reader: Reader) -> list[Offer]:
    """What this account may use, by name."""
    found = [
        Offer(
            command=one.name,
            name="/" + " ".join(one.slash_path),
            about=reader.say(one.about),
            fields=fields(one.shown, {}, reader),
            form=one.form,
            menu=None if one.menu is None else reader.say(one.menu),
        )
        for one in commands
        if not one.hidden and one.allow <= account.role
    ]
    return sorted(found, key=lambda offer: offer.name)


def fields(params: Sequence[Param], values: Mapping[str, object], reader: Reader) -> tuple[Field, ...]:
    """The arguments as fields, filled with what is known of them."""
    return tuple(
        Field(
            name=param.name,
            about=reader.say(param.arg.about),
            kind=_kind(param),
            required=param.required,
            options=_options(param, reader),
            value=as_typed(values.get(param.name)),
            most=param.arg.most,
        )
        for param in params
    )


def _kind(param: Param) -> str:
    if param.arg.choices or (param.kind is int and _range(param)):
        return "choice"
    if param.kind is bool:
        return "yesno"
    if param.kind is UserRef:
        return "person"
    if param.arg.suggest is not None:
        return "suggest"
    if param.kind in (int, float):
        return "number"
    return "long" if param.arg.long else "text"


def _range(param: Param) -> range | None:
    low, high = param.arg.ge, param.arg.le
    if low is None or high is None or not 0 <= high - low < PICKED_FROM:
        return None
    return range(int(low), int(high) + 1)


def _options(param: Param, reader: Reader) -> tuple[Option, ...]:
    if param.arg.choices:
        return options(param.arg.choices, reader)
    if param.kind is bool:
        return (Option("yes", reader.say(YES)), Option("no", reader.say(NO)))
    if param.kind is UserRef:
        return tuple(Option(account.id, account.name) for account in reader.accounts)
    if param.kind is int and (numbers := _range(param)):
        return tuple(Option(str(number), str(number)) for number in numbers)
    return ()


def options(choices: Sequence[Choice], reader: Reader) -> tuple[Option, ...]:
    return tuple(Option(str(choice.value), reader.say(choice.label)) for choice in choices)


def fits(side: Side, command: Command) -> bool:
    """Whether this side asks for the command's arguments by a dialog."""
    return side is Side.DISCORD and command.form
