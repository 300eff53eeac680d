"""Scales beside the mood: the community's own and a person's own, and reading what was typed for them. Pure.

A value is a note to oneself like the mood: it has no good or bad end here, and is never compared between people.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.config import Config
from bot.talk.errors import Mistake
from bot.talk.text import _, listing

NAME_LIMIT = 40
MOST_OWN = 10
PICKED = 11
"""A scale with at most so many whole steps is answered by one press."""
WIDEST = 100_000
_BOUNDS = re.compile(
    r"(.*?)[\s:(]*(-?\d+(?:[.,]\d+)?)\s*(?:-|–|—|\.\.+|to|bis|/)\s*(-?\d+(?:[.,]\d+)?)\s*\)?", re.DOTALL
)
_VALUE = re.compile(r"(.+?)[\s:=]+(-?\d+(?:[.,]\d+)?)(?:\s*/\s*\d+)?")


@dataclass(frozen=True, slots=True)
class Scale:
    """Something to put a number on. `key` is the community's id or the random id of a person's own. `also` are its
    names in other languages."""

    key: str
    name: str
    low: float
    high: float
    own: bool = False
    also: tuple[str, ...] = ()

    def called(self, typed: str) -> bool:
        """Whether somebody may have meant it by that name."""
        wanted = " ".join(typed.casefold().split()).strip(" :=")
        return wanted in (self.key, self.name.casefold(), *(name.casefold() for name in self.also))

    @property
    def steps(self) -> range | None:
        """The whole numbers that it can be, where they are few."""
        if self.low != int(self.low) or self.high - self.low > PICKED - 1:
            return None
        return range(int(self.low), int(self.high) + 1)


@dataclass(frozen=True, slots=True)
class Measured:
    """A scale with a value, as it was then: it stays readable when the scale is renamed or gone."""

    scale: Scale
    value: float


def plain(number: float) -> str:
    """A number as it is typed."""
    return f"{number:g}"


def of_community(config: Config, language: str) -> list[Scale]:
    """The community's scales with their names in the reader's language."""
    return [
        Scale(
            one.id,
            one.named(language),
            one.low,
            one.high,
            also=tuple(one.name.values()) if isinstance(one.name, dict) else (),
        )
        for one in config.checkins.scales
    ]


def spoken(scale: Scale, config: Config, language: str) -> str:
    """A scale's name for its reader: the community may have changed it since, or say it in several languages."""
    if scale.own:
        return scale.name
    return next((one.named(language) for one in config.checkins.scales if one.id == scale.key), scale.name)


def read_scale(key: str, typed: str) -> Scale:
    """`hours outside 0-10`: a name and its bounds. Raises Mistake with the nearest right form."""
    text = " ".join(typed.replace('"', " ").replace("“", " ").replace("”", " ").split())
    found = _BOUNDS.fullmatch(text)
    name = (found[1] if found else text).strip(" ,:")
    if not found or not name or len(name) > NAME_LIMIT:
        shown = re.sub(r"[\d\W_]+", " ", name).strip()[:NAME_LIMIT] or "hours outside"
        raise Mistake(
            _(
                "A scale is a name of at most {most} characters and two numbers. This would be right: {right}.",
                most=NAME_LIMIT,
                right=f"{shown} 0-10",
            ),
            "scale",
        )
    low, high = (float(found[group].replace(",", ".")) for group in (2, 3))
    if low >= high or max(abs(low), abs(high)) > WIDEST:
        low, high = (min(low, high), max(low, high)) if low != high else (0.0, max(high, 10.0))
        low, high = max(low, -WIDEST), min(high, WIDEST)
        raise Mistake(
            _(
                "The first number of a scale is the smaller one. This would be right: {right}.",
                right=f"{name} {plain(low)}-{plain(high)}",
            ),
            "scale",
        )
    return Scale(key, name, low, high, own=True)


def read_values(typed: str, known: Sequence[Scale]) -> tuple[Measured, ...]:
    """`sleep 3, hours outside 2.5`: scales by name with their values. Raises Mistake with the nearest right form."""
    out: dict[str, Measured] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[;\n]|,(?!\d)|,(?=\d+\s*[^\d\s,;])", typed))):
        found = _VALUE.fullmatch(part)
        named = _named(found[1] if found else re.sub(r"[-\d.,:=]+$", "", part), known)
        if found is None or named is None:
            raise _unknown(part, named, known)
        out[named.key] = Measured(named, within(named, found[2]))
    return tuple(out.values())


def within(scale: Scale, typed: str | float) -> float:
    """The value, inside the scale's bounds. Raises Mistake."""
    try:
        value = round(float(str(typed).strip().replace(",", ".")), 2)
    except ValueError:
        value = float("nan")
    if not scale.low <= value <= scale.high:
        raise Mistake(
            _(
                "“{typed}” does not fit “{name}”. It goes from {low} to {high}.",
                typed=str(typed).strip()[:20],
                name=scale.name,
                low=scale.low if scale.low % 1 else int(scale.low),
                high=scale.high if scale.high % 1 else int(scale.high),
            ),
            "scales",
        )
    return value


def named_in(typed: str, known: Sequence[Scale]) -> tuple[Scale, ...]:
    """`sleep, hours outside`: scales by name. Raises Mistake with the nearest ones."""
    out: dict[str, Scale] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", typed))):
        found = _named(part, known)
        if found is None:
            raise _unknown(part, None, known)
        out[found.key] = found
    return tuple(out.values())


def _named(typed: str, known: Sequence[Scale]) -> Scale | None:
    return next((one for one in known if one.called(typed)), None)


def _unknown(part: str, named: Scale | None, known: Sequence[Scale]) -> Mistake:
    if not known:
        return Mistake(
            _(
                "There is no scale yet. You can make one of your own: {right}.",
                right="checkin track add hours outside 0-10",
            ),
            "scales",
        )
    if named is None:
        names = {one.name.casefold(): one for one in known}
        typed = re.sub(r"[\s\d:=.,-]+$", "", part.casefold())
        close = difflib.get_close_matches(typed, list(names), 1, 0.5)
        offered = [names[close[0]]] if close else list(known)[:3]
    else:
        offered = [named]
    value = re.search(r"-?\d+(?:[.,]\d+)?$", part)
    given = float(value[0].replace(",", ".")) if value else None
    right = [
        f"{one.name} {plain(given if given is not None and one.low <= given <= one.high else one.low)}"
        for one in offered
    ]
    return Mistake(
        _("I can't read “{typed}” as a scale. This would be right: {right}.", typed=part[:40], right=listing(right)),
        "scales",
    )
