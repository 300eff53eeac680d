"""Texts in a reader's language: gettext catalogues read by Babel, with numbers, dates, zones and lists as it has them.

The source language is English: a missing translation is shown in English rather than not at all. It knows nothing of
people or platforms.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache, cached_property
from gettext import c2py
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists, negotiate_locale, numbers
from babel.messages import Catalog
from babel.messages.pofile import read_po

from bot.talk.text import Country, Language, Listing, Local, Text, Zone

SOURCE = "en"
FOLDER = Path(__file__).parent / "locale"

log = logging.getLogger("handrail.words")


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(tag.replace("-", "_"))


class Catalogues:
    """All languages found in the folder, each read when it is first needed. Implements the `Words` port."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._read: dict[str, Catalog] = {}

    @cached_property
    def languages(self) -> Sequence[str]:
        return (SOURCE, *sorted(path.parent.name for path in self._folder.glob("*/handrail.po")))

    def closest(self, locale: str | None) -> str:
        """Which of our languages fits a platform's locale best; English where none does."""
        if not locale:
            return SOURCE
        wanted = locale.replace("-", "_")
        have = {tag.replace("-", "_"): tag for tag in self.languages}
        found = negotiate_locale([wanted, wanted.split("_")[0]], list(have), sep="_")
        if found is None:
            found = next((tag for tag in have if tag.split("_")[0] == wanted.split("_")[0].lower()), SOURCE)
        return have.get(found, SOURCE)

    def say(self, text: Text, language: str) -> str:
        """The text in that language, or in English where it is missing or does not fit its arguments."""
        template = self._template(text, language)
        if not text.args:
            return template.replace("{{", "{").replace("}}", "}")
        shown = {name: self.value(value, language) for name, value in text.args}
        fitted = _fit(template, shown)
        if fitted is None:
            log.error("a translation does not fit its arguments", extra={"language": language})
            fitted = _fit(self._source(text), shown)
        return text.id if fitted is None else fitted

    def _template(self, text: Text, language: str) -> str:
        if language == SOURCE:
            return self._source(text)
        catalog = self._catalog(language)
        message = catalog.get(text.id, text.context) if catalog else None
        if catalog is None or message is None or not message.string or message.fuzzy:
            return self._source(text)
        if isinstance(message.string, str):
            return message.string
        form = _plural_form(catalog, dict(text.args).get("n", 1))
        return message.string[min(form, len(message.string) - 1)] or self._source(text)

    def _source(self, text: Text) -> str:
        if text.plural is not None and dict(text.args).get("n") != 1:
            return text.plural
        return text.id

    def _catalog(self, language: str) -> Catalog | None:
        if language not in self._read:
            path = self._folder / language / "handrail.po"
            if language not in self.languages:
                return None
            with path.open("rb") as file:
                self._read[language] = read_po(file, locale=language.replace("-", "_"))
        return self._read[language]

    def value(self, value: object, language: str) -> str:
        """One argument as that language shows it. A `str` is a person's own word and stays as it is."""
        locale = _locale(language)
        match value:
            case str():
                return value
            case Text():
                return self.say(value, language)
            case bool():
                return str(value)
            case int():
                return numbers.format_decimal(value, locale=locale)
            case float():
                return numbers.format_decimal(round(value, 2), locale=locale)
            case datetime():
                return dates.format_datetime(value, "medium", locale=locale)
            case date():
                return dates.format_date(value, "long", locale=locale)
            case time():
                return dates.format_time(value, "short", locale=locale)
            case Zone(name):
                return _zone(name, locale)
            case Country(code):
                return str(locale.territories.get(code, code))
            case Language(tag):
                return _language(tag, locale)
            case Listing(items):
                return lists.format_list([self.value(item, language) for item in items], locale=locale)
            case Local():
                return _moment(value, locale)
            case _:
                return str(value)


def _plural_form(catalog: Catalog, n: object) -> int:
    number = n if isinstance(n, int) else 1
    return _rule(catalog.plural_expr)(number)


def _fit(template: str, shown: Mapping[str, str]) -> str | None:
    try:
        return template.format_map(shown)
    except (KeyError, ValueError, IndexError):
        return None


@cache
def _rule(expression: str) -> Callable[[int], int]:
    return c2py(expression)


def _zone(name: str, locale: Locale) -> str:
    try:
        return dates.get_timezone_location(ZoneInfo(name), locale=locale, return_city=True) or name
    except (LookupError, ValueError, OSError):
        return name


def _language(tag: str, locale: Locale) -> str:
    return Locale.parse(tag.replace("-", "_")).get_display_name(locale) or tag


def _moment(value: Local, locale: Locale) -> str:
    try:
        local = value.at.astimezone(ZoneInfo(value.zone))
    except (LookupError, ValueError, OSError):
        local = value.at.astimezone(UTC)
    match value.style:
        case "time":
            return dates.format_time(local, "short", locale=locale)
        case "date":
            return dates.format_date(local.date(), "long", locale=locale)
        case "day":
            return dates.format_skeleton("EEEEdMMMM", local, locale=locale)
        case _:
            day = dates.format_skeleton("EEEEdMMMM", local, locale=locale)
            clock = dates.format_time(local, "short", locale=locale)
            return str(locale.datetime_formats["short"]).format(clock, day)
