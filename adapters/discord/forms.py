"""The arguments of a command as a modal, and a filled modal as arguments. Plain data; it must not know discord.py.

What a form is for stands in its custom id, so it can be sent after a restart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.talk.command import FORM_LABEL_LIMIT, FORM_LIMIT, Choice, Command, Param
from bot.talk.errors import DeclarationError
from bot.talk.model import UserRef
from bot.talk.platform import Words
from bot.talk.press import Press, Pressed, pack
from bot.talk.reply import AskForm
from bot.talk.text import Text, _

# Discord's published limits for modals (its documentation of 2026-08).
TITLE_LIMIT = 45
ABOUT_LIMIT = 100
INPUT_LIMIT = 4000
PLACEHOLDER_LIMIT = 100
OPTION_LIMIT = 100

TEXT_INPUT, STRING_SELECT, USER_SELECT, TEXT_DISPLAY, LABEL = 4, 3, 5, 10, 18
SHORT, LONG = 1, 2
PICKED_FROM = 25
"""A whole number between two bounds is picked from a list where the list is no longer than this."""
YES, NO = _("Yes"), _("No")

FIX = "fix:"
"""What opens a form again that could not be read; followed by the draft's id and the command."""
FIX_LABEL = _("Fix it")

Payload = dict[str, Any]


def fix_id(draft: str, asked: AskForm) -> str:
    return f"{FIX}{draft}:{asked.command}"


def modal(command: Command, values: Mapping[str, object], words: Words, language: str) -> Payload:
    """The form of a command, filled with what is known of its arguments; the rest of `values` travels in its id."""

    def say(text: Text | str) -> str:
        return words.say(text, language) if isinstance(text, Text) else text

    title = say(command.about)
    fields = [_field(param, values.get(param.name), say) for param in command.shown[:FORM_LIMIT]]
    if len(title) > TITLE_LIMIT and len(fields) < FORM_LIMIT:
        fields.insert(0, {"type": TEXT_DISPLAY, "content": title})
    return {"custom_id": _id(command, values), "title": _cut(title, TITLE_LIMIT), "components": fields}


def _id(command: Command, values: Mapping[str, object]) -> str:
    """The command and the arguments that nobody is asked for."""
    asked = {param.name for param in command.shown}
    kept: dict[str, Any] = {
        name: value for name, value in values.items() if name not in asked and isinstance(value, str | int | bool)
    }
    try:
        return pack(Press(command.about, command.name, form=True, **kept))
    except DeclarationError:
        return pack(Press(command.about, command.name, form=True))


def _field(param: Param, value: object, say: Any) -> Payload:
    about = say(param.arg.about)
    out: Payload = {"type": LABEL, "label": _cut(about, FORM_LABEL_LIMIT), "component": _input(param, value, say)}
    if len(about) > FORM_LABEL_LIMIT:
        out["description"] = _cut(about, ABOUT_LIMIT)
    return out


def _input(param: Param, value: object, say: Any) -> Payload:
    options = _options(param)
    if options:
        shown = [_option(choice, value, say) for choice in options]
        return _select(STRING_SELECT, param, options=shown)
    if param.kind is UserRef:
        known = value.id if isinstance(value, UserRef) else value
        chosen = [{"id": known, "type": "user"}] if isinstance(known, str) and known.isdecimal() else None
        return _select(USER_SELECT, param, **({"default_values": chosen} if chosen else {}))
    filled = "" if value is None else str(value)[:INPUT_LIMIT]
    most = min(max(param.arg.most or INPUT_LIMIT, len(filled)), INPUT_LIMIT)
    out: Payload = {
        "type": TEXT_INPUT,
        "custom_id": param.name,
        "style": LONG if param.arg.long else SHORT,
        "required": param.required,
        "max_length": most,
    }
    if filled:
        out["value"] = filled
    return out


def _select(kind: int, param: Param, **more: Any) -> Payload:
    least = 1 if param.required else 0
    return {
        "type": kind,
        "custom_id": param.name,
        "required": param.required,
        "min_values": least,
        "max_values": 1,
        **more,
    }


def _options(param: Param) -> Sequence[Choice]:
    if param.arg.choices:
        return param.arg.choices
    if param.kind is bool:
        return (Choice("yes", YES), Choice("no", NO))
    low, high = param.arg.ge, param.arg.le
    if param.kind is int and low is not None and high is not None and 0 <= high - low < PICKED_FROM:
        return [Choice(number, str(number)) for number in range(int(low), int(high) + 1)]
    return ()


def _option(choice: Choice, value: object, say: Any) -> Payload:
    chosen = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    out = {"label": _cut(say(choice.label), OPTION_LIMIT), "value": str(choice.value)}
    return {**out, "default": True} if chosen is not None and str(chosen) == str(choice.value) else out


def filled(pressed: Pressed, command: Command, components: Sequence[Any], platform: str) -> dict[str, object]:
    """The arguments of a sent form: what travelled in its id, and what was filled in. An empty field is no argument."""
    args: dict[str, object] = dict(pressed.args)
    for component in _inputs(components):
        param = command.param(str(component.get("custom_id")))
        if param is None:
            continue
        picked = component.get("values")
        value = component.get("value") if picked is None else (picked[0] if picked else None)
        if value in (None, ""):
            args.pop(param.name, None)
        else:
            args[param.name] = UserRef(platform, str(value)) if param.kind is UserRef else value
    return args


def _inputs(components: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    for one in components:
        if "custom_id" in one:
            yield one
        if "component" in one:
            yield from _inputs([one["component"]])
        yield from _inputs(one.get("components", ()))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
