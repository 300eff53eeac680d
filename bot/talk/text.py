"""Words that a person will read, as values: which message, with which arguments, in nobody's language yet.

A `Text` is rendered when it is sent, in the reader's language, by what implements the `Words` port. It is never a lazy
string: it compares, stores and travels like any value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its IANA name, shown in the reader's language."""

    name: str


@dataclass(frozen=True, slots=True)
class Country:
    """A country by its ISO 3166 code, shown in the reader's language."""

    code: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its BCP 47 tag, shown in the reader's language."""

    tag: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Several values, joined as the reader's language joins them: "a, b and c"."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Local:
    """A moment with the zone in which it is to be told: `style` is "time", "date", "day" or "full"."""

    at: datetime
    zone: str = "UTC"
    style: str = "full"


@dataclass(frozen=True, slots=True)
class Text:
    """A message by its English id, its plural and its arguments: `_("{n} day", "{n} days", n=3)`.

    With a plural, the argument `n` chooses the form. Arguments are shown as the reader's language shows numbers,
    dates, zones and lists; a plain `str` argument is a person's own word and is never looked up.
    """

    id: str
    plural: str | None = None
    args: tuple[tuple[str, Value], ...] = ()
    context: str | None = None

    def __getitem__(self, name: str) -> Value:
        return dict(self.args)[name]


Value = str | int | float | date | datetime | time | Zone | Country | Language | Listing | Local | Text


def _(id: str, plural: str | None = None, /, **args: Value) -> Text:
    """Mark a message for translation and bind its arguments. The id must be a literal, or it is not extracted."""
    if plural is not None and "n" not in args:
        raise TypeError(f"{id!r} has a plural, so it needs an argument n")
    return Text(id, plural, tuple(args.items()))


def p_(context: str, id: str, /, **args: Value) -> Text:
    """As `_`, for an id whose meaning depends on where it stands: `p_("mood", "low")`."""
    return Text(id, None, tuple(args.items()), context)


def listing(items: Iterable[Value]) -> Listing:
    return Listing(tuple(items))
