"""The connection: discord.py's client, with the intents that are needed, and each of its events handed on as it comes.

A malformed event is its own fault and ends nothing. It must not know what comes of an event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import discord

from bot.config.platforms import Discord

VITAL = frozenset({"READY", "RESUMED"})
"""Without these there is no connection to keep."""


class Listener(Protocol):
    """Who hears of it."""

    def connected(self, me: int) -> None:
        """A new connection begins: nothing of it has been told yet."""

    async def available(self) -> None: ...

    async def ready(self) -> None: ...

    def message(self, data: Any) -> None: ...

    def edited(self, data: Any) -> None: ...

    async def deleted(self, messages: set[int], channel: int, guild: int | None) -> None: ...

    async def reacted(self, event: discord.RawReactionActionEvent) -> None: ...

    async def left(self, guild: int, user: int, *, removed: bool) -> None: ...

    async def interaction(self, interaction: discord.Interaction[Any]) -> None: ...

    def changed(self) -> None: ...


def intents(settings: Discord) -> discord.Intents:
    """What we ask Discord for. Privileged are two, each only where a setting needs it."""
    return discord.Intents(
        guilds=True,
        moderation=True,
        guild_messages=True,
        dm_messages=True,
        dm_reactions=True,
        message_content=bool(settings.listen),
        members=settings.leaving,
    )


class Connection(discord.Client):
    """One for each time that the supervisor starts the platform."""

    def __init__(self, settings: Discord, listener: Listener, log: logging.Logger, **options: Any) -> None:
        super().__init__(
            intents=intents(settings),
            chunk_guilds_at_startup=False,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30.0,
            **options,
        )
        self._listener = listener
        self._log = log
        self._guard_parsers()

    def _guard_parsers(self) -> None:
        """discord.py lets an event that it can't read end the whole client (its issues 2429 and 7649). Messages come as
        they are: most of them are for nobody here, and nothing is built of those."""
        parsers = self._connection.parsers
        parsers["READY"] = partial(self._begins, parsers["READY"])
        parsers["MESSAGE_CREATE"] = self._listener.message
        parsers["MESSAGE_UPDATE"] = self._listener.edited
        for name, parse in list(parsers.items()):
            if name not in VITAL:
                parsers[name] = self._guarded(parse)

    def _begins(self, parse: Callable[[Any], Any], data: Any) -> None:
        self._listener.connected(int(data["user"]["id"]))
        parse(data)

    def _guarded(self, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def guarded(data: Any) -> None:
            try:
                parse(data)
            except Exception:
                self._log.exception("an event could not be read")

        return guarded

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        self._log.exception("an event could not be handled", extra={"event": event_method})

    # --- events -----------------------------------------------------------------------------------------------------

    async def on_ready(self) -> None:
        await self._listener.ready()

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        await self._listener.deleted({event.message_id}, event.channel_id, event.guild_id)

    async def on_raw_bulk_message_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        await self._listener.deleted(event.message_ids, event.channel_id, event.guild_id)

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        await self._listener.reacted(event)

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        await self._listener.reacted(event)

    async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        await self._listener.left(event.guild_id, event.user.id, removed=False)

    async def on_member_ban(self, guild: discord.Guild, user: discord.User | discord.Member) -> None:
        await self._listener.left(guild.id, user.id, removed=True)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        await self._listener.interaction(interaction)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        await self._listener.available()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._listener.available()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self._listener.changed()

    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        self._listener.changed()

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        self._listener.changed()

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self._listener.changed()

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        self._listener.changed()

    async def on_guild_role_create(self, role: discord.Role) -> None:
        self._listener.changed()

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        self._listener.changed()

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        self._listener.changed()

    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        self._listener.changed()
