"""A form as a person has it before them: its fields, what they accept, and what is sent when it is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .components import numbered

if TYPE_CHECKING:
    from .interactions import Interaction


@dataclass(frozen=True)
class Field:
    """One input. `kind` is its type: 4 text, 3 and 5 to 8 selects, 19 files, 21 radio, 22 and 23 checkboxes."""

    kind: int
    custom_id: str
    label: str
    description: str
    required: bool
    raw: Mapping[str, Any] = field(repr=False)
    holder: int = 0
    in_row: bool = False

    @property
    def options(self) -> list[tuple[str, str]]:
        """(label, value) of each that can be chosen."""
        return [(one["label"], one["value"]) for one in self.raw.get("options") or []]

    @property
    def value(self) -> Any:
        """What is filled in when the form opens."""
        if self.kind == 4:
            return self.raw.get("value") or ""
        if self.kind == 23:
            return bool(self.raw.get("default"))
        chosen = [one["value"] for one in self.raw.get("options") or [] if one.get("default")]
        return (chosen[0] if chosen else None) if self.kind == 21 else chosen


@dataclass(frozen=True)
class Modal:
    interaction: Interaction
    custom_id: str
    title: str
    text: str
    fields: tuple[Field, ...]

    @classmethod
    def of(cls, interaction: Interaction, data: Mapping[str, Any]) -> Modal:
        texts: list[str] = []
        fields: list[Field] = []
        for one in numbered(data["components"]):
            if one["type"] == 10:
                texts.append(one["content"])
            elif one["type"] == 1:
                for inner in one["components"]:
                    fields.append(_field(inner, inner.get("label") or "", "", one))
            else:
                fields.append(_field(one["component"], one["label"], one.get("description") or "", one))
        return cls(interaction, data["custom_id"], data["title"], "\n".join(texts), tuple(fields))

    def field(self, name: str) -> Field:
        """By custom id or label; spaces, hyphens and underscores are the same."""
        for one in self.fields:
            if name == one.custom_id or _plain(name) in (_plain(one.label), _plain(one.custom_id)):
                return one
        raise AssertionError(f"the form {self.title!r} has no field {name!r}, only {[f.label for f in self.fields]}")

    def filled(self, values: Mapping[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """The submitted components and what they resolve to. Refuses what the client would not let pass."""
        given = {self.field(name).custom_id: value for name, value in values.items()}
        resolved: dict[str, Any] = {}
        sent: list[dict[str, Any]] = []
        for one in self.fields:
            value = given.get(one.custom_id, one.value)
            inner = {"type": one.kind, "id": one.raw["id"], "custom_id": one.custom_id}
            inner |= _submitted(self.interaction, one, value, resolved)
            inside = {"type": 1, "components": [inner]} if one.in_row else {"type": 18, "component": inner}
            sent.append({**inside, "id": one.holder})
        return sent, resolved


def _field(raw: Mapping[str, Any], label: str, description: str, holder: Mapping[str, Any]) -> Field:
    required = raw.get("required")
    need = raw["type"] != 23 if required is None else bool(required)
    return Field(raw["type"], raw["custom_id"], label, description, need, raw, holder["id"], holder["type"] == 1)


def _plain(name: str) -> str:
    return name.casefold().replace(" ", "_").replace("-", "_").rstrip("?:.!")


def _submitted(interaction: Interaction, one: Field, value: Any, resolved: dict[str, Any]) -> dict[str, Any]:
    if one.kind == 4:
        return {"value": _typed(one, value)}
    if one.kind == 23:
        assert isinstance(value, bool), f"{one.label!r} is a checkbox"
        return {"value": value}
    if one.kind == 21:
        assert value is not None or not one.required, f"{one.label!r} is required"
        return {"value": None if value is None else _option(one, value)}
    several = value if isinstance(value, list) else [] if value is None else [value]
    _counted(one, len(several))
    if one.kind in (3, 22):
        return {"values": [_option(one, each) for each in several]}
    if one.kind == 19:
        return {"values": [interaction.person.uploads(interaction.channel, each, resolved) for each in several]}
    return {"values": [interaction.person.resolves(interaction.channel, each, resolved) for each in several]}


def _typed(one: Field, value: Any) -> str:
    assert isinstance(value, str), f"{one.label!r} takes text, not {value!r}"
    least, most = one.raw.get("min_length") or 0, one.raw.get("max_length") or 4000
    assert value or not one.required, f"{one.label!r} is required"
    assert not value or least <= len(value) <= most, (
        f"{one.label!r} takes {least} to {most} characters, not {len(value)}"
    )
    return value


def _option(one: Field, value: Any) -> str:
    for label, stored in one.options:
        if value in (label, stored):
            return stored
    raise AssertionError(f"{one.label!r} has no option {value!r}, only {[label for label, _ in one.options]}")


def _counted(one: Field, count: int) -> None:
    least = one.raw.get("min_values")
    least = (1 if one.required else 0) if least is None else least
    most = one.raw.get("max_values") or (len(one.options) if one.kind == 22 else 1)
    if count or one.required:
        assert least <= count <= most, f"{one.label!r} takes {least} to {most} values, not {count}"
