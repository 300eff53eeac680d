"""Names of people: what may stand in one, and the id made from it. It must not know who has which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST = 32


def clean(name: str) -> str:
    """The name without signs that hide, turn or imitate text, at most 32 characters; empty where nothing is left."""
    shown = "".join(
        " " if sign.isspace() else sign for sign in name if unicodedata.category(sign) not in ("Cf", "Co", "Cs")
    )
    return " ".join("".join(sign for sign in shown if unicodedata.category(sign) != "Cc").split())[:LONGEST].strip()


def free_id(name: str, taken: Collection[str]) -> str:
    """A short id in plain letters that nobody has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]", "", plain)[:20] or "person"
    if base not in taken:
        return base
    number = 2
    while f"{base}{number}" in taken:
        number += 1
    return f"{base}{number}"
