"""The gateway's intents: which of them an event needs, and which are privileged. From the documentation's list."""

from __future__ import annotations

GUILDS = 1 << 0
MEMBERS = 1 << 1
MODERATION = 1 << 2
PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
GUILD_REACTIONS = 1 << 10
DIRECT_MESSAGES = 1 << 12
DIRECT_REACTIONS = 1 << 13
MESSAGE_CONTENT = 1 << 15

PRIVILEGED = {"members": MEMBERS, "presences": PRESENCES, "message_content": MESSAGE_CONTENT}

KNOWN = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))
"""All bits that exist; another one closes the connection with 4013."""


def refused(asked: int, granted: frozenset[str]) -> bool:
    """Whether a privileged intent is asked for that the application does not have (4014)."""
    return any(asked & bit and name not in granted for name, bit in PRIVILEGED.items())
