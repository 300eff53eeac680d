"""Choices under a message: a few are buttons, many are a menu. Each carries what it does in its own id.

Plain data; it must not know what a choice does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.talk.press import Tone
from bot.talk.text import _

# Discord's published limits for components (its documentation of 2026-08).
BUTTON_LIMIT = 80
OPTION_LIMIT = 100
ROW = 5
SELECT = 25

MOST_BUTTONS = 10
"""More choices than this are offered as a menu."""

ACTION_ROW, BUTTON, STRING_SELECT = 1, 2, 3
STYLES = {Tone.MAIN: 1, Tone.PLAIN: 2, Tone.DANGER: 4}
MENU = "menu:"
"""What opens the custom id of a menu of choices; its values are packed presses."""
AGAIN = "~"
CHOOSE = _("Choose one")

Component = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """A choice as it is shown: what it says, what it carries, how it looks."""

    label: str
    carries: str
    tone: Tone = Tone.PLAIN


def choices(buttons: Sequence[Button], placeholder: str) -> list[Component]:
    """The rows that hold them."""
    each = _each_once(buttons)
    return _buttons(each) if len(each) <= MOST_BUTTONS else _menus(each, placeholder)


def too_long(buttons: Sequence[Button]) -> list[Button]:
    """Those whose label does not fit where it stands."""
    longest = BUTTON_LIMIT if len(buttons) <= MOST_BUTTONS else OPTION_LIMIT
    return [one for one in buttons if len(one.label) > longest]


def _buttons(each: Sequence[Button]) -> list[Component]:
    shown = [
        {"type": BUTTON, "style": STYLES[one.tone], "label": _cut(one.label, BUTTON_LIMIT), "custom_id": one.carries}
        for one in each
    ]
    return [{"type": ACTION_ROW, "components": shown[at : at + ROW]} for at in range(0, len(shown), ROW)]


def _menus(each: Sequence[Button], placeholder: str) -> list[Component]:
    out: list[Component] = []
    for at in range(0, len(each), SELECT):
        options = [{"label": _cut(one.label, OPTION_LIMIT), "value": one.carries} for one in each[at : at + SELECT]]
        menu = {
            "type": STRING_SELECT,
            "custom_id": f"{MENU}{at // SELECT}",
            "placeholder": placeholder,
            "options": options,
        }
        out.append({"type": ACTION_ROW, "components": [menu]})
    return out


def _each_once(buttons: Sequence[Button]) -> list[Button]:
    """Discord takes no two choices of a message that carry the same: the later ones carry a number as well."""
    seen: dict[str, Button] = {}
    for one in buttons:
        carries, number = one.carries, 1
        while carries in seen:
            number += 1
            carries = f"{one.carries}{AGAIN}{number}"
        if len(carries) <= OPTION_LIMIT:
            seen[carries] = replace(one, carries=carries)
    return list(seen.values())


def carried(custom_id: str) -> str:
    """What a choice carries, without the number that tells it apart."""
    return custom_id.partition(AGAIN)[0]


def _cut(label: str, most: int) -> str:
    label = " ".join(label.split()) or "…"
    return label if len(label) <= most else label[: most - 1] + "…"
