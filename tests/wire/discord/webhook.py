"""Webhooks of a channel: they speak in it and in its threads, under any name; nobody's account stands behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import compose
from .channel import Channel
from .message import Message
from .world import User

if TYPE_CHECKING:
    from .server import DiscordServer


class Webhook:
    """`application` is the application's that made it, as a proxy bot's; None for one made by hand."""

    def __init__(self, server: DiscordServer, channel: Channel, made: int, application: int | None) -> None:
        self.server = server
        self.channel = channel
        self.id = made
        self.application = application

    async def say(self, text: str, *, name: str = "Somebody", thread: Channel | None = None) -> Message:
        """Execute it: a message under that name."""
        message = self.say_now(text, name=name, thread=thread)
        await self.server.flush()
        return message

    def say_now(self, text: str, *, name: str = "Somebody", thread: Channel | None = None) -> Message:
        """The same without waiting for the gateway."""
        assert thread is None or thread.parent is self.channel, "that is no thread of its channel"
        assert 0 < len(text) <= 2000, f"a message of {len(text)} characters"
        world = self.server.world
        author = User(self.id, name, name, bot=True)
        message = Message(world.new_id(), thread or self.channel, author, world.now(), text)
        message.webhook_id, message.application_id = self.id, self.application
        compose.mentions_again(message, {})
        return message.channel.add(message)

    async def edit(self, message: Message, text: str) -> Message:
        """Change a message of its own."""
        assert message.webhook_id == self.id and not message.deleted
        message.content = text
        compose.mentions_again(message, {})
        message.channel.edit(message)
        await self.server.flush()
        return message

    async def delete(self, message: Message) -> None:
        """Delete a message of its own."""
        assert message.webhook_id == self.id and not message.deleted
        message.channel.delete(message)
        await self.server.flush()
