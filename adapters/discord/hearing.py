"""What happens on Discord, handed to the bot: messages in order of their channel, and everything else as it comes.

It must not know how the connection is made, nor how interactions are answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import discord

from adapters.discord import faults
from adapters.discord.answer import Answering
from adapters.discord.client import Connection
from adapters.discord.direct import Directs
from adapters.discord.history import History
from adapters.discord.lanes import Lanes
from adapters.discord.read import Locales, deleted, incoming, left, place_of, reacted, spoken, without_mention
from adapters.discord.watch import Watch
from bot.talk.model import PlaceRef
from bot.talk.platform import Inbox, Ports, Standing

PATIENCE = 3.0
"""Real seconds that a stopping bot gives to what is being answered; Discord gives no more either."""


class Hearing:
    """Implements `Listener`. `over` gives it the connection before that is opened; `ready` is who sees to the start."""

    def __init__(
        self,
        inbox: Inbox,
        ports: Ports,
        directs: Directs,
        lanes: Lanes,
        history: History,
        locales: Locales,
        ready: Callable[[], Awaitable[None]],
    ) -> None:
        self._ready = ready
        self._tasks: set[asyncio.Task[Any]] = set()
        self._inbox = inbox
        self._ports = ports
        self._directs = directs
        self._lanes = lanes
        self._history = history
        self._locales = locales
        self._client: Connection
        self._watch: Watch
        self._answering: Answering
        self._me = 0

    def over(self, client: Connection, watch: Watch, answering: Answering) -> None:
        self._client, self._watch, self._answering = client, watch, answering

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._tasks and not self._lanes.busy

    def changed(self) -> None:
        self._watch.changed()

    async def connected(self) -> None:
        self._me = self._client.user.id if self._client.user else 0
        self._history.hold()

    async def ready(self) -> None:
        await self._ready()

    async def available(self) -> None:
        """A server came later than the others, after an outage of Discord's own."""
        self._watch.changed()
        if self._client.is_ready() and self._history.holding:
            await self._ready()

    async def finish(self) -> None:
        """Give what is under way a moment to be answered."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE)

    # --- messages -------------------------------------------------------------------------------------------------

    async def message(self, message: discord.Message) -> None:
        """A message, live. An ordinary one costs no database and no request."""
        place = self._place(message)
        if place is not None and not self._lanes.again(message.id):
            await self._lanes.through(message.channel.id, message.id, partial(self._hear, message, place, late=False))
            self._history.moved()

    async def past(self, message: discord.Message, place: PlaceRef) -> None:
        """A message of the channel's history. It is in its lane already."""
        if spoken(message) and not self._lanes.again(message.id):
            self._lanes.high = max(self._lanes.high, message.id)
            await self._hear(message, place, late=True)

    async def edited(self, event: discord.RawMessageUpdateEvent) -> None:
        message = event.message
        place = self._place(message)
        if place is None or message.edited_at is None or self._lanes.again((message.id, message.edited_at)):
            return
        await self._lanes.through(
            message.channel.id, message.id, partial(self._hear, message, place, late=False, edited=True)
        )

    def _place(self, message: discord.Message) -> PlaceRef | None:
        """Where a message stands that is for us to hear; None for all others."""
        if not spoken(message):
            return None
        if message.guild is None:
            return place_of(message.channel.id)
        place = self._watch.place(message)
        if place is not None or self._me not in message.raw_mentions or not self._watch.ours(message.guild):
            return place
        if not without_mention(message.content, self._me)[1]:
            return None
        thread = message.channel if isinstance(message.channel, discord.Thread) else None
        return place_of(message.channel.id, thread.parent_id if thread else None)

    async def _hear(self, message: discord.Message, place: PlaceRef, *, late: bool, edited: bool = False) -> None:
        standing = await self._standing(message, late=late)
        locale = self._locales.of(message.author.id)
        await self._inbox.receive(incoming(message, place, standing, self._me, locale=locale, late=late, edited=edited))
        if message.guild is None:
            await self._directs.met(message.author.id, message.channel.id)

    async def _standing(self, message: discord.Message, *, late: bool) -> Standing:
        """A live message brings its author's roles; a direct or a past one does not."""
        if message.guild is not None and isinstance(message.author, discord.Member):
            return self._watch.member(message.author)
        return await self._watch.somebody(message.author.id)

    # --- everything else ------------------------------------------------------------------------------------------

    async def deleted(self, messages: set[int], channel: int, guild: int | None) -> None:
        place = self._watch.place_by_id(guild, channel)
        if place is None:
            return
        for id in sorted(messages):
            await self._inbox.gone(deleted(id, place))

    async def reacted(self, event: discord.RawReactionActionEvent) -> None:
        """A sign in somebody's direct messages, under something of the bot's."""
        if event.guild_id is not None or event.user_id == self._me or not event.emoji.is_unicode_emoji():
            return
        if event.message_author_id in (None, self._me):
            await self._inbox.reacted(reacted(event, self._ports.clock.now()))

    async def left(self, guild: int, user: int, *, removed: bool) -> None:
        """Who leaves one of several servers is still there in another; who is banned from one is to be gone."""
        ours = self._watch.guilds
        if not any(one.id == guild for one in ours) or user == self._me:
            return
        others = [one for one in ours if one.id != guild]
        if others and not removed:
            try:
                if (await self._watch.standing(user, others)).here:
                    return
            except faults.FAULTS:
                self._ports.log.warning("who left could not be looked up elsewhere")
        await self._inbox.gone(left(guild, user, self._ports.clock.now(), removed=removed))

    async def interaction(self, interaction: discord.Interaction[Any]) -> None:
        if self._lanes.again(interaction.id):
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._answering(interaction)
        finally:
            self._tasks.discard(task)

    async def stands(self, interaction: discord.Interaction[Any]) -> Standing:
        """What somebody is who uses an interaction: in a server, as the interaction itself says."""
        if interaction.guild_id is not None:
            return self._watch.member(interaction.user)
        return await self._watch.somebody(interaction.user.id)
