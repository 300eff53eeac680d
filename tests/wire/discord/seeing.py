"""A message as a person has it before their eyes: all its text, its buttons and menus, its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .components import SELECTS, walk
from .message import EPHEMERAL, Attachment, Message

BUTTON_STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium"}


@dataclass(frozen=True)
class Button:
    """`custom_id` is None for a link, which has a `url`."""

    label: str
    custom_id: str | None
    style: str
    disabled: bool
    url: str | None
    id: int


@dataclass(frozen=True)
class Menu:
    """A select menu. `kind` 3 lists `options` as (label, value); 5 to 8 let people, roles and channels be chosen."""

    kind: int
    custom_id: str
    placeholder: str
    options: tuple[tuple[str, str], ...]
    least: int
    most: int
    disabled: bool
    id: int


@dataclass(frozen=True)
class Seen:
    """`text` holds the content, the embeds and the text of components, in reading order. `ephemeral`: only this person.

    `message` is the message itself, for whatever stands not here (`pings`, `flags`, `reactions`, `replied`).
    """

    id: int
    author: str
    text: str
    buttons: tuple[Button, ...]
    menus: tuple[Menu, ...]
    files: tuple[Attachment, ...]
    ephemeral: bool
    loading: bool
    edited: bool
    message: Message = field(repr=False)

    @classmethod
    def of(cls, message: Message) -> Seen:
        parts = [message.content, *(_embed(embed) for embed in message.embeds)]
        buttons: list[Button] = []
        menus: list[Menu] = []
        for one in walk(message.components):
            kind = one["type"]
            if kind == 10:
                parts.append(one["content"])
            elif kind == 2:
                buttons.append(_button(one))
            elif kind in SELECTS:
                menus.append(_menu(one))
            elif kind in (11, 12):
                parts += [item["description"] for item in one.get("items", [one]) if item.get("description")]
        return cls(
            message.id,
            message.author.name,
            "\n".join(part for part in parts if part),
            tuple(buttons),
            tuple(menus),
            tuple(message.attachments),
            bool(message.flags & EPHEMERAL),
            message.loading,
            message.edited is not None,
            message,
        )

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(button.label for button in self.buttons)

    def button(self, label: str) -> Button:
        """The button with this label, or the only one whose label holds it."""
        exact = [button for button in self.buttons if label in (button.label, button.custom_id)]
        near = [button for button in self.buttons if label.casefold() in button.label.casefold()]
        found = exact or near
        assert found, f"no button {label!r}, only {list(self.labels)}, under {self.text!r}"
        assert len(found) == 1, f"more than one button {label!r}: {[button.label for button in found]}"
        return found[0]

    def menu(self, name: str | None = None) -> Menu:
        """The menu with this placeholder or custom id; the only one without a name."""
        found = [menu for menu in self.menus if name is None or name in (menu.placeholder, menu.custom_id)]
        assert len(found) == 1, f"menus {[menu.placeholder or menu.custom_id for menu in self.menus]}, wanted {name!r}"
        return found[0]


def _button(raw: dict[str, Any]) -> Button:
    emoji = (raw.get("emoji") or {}).get("name") or ""
    label = " ".join(part for part in (emoji, raw.get("label") or "") if part)
    label = raw.get("label") or label
    return Button(
        label,
        raw.get("custom_id"),
        BUTTON_STYLES[raw["style"]],
        bool(raw.get("disabled")),
        raw.get("url"),
        raw["id"],
    )


def _menu(raw: dict[str, Any]) -> Menu:
    least, most = raw.get("min_values"), raw.get("max_values")
    return Menu(
        raw["type"],
        raw["custom_id"],
        raw.get("placeholder") or "",
        tuple((option["label"], option["value"]) for option in raw.get("options") or []),
        1 if least is None else least,
        1 if most is None else most,
        bool(raw.get("disabled")),
        raw["id"],
    )


def _embed(embed: dict[str, Any]) -> str:
    parts = [(embed.get("author") or {}).get("name"), embed.get("title"), embed.get("description")]
    for each in embed.get("fields") or []:
        parts += [each.get("name"), each.get("value")]
    parts.append((embed.get("footer") or {}).get("text"))
    return "\n".join(part for part in parts if part)
