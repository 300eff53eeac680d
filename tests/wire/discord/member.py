"""A guild's roles, and the accounts in it as its members."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .world import User, stamp

if TYPE_CHECKING:
    from .guild import Guild


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: int
    position: int
    managed: bool = False

    def json(self, bot_id: int) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": str(self.id),
            "name": self.name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": self.position,
            "permissions": str(self.permissions),
            "managed": self.managed,
            "mentionable": False,
            "flags": 0,
        }
        if self.managed:
            shown["tags"] = {"bot_id": str(bot_id)}
        return shown


@dataclass(eq=False)
class Member:
    guild: Guild
    user: User
    joined: datetime
    roles: list[Role] = field(default_factory=list)
    nick: str | None = None

    def json(self, *, user: bool = True) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "roles": [str(role.id) for role in self.roles],
            "joined_at": stamp(self.joined),
            "nick": self.nick,
            "avatar": None,
            "banner": None,
            "premium_since": None,
            "communication_disabled_until": None,
            "pending": False,
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
        if user:
            shown["user"] = self.user.json()
        return shown
