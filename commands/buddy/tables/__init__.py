"""The rows of buddies, and the only modules that know their SQL."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime


def new_id() -> str:
    """A random id, short enough for a press and impossible to guess."""
    return secrets.token_hex(8)


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def moment(stored: int) -> datetime:
    return datetime.fromtimestamp(stored / 1000, UTC)
