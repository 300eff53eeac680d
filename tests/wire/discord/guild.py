"""A guild with its roles and members. Everything that happens to it is published as Discord would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import permissions
from .channel import Channel, Kind
from .intents import GUILDS, MEMBERS, MODERATION
from .permissions import bits
from .world import User, World, stamp

if TYPE_CHECKING:
    from .people import Person

BOT_MAY = (
    "view_channel send_messages embed_links attach_files read_message_history add_reactions manage_messages "
    "use_application_commands send_messages_in_threads create_public_threads"
).split()
"""What the bot's own role grants unless a test says otherwise."""


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

    def member(self, who: User | Person | int) -> Member | None:
        return self.members.get(_id(who))

    def join(self, who: User | Person, *roles: Role) -> Member:
        """Somebody comes in, or gets more roles."""
        user = self.world.users[_id(who)]
        member = self.members.get(user.id)
        if member is not None:
            return self.give(user, *roles) if roles else member
        member = self.members[user.id] = Member(self, user, self.world.now(), list(roles))
        event = {**member.json(), "guild_id": str(self.id)}
        self.world.publish("GUILD_MEMBER_ADD", event, guild=self, needs=MEMBERS)
        return member

    def give(self, who: User | Person, *roles: Role) -> Member:
        member = self.members[_id(who)]
        member.roles += [role for role in roles if role not in member.roles]
        return self.changed(member)

    def take(self, who: User | Person, *roles: Role) -> Member:
        member = self.members[_id(who)]
        member.roles = [role for role in member.roles if role not in roles]
        return self.changed(member)

    def changed(self, member: Member) -> Member:
        needs = 0 if member.user is self.world.bot else MEMBERS
        event = {**member.json(), "guild_id": str(self.id)}
        self.world.publish("GUILD_MEMBER_UPDATE", event, guild=self, needs=needs)
        return member

    def leave(self, who: User | Person) -> None:
        """Somebody leaves or is kicked; Discord does not tell the two apart."""
        member = self.members.pop(_id(who))
        event = {"guild_id": str(self.id), "user": member.user.json()}
        self.world.publish("GUILD_MEMBER_REMOVE", event, guild=self, needs=MEMBERS)

    def ban(self, who: User | Person) -> None:
        user = self.world.users[_id(who)]
        self.banned[user.id] = user
        event = {"guild_id": str(self.id), "user": user.json()}
        self.world.publish("GUILD_BAN_ADD", event, guild=self, needs=MODERATION)
        if user.id in self.members:
            self.leave(user)

    def unban(self, who: User | Person) -> None:
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
        self.world.publish("GUILD_CREATE", self.whole, guild=self, needs=GUILDS)

    def outage(self, begins: bool = True) -> None:
        """The guild becomes unavailable for a while, or comes back."""
        self.unavailable = begins
        if begins:
            self.world.publish("GUILD_DELETE", {"id": str(self.id), "unavailable": True}, guild=self, needs=GUILDS)
        else:
            self.world.publish("GUILD_CREATE", self.whole, guild=self, needs=GUILDS)

    # Shapes

    def json(self) -> dict[str, Any]:
        bot_id = self.world.bot.id
        return {
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "preferred_locale": self.locale,
            "roles": [role.json(bot_id) for role in self.roles.values()],
            "application_id": None,
            **_PLAIN,
        }

    def whole(self, intents: int) -> dict[str, Any]:
        """As GUILD_CREATE. Without the presences intent it holds the bot's own member only."""
        from .intents import PRESENCES

        all_of_them = intents & PRESENCES and len(self.members) <= 250
        members = list(self.members.values()) if all_of_them else [self.members[self.world.bot.id]]
        threads = [one for one in self.channels.values() if one.is_thread and not one.archived and one.open_to_bot]
        return {
            **self.json(),
            "joined_at": stamp(self.bot_joined),
            "large": len(self.members) > 250,
            "unavailable": False,
            "member_count": len(self.members),
            "members": [member.json() for member in members],
            "channels": [one.json() for one in self.channels.values() if not one.is_thread],
            "threads": [one.json() for one in threads],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }


_PLAIN: dict[str, Any] = {
    "icon": None,
    "splash": None,
    "discovery_splash": None,
    "description": None,
    "banner": None,
    "region": "deprecated",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "verification_level": 0,
    "default_message_notifications": 1,
    "explicit_content_filter": 0,
    "mfa_level": 0,
    "nsfw_level": 0,
    "nsfw": False,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "rules_channel_id": None,
    "public_updates_channel_id": None,
    "safety_alerts_channel_id": None,
    "vanity_url_code": None,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "premium_progress_bar_enabled": False,
    "max_members": 25_000_000,
    "max_presences": None,
    "max_video_channel_users": 25,
    "widget_enabled": False,
    "features": ["COMMUNITY"],
    "emojis": [],
    "stickers": [],
    "incidents_data": None,
    "inventory_settings": None,
}


def _id(who: User | Person | int) -> int:
    return who if isinstance(who, int) else who.id
