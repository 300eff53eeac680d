"""A typed line becomes an invocation: which command, which arguments; and what was wrong, with what would be right.

It knows no platform: the prefix was taken off before. Nothing typed is lost: a mistake names the argument at fault.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.talk.command import Command, Param
from bot.talk.errors import Mistake
from bot.talk.model import UserRef
from bot.talk.text import Text, _, listing

Say = Callable[[Text], str]
"""Renders a text in the person's language, so that a choice can be typed as it is read."""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_TOKEN = re.compile(r'\s*(?:"([^"]*)"|“([^”]*)”|(\S+))')
_NAMED = re.compile(r"([a-z][a-z0-9_]*)=", re.IGNORECASE)
_YES = frozenset({"yes", "y", "on", "true", "1", "ja", "an", "sí", "si", "oui", "sim"})
_NO = frozenset({"no", "n", "off", "false", "0", "nein", "aus", "non", "não", "nao"})


@dataclass(frozen=True, slots=True)
class Found:
    command: Command
    rest: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such command. `close` are full names that may have been meant; `group` are members of a named group."""

    typed: str
    close: tuple[str, ...] = ()
    group: tuple[str, ...] = ()


def find(line: str, commands: Sequence[Command]) -> Found | Unknown:
    """The command with the longest name that the line starts with. A hidden one is found, but never proposed: the line
    beside a numbered choice must keep working when its number no longer does."""
    words = line.split(maxsplit=4)
    typed = [word.casefold() for word in words]
    best: tuple[int, Command] | None = None
    for one in commands:
        for path in {one.path, one.slash_path}:
            if tuple(typed[: len(path)]) == path and (best is None or len(path) > best[0]):
                best = (len(path), one)
    if best:
        return Found(best[1], _after(line, best[0]))
    names = [one.name for one in commands if not one.hidden]
    group = tuple(name for name in names if typed and name.startswith(typed[0] + " "))
    if group:
        return Unknown(words[0], group=group)
    two = " ".join(typed[:2])
    close = difflib.get_close_matches(two, names, 2, 0.75) or difflib.get_close_matches(
        typed[0] if typed else "", names, 2, 0.6
    )
    return Unknown(words[0] if words else "", tuple(close))


def _after(line: str, words: int) -> str:
    """What follows the first words, with its line breaks."""
    rest = line
    for _each in range(words):
        rest = rest.lstrip()
        rest = rest[len(rest.split(maxsplit=1)[0]) :]
    return rest.strip()


def arguments(command: Command, rest: str, say: Say, platform: str = "") -> dict[str, object]:
    """The arguments of a typed line, by position or as `name=value`; quotes keep words together.

    An optional argument that the next word can't be is left out, so that "checkin slept badly" is a note without a
    number. Raises Mistake.
    """
    args: dict[str, object] = {}
    waiting = [param for param in command.shown if not param.arg.named]
    while _TOKEN.match(rest):
        named = _NAMED.match(rest.lstrip())
        target = named and next(
            (one for one in command.params if one.name == named[1].casefold() and one.name not in args), None
        )
        if named and target:
            value, rest = _take(target, rest.lstrip()[named.end() :])
            args[target.name] = value
            waiting = [one for one in waiting if one is not target]
            continue
        if not waiting:
            break
        param = waiting[0]
        if param.arg.rest:
            args[param.name], rest = rest.strip(), ""
            break
        value, after = _take(param, rest)
        waiting.pop(0)
        later = any(_could_be(other, value, say) for other in waiting)
        if not param.required and later and not _could_be(param, value, say):
            continue
        args[param.name] = value
        rest = after
    if rest.strip():
        raise Mistake(_("I don't know what to do with “{rest}” here.", rest=rest.strip()[:40]))
    return bind(command, args, say, platform)


def _take(param: Param, rest: str) -> tuple[str, str]:
    if param.arg.rest:
        return rest.strip(), ""
    token = _TOKEN.match(rest)
    if token is None:
        return "", rest
    return next(group for group in token.groups() if group is not None), rest[token.end() :]


def _could_be(param: Param, value: str, say: Say) -> bool:
    if param.kind in (int, float):
        return bool(_NUMBER.fullmatch(value)) or _choice(param, value, say) is not None
    if param.arg.choices:
        return _choice(param, value, say) is not None
    if param.kind is bool:
        return value.casefold() in _YES | _NO
    return True


def bind(command: Command, args: Mapping[str, object], say: Say, platform: str = "") -> dict[str, object]:
    """Arguments as the declaration has them, each of its type and inside its bounds. Raises Mistake."""
    bound: dict[str, object] = {}
    for param in command.params:
        value = args.get(param.name)
        if isinstance(value, str) and not value.strip():
            value = None
        if value is None:
            if param.required:
                raise Mistake(_("This needs “{name}”: {about}", name=param.name, about=param.arg.about), param.name)
            continue
        bound[param.name] = _convert(param, value, say, platform)
    return bound


def _convert(param: Param, value: object, say: Say, platform: str) -> object:
    if param.arg.choices:
        chosen = _choice(param, value, say)
        if chosen is None:
            labels = listing(one.label for one in param.arg.choices)
            raise Mistake(
                _("“{value}” is none of the choices. Choose one of: {choices}.", value=str(value)[:40], choices=labels),
                param.name,
            )
        return chosen
    if param.kind is bool:
        return _boolean(param, value)
    if param.kind in (int, float):
        return _number(param, value)
    if param.kind is UserRef:
        return value if isinstance(value, UserRef) else _user(param, str(value), platform)
    text = str(value)
    if param.arg.most is not None and len(text) > param.arg.most:
        raise Mistake(
            _(
                "That is {n} character, and there is room for {most}.",
                "That is {n} characters, and there is room for {most}.",
                n=len(text),
                most=param.arg.most,
            ),
            param.name,
        )
    return text


def _choice(param: Param, value: object, say: Say) -> object:
    typed = str(value).strip().casefold()
    for one in param.arg.choices:
        labels = {str(one.value).casefold()}
        if isinstance(one.label, Text):
            labels |= {one.label.id.casefold(), say(one.label).casefold()}
        else:
            labels.add(one.label.casefold())
        if typed in labels:
            return one.value
    return None


def _boolean(param: Param, value: object) -> bool:
    if isinstance(value, bool):
        return value
    typed = str(value).casefold()
    if typed in _YES | _NO:
        return typed in _YES
    raise Mistake(_("“{value}” is neither yes nor no.", value=str(value)[:40]), param.name)


def _number(param: Param, value: object) -> int | float:
    typed = str(value).strip()
    number: float | None = None
    if not isinstance(value, bool) and _NUMBER.fullmatch(typed):
        number = float(typed.replace(",", "."))
    whole = param.kind is int
    if number is None or (whole and number != int(number)):
        raise Mistake(
            _("“{value}” is no whole number.", value=typed[:40])
            if whole
            else _("“{value}” is no number.", value=typed[:40]),
            param.name,
        )
    low, high = param.arg.ge, param.arg.le
    if (low is not None and number < low) or (high is not None and number > high):
        shown = [int(edge) if edge is not None and edge == int(edge) else edge for edge in (low, high)]
        if shown[0] is not None and shown[1] is not None:
            told = _("{value} is outside {low} to {high}.", value=typed, low=shown[0], high=shown[1])
        elif shown[0] is not None:
            told = _("{value} is too small; {low} is the least.", value=typed, low=shown[0])
        else:
            told = _("{value} is too much; {high} is the most.", value=typed, high=shown[1] or 0)
        raise Mistake(told, param.name)
    return int(number) if whole else number


def _user(param: Param, typed: str, platform: str) -> UserRef:
    found = re.fullmatch(r"<@!?(\d+)>|(@[^\s:]+:\S+)|(\d{15,20})|@?([\w.-]+)", typed.strip())
    if not found:
        raise Mistake(
            _("“{value}” is nobody I can find. Write their full name or mention them.", value=typed[:40]), param.name
        )
    return UserRef(platform, next(group for group in found.groups() if group))


def usage(command: Command) -> str:
    """What follows the command's name in a right line: `[mood 1–5] [note …]`."""
    parts: list[str] = []
    for param in sorted(command.shown, key=lambda one: one.arg.named and not one.required, reverse=True):
        if param.arg.named:
            parts.append(f"[{param.name}=…]")
            continue
        shape = param.name
        if param.arg.choices and len(param.arg.choices) <= 6:
            shape += " " + "|".join(str(one.value) for one in param.arg.choices)
        elif param.arg.ge is not None and param.arg.le is not None:
            shape += f" {param.arg.ge:g}–{param.arg.le:g}"
        if param.arg.rest:
            shape += " …"
        parts.append(f"<{shape}>" if param.required else f"[{shape}]")
    return " ".join(parts)
