"""Everything that lives as long as one connection to the homeserver, put together; and what happens, handed on.

It must not know what commands do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from nio import AsyncClient

from adapters.matrix.asking import Asking
from adapters.matrix.back import recent
from adapters.matrix.choices import Choices
from adapters.matrix.client import close_client
from adapters.matrix.crosssign import SigningKeys
from adapters.matrix.direct import Directs
from adapters.matrix.doors import Doors
from adapters.matrix.hand import Hand
from adapters.matrix.keys import Keys
from adapters.matrix.manners import Manners
from adapters.matrix.opening import Happening, Heard, Invited, Left
from adapters.matrix.pauses import Pauses
from adapters.matrix.post import Post
from adapters.matrix.reacting import Reacting
from adapters.matrix.read import Reader, left, user
from adapters.matrix.rooms import Rooms, Spot
from adapters.matrix.sending import Sending
from adapters.matrix.settling import Settling
from adapters.matrix.signs import Signs
from adapters.matrix.standing import Standings
from adapters.matrix.sync import Sync
from adapters.matrix.unread import Unread
from adapters.matrix.wire import WireError
from bot.config.platforms import Matrix
from bot.talk.command import Command
from bot.talk.model import Gone, MessageRef, PlaceRef
from bot.talk.platform import Inbox, Ports


class Session:
    """One run of the platform."""

    def __init__(
        self,
        client: AsyncClient,
        ports: Ports,
        settings: Matrix,
        inbox: Inbox,
        commands: Sequence[Command],
        *,
        prefix: str,
        language: str,
        signing: Callable[[], SigningKeys | None],
        poll: float,
    ) -> None:
        clock, log, memory = ports.clock, ports.log, ports.memory
        self._client = client
        self._ports = ports
        self._inbox = inbox
        self._keys = Keys(client, clock, log)
        self._sending = Sending(client, self._keys, clock, log)
        self._sync = Sync(
            client,
            self._keys,
            self.hear,
            memory=memory,
            clock=clock,
            random=Random(),
            log=log,
            poll=poll,
            said=self._sending.idle,
        )
        self._asking = Asking(memory, clock, log)
        self._manners = Manners(client, clock, log)
        self.directs = Directs(client, log)
        self.rooms = Rooms(client, self.directs, self._sync, memory, settings.community, log)
        self.standings = Standings(client, settings, self.rooms, clock, log)
        self.signs = Signs(client, self._sending, memory)
        self._choices = Choices(self._command, self.signs, memory, clock, log, on=settings.reactions)
        self.post = Post(
            client,
            ports,
            self._sending,
            self.rooms,
            self._asking,
            self._choices,
            self.standings,
            prefix=prefix,
            language=language,
        )
        self._unread = Unread(self._sync.waiting, self.directs, self.post, ports, log)
        self._doors = Doors(client, settings, self.rooms, self.directs, clock, log)
        reader = Reader(client.user_id, prefix, commands)
        self._hand = Hand(
            inbox,
            ports,
            reader,
            self.rooms,
            self.directs,
            self.standings,
            self._asking,
            self._choices,
            self.post,
            self._manners,
            settings.redact,
        )
        self._reacting = Reacting(self._hand, self.signs, inbox, clock)
        self._settling = Settling(
            client,
            ports,
            settings,
            self._keys,
            self._doors,
            self.rooms,
            self.standings,
            reader,
            commands,
            signing,
            language,
        )

    @property
    def ready(self) -> bool:
        """Whether rooms are known, so that one can send."""
        return self._sync.caught_up.is_set()

    @property
    def settled(self) -> bool:
        """Whether everything that is done once after a start was done."""
        return self._settling.done

    def _command(self, name: str) -> Command | None:
        return self._inbox.command(name)

    def encrypted(self, room: str) -> bool:
        known = self._client.rooms.get(room)
        return known is not None and known.encrypted

    async def recent(self, room: str, most: int, reader: str) -> list[str] | None:
        """What was said in a room last, for somebody who is in it."""
        known = self._client.rooms.get(room)
        if known is None or reader not in known.users or known.users[reader].invited:
            return None
        return await recent(self._client, room, most)

    def spot_of(self, message: MessageRef) -> Spot:
        """Where a message of the bot's stands."""
        return Spot(message.place.id, whose=self.directs.whose(message.place.id))

    async def run(self) -> None:
        """Serve until cancelled. Raises PlatformStopped."""
        await self._recall()
        tasks = [asyncio.create_task(each) for each in (self._sync.run(), self._settle(), self._look_after_unread())]
        try:
            # The sync loop ends only by a dead token, settling mostly by being done.
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in tasks:
                if task.done():
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def close(self) -> None:
        """End it at once; what was on its way is sent again by the next run."""
        await self._manners.close()
        await self._choices.close()
        await self._sending.close()
        await close_client(self._client)

    async def _recall(self) -> None:
        pauses = Pauses(self._ports.clock, Random())
        await self.rooms.load()
        await self._asking.prune()
        await self._choices.prune()
        while True:
            try:
                await self.directs.load()
                return
            except WireError as error:
                self._ports.log.warning("the server gives no answer", extra={"reason": error.reason})
                await pauses.rest(error.after)

    async def _settle(self) -> None:
        await self._sync.caught_up.wait()
        await self._settling.settle()

    async def _look_after_unread(self) -> None:
        await self._sync.caught_up.wait()
        await self._unread.run()

    # --- what happens ---------------------------------------------------------------------------------------------

    async def hear(self, happening: Happening) -> None:
        """Hand it on; returns when what it led to is durable. May be told a thing twice."""
        match happening:
            case Heard():
                if happening.event.sender != self._client.user_id:
                    await self._heard(happening)
            case Invited():
                await self._doors.invited(happening)
            case Left():
                await self._doors.left(happening)

    async def _heard(self, heard: Heard) -> None:
        source = heard.event.source
        kind, content = source.get("type"), source.get("content")
        content = content if isinstance(content, Mapping) else {}
        self.standings.changed(heard.room, str(kind))
        match kind:
            case "m.room.message":
                await self._hand.message(heard)
            case "m.reaction":
                await self._reacting.put(heard)
            case "m.room.redaction":
                await self._reacting.removed(heard)
            case "m.room.member":
                await self._membership(heard, content)
            case "m.room.tombstone":
                await self._doors.upgraded(heard.room, content, heard.event.sender)
                await self._settling.entered(self.rooms.present(heard.room))
            case "m.space.child" if heard.room in self.rooms.homes:
                await self._doors.child(str(source.get("state_key")), content)

    async def _membership(self, heard: Heard, content: Mapping[str, Any]) -> None:
        """Who leaves the community is gone: its spaces and rooms where they are configured, else all common rooms. Who
        is banned from any of its rooms is, too."""
        who = str(heard.event.source.get("state_key"))
        unsigned = heard.event.source.get("unsigned")
        before = unsigned.get("prev_content") if isinstance(unsigned, Mapping) else None
        if who == self._client.user_id or self.directs.whose(heard.room) is not None:
            return
        if not left(content, before if isinstance(before, Mapping) else {}):
            return
        banned = content.get("membership") == "ban"
        community = self.rooms.community()
        remaining = [room for room in self.rooms.homes or community if room != heard.room]
        if (banned and heard.room in community) or not self.rooms.among(who, remaining):
            place = PlaceRef("matrix", heard.room)
            removed = banned or heard.event.sender != who
            await self._inbox.gone(Gone(heard.event.event_id, place, user(who), removed=removed))
