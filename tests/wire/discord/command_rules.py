"""What commands may be: names, orders and counts that the published document does not say. One sentence for each fault.

From "Application Commands" in the documentation, and its list of locales.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

NAMED = "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN"
LOCALES = {*NAMED.split(), "ja", "zh-TW", "ko"}
NAME = re.compile(r"^[-_'\w]{1,32}$")
MOST = {1: 100, 2: 15, 3: 15}
LONGEST = 8000
FITS: dict[int, tuple[type, ...]] = {3: (str,), 4: (int,), 10: (int, float)}
"""The types of a choice's value, by the option's type."""


def all_of(commands: list[dict[str, Any]]) -> list[str]:
    """Faults of a whole set, as a bulk overwrite sends it."""
    faults: list[str] = []
    for kind, most in MOST.items():
        count = sum((command.get("type") or 1) == kind for command in commands)
        if count > most:
            faults.append(f"{count} commands of type {kind}, at most {most}")
    keys = [(command.get("type") or 1, command["name"]) for command in commands]
    faults += [f"/{name}: declared twice" for kind, name in sorted(set(keys)) if keys.count((kind, name)) > 1]
    for kind in MOST:
        faults += _same_in_a_language([command for command in commands if (command.get("type") or 1) == kind], "/")
    for command in commands:
        faults += one(command)
    return faults


def _same_in_a_language(parts: list[dict[str, Any]], where: str) -> Iterator[str]:
    """Two commands or options that a person could not tell apart in their language."""
    locales = {locale for part in parts for locale in part.get("name_localizations") or {}}
    for locale in sorted(locales):
        names = [(part.get("name_localizations") or {}).get(locale, part["name"]) for part in parts]
        yield from (f"{where}: {name!r} twice in {locale}" for name in sorted({n for n in names if names.count(n) > 1}))


def one(command: Mapping[str, Any]) -> list[str]:
    """Faults of one command."""
    kind, where = command.get("type") or 1, f"/{command['name']}"
    faults = list(_texts(command, where, named=kind == 1, described=kind == 1))
    if kind != 1:
        if command.get("options"):
            faults.append(f"{where}: a context menu has no options")
        if command.get("description"):
            faults.append(f"{where}: a context menu has no description")
        return faults
    faults += _options(command.get("options") or [], where, depth=0)
    if (size := _size(command)) > LONGEST:
        faults.append(f"{where}: {size} characters of names, descriptions and values, at most {LONGEST}")
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdecimal():
        faults.append(f"{where}: default_member_permissions {permissions!r} is no number")
    return faults


def _options(options: list[dict[str, Any]], where: str, *, depth: int) -> Iterator[str]:
    if len(options) > 25:
        yield f"{where}: {len(options)} options, at most 25"
    names = [option["name"] for option in options]
    yield from (f"{where} {name}: declared twice" for name in sorted({n for n in names if names.count(n) > 1}))
    yield from _same_in_a_language(options, where)
    groups = [option["type"] in (1, 2) for option in options]
    if any(groups) and not all(groups):
        yield f"{where}: subcommands beside other options"
    optional_seen = False
    for option in options:
        inside = f"{where} {option['name']}"
        yield from _texts(option, inside, named=True, described=True)
        if option["type"] in (1, 2):
            if (option["type"] == 2 and depth) or depth > 1:
                yield f"{inside}: groups nest once only"
            if option["type"] == 2 and not option.get("options"):
                yield f"{inside}: an empty group"
            yield from _options(option.get("options") or [], inside, depth=depth + 1)
            continue
        if option.get("required") and optional_seen:
            yield f"{inside}: required after an optional one"
        optional_seen = optional_seen or not option.get("required")
        yield from _value(option, inside)


def _value(option: Mapping[str, Any], where: str) -> Iterator[str]:
    choices = option.get("choices") or []
    if choices and option.get("autocomplete"):
        yield f"{where}: choices and autocomplete"
    if len(choices) > 25:
        yield f"{where}: {len(choices)} choices, at most 25"
    for part in ("name", "value"):
        found = [choice.get(part) for choice in choices]
        if len(found) != len(set(found)):
            yield f"{where}: two choices with the same {part}"
    for choice in choices:
        yield from _localised(choice.get("name_localizations"), where, 100)
        value = choice.get("value")
        right = FITS.get(option["type"], ())
        if not isinstance(value, right) or isinstance(value, bool):
            yield f"{where}: the choice {value!r} does not fit the option's type"
    if option["type"] not in (4, 10) and (option.get("min_value") is not None or option.get("max_value") is not None):
        yield f"{where}: a range on something that is no number"
    if option["type"] != 3 and (option.get("min_length") is not None or option.get("max_length") is not None):
        yield f"{where}: a length on something that is no string"
    least, most = option.get("min_value"), option.get("max_value")
    if least is not None and most is not None and least > most:
        yield f"{where}: min_value above max_value"


def _texts(part: Mapping[str, Any], where: str, *, named: bool, described: bool) -> Iterator[str]:
    names = [part["name"], *(part.get("name_localizations") or {}).values()]
    for name in names:
        if named and (not NAME.match(name) or name != name.lower()):
            yield f"{where}: the name {name!r} (lower case letters, digits, - and _, at most 32)"
        elif not 1 <= len(name) <= 32:
            yield f"{where}: the name {name!r} (1 to 32 characters)"
    yield from _localised(part.get("name_localizations"), where, 32)
    if described:
        text = part.get("description") or ""
        if not 1 <= len(text) <= 100:
            yield f"{where}: a description of {len(text)} characters, 1 to 100"
        yield from _localised(part.get("description_localizations"), where, 100)


def _localised(texts: Mapping[str, str] | None, where: str, most: int) -> Iterator[str]:
    for locale, text in (texts or {}).items():
        if locale not in LOCALES:
            yield f"{where}: Discord has no locale {locale!r}"
        if not text or not 1 <= len(text) <= most:
            yield f"{where}: {len(text or '')} characters in {locale}, 1 to {most}"


def _size(command: Mapping[str, Any]) -> int:
    """Characters that count towards 8000: per text, the longest of its localisations."""

    def longest(part: Mapping[str, Any], key: str) -> int:
        return max(len(text or "") for text in [part.get(key), *(part.get(f"{key}_localizations") or {}).values()])

    total = longest(command, "name") + longest(command, "description")
    for choice in command.get("choices") or []:
        total += longest(choice, "name") + len(str(choice.get("value", "")))
    return total + sum(_size(option) for option in command.get("options") or [])
