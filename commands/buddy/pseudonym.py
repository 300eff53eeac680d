"""Names and colours for who talks through the bot: friendly, random for each pair, and from nothing that anybody is."""

from __future__ import annotations

import secrets
from collections.abc import Collection

_FIRST = (
    "Amber", "Autumn", "Blue", "Bright", "Calm", "Clear", "Copper", "Coral", "Dawn", "Evening", "Fern", "Gentle",
    "Golden", "Green", "Hazel", "Honey", "Indigo", "Ivory", "Jade", "Kind", "Lilac", "Little", "Lunar", "Maple",
    "Marble", "Misty", "Morning", "Mossy", "Northern", "Olive", "Opal", "Pale", "Pearl", "Plum", "Quiet", "River",
    "Rosy", "Rusty", "Sandy", "Sea", "Silver", "Snowy", "Soft", "Southern", "Steady", "Summer", "Velvet", "Winter",
)  # fmt: skip
_SECOND = (
    "Acorn", "Alder", "Aspen", "Badger", "Beech", "Birch", "Brook", "Cedar", "Clover", "Comet", "Cove", "Crane",
    "Cricket", "Dune", "Elm", "Falcon", "Feather", "Finch", "Fjord", "Garden", "Harbour", "Hare", "Heath", "Heron",
    "Ibis", "Island", "Juniper", "Kestrel", "Lantern", "Lark", "Linden", "Lynx", "Magpie", "Meadow", "Moth", "Oak",
    "Orchard", "Otter", "Owl", "Pebble", "Petrel", "Pine", "Plover", "Poplar", "Puffin", "Quill", "Reed", "Robin",
    "Rowan", "Sail", "Seal", "Sparrow", "Spruce", "Starling", "Swallow", "Swift", "Thistle", "Thrush", "Tide",
    "Tulip", "Willow", "Wren",
)  # fmt: skip
COLOURS = ("4f7cac", "5b8e7d", "8e6c8a", "b0724a", "6b7a8f", "9a6b4f", "4a8fa3", "7d8c4a", "a35d6a", "5f6caf")
"""Each readable on light and on dark ground, none of them an alarm."""


def name(taken: Collection[str] = ()) -> str:
    """One that nobody has now; there are about three thousand, and then they are numbered."""
    for _try in range(50):
        found = f"{secrets.choice(_FIRST)} {secrets.choice(_SECOND)}"
        if found not in taken:
            return found
    return f"{secrets.choice(_FIRST)} {secrets.choice(_SECOND)} {secrets.randbelow(9_000) + 1_000}"


def colour(besides: str | None = None) -> str:
    return secrets.choice([one for one in COLOURS if one != besides])
