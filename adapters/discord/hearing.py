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
from adapters.discord.changes import Changes
from adapters.discord.client import Connection
from adapters.discord.direct import Directs
from adapters.discord.history import History
from adapters.discord.lanes import Lanes
from adapters.discord.proxied import Proxied
from adapters.discord.read import (
    Locales,
    Raw,
    deleted,
    incoming,
    left,
    moved,
    place_of,
    reacted,
    repeated,
    spoken,
    without_mention,
)
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
        look: Callable[[], bool],
    ) -> None:
        self._ready = ready
        self._look = look
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
        self.proxied = Proxied(ports.clock, self._is_gone)
        self.changes = Changes(inbox, ports, self._reworded, inbox.gone)

    def over(self, client: Connection, watch: Watch, answering: Answering) -> None:
        self._client, self._watch, self._answering = client, watch, answering

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._tasks and not self._lanes.busy

    def changed(self) -> None:
        self._watch.changed()

    def connected(self, me: int) -> None:
        self._me = me
        self._history.hold()

    async def ready(self) -> None:
        await self._ready()

    async def available(self) -> None:
        """A server came later than the others: the bot was invited, or it is back after an outage of Discord's own."""
        if not self._client.is_ready():
            self._watch.changed()
        elif self._look() and self._history.holding:
            await self._ready()

    async def finish(self) -> None:
        """Give what is under way a moment to be answered, and tell what was deleted: no history shows that."""
        told = [asyncio.ensure_future(one) for one in self._last_told()]
        if self._tasks or told:
            await asyncio.wait([*self._tasks, *told], timeout=PATIENCE)

    def _last_told(self) -> list[Awaitable[None]]:
        waiting = self.proxied.end()
        return [self._lanes.through(channel, _nothing) for channel in waiting]

    # --- messages -------------------------------------------------------------------------------------------------

    def message(self, data: Raw) -> None:
        """A message, live. An ordinary one costs no database and no request."""
        place = self._place(data)
        if place is not None and not self._lanes.again(data["id"]):
            self._lanes.put(int(data["channel_id"]), int(data["id"]), partial(self._hear, data, place))
            self._history.moved(int(data["id"]))
            self._note_words(data)
        elif place is None and repeated(data):
            self._note_copy(data)

    def edited(self, data: Raw) -> None:
        if not data.get("edited_timestamp"):
            return
        place = self._place(data)
        if place is not None and not self._lanes.again((data["id"], data["edited_timestamp"])):
            self._lanes.put(int(data["channel_id"]), int(data["id"]), partial(self._hear, data, place, edited=True))
            self._note_words(data)

    def _note_words(self, data: Raw) -> None:
        """In a server a proxy bot may say them again."""
        if data.get("guild_id") is not None and data["content"]:
            self.proxied.said(int(data["id"]), int(data["channel_id"]), data["content"])

    def _note_copy(self, data: Raw) -> None:
        place = self._watch.place(data["guild_id"], data["channel_id"])
        if place is not None:
            self.proxied.repeated(int(data["id"]), int(data["channel_id"]), data["content"], place)

    async def past(self, data: Raw, place: PlaceRef, *, direct: bool) -> None:
        """A message of the channel's history. It is in its lane already."""
        if spoken(data) and not self._lanes.again(data["id"]):
            self._lanes.high = max(self._lanes.high, int(data["id"]))
            self._history.moved(int(data["id"]))
            await self._receive(data, place, await self._watch.somebody(int(data["author"]["id"])), direct, late=True)

    async def _reworded(self, data: Raw) -> None:
        """A message of a direct channel's history with other words than it had. It is in its lane already."""
        if not self._lanes.again((data["id"], data["edited_timestamp"])):
            somebody = await self._watch.somebody(int(data["author"]["id"]))
            await self._receive(data, place_of(int(data["channel_id"])), somebody, True, late=True, edited=True)

    def _place(self, data: Raw) -> PlaceRef | None:
        """Where a message stands that is for us to hear; None for all others."""
        if not spoken(data):
            return None
        guild, channel = data.get("guild_id"), data["channel_id"]
        if guild is None:
            return place_of(int(channel))
        place = self._watch.place(guild, channel)
        if place is None and without_mention(data["content"], self._me)[1]:
            return self._watch.any_place(guild, channel)
        return place

    async def _hear(self, data: Raw, place: PlaceRef, *, edited: bool = False) -> None:
        """A live message in a server brings its author's roles; a direct one does not."""
        author, guild = data["author"]["id"], data.get("guild_id")
        if guild is None:
            standing = await self._watch.somebody(int(author))
        else:
            standing = self._watch.member(int(guild), author, data.get("member", {}).get("roles", ()))
        await self._receive(data, place, standing, guild is None, edited=edited)

    async def _receive(
        self, data: Raw, place: PlaceRef, standing: Standing, direct: bool, *, late: bool = False, edited: bool = False
    ) -> None:
        author = int(data["author"]["id"])
        locale = self._locales.of(author)
        read = incoming(data, place, standing, self._me, direct=direct, locale=locale, late=late, edited=edited)
        await self._inbox.receive(read)
        if direct:
            await self._directs.met(author, int(data["channel_id"]))

    # --- everything else ------------------------------------------------------------------------------------------

    async def deleted(self, messages: set[int], channel: int, guild: int | None) -> None:
        place = place_of(channel) if guild is None else self._watch.place(str(guild), str(channel))
        if place is None:
            return
        for id in sorted(messages):
            self.proxied.deleted(id, channel, place)

    def _is_gone(self, message: int, channel: int, place: PlaceRef, copy: int | None) -> None:
        """After the message itself, which may still wait in its lane."""
        tell = (
            partial(self._inbox.gone, deleted(message, place))
            if copy is None
            else partial(self._inbox.moved, moved(message, copy, place))
        )
        self._lanes.put(channel, message, tell)

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
        member = interaction.user
        if interaction.guild_id is not None and isinstance(member, discord.Member):
            return self._watch.member(interaction.guild_id, str(member.id), [str(role.id) for role in member.roles])
        return await self._watch.somebody(interaction.user.id)


async def _nothing() -> None:
    """The end of what came before it in its lane."""
