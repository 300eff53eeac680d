"""Declared commands become Discord's application commands: slash commands in groups, with typed options, and entries on
the menu of a message; in every language that we speak. Plain data; it must not know who runs them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import discord

from bot.talk.command import ABOUT_LIMIT, CHOICE_LIMIT, CHOICES_LIMIT, Choice, Command, Param
from bot.talk.model import Role, UserRef
from bot.talk.platform import Words
from bot.talk.text import Text

CHAT_INPUT, MESSAGE = 1, 3
SUB_COMMAND, SUB_COMMAND_GROUP, STRING, INTEGER, BOOLEAN, USER, NUMBER = 1, 2, 3, 4, 5, 6, 10
KINDS: Mapping[type, int] = {str: STRING, int: INTEGER, float: NUMBER, bool: BOOLEAN, UserRef: USER}

GUILD, BOT_DM = 0, 1
"""Contexts: in a server, and in direct messages with the bot."""
INSTALLED_IN_GUILD = 0
STRING_LIMIT = 6000
MENU_LIMIT = 32

PERMISSIONS = {Role.MEMBER: None, Role.MODERATOR: 1 << 40, Role.OWNER: 1 << 5}
"""Who is shown a command before a server changes it: those who may time out members, those who may manage the server.
What an account may really do is checked when it asks."""

LOCALES: Mapping[str, tuple[str, ...]] = {
    "en": ("en-US", "en-GB"),
    "es": ("es-ES", "es-419"),
    "pt": ("pt-BR",),
    "sv": ("sv-SE",),
    "zh": ("zh-CN", "zh-TW"),
}
"""Discord's names for our languages, where they differ (its reference, "locales")."""
KNOWN = frozenset(locale.value for locale in discord.Locale)
_NAME = re.compile(r"[-_'\w]{1,32}")

Payload = dict[str, Any]


def payloads(commands: Sequence[Command], words: Words) -> list[Payload]:
    """All that Discord is told, the whole set at once."""
    declare = _Declare(words)
    shown = [one for one in commands if not one.hidden]
    menus = [one for one in commands if one.menu is not None]
    return [*declare.slash(shown), *(declare.menu(one) for one in menus)]


def fingerprint(declared: Sequence[Payload]) -> str:
    """The same for the same declarations: nothing is told again while it holds."""
    return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()


def locales(language: str) -> tuple[str, ...]:
    """What Discord calls a language of ours; nothing where it does not have it."""
    names = LOCALES.get(language, (language,))
    return tuple(name for name in names if name in KNOWN)


def menu_name(command: Command, words: Words) -> str:
    """What Discord knows the entry of a message's menu by."""
    assert command.menu is not None
    return words.say(command.menu, "en")[:MENU_LIMIT]


class _Declare:
    def __init__(self, words: Words) -> None:
        self._words = words

    def slash(self, commands: Sequence[Command]) -> list[Payload]:
        tops: dict[str, list[Command]] = {}
        for one in commands:
            tops.setdefault(one.slash_path[0], []).append(one)
        return [self._top(name, members) for name, members in sorted(tops.items())]

    def menu(self, command: Command) -> Payload:
        assert command.menu is not None
        name = menu_name(command, self._words)
        found = {tag: said[:MENU_LIMIT] for tag, said in self._in_languages(command.menu) if said[:MENU_LIMIT] != name}
        return {**self._common(MESSAGE, command.allow), "name": name, "name_localizations": found or None}

    def _top(self, name: str, members: Sequence[Command]) -> Payload:
        allow = min(one.allow for one in members)
        first = self._named_by(name, members)
        top = {**self._common(CHAT_INPUT, allow), **self._name(name), **self._about(first.about)}
        if len(members) == 1 and members[0].slash_path == (name,):
            return {**top, "options": self._options(members[0].shown)}
        return {**top, "options": self._inside(members, 1)}

    def _inside(self, members: Sequence[Command], depth: int) -> list[Payload]:
        out: list[Payload] = []
        groups: dict[str, list[Command]] = {}
        for one in members:
            if len(one.slash_path) == depth + 1:
                named = {**self._name(one.slash_path[depth]), **self._about(one.about)}
                out.append({"type": SUB_COMMAND, **named, "options": self._options(one.shown)})
            else:
                groups.setdefault(one.slash_path[depth], []).append(one)
        for name, inner in groups.items():
            about = self._about(self._named_by(name, inner).about)
            out.append(
                {"type": SUB_COMMAND_GROUP, **self._name(name), **about, "options": self._inside(inner, depth + 1)}
            )
        return sorted(out, key=lambda option: str(option["name"]))

    def _named_by(self, name: str, members: Sequence[Command]) -> Command:
        """Whose words a group borrows: the command of the same name, else its first."""
        return next((one for one in members if one.path[-1] == name), members[0])

    def _common(self, kind: int, allow: Role) -> Payload:
        return {
            "type": kind,
            "default_member_permissions": PERMISSIONS[allow],
            "contexts": [GUILD, BOT_DM],
            "integration_types": [INSTALLED_IN_GUILD],
        }

    # --- options --------------------------------------------------------------------------------------------------

    def _options(self, params: Iterable[Param]) -> list[Payload]:
        return [self._option(param) for param in params]

    def _option(self, param: Param) -> Payload:
        arg = param.arg
        out: Payload = {
            "type": KINDS[param.kind],
            **self._name(param.name),
            **self._about(arg.about),
            "required": param.required,
        }
        if arg.choices:
            out["choices"] = [self._choice(choice) for choice in arg.choices]
        elif arg.suggest is not None:
            out["autocomplete"] = True
        if param.kind in (int, float) and not arg.choices:
            whole = int if param.kind is int else float
            out |= {
                name: whole(edge) for name, edge in (("min_value", arg.ge), ("max_value", arg.le)) if edge is not None
            }
        if param.kind is str and arg.most is not None and not arg.choices:
            out["max_length"] = min(arg.most, STRING_LIMIT)
        return out

    def _choice(self, choice: Choice) -> Payload:
        if not isinstance(choice.label, Text):
            return {"name": choice.label, "value": choice.value}
        name = self._words.say(choice.label, "en")
        found = {tag: said for tag, said in self._in_languages(choice.label) if said != name}
        return {"name": _cut(name, CHOICE_LIMIT), "value": choice.value, "name_localizations": found or None}

    # --- languages ------------------------------------------------------------------------------------------------

    def _name(self, name: str) -> Payload:
        found = {tag: said for tag, said in self._in_languages(Text(name, context="slash")) if _may_be_name(said)}
        return {"name": name, "name_localizations": {tag: s for tag, s in found.items() if s != name} or None}

    def _about(self, about: Text) -> Payload:
        said = _cut(self._words.say(about, "en"), ABOUT_LIMIT)
        found = {tag: _cut(one, ABOUT_LIMIT) for tag, one in self._in_languages(about) if one != said}
        return {"description": said, "description_localizations": found or None}

    def _in_languages(self, text: Text) -> list[tuple[str, str]]:
        return [
            (tag, _cut(self._words.say(text, language), CHOICE_LIMIT))
            for language in self._words.languages
            for tag in locales(language)
        ]


def _may_be_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name == name.lower()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def suggestions(param: Param, typed: str, words: Words, language: str) -> list[Payload]:
    """What fits what was typed so far, as autocomplete shows it."""
    if param.arg.suggest is None:
        return []
    out = []
    for choice in list(param.arg.suggest(typed, language))[:CHOICES_LIMIT]:
        label = words.say(choice.label, language) if isinstance(choice.label, Text) else choice.label
        out.append({"name": _cut(label, CHOICE_LIMIT), "value": choice.value})
    return out
