"""The community's servers as the bot sees them: which are ours, which channels are listened in, who is what there.

Read again when a server changes. It must not know what is heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import discord

from adapters.discord import faults
from adapters.discord.checks import ALL
from adapters.discord.read import place_of
from adapters.discord.roles import MEMBER, UNKNOWN, Ranks, any_named, highest
from bot.config.platforms import Discord
from bot.talk.model import PlaceRef, UserRef
from bot.talk.platform import Ports, Standing

FRESH = timedelta(minutes=1)
"""For so long a standing that was asked for is good enough for an event; whoever must know asks anew."""
MOST = 10_000

LISTENED = (discord.TextChannel, discord.ForumChannel, discord.VoiceChannel, discord.StageChannel)


class Watch:
    """Over one connection."""

    def __init__(self, client: discord.Client, settings: Discord, ports: Ports) -> None:
        self._client = client
        self._settings = settings
        self._ports = ports
        self._places: dict[str, PlaceRef | None] = {}
        self._ranks: dict[int, Ranks] = {}
        self._asked: dict[int, tuple[datetime, Standing]] = {}

    def changed(self) -> None:
        """Something about servers, channels or roles is otherwise now."""
        self._places.clear()
        self._ranks.clear()

    def ours(self, guild: discord.Guild | None) -> bool:
        if guild is None or guild.unavailable:
            return False
        servers = self._settings.servers
        return not servers or any_named(servers, guild.name, guild.id)

    @property
    def guilds(self) -> list[discord.Guild]:
        return [guild for guild in self._client.guilds if self.ours(guild)]

    @property
    def waiting(self) -> bool:
        """Whether a server is not there yet, as while Discord has an outage."""
        return any(guild.unavailable for guild in self._client.guilds)

    # --- channels -------------------------------------------------------------------------------------------------

    def place(self, guild: str, channel: str) -> PlaceRef | None:
        """The place of a channel that is listened in, by the ids of an event; None for any other."""
        try:
            return self._places[channel]
        except KeyError:
            found = self._places[channel] = self._find(int(guild), int(channel))
            return found

    def _find(self, guild: int, channel: int) -> PlaceRef | None:
        found = self._client.get_guild(guild)
        known = None if found is None else found.get_channel_or_thread(channel)
        return None if known is None else self._listened(known)

    def any_place(self, guild: str, channel: str) -> PlaceRef | None:
        """The same, listened in or not; None in a server that is not ours."""
        found = self._client.get_guild(int(guild))
        if found is None or not self.ours(found):
            return None
        known = found.get_channel_or_thread(int(channel))
        return place_of(int(channel), known.parent_id if isinstance(known, discord.Thread) else None)

    def _listened(self, channel: object) -> PlaceRef | None:
        if isinstance(channel, discord.Thread):
            parent = channel.parent
            if parent is None or not self.ours(channel.guild) or not self._wanted(parent, channel):
                return None
            return place_of(channel.id, channel.parent_id)
        if isinstance(channel, LISTENED) and self.ours(channel.guild) and self._wanted(channel):
            return place_of(channel.id)
        return None

    def _wanted(self, *channels: discord.abc.GuildChannel | discord.Thread) -> bool:
        listen = self._settings.listen
        return bool(listen) and (ALL in listen or any(any_named(listen, one.name, one.id) for one in channels))

    @property
    def channels(self) -> list[discord.abc.GuildChannel]:
        """Every channel that is listened in, without threads."""
        return [
            one for guild in self.guilds for one in guild.channels if isinstance(one, LISTENED) and self._wanted(one)
        ]

    @property
    def spoken_in(self) -> Sequence[tuple[int, PlaceRef, int]]:
        """(channel, place, latest message) of what is listened in and holds messages, threads too."""
        out = []
        for guild in self.guilds:
            holders: list[discord.TextChannel | discord.VoiceChannel | discord.Thread] = [
                *guild.text_channels,
                *guild.voice_channels,
                *guild.threads,
            ]
            for one in holders:
                place = self._listened(one)
                if place is not None and one.last_message_id is not None:
                    out.append((one.id, place, one.last_message_id))
        return out

    # --- people ---------------------------------------------------------------------------------------------------

    def member(self, guild: int, user: str, roles: Sequence[str]) -> Standing:
        """What the author of something in a server is there, by what the event itself says."""
        ranks = self._ranks.get(guild)
        if ranks is None:
            found = self._client.get_guild(guild)
            if found is None or not self.ours(found):
                return MEMBER
            ranks = self._ranks[guild] = Ranks(found, self._settings.roles)
        return ranks.standing(user, roles)

    async def somebody(self, user: int) -> Standing:
        """What an account is to the community, as known a moment ago; who can't be looked up is least."""
        now = self._ports.clock.now()
        known = self._asked.get(user)
        if known is not None and now - known[0] < FRESH:
            return known[1]
        try:
            found = await self.standing(user, self.guilds)
        except faults.FAULTS:
            return MEMBER
        self._asked[user] = (now, found)
        while len(self._asked) > MOST:
            del self._asked[next(iter(self._asked))]
        return found

    async def standing(self, user: int, guilds: Sequence[discord.Guild]) -> Standing:
        """The same, asked anew. Raises what discord.py raises."""
        return highest([await self._in(guild, user) for guild in guilds])

    async def _in(self, guild: discord.Guild, user: int) -> Standing:
        try:
            member = await self._client.http.get_member(guild.id, user)
        except discord.NotFound:
            return UNKNOWN
        return self.member(guild.id, str(user), [str(role) for role in member["roles"]])

    async def may_read(self, place: PlaceRef, reader: UserRef) -> bool:
        """Whether an account may read back in a channel of the community. Asked of Discord; False where unknown."""
        channel = self._client.get_channel(int(place.id)) if place.id.isdecimal() else None
        if not isinstance(channel, discord.abc.GuildChannel | discord.Thread) or channel.guild not in self.guilds:
            return False
        try:
            member = await channel.guild.fetch_member(int(reader.id))
        except (discord.HTTPException, ValueError):
            return False
        may = channel.permissions_for(member)
        return may.view_channel and may.read_message_history

    def guild_of(self, place: PlaceRef) -> discord.Guild | None:
        """The server that a place is in, or that it stands for."""
        if not place.id.isdecimal():
            return None
        found = self._client.get_guild(int(place.id))
        channel = None if found is not None else self._client.get_channel(int(place.id))
        guild = found if found is not None else getattr(channel, "guild", None)
        return guild if isinstance(guild, discord.Guild) else None
