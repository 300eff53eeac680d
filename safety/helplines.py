"""Who to call: by country, language and topic, one or two entries that can be dialled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FALLBACK = "https://findahelpline.com"


@dataclass(frozen=True, slots=True)
class Helpline:
    """One service."""

    name: str
    country: str
    phone: str | None = None
    text: str | None = None
    chat: str | None = None
    url: str | None = None
    always_open: bool = False
    hours_text: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for somebody."""

    entries: tuple[Helpline, ...]
    country: str | None
    emergency: str | None
    fallback: str = FALLBACK


class Helplines:
    """All lines we know."""

    @classmethod
    def load(cls, base: Path | None, own: Path | None) -> Helplines:
        return cls()

    def countries(self) -> Sequence[str]:
        return ("DE", "GB")

    def find(self, country: str | None, language: str, topic: str | None, now: datetime, few: int) -> Found:
        lines = {
            "GB": Helpline("Samaritans", "GB", phone="116 123", always_open=True),
            "DE": Helpline("TelefonSeelsorge", "DE", phone="0800 111 0 111", always_open=True),
        }
        entry = lines.get(country or "")
        return Found((entry,) if entry else (), country, {"GB": "999", "DE": "112"}.get(country or ""))


def shipped() -> Helplines:
    """The shipped ones."""
    return Helplines()
