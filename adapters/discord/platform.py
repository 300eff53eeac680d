"""Discord: the port that the core sees, and the life of the connection.

What is remembered outlives a connection; the connection itself is made anew each time the supervisor starts it. It must
not know what commands do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import discord

from adapters.discord import checks, faults
from adapters.discord.answer import Answering
from adapters.discord.client import Connection
from adapters.discord.declare import menu_name, payloads
from adapters.discord.direct import Directs
from adapters.discord.hearing import Hearing
from adapters.discord.history import History
from adapters.discord.lanes import Lanes
from adapters.discord.post import Post
from adapters.discord.read import PLATFORM, Locales, channel_id
from adapters.discord.roles import any_named
from adapters.discord.sync import Sync
from adapters.discord.watch import Watch
from bot.config.platforms import Discord
from bot.talk.command import Command
from bot.talk.errors import PlatformStopped
from bot.talk.model import MessageRef, PlaceRef, Target, UserRef
from bot.talk.platform import Abilities, Ability, Inbox, Ports, Standing
from bot.talk.reply import Reply

Tell = Callable[[str], None]
SYNC_PAUSE, CATCH_UP_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(seconds=15), timedelta(hours=1)
CLOSED_FOR_GOOD = {4004: checks.BAD_TOKEN, 4014: checks.INTENT_REFUSED}
"""Close codes of the gateway after which only the owner can help."""
ABILITIES = Abilities(
    presses=Ability.FULL,
    forms=Ability.FULL,
    edits=Ability.FULL,
    deletes=Ability.FULL,
    private=Ability.FULL,
    pictures=Ability.FULL,
    files=Ability.FULL,
    moments=Ability.FULL,
    unasked=Ability.NONE,
    rooms=Ability.FALLBACK,
    length=4000,
)


class DiscordPlatform:
    """Implements the `Platform` port. `tell` says a sentence to the server owner; `options` are for the client."""

    def __init__(self, settings: Discord, ports: Ports, *, tell: Tell, token: str, **options: Any) -> None:
        self.name = PLATFORM
        self._settings = settings
        self._ports = ports
        self._tell = tell
        self._token = token
        self._options = options
        self._commands: Sequence[Command] = ()
        self._paths: dict[str, str] = {}
        self._client: Connection | None = None
        self._watch: Watch | None = None
        self._stopped: asyncio.Future[None] | None = None
        self._sync = Sync(ports.memory, ports.log)
        self._directs = Directs(ports)
        self._locales = Locales()
        self._post = Post(ports, self._directs, self._path, lambda: self._client)
        self._told: set[str] = set()
        self._history: History
        self._connected = asyncio.Event()
        self.hearing: Hearing | None = None
        self.ready = asyncio.Event()
        """The commands are told, or can't be."""
        self.caught_up = asyncio.Event()

    # --- the port -------------------------------------------------------------------------------------------------

    @property
    def keeps_sensitive(self) -> bool:
        """Discord's developer policy: only with the owner's word that they keep to it."""
        return self._settings.policy_confirmed

    def abilities(self, place: Target) -> Abilities:
        return ABILITIES

    async def send(self, to: Target, reply: Reply, *, key: str, language: str) -> MessageRef:
        with self._own_token():
            return await self._post.send(to, reply, key=key, language=language)

    async def edit(self, message: MessageRef, reply: Reply, *, key: str, language: str) -> None:
        with self._own_token():
            await self._post.edit(message, reply, key=key, language=language)

    async def delete(self, message: MessageRef) -> None:
        with self._own_token():
            await self._post.delete(message)

    async def react(self, message: MessageRef, sign: str, *, on: bool) -> None:
        with self._own_token():
            await self._post.react(message, sign, on=on)

    async def standing(self, user: UserRef, place: PlaceRef | None) -> Standing:
        """Asked of Discord at this moment. Raises TryLater."""
        watch = self._watch
        if watch is None or not user.id.isdecimal():
            raise faults.told(TimeoutError())
        guild = None if place is None else watch.guild_of(place)
        try:
            return await watch.standing(int(user.id), watch.guilds if guild is None else [guild])
        except faults.FAULTS as error:
            raise faults.told(error) from error

    def link(self, message: MessageRef) -> str | None:
        """Where people open a message."""
        guild = self._watch.guild_of(message.place) if self._watch is not None else None
        where = "@me" if guild is None else str(guild.id)
        return f"https://discord.com/channels/{where}/{channel_id(message.place)}/{message.id}"

    async def recent(self, place: PlaceRef, most: int, *, reader: UserRef) -> Sequence[str] | None:
        """What people wrote there last, for somebody who may read there. None where the bot or they may not."""
        watch, client = self._watch, self._client
        if watch is None or client is None or not await watch.may_read(place, reader):
            return None
        try:
            page = await client.http.logs_from(int(place.id), min(most, 100))
        except faults.FAULTS:
            return None
        people = [one for one in page if not one.get("author", {}).get("bot")]
        return [str(one.get("content", "")) for one in sorted(people, key=lambda one: int(one["id"]))]

    # --- the connection -------------------------------------------------------------------------------------------

    async def run(self, inbox: Inbox, commands: Sequence[Command]) -> None:
        """Serve until cancelled. Raises PlatformStopped with a sentence for the owner."""
        self._commands = tuple(commands)
        self._paths = {one.name: " ".join(one.slash_path) for one in commands}
        await self._directs.load()
        lanes = Lanes(self._ports.log)
        self._history = History(self._ports, lanes)
        self._post.started(await self._history.load())
        hearing = Hearing(
            inbox, self._ports, self._directs, lanes, self._history, self._locales, self._ready, self._look
        )
        client = Connection(self._settings, hearing, self._ports.log, **self._options)
        watch = self._watch = Watch(client, self._settings, self._ports)
        hearing.over(
            client, watch, Answering(inbox, self._ports, self._post, hearing.stands, self._menu, self._locales)
        )
        self.hearing = hearing
        self._stopped = asyncio.get_running_loop().create_future()
        for state in (self._connected, self.ready, self.caught_up):
            state.clear()
        try:
            await client.login(self._token)
            self._client = client
            await _first(
                self._stopped,
                client.connect(),
                self._history.keep(),
                hearing.proxied.keep(),
                self._tell_commands(client),
            )
        except discord.LoginFailure:
            raise PlatformStopped(checks.BAD_TOKEN) from None
        except discord.PrivilegedIntentsRequired:
            raise PlatformStopped(checks.INTENT_REFUSED) from None
        except discord.ConnectionClosed as closed:
            if closed.code in CLOSED_FOR_GOOD:
                raise PlatformStopped(CLOSED_FOR_GOOD[closed.code]) from None
            raise
        finally:
            await hearing.finish()
            await lanes.close()
            self._client = None
            await client.close()
            await self._history.save()

    async def _ready(self) -> None:
        """Connected, with all servers known."""
        client, watch = self._client, self._watch
        if client is not None and watch is not None and self._look():
            self._connected.set()
            await self._catch_up(client, watch)

    def _look(self) -> bool:
        """Whether the bot may run as it stands; what the owner should mend is said, once."""
        assert self._watch is not None
        self._watch.changed()
        guilds = self._watch.guilds
        refused = checks.administrator(guilds)
        if refused is not None:
            self._stop(refused)
            return False
        for sentence in checks.sentences(self._settings, guilds, self._watch.channels):
            if sentence not in self._told:
                self._told.add(sentence)
                self._tell(sentence)
        return True

    async def _catch_up(self, client: Connection, watch: Watch) -> None:
        """Until it is done; where Discord can't show a channel now, again later."""
        assert self.hearing is not None
        pause = CATCH_UP_PAUSE
        while client is self._client and not client.is_closed():
            await self._history.catch_up(
                client,
                watch.spoken_in,
                self._directs.durable,
                self.hearing.past,
                self.hearing.changes,
                all_there=not watch.waiting,
            )
            self.caught_up.set()
            if not self._history.holding or watch.waiting:
                return
            await self._ports.clock.sleep_until(self._ports.clock.now() + pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _tell_commands(self, client: Connection) -> None:
        """Once, as soon as the servers are known; again later where Discord has no time for it."""
        await self._connected.wait()
        declared = payloads(self._commands, self._ports.words)
        tried_in = [one.id for one in client.guilds if any_named(self._settings.try_out, one.name, one.id)]
        pause = SYNC_PAUSE
        while True:
            try:
                await self._sync.tell(client, declared, tried_in)
                break
            except discord.Forbidden:
                self._tell(checks.SYNC_REFUSED)
                break
            except faults.FAULTS:
                self._ports.log.exception("Discord did not take the commands; trying again")
                await self._ports.clock.sleep_until(self._ports.clock.now() + pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        self.ready.set()
        await asyncio.Event().wait()

    def _stop(self, why: str) -> None:
        if self._stopped is not None and not self._stopped.done():
            self._stopped.set_exception(PlatformStopped(why))

    @contextmanager
    def _own_token(self) -> Iterator[None]:
        """A token that was taken back stops everything here."""
        try:
            yield
        except PlatformStopped as stopped:
            self._stop(str(stopped))
            raise

    # --- names ----------------------------------------------------------------------------------------------------

    def _path(self, command: str) -> tuple[str, int | None]:
        path = self._paths.get(command, command)
        return path, self._sync.ids.get(path.split(" ")[0])

    def _menu(self, name: str) -> Command | None:
        words = self._ports.words
        menus = [one for one in self._commands if one.menu is not None]
        return next((one for one in menus if menu_name(one, words) == name), None)


async def _first(stopped: asyncio.Future[None], *work: Coroutine[Any, Any, None]) -> None:
    """Until the first of them ends; the others end with it. Raises what it raised."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        done, _rest = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
