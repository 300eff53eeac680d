"""Settling in after the first sync: entering the community, signing the device, describing the commands, and telling
the server owner in plain words what is missing.

Nothing here is needed to answer people; each step is tried by itself. It must not know what is said in a room.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from random import Random

from nio import AsyncClient

from adapters.matrix.account import LOST
from adapters.matrix.crosssign import NeedsApproval, NeedsPassword, Signed, SigningKeys, how_signed, sign_device
from adapters.matrix.declare import KIND, descriptions
from adapters.matrix.doors import Doors
from adapters.matrix.keys import Keys
from adapters.matrix.pauses import Pauses
from adapters.matrix.read import Reader
from adapters.matrix.rooms import Rooms
from adapters.matrix.standing import Standings
from adapters.matrix.wire import NoAnswer, Refused, WireError, ask, path
from bot.config.platforms import Matrix
from bot.talk.command import Command
from bot.talk.errors import PlatformStopped
from bot.talk.platform import Ports

UNSIGNED = {
    Signed.NO_KEYS: "Matrix: the bot's device is not signed, so clients show a warning beside what it says, and some "
    "can't read it. Sign it: handrail matrix verify",
    Signed.NOT_YET: "Matrix: the bot's device is not signed yet. Sign it: handrail matrix verify",
    Signed.OTHER_KEYS: "Matrix: the account was signed elsewhere, with keys that are not here. Sign this device: "
    "handrail matrix verify",
}


class Settling:
    """What is done once after each start."""

    def __init__(
        self,
        client: AsyncClient,
        ports: Ports,
        settings: Matrix,
        keys: Keys,
        doors: Doors,
        rooms: Rooms,
        standings: Standings,
        reader: Reader,
        commands: Sequence[Command],
        signing: Callable[[], SigningKeys | None],
        language: str,
    ) -> None:
        self._client = client
        self._ports = ports
        self._settings = settings
        self._keys = keys
        self._doors = doors
        self._rooms = rooms
        self._standings = standings
        self._reader = reader
        self._commands = commands
        self._signing = signing
        self._language = language
        self.done = False

    async def settle(self) -> None:
        """All of it. Raises PlatformStopped where the device is of no use any more."""
        await self._surely(self._own_name)
        await self._surely(self._sign)
        await self._surely(self._doors.enter_community)
        self._tell_of_rooms()
        for room in self._rooms.common():
            await self.entered(room)
        self.done = True

    async def entered(self, room: str) -> None:
        """A common room is there: describe the commands in it, where the bot may."""
        if self._settings.describe:
            try:
                await self._describe(room)
            except WireError as error:
                self._ports.log.info("commands are not described", extra={"reason": error.reason})

    async def _surely(self, step: Callable[[], Awaitable[None]]) -> None:
        """Until the server answers; what it refuses is only told."""
        pauses = Pauses(self._ports.clock, Random())
        while True:
            try:
                await step()
                return
            except Refused as error:
                self._ports.log.warning("settling in: refused", extra={"reason": error.reason})
                return
            except NoAnswer as error:
                await pauses.rest(error.after)

    async def _own_name(self) -> None:
        said = await ask(self._client, "GET", path("profile", self._client.user_id, "displayname"))
        name = said.get("displayname")
        self._reader.name = name if isinstance(name, str) else ""

    async def _sign(self) -> None:
        with suppress(Refused):  # as for a device whose other keys the server knows; how it stands says so
            await self._keys.publish()
        signing = self._signing()
        standing = await how_signed(self._client, signing)
        if standing in (Signed.NOT_YET, Signed.NO_KEYS) and signing is not None:
            try:
                standing = await sign_device(self._client, signing)
            except (NeedsPassword, NeedsApproval):
                self._ports.log.warning("the device can't be signed without its owner")
        if standing is Signed.OTHER_DEVICE:
            raise PlatformStopped(LOST)
        if standing in UNSIGNED:
            self._tell(UNSIGNED[standing])

    def _tell_of_rooms(self) -> None:
        for name in self._doors.refused:
            self._tell(f"Matrix: {name} can't be entered. Invite the bot there, or mend platforms.matrix.community.")
        if not self._settings.community and not self._settings.invites:
            self._tell(
                "Matrix: no community is configured, so the bot answers in direct rooms only. Name its space or rooms "
                "under platforms.matrix.community."
            )

    def _tell(self, sentence: str) -> None:
        """On the owner's terminal only: it may name a room, so no log may have it."""
        print(sentence, flush=True)

    async def _describe(self, room: str) -> None:
        known = self._client.rooms.get(room)
        powers = await self._standings.powers(room)
        me = self._client.user_id
        if known is None or known.room_type == "m.space" or not powers.may_set(me, KIND):
            return
        wanted = descriptions(self._commands, me, self._ports.words, self._language)
        for key, content in wanted.items():
            where = path("rooms", room, "state", KIND, key)
            try:
                there = await ask(self._client, "GET", where)
            except Refused:
                there = {}
            if there != content:
                await ask(self._client, "PUT", where, content)
