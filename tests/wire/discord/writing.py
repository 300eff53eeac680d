"""Writing as a person: messages, edits, reactions, threads and posts."""

from __future__ import annotations

from collections.abc import Mapping

from . import compose
from .account import Account, Where, the
from .channel import Channel, Kind
from .message import Attachment, Message
from .seeing import Seen


class Writing(Account):
    async def say(
        self,
        where: Where,
        text: str,
        *,
        reply_to: Message | Seen | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Message:
        """Write a message."""
        message = self.post_now(self.at(where), text, reply_to=reply_to, files=files)
        await self.server.flush()
        return message

    async def dm(self, text: str, *, reply_to: Message | Seen | None = None) -> Message:
        """Write to the bot directly."""
        return await self.say("dm", text, reply_to=reply_to)

    def post_now(
        self,
        channel: Channel,
        text: str,
        *,
        reply_to: Message | Seen | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> Message:
        """Write a message without waiting for the gateway: what a benchmark repeats."""
        assert channel.writable_by(self.user), f"{self.name} may not write in {channel.name or 'that channel'}"
        assert len(text) <= 2000 and (text or files), f"a message of {len(text)} characters"
        world = self.server.world
        message = Message(world.new_id(), channel, self.user, world.now(), text)
        if reply_to is not None:
            message.kind = 19
            message.refer(the(reply_to))
        for name, data in (files or {}).items():
            made = world.new_id()
            url = world.keep_file(channel.id, made, name, data, "application/octet-stream")
            message.attachments.append(Attachment(made, name, len(data), url, "application/octet-stream"))
        compose.mentions_again(message, {})
        return channel.add(message)

    async def edit(self, message: Message, text: str) -> Message:
        assert message.author is self.user and not message.deleted
        message.content = text
        compose.mentions_again(message, {})
        message.channel.edit(message)
        await self.server.flush()
        return message

    async def delete(self, message: Message | Seen) -> None:
        """Delete one's own message, or another's where one may."""
        message = the(message)
        channel = message.channel
        assert message.author is self.user or channel.allows(self.user, "manage_messages"), "not theirs to delete"
        channel.delete(message)
        await self.server.flush()

    async def react(self, message: Message | Seen, emoji: str) -> None:
        the(message).channel.react(the(message), self.user, emoji)
        await self.server.flush()

    async def unreact(self, message: Message | Seen, emoji: str) -> None:
        the(message).channel.unreact(the(message), self.user, emoji)
        await self.server.flush()

    async def opens_thread(self, where: Channel, name: str, *, start: Message | Seen | None = None) -> Channel:
        thread = where.thread(name, self.user, start=None if start is None else the(start))
        await self.server.flush()
        return thread

    async def posts(self, forum: Channel, title: str, text: str) -> Channel:
        """Open a post in a forum; its first message has the post's id, as on Discord."""
        assert forum.kind == Kind.FORUM and forum.writable_by(self.user)
        thread = forum.thread(title, self.user)
        first = Message(thread.id, thread, self.user, self.server.world.now(), text)
        compose.mentions_again(first, {})
        thread.add(first)
        await self.server.flush()
        return thread
