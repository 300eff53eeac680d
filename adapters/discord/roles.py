"""Who is what in a server: a member, a moderator or an owner, by the roles that the configuration names.

Unknown means least. It must not know why anybody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord

from bot.config.platforms import DiscordRoles
from bot.talk.model import Role
from bot.talk.platform import Standing

MEMBER = Standing(Role.MEMBER)
UNKNOWN = Standing(Role.MEMBER, here=False)
MOST = 4096


def named(wanted: str, name: str, id: int) -> bool:
    """Whether a name or id of the configuration means this."""
    asked = wanted.strip().lstrip("#@").casefold()
    return asked == str(id) or asked == name.strip().lstrip("#@").casefold()


def any_named(wanted: Iterable[str], name: str, id: int) -> bool:
    return any(named(one, name, id) for one in wanted)


class Ranks:
    """A server's roles, read once: which of them make a moderator or an owner, and what each is called. Ids are text,
    as Discord's events have them."""

    def __init__(self, guild: discord.Guild, settings: DiscordRoles) -> None:
        roles = [role for role in guild.roles if not role.is_default()]
        self._owner = str(guild.owner_id)
        self._owners = {str(role.id) for role in roles if any_named(settings.owner, role.name, role.id)}
        self._moderators = {str(role.id) for role in roles if any_named(settings.moderator, role.name, role.id)}
        self._names = {str(role.id): role.name for role in roles}
        self._known: dict[tuple[str, ...], Standing] = {}

    def standing(self, user: str, roles: Sequence[str]) -> Standing:
        if user == self._owner:
            return self._of(True, roles)
        key = tuple(roles)
        known = self._known.get(key)
        if known is None:
            # Most members of a server have one of a few sets of roles.
            known = self._known[key] = self._of(False, roles)
            if len(self._known) > MOST:
                self._known.clear()
        return known

    def _of(self, owns: bool, roles: Sequence[str]) -> Standing:
        names = frozenset(self._names[id] for id in roles if id in self._names)
        if owns or not self._owners.isdisjoint(roles):
            return Standing(Role.OWNER, names)
        return Standing(Role.MEMBER if self._moderators.isdisjoint(roles) else Role.MODERATOR, names)


def highest(standings: Sequence[Standing]) -> Standing:
    """What somebody is to a community of several servers."""
    here = [one for one in standings if one.here]
    if not here:
        return UNKNOWN
    return Standing(max(one.role for one in here), frozenset().union(*(one.roles for one in here)))
