"""Matrix: the port that the core sees, over one account.

While `run` serves, a `Session` holds everything that lives as long as the connection. It must not know how anything is
read, rendered or sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from nio import AsyncClient

from adapters.matrix.account import Files
from adapters.matrix.session import Session
from bot.config.platforms import Matrix
from bot.talk.command import Command
from bot.talk.errors import NotConnected, Unreachable
from bot.talk.model import MessageRef, PlaceRef, Target, UserRef
from bot.talk.platform import Abilities, Ability, Inbox, Ports, Standing
from bot.talk.reply import Reply

NAME = "matrix"
NOT_CONNECTED_PAUSE = 1.0
LENGTH = 10_000
"""Characters that surely fit one message, with their HTML and encrypted."""


class MatrixPlatform:
    """Implements the `Platform` port, and all optional powers."""

    name = NAME

    def __init__(
        self,
        ports: Ports,
        settings: Matrix,
        folder: Path,
        *,
        prefix: str = "!",
        language: str = "en",
        poll: float = 30.0,
    ) -> None:
        self._ports = ports
        self._settings = settings
        self._files = Files(folder)
        self._prefix = prefix
        self._language = language
        self._poll = poll
        self.session: Session | None = None
        """What serves at the moment."""

    def abilities(self, place: Target) -> Abilities:
        sealed = self.session is not None and isinstance(place, PlaceRef) and self.session.encrypted(place.id)
        return Abilities(
            presses=Ability.FALLBACK,
            forms=Ability.FALLBACK,
            edits=Ability.FULL,
            deletes=Ability.FULL,
            private=Ability.FULL,
            pictures=Ability.FULL,
            files=Ability.FULL,
            moments=Ability.FALLBACK,
            unasked=Ability.FULL,
            rooms=Ability.FULL,
            length=LENGTH,
            encrypted=sealed or not isinstance(place, PlaceRef),
        )

    async def run(self, inbox: Inbox, commands: Sequence[Command]) -> None:
        """Serve until cancelled. Raises PlatformStopped where only the owner can help."""
        session = self._session(self._files.opened(), inbox, commands)
        self.session = session
        try:
            await session.run()
        finally:
            self.session = None
            await session.close()

    def _session(self, client: AsyncClient, inbox: Inbox, commands: Sequence[Command]) -> Session:
        return Session(
            client,
            self._ports,
            self._settings,
            inbox,
            commands,
            prefix=self._prefix,
            language=self._language,
            signing=self._files.signing_keys,
            poll=self._poll,
        )

    async def send(self, to: Target, reply: Reply, *, key: str, language: str) -> MessageRef:
        session = self._serving()
        spot = await session.rooms.spot(to)
        return await session.post.say(spot, reply, key=key, language=language)

    async def edit(self, message: MessageRef, reply: Reply, *, key: str, language: str) -> None:
        session = self._serving()
        await session.post.change(session.spot_of(message), message.id, reply, key=key, language=language)

    async def delete(self, message: MessageRef) -> None:
        session = self._serving()
        await session.post.remove(session.spot_of(message), message.id)

    async def react(self, message: MessageRef, sign: str, *, on: bool) -> None:
        await self._serving().signs.react(message.place.id, message.id, sign, on=on)

    async def standing(self, user: UserRef, place: PlaceRef | None) -> Standing:
        """What an account is at this moment, in a room or in the community."""
        session = self._serving()
        room = None
        if place is not None and session.directs.whose(place.id) is None:
            room = await session.rooms.find(place.id)
            if room is None:
                raise Unreachable("no such room")
        return await session.standings.of(user.id, room, now=True)

    async def reached(self, user: UserRef) -> bool:
        """Whether somebody joined their direct room, so that they can read what was said there."""
        return self.session is not None and self.session.directs.joined(user.id)

    def link(self, message: MessageRef) -> str | None:
        return f"https://matrix.to/#/{quote(message.place.id, safe='!:')}/{quote(message.id, safe='$')}"

    async def recent(self, place: PlaceRef, most: int, *, reader: UserRef) -> Sequence[str] | None:
        """What people wrote in a room of the community last, for somebody who is in it; what can't be decrypted any
        more is left out."""
        session = self.session
        if session is None or session.directs.whose(place.id) is not None:
            return None
        room = await session.rooms.find(place.id)
        return None if room is None else await session.recent(room, most, reader.id)

    def _serving(self) -> Session:
        if self.session is None or not self.session.ready:
            raise NotConnected(NOT_CONNECTED_PAUSE)
        return self.session
