"""Components as Discord keeps them: numbered, with what the sender left out filled in, files by their address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from .message import Attachment

SELECTS = {3, 5, 6, 7, 8}
DEFAULTS: dict[int, dict[str, Any]] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    11: {"description": None, "spoiler": False},
    13: {"spoiler": False},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}
"""By kind; from the document's response schemas, where these are always there."""


def walk(components: Any) -> Iterator[dict[str, Any]]:
    """Every component, nested ones after what holds them."""
    for one in components or []:
        if isinstance(one, dict):
            yield one
            yield from walk(one.get("components"))
            yield from walk([one[key] for key in ("accessory", "component") if one.get(key)])


def numbered(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give every component an id where the sender gave none: 1, 2, 3 … in reading order."""
    taken = {one["id"] for one in walk(components) if one.get("id")}
    number = 0
    for one in walk(components):
        if not one.get("id"):
            number += 1
            while number in taken:
                number += 1
            one["id"] = number
    return components


def kept(components: list[dict[str, Any]], files: Mapping[str, Attachment]) -> list[dict[str, Any]]:
    """A message's components as they come back; `files` by the reference that stands for them (`attachment://…`)."""
    made = numbered([with_files(one, files) for one in components])
    for one in walk(made):
        for key, value in DEFAULTS.get(one["type"], {}).items():
            if one.get(key) is None:
                one[key] = value
        for item in one.get("items") or []:
            item.update({"description": item.get("description"), "spoiler": bool(item.get("spoiler"))})
        if one["type"] == 13:
            named = next((file for file in files.values() if str(file.id) == one["file"].get("attachment_id")), None)
            one.update({"name": named.name if named else "", "size": named.size if named else 0})
        for media in _media(one):
            media.setdefault("id", str(one["id"]))
            media.setdefault("proxy_url", media["url"])
        for key in [key for key, value in one.items() if value is None and key not in DEFAULTS.get(one["type"], {})]:
            del one[key]
    return made


def _media(one: dict[str, Any]) -> list[dict[str, Any]]:
    found = [one.get("media"), one.get("file"), *(item.get("media") for item in one.get("items") or [])]
    return [media for media in found if media]


def with_files(part: dict[str, Any], files: Mapping[str, Attachment]) -> dict[str, Any]:
    """A copy of a component or embed in which references to files are addresses."""
    part = deepcopy(part)

    def resolve(at: Any) -> None:
        if isinstance(at, list):
            for each in at:
                resolve(each)
        elif isinstance(at, dict):
            if (file := files.get(str(at.get("url")))) is not None:
                at |= {"url": file.url, "proxy_url": file.url, "content_type": file.kind, "attachment_id": str(file.id)}
            for each in list(at.values()):
                resolve(each)

    resolve(part)
    return part
