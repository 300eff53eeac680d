"""An account's holder: who they are, where they are, what they see. What they do is in writing.py and using.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from .channel import Channel, Kind
from .guild import Guild
from .member import Role
from .message import Attachment, Message
from .seeing import Seen
from .world import User

if TYPE_CHECKING:
    from .server import DiscordServer

Where = Channel | Guild | Literal["dm"] | None
"""A channel; a guild for its first channel that the person may write in; "dm"; None for the only guild's, else "dm"."""


class Account:
    def __init__(self, server: DiscordServer, user: User) -> None:
        self.server = server
        self.user = user

    def __str__(self) -> str:
        return self.name

    @property
    def id(self) -> int:
        return self.user.id

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    @property
    def locale(self) -> str:
        """The client's language, as Discord names it: "en-US", "de", "pt-BR"."""
        return self.user.locale

    @locale.setter
    def locale(self, locale: str) -> None:
        self.user.locale = locale

    @property
    def dm_channel(self) -> Channel:
        return self.server.world.direct(self.user)

    def closes_dms(self, closed: bool = True) -> None:
        """Take no direct messages from the bot any more (it gets 50007), or take them again."""
        self.user.dms_open = not closed

    def at(self, where: Where) -> Channel:
        """The channel that `where` means."""
        if isinstance(where, Channel):
            return where
        mine = [guild for guild in self.server.world.guilds.values() if guild.member(self.user)]
        if where is None and len(mine) == 1:
            where = mine[0]
        if isinstance(where, Guild):
            return next(one for one in where.channels.values() if one.kind == Kind.TEXT and one.writable_by(self.user))
        return self.dm_channel

    # Seeing

    def sees(self, where: Where = None) -> list[Seen]:
        """Everything this person can see in a channel, oldest first, with what is ephemeral for them."""
        channel = self.at(where)
        assert channel.allows(self.user, "view_channel"), f"{self.name} can't see {channel.name}"
        mine = [one for one in channel.messages.values() if one.only_for in (None, self.user)]
        return [Seen.of(message) for message in mine]

    def sees_everywhere(self) -> list[Seen]:
        """The same for every channel they can see and their direct one, in order of time."""
        places = [one for one in self.server.world.channels.values() if one.allows(self.user, "view_channel")]
        return sorted((seen for place in places for seen in self.sees(place)), key=lambda seen: seen.id)

    def _before_me(self, message: Message | Seen) -> Message:
        message = the(message)
        assert not message.deleted, "that message is gone"
        assert message.only_for in (None, self.user), f"{self.name} can't see that message"
        assert message.channel.allows(self.user, "view_channel"), f"{self.name} can't see that channel"
        return message

    # What an interaction refers to

    def resolves(self, channel: Channel, what: Any, resolved: dict[str, Any]) -> str:
        """Add a person, role or channel to `resolved`; its id."""
        guild, number = channel.guild, str(what.id)
        if isinstance(what, Role):
            resolved.setdefault("roles", {})[number] = what.json(self.server.world.bot.id)
        elif isinstance(what, Channel):
            resolved.setdefault("channels", {})[number] = {**what.json(), "permissions": str(what.may(self.user))}
        else:
            resolved.setdefault("users", {})[number] = self.server.world.users[what.id].json()
            if guild is not None and (member := guild.member(what.id)) is not None:
                shown = {**member.json(user=False), "permissions": str(channel.may(member.user))}
                resolved.setdefault("members", {})[number] = shown
        return number

    def uploads(self, channel: Channel, file: tuple[str, bytes], resolved: dict[str, Any]) -> str:
        """Upload a (name, bytes) for an option or a form; its id."""
        name, data = file
        made = self.server.world.new_id()
        kind = "image/png" if name.endswith(".png") else "application/octet-stream"
        url = self.server.world.keep_file(channel.id, made, name, data, kind)
        shown = Attachment(made, name, len(data), url, kind, ephemeral=True).json()
        resolved.setdefault("attachments", {})[str(made)] = shown
        return str(made)


def the(shown: Message | Seen) -> Message:
    """The message that was seen."""
    return shown.message if isinstance(shown, Seen) else shown
