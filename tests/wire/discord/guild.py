"""A guild with its roles and members. Everything that happens to it is published as Discord would."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import permissions
from .channel import Channel, Kind
from .intents import GUILDS, MEMBERS, MODERATION
from .member import Member, Role
from .permissions import bits
from .shapes import guild_json, whole_guild
from .world import User, World

if TYPE_CHECKING:
    from .account import Account

BOT_MAY = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "embed_links",
    "attach_files",
    "read_message_history",
    "add_reactions",
    "manage_messages",
    "create_public_threads",
    "use_application_commands",
)
"""What the bot's own role grants unless a test says otherwise."""


class Guild:
    """`everyone` is the role everybody has, `bots` the managed role of the bot."""

    def __init__(
        self, world: World, name: str, *, bot_may: Iterable[str] | int = BOT_MAY, locale: str = "en-US"
    ) -> None:
        self.world = world
        self.id = world.new_id()
        self.name = name
        self.locale = locale
        self.owner = world.owner
        self.unavailable = False
        self.bot_joined = world.now()
        self.everyone = Role(self.id, "@everyone", permissions.EVERYONE, 0)
        self.bots = Role(world.new_id(), world.bot.display, bits(bot_may), 1, managed=True)
        self.roles: dict[int, Role] = {self.id: self.everyone, self.bots.id: self.bots}
        self.members: dict[int, Member] = {}
        self.channels: dict[int, Channel] = {}
        self.banned: dict[int, User] = {}
        for user, roles in ((world.owner, []), (world.bot, [self.bots])):
            self.members[user.id] = Member(self, user, world.now(), roles)

    # Channels

    def text(self, name: str, *, topic: str | None = None) -> Channel:
        """The text channel of that name; made when there is none."""
        return self._channel(name, Kind.TEXT, topic)

    def forum(self, name: str, *, topic: str | None = None) -> Channel:
        """The forum of that name. Posts are made by `person.post`."""
        return self._channel(name, Kind.FORUM, topic)

    def category(self, name: str) -> Channel:
        return self._channel(name, Kind.CATEGORY, None)

    def _channel(self, name: str, kind: int, topic: str | None) -> Channel:
        for channel in self.channels.values():
            if channel.name == name and channel.kind == kind:
                return channel
        made = Channel(self.world, self.world.new_id(), kind, name=name, guild=self, topic=topic)
        self.add_channel(made)
        self.world.publish("CHANNEL_CREATE", made.json(), guild=self, needs=GUILDS)
        return made

    def add_channel(self, made: Channel) -> None:
        self.channels[made.id] = self.world.channels[made.id] = made

    # Roles

    def role(self, name: str, may: Iterable[str] | int = ()) -> Role:
        """The role of that name; made, with these permissions, when there is none."""
        for role in self.roles.values():
            if role.name == name:
                return role
        made = Role(self.world.new_id(), name, bits(may), len(self.roles))
        self.roles[made.id] = made
        self.world.publish("GUILD_ROLE_CREATE", self._role_event(made), guild=self, needs=GUILDS)
        return made

    def permit(self, role: Role, may: Iterable[str] | int) -> None:
        """Set what a role grants, `guild.bots` for the bot's own."""
        role.permissions = bits(may)
        self.world.publish("GUILD_ROLE_UPDATE", self._role_event(role), guild=self, needs=GUILDS)

    def drop_role(self, role: Role) -> None:
        del self.roles[role.id]
        for member in self.members.values():
            if role in member.roles:
                member.roles.remove(role)
        gone = {"guild_id": str(self.id), "role_id": str(role.id)}
        self.world.publish("GUILD_ROLE_DELETE", gone, guild=self, needs=GUILDS)

    def _role_event(self, role: Role) -> dict[str, Any]:
        return {"guild_id": str(self.id), "role": role.json(self.world.bot.id)}

    # Members

    def member(self, who: User | Account | int) -> Member | None:
        return self.members.get(_id(who))

    def join(self, who: User | Account, *roles: Role) -> Member:
        """Somebody comes in, or gets more roles."""
        user = self.world.users[_id(who)]
        member = self.members.get(user.id)
        if member is not None:
            return self.give(user, *roles) if roles else member
        member = self.members[user.id] = Member(self, user, self.world.now(), list(roles))
        event = {**member.json(), "guild_id": str(self.id)}
        self.world.publish("GUILD_MEMBER_ADD", event, guild=self, needs=MEMBERS)
        return member

    def give(self, who: User | Account, *roles: Role) -> Member:
        member = self.members[_id(who)]
        member.roles += [role for role in roles if role not in member.roles]
        return self.changed(member)

    def take(self, who: User | Account, *roles: Role) -> Member:
        member = self.members[_id(who)]
        member.roles = [role for role in member.roles if role not in roles]
        return self.changed(member)

    def changed(self, member: Member) -> Member:
        needs = 0 if member.user is self.world.bot else MEMBERS
        event = {**member.json(), "guild_id": str(self.id)}
        self.world.publish("GUILD_MEMBER_UPDATE", event, guild=self, needs=needs)
        return member

    def leave(self, who: User | Account) -> None:
        """Somebody leaves or is kicked; Discord does not tell the two apart."""
        member = self.members.pop(_id(who))
        event = {"guild_id": str(self.id), "user": member.user.json()}
        self.world.publish("GUILD_MEMBER_REMOVE", event, guild=self, needs=MEMBERS)

    def ban(self, who: User | Account) -> None:
        user = self.world.users[_id(who)]
        self.banned[user.id] = user
        event = {"guild_id": str(self.id), "user": user.json()}
        self.world.publish("GUILD_BAN_ADD", event, guild=self, needs=MODERATION)
        if user.id in self.members:
            self.leave(user)

    def unban(self, who: User | Account) -> None:
        user = self.banned.pop(_id(who))
        event = {"guild_id": str(self.id), "user": user.json()}
        self.world.publish("GUILD_BAN_REMOVE", event, guild=self, needs=MODERATION)

    # The bot

    @property
    def has_bot(self) -> bool:
        return self.world.bot.id in self.members

    def removes_bot(self) -> None:
        """Somebody removes the bot from the guild."""
        self.world.publish("GUILD_DELETE", {"id": str(self.id)}, guild=self, needs=GUILDS)
        del self.members[self.world.bot.id]

    def invites_bot(self, bot_may: Iterable[str] | int = BOT_MAY) -> None:
        self.bots.permissions = bits(bot_may)
        self.bot_joined = self.world.now()
        self.members[self.world.bot.id] = Member(self, self.world.bot, self.bot_joined, [self.bots])
        self.arrives()

    def arrives(self) -> None:
        """GUILD_CREATE: the bot is let in, or the guild is there again."""
        self.world.publish("GUILD_CREATE", self.whole, guild=self, needs=GUILDS)

    def outage(self, begins: bool = True) -> None:
        """The guild becomes unavailable for a while, or comes back."""
        self.unavailable = begins
        if begins:
            self.world.publish("GUILD_DELETE", {"id": str(self.id), "unavailable": True}, guild=self, needs=GUILDS)
        else:
            self.arrives()

    # Shapes

    def json(self) -> dict[str, Any]:
        return guild_json(self)

    def whole(self, intents: int) -> dict[str, Any]:
        """As GUILD_CREATE, for a session with these intents."""
        return whole_guild(self, intents)


def _id(who: User | Account | int) -> int:
    return who if isinstance(who, int) else who.id
