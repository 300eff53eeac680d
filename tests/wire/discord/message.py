"""A message and its files, and the shape a client gets of it: with or without its content, with or without a guild."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .intents import MESSAGE_CONTENT
from .world import User, stamp

if TYPE_CHECKING:
    from .channel import Channel

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15


@dataclass(eq=False)
class Attachment:
    id: int
    name: str
    size: int
    url: str
    kind: str
    description: str | None = None
    ephemeral: bool = False

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": str(self.id),
            "filename": self.name,
            "size": self.size,
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.kind,
        }
        if self.description is not None:
            shown["description"] = self.description
        if self.ephemeral:
            shown["ephemeral"] = True
        if self.kind.startswith("image/"):
            shown |= {"width": 640, "height": 480}
        return shown


@dataclass(eq=False)
class Message:
    """`only_for` is the one person who sees an ephemeral message; `pings` whom it notified ("@everyone" too).
    `application_id` is the application's that answers an interaction with it (its webhook has the same id) or owns the
    webhook that says it."""

    id: int
    channel: Channel
    author: User
    at: datetime
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    kind: int = 0
    nonce: str | int | None = None
    reference: dict[str, Any] | None = None
    replied: Message | None = None
    mentions: list[User] = field(default_factory=list)
    pings: set[str] = field(default_factory=set)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    reactions: dict[str, list[User]] = field(default_factory=dict)
    edited: datetime | None = None
    deleted: bool = False
    pinned: bool = False
    only_for: User | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    interaction: dict[str, Any] | None = None
    thread: Channel | None = None

    @classmethod
    def system(
        cls, channel: Channel, author: User, kind: int, *, text: str = "", about: Message | None = None
    ) -> Message:
        """A message that Discord itself writes: 7 somebody joined, 18 a thread was opened, 21 what it began with."""
        made = cls(channel.world.new_id(), channel, author, channel.world.now(), text, kind=kind)
        if about is not None:
            made.refer(about)
        return made

    def refer(self, to: Message) -> None:
        """Make this an answer to (or the starter for) another message."""
        self.replied = to
        self.reference = {"type": 0, "message_id": str(to.id), "channel_id": str(to.channel.id)}
        if to.channel.guild is not None:
            self.reference["guild_id"] = str(to.channel.guild.id)

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    def event(self, intents: int) -> dict[str, Any]:
        """As the gateway sends it to a client with these intents."""
        world, guild = self.channel.world, self.channel.guild
        shown = self.json(content=self.readable(bool(intents & MESSAGE_CONTENT)))
        if self.nonce is not None and self.author is world.bot:
            shown["nonce"] = self.nonce
        if guild is not None:
            shown["guild_id"] = str(guild.id)
            if self.webhook_id is None and (member := guild.member(self.author)) is not None:
                shown["member"] = member.json(user=False)
            for mentioned in shown["mentions"]:
                if (member := guild.member(int(mentioned["id"]))) is not None:
                    mentioned["member"] = member.json(user=False)
        return shown

    def readable(self, content_intent: bool) -> bool:
        """Whether the bot gets the content: by the intent, in direct messages, when mentioned, and its own."""
        bot = self.channel.world.bot
        return content_intent or self.channel.guild is None or self.author is bot or bot in self.mentions

    def json(self, *, content: bool = True) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.json(),
            "type": self.kind,
            "content": self.content if content else "",
            "embeds": [{"type": "rich", **embed} for embed in self.embeds] if content else [],
            "components": self.components if content else [],
            "attachments": [one.json() for one in self.attachments] if content else [],
            "timestamp": stamp(self.at),
            "edited_timestamp": stamp(self.edited) if self.edited else None,
            "flags": self.flags,
            "tts": False,
            "pinned": self.pinned,
            "mention_everyone": self.mention_everyone,
            "mentions": [user.json() for user in self.mentions],
            "mention_roles": [str(role) for role in self.mention_roles],
        }
        if self.reactions:
            shown["reactions"] = [self._reaction(emoji, who) for emoji, who in self.reactions.items()]
        if self.webhook_id is not None:
            shown["webhook_id"] = str(self.webhook_id)
        if self.application_id is not None:
            shown["application_id"] = str(self.application_id)
        if self.interaction is not None:
            shown["interaction_metadata"] = self.interaction
        if self.reference is not None:
            shown["message_reference"] = self.reference
            if self.kind in (19, 21):
                shown["referenced_message"] = self._referenced()
        if self.thread is not None:
            shown["thread"] = self.thread.json()
            shown["flags"] |= 1 << 5
        return shown

    def _referenced(self) -> dict[str, Any] | None:
        if self.replied is None or self.replied.deleted:
            return None
        intent = "message_content" in self.channel.world.application.intents
        return self.replied.json(content=self.replied.readable(intent))

    def _reaction(self, emoji: str, who: list[User]) -> dict[str, Any]:
        return {
            "emoji": emoji_json(emoji),
            "count": len(who),
            "count_details": {"burst": 0, "normal": len(who)},
            "me": self.channel.world.bot in who,
            "me_burst": False,
            "burst_colors": [],
        }


def emoji_json(emoji: str) -> dict[str, Any]:
    """`👍`, or `name:id` for one of a guild's own."""
    name, _, number = emoji.partition(":")
    return {"id": number or None, "name": name}
