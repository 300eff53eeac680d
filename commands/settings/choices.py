"""What can be chosen, and reading what was typed for it: languages we speak, countries, time zones. Pure.

Countries and zones come from CLDR (by Babel) and the IANA time zone database.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from babel import Locale

from bot.talk.command import Choice
from bot.talk.errors import Mistake
from bot.talk.text import _, listing

MOST = 25
NONE = "-"
OWN_NAMES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "pt-BR": "Português (Brasil)",
}


@cache
def zones() -> tuple[str, ...]:
    """The zones that people live in: "Europe/Berlin", not "Etc/GMT-1" or old aliases of countries."""
    return tuple(
        sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    )


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Country codes with their names in that language, sorted by name."""
    names = Locale.parse(language.replace("-", "_")).territories
    found = [(code, str(names.get(code, code))) for code in _codes()]
    return tuple(sorted(found, key=lambda one: one[1].casefold()))


@cache
def _codes() -> tuple[str, ...]:
    names = Locale("en").territories
    outside = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
    codes = [str(code) for code in names]
    return tuple(code for code in codes if len(code) == 2 and code.isalpha() and code not in outside)


def suggest_zone(typed: str, language: str) -> Sequence[Choice]:
    wanted = typed.casefold().replace(" ", "_")
    starts = [name for name in zones() if name.rsplit("/", 1)[-1].casefold().startswith(wanted)]
    holds = [name for name in zones() if wanted in name.casefold() and name not in starts]
    return [Choice(name, name.replace("_", " ")) for name in (starts + holds)[:MOST]]


def suggest_country(typed: str, language: str) -> Sequence[Choice]:
    wanted = typed.casefold()
    known = countries(language)
    starts = [one for one in known if one[1].casefold().startswith(wanted) or one[0].casefold() == wanted]
    holds = [one for one in known if wanted in one[1].casefold() and one not in starts]
    return [Choice(code, name) for code, name in (starts + holds)[:MOST]]


def suggest_language(typed: str, language: str) -> Sequence[Choice]:
    wanted = typed.casefold()
    return [
        Choice(tag, name)
        for tag, name in OWN_NAMES.items()
        if wanted in name.casefold() or tag.casefold().startswith(wanted)
    ]


def read_zone(typed: str) -> str:
    """The zone somebody meant: its name, or a city. Raises Mistake with the nearest right ones."""
    wanted = typed.strip().casefold().replace(" ", "_")
    for name in zones():
        if wanted in (name.casefold(), name.rsplit("/", 1)[-1].casefold()):
            return name
    if wanted == "utc":
        return "UTC"
    cities = {name.rsplit("/", 1)[-1].casefold(): name for name in zones()}
    close = difflib.get_close_matches(wanted.rsplit("/", 1)[-1], list(cities), 2, 0.6)
    right = listing([cities[one] for one in close] or ["Europe/Berlin"])
    raise Mistake(
        _("I know no time zone “{typed}”. This would be right: {right}.", typed=typed[:40], right=right), "zone"
    )


def read_country(typed: str, language: str) -> str:
    """The country somebody meant: two letters, or its name in their language or English. Raises Mistake."""
    wanted = typed.strip().casefold()
    names: dict[str, str] = {}
    for tongue in ("en", language):
        for code, name in countries(tongue):
            names[name.casefold()] = code
            names[code.casefold()] = code
    if wanted in names:
        return names[wanted]
    shown = dict(countries(language))
    close = difflib.get_close_matches(wanted, [name for name in names if len(name) > 2], 2, 0.6)
    right = listing([shown[names[one]] for one in close] or [shown.get("DE", "DE")])
    raise Mistake(
        _("I know no country “{typed}”. This would be right: {right}.", typed=typed[:40], right=right), "country"
    )


def read_language(typed: str) -> str:
    """One of the languages the bot speaks, by tag or by name. Raises Mistake."""
    wanted = typed.strip().casefold()
    for tag, name in OWN_NAMES.items():
        if wanted in (tag.casefold(), name.casefold(), tag.split("-")[0]) or name.casefold().startswith(wanted + " "):
            return tag
    right = listing(OWN_NAMES.values())
    raise Mistake(
        _("I don't speak “{typed}”. This would be right: {right}.", typed=typed[:40], right=right), "language"
    )
