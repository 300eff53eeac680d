"""Channels, threads, forums and direct channels, and the messages in them: written, edited, deleted, reacted to.

Every change is published. Who may do what is decided by the callers (REST for the bot, people for people).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from . import permissions
from .intents import DIRECT_MESSAGES, DIRECT_REACTIONS, GUILD_MESSAGES, GUILD_REACTIONS, GUILDS
from .message import Message, emoji_json
from .permissions import bits
from .shapes import channel_json, thread_member
from .world import User, World

if TYPE_CHECKING:
    from .account import Account
    from .guild import Guild
    from .member import Role


class Kind(IntEnum):
    TEXT = 0
    DM = 1
    CATEGORY = 4
    THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15


@dataclass
class Overwrite:
    """What a channel grants and takes from a role (`kind` 0) or a member (1)."""

    kind: int
    allow: int = 0
    deny: int = 0


class Channel:
    def __init__(
        self,
        world: World,
        made: int,
        kind: int,
        *,
        name: str = "",
        guild: Guild | None = None,
        parent: Channel | None = None,
        recipient: User | None = None,
        owner: User | None = None,
        topic: str | None = None,
    ) -> None:
        self.world = world
        self.id = made
        self.kind = Kind(kind)
        self.name = name
        self.guild = guild
        self.parent = parent
        self.recipient = recipient
        self.owner = owner
        self.topic = topic
        self.overwrites: dict[int, Overwrite] = {}
        self.messages: dict[int, Message] = {}
        self.joined: set[int] = set()
        self.archived = False
        self.locked = False
        self.made_at = world.now()
        self.last_message_id: int | None = None

    @property
    def is_thread(self) -> bool:
        return self.kind in (Kind.THREAD, Kind.PRIVATE_THREAD)

    @property
    def open_to_bot(self) -> bool:
        return self.allows(self.world.bot, "view_channel")

    def may(self, user: User) -> int:
        """What somebody may do here, as bits."""
        if self.guild is None:
            return permissions.EVERYTHING if user in (self.recipient, self.world.bot) else 0
        member = self.guild.members.get(user.id)
        if member is None:
            return 0
        granted = permissions.in_channel(self, member)
        hidden = self.kind == Kind.PRIVATE_THREAD and user.id not in self.joined
        return 0 if hidden and not granted & bits(["manage_threads"]) else granted

    def allows(self, user: User, *names: str) -> bool:
        needed = bits(names)
        return self.may(user) & needed == needed

    def writable_by(self, user: User) -> bool:
        return self.allows(user, "view_channel", "send_messages_in_threads" if self.is_thread else "send_messages")

    def overwrite(
        self, who: Role | User | Account, *, allow: Iterable[str] | int = (), deny: Iterable[str] | int = ()
    ) -> None:
        """Grant and take here. Published as CHANNEL_UPDATE."""
        assert self.guild is not None
        kind = 0 if who.id in self.guild.roles else 1
        self.overwrites[who.id] = Overwrite(kind, bits(allow), bits(deny))
        self.changed()

    def changed(self) -> None:
        event = "THREAD_UPDATE" if self.is_thread else "CHANNEL_UPDATE"
        self.world.publish(event, self.json(), guild=self.guild, needs=GUILDS)

    def archive(self, archived: bool = True) -> None:
        """Put a thread away, or take it out again."""
        self.archived = archived
        self.changed()

    def removed(self) -> None:
        """The channel or thread is deleted, with its threads."""
        assert self.guild is not None
        for thread in [one for one in self.guild.channels.values() if one.parent is self]:
            thread.removed()
        del self.guild.channels[self.id], self.world.channels[self.id]
        self.world.publish(
            "THREAD_DELETE" if self.is_thread else "CHANNEL_DELETE", self.json(), guild=self.guild, needs=GUILDS
        )

    def thread(self, name: str, owner: User, *, private: bool = False, start: Message | None = None) -> Channel:
        """Open a thread (a post, in a forum); from a message it has the message's id."""
        assert self.guild is not None
        made = start.id if start is not None else self.world.new_id()
        kind = Kind.PRIVATE_THREAD if private else Kind.THREAD
        thread = Channel(self.world, made, kind, name=name, guild=self.guild, parent=self, owner=owner)
        thread.joined.add(owner.id)
        self.guild.add_channel(thread)
        if thread.open_to_bot:
            thread.opened(newly=True)
        if start is not None:
            start.thread = thread
            self.edit(start, again=False)
            thread.add(Message.system(thread, owner, 21, about=start))
        elif self.kind == Kind.TEXT and not private:
            notice = Message.system(self, owner, 18, text=name)
            notice.reference = {"type": 0, "channel_id": str(thread.id), "guild_id": str(self.guild.id)}
            self.add(notice)
        return thread

    def opened(self, *, newly: bool = False) -> None:
        """The bot learns of this thread: it is new, or the bot was let in."""
        shown = {**self.json(), **({"newly_created": True} if newly else {})}
        self.world.publish("THREAD_CREATE", shown, guild=self.guild, needs=GUILDS)

    def admit(self, user: User) -> None:
        """Add somebody to this thread."""
        if user.id not in self.joined:
            self.joined.add(user.id)
            if user is self.world.bot:
                self.opened()
            self._members_changed(added_members=[{**thread_member(self, user), "presence": None}])

    def dismiss(self, user: User) -> None:
        """Take somebody out of this thread."""
        if user.id in self.joined:
            self.joined.remove(user.id)
            self._members_changed(removed_member_ids=[str(user.id)])

    def _members_changed(self, **how: Any) -> None:
        assert self.guild is not None
        event = {"id": str(self.id), "guild_id": str(self.guild.id), "member_count": len(self.joined), **how}
        self.world.publish("THREAD_MEMBERS_UPDATE", event, guild=self.guild, needs=GUILDS)

    # Messages

    def find(self, message_id: int) -> Message | None:
        """A message; what is ephemeral is found by nobody this way."""
        message = self.messages.get(message_id)
        return None if message is None or message.only_for is not None else message

    def shown(self) -> list[Message]:
        """All ordinary messages, oldest first."""
        return [message for message in self.messages.values() if message.only_for is None]

    def add(self, message: Message) -> Message:
        """A message appears; it is published unless it is ephemeral."""
        self.messages[message.id] = message
        if message.only_for is None:
            self.last_message_id = message.id
            self.tell("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, *, again: bool = True) -> None:
        """A message has changed; `again` False for what shows no edit mark (a thread, a link preview)."""
        if again:
            message.edited = self.world.now()
        if message.only_for is None:
            self.tell("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        self.messages.pop(message.id, None)
        message.deleted = True
        if message.only_for is None:
            event = self._ids(id=message.id)
            self.world.publish("MESSAGE_DELETE", event, guild=self.guild, needs=self._messages())

    def delete_many(self, messages: Iterable[Message]) -> None:
        """Delete several at once: one event for all."""
        gone = [message for message in messages if self.messages.pop(message.id, None)]
        for message in gone:
            message.deleted = True
        event = {**self._ids(), "ids": [str(message.id) for message in gone]}
        self.world.publish("MESSAGE_DELETE_BULK", event, guild=self.guild, needs=self._messages())

    def tell(self, event: str, message: Message) -> None:
        if self.open_to_bot:
            self.world.publish(event, message.event, guild=self.guild, needs=self._messages())

    def react(self, message: Message, user: User, emoji: str) -> None:
        who = message.reactions.setdefault(emoji, [])
        if user not in who:
            who.append(user)
            event = self._ids(message_id=message.id, user_id=user.id)
            event |= {
                "emoji": emoji_json(emoji),
                "message_author_id": str(message.author.id),
                "burst": False,
                "type": 0,
            }
            if self.guild is not None and (member := self.guild.member(user)) is not None:
                event["member"] = member.json()
            self.world.publish("MESSAGE_REACTION_ADD", event, guild=self.guild, needs=self._reactions())

    def unreact(self, message: Message, user: User, emoji: str) -> None:
        who = message.reactions.get(emoji, [])
        if user in who:
            who.remove(user)
            if not who:
                del message.reactions[emoji]
            event = self._ids(message_id=message.id, user_id=user.id)
            event |= {"emoji": emoji_json(emoji), "burst": False, "type": 0}
            self.world.publish("MESSAGE_REACTION_REMOVE", event, guild=self.guild, needs=self._reactions())

    def _messages(self) -> int:
        return DIRECT_MESSAGES if self.guild is None else GUILD_MESSAGES

    def _reactions(self) -> int:
        return DIRECT_REACTIONS if self.guild is None else GUILD_REACTIONS

    def _ids(self, **ids: int) -> dict[str, Any]:
        event: dict[str, Any] = {name: str(value) for name, value in ids.items()}
        event["channel_id"] = str(self.id)
        if self.guild is not None:
            event["guild_id"] = str(self.guild.id)
        return event

    def json(self) -> dict[str, Any]:
        return channel_json(self)
