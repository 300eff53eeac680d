"""Who is what in a server: a member, a moderator or an owner, by the roles that the configuration names.

Unknown means least. It must not know why anybody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import discord

from bot.config.model import DiscordRoles
from bot.talk.model import Role
from bot.talk.platform import Standing

MEMBER = Standing(Role.MEMBER)
UNKNOWN = Standing(Role.MEMBER, here=False)


def named(wanted: str, name: str, id: int) -> bool:
    """Whether a name or id of the configuration means this."""
    asked = wanted.strip().lstrip("#@").casefold()
    return asked == str(id) or asked == name.strip().lstrip("#@").casefold()


def any_named(wanted: Iterable[str], name: str, id: int) -> bool:
    return any(named(one, name, id) for one in wanted)


@dataclass(frozen=True, slots=True)
class Ranks:
    """A server's roles, read once: which of them make a moderator or an owner, and what each is called."""

    owner: int | None
    owners: frozenset[int]
    moderators: frozenset[int]
    names: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, guild: discord.Guild, settings: DiscordRoles) -> Ranks:
        roles = [role for role in guild.roles if not role.is_default()]
        return cls(
            guild.owner_id,
            frozenset(role.id for role in roles if any_named(settings.owner, role.name, role.id)),
            frozenset(role.id for role in roles if any_named(settings.moderator, role.name, role.id)),
            tuple((role.id, role.name) for role in roles),
        )

    def standing(self, user: int, roles: Iterable[int]) -> Standing:
        return _standing(self, user == self.owner, frozenset(roles))


@lru_cache(maxsize=4096)
def _standing(ranks: Ranks, owns: bool, roles: frozenset[int]) -> Standing:
    """Most members of a server have one of a few sets of roles."""
    names = frozenset(name for id, name in ranks.names if id in roles)
    if owns or roles & ranks.owners:
        return Standing(Role.OWNER, names)
    return Standing(Role.MODERATOR if roles & ranks.moderators else Role.MEMBER, names)


def highest(standings: Sequence[Standing]) -> Standing:
    """What somebody is to a community of several servers."""
    here = [one for one in standings if one.here]
    if not here:
        return UNKNOWN
    return Standing(max(one.role for one in here), frozenset().union(*(one.roles for one in here)))
