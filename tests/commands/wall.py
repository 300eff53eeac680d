"""Two platforms that take everything at once, in memory: one that gives each pair a room of its own, one that does not.

What people hear is in their lists, as the bot said it; a whole bot runs over them, with a clock that is set by hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

import aiosqlite

from bot.__main__ import master_key
from bot.app import App
from bot.config import Config
from bot.state.clock import ManualClock
from bot.talk.command import Command
from bot.talk.feature import Feature
from bot.talk.model import Incoming, Invocation, MessageRef, PlaceRef, RoomWith, Target, UserRef
from bot.talk.platform import Abilities, Ability, Answer, Inbox
from bot.talk.press import Press
from bot.talk.reply import Reply, inlines
from bot.talk.text import Text
from commands import FEATURES
from tests.contract.town import MORNING

FULL, NONE = Ability.FULL, Ability.NONE


@dataclass
class Said:
    """Something that one person heard: where, what, and what became of it."""

    ref: MessageRef
    to: Target
    reply: Reply
    at: datetime
    deleted: bool = False
    edits: int = 0

    @property
    def words(self) -> str:
        """The English words, with those of arguments."""
        return " ".join(_word(one) for one in inlines(self.reply))


def _word(one: object) -> str:
    match one:
        case Text(id=id, args=args):
            return id + " " + " ".join(_word(value) for _name, value in args)
        case str():
            return one
        case _:
            inner = getattr(one, "inner", None) or getattr(one, "label", None)
            return _word(inner) if inner is not None else str(getattr(one, "text", ""))


@dataclass
class Wall:
    """Implements `Platform` and `Reacts`."""

    name: str
    rooms: bool
    clock: ManualClock
    heard: dict[str, list[Said]] = field(default_factory=dict)
    by_id: dict[str, Said] = field(default_factory=dict)
    keys: dict[str, MessageRef] = field(default_factory=dict)
    signs: list[tuple[MessageRef, str, bool]] = field(default_factory=list)
    count: int = 0

    def abilities(self, place: Target) -> Abilities:
        return Abilities(
            presses=FULL,
            forms=FULL,
            edits=FULL,
            deletes=FULL,
            private=FULL,
            pictures=FULL,
            files=FULL,
            moments=FULL,
            unasked=NONE,
            rooms=FULL if self.rooms else Ability.FALLBACK,
            length=4_000,
        )

    async def run(self, inbox: Inbox, commands: Sequence[Command]) -> None:
        await asyncio.Event().wait()

    def place(self, to: Target) -> PlaceRef:
        match to:
            case RoomWith(user, about) if self.rooms:
                return PlaceRef(self.name, f"{user.id}/{about}")
            case RoomWith(user):
                return PlaceRef(self.name, f"dm/{user.id}")
            case UserRef(id=id):
                return PlaceRef(self.name, f"dm/{id}")
            case PlaceRef():
                return to

    async def send(self, to: Target, reply: Reply, *, key: str, language: str) -> MessageRef:
        if key in self.keys:
            return self.keys[key]
        self.count += 1
        ref = MessageRef(self.place(to), f"{self.name}{self.count}")
        said = Said(ref, to, reply, self.clock.now())
        self.keys[key], self.by_id[ref.id] = ref, said
        user = to.user if isinstance(to, RoomWith) else to
        if isinstance(user, UserRef):
            self.heard.setdefault(user.id, []).append(said)
        return ref

    async def edit(self, message: MessageRef, reply: Reply, *, key: str, language: str) -> None:
        said = self.by_id[message.id]
        said.reply, said.edits = reply, said.edits + 1

    async def delete(self, message: MessageRef) -> None:
        self.by_id[message.id].deleted = True

    async def react(self, message: MessageRef, sign: str, *, on: bool) -> None:
        self.signs.append((message, sign, on))


async def _nobody_waits() -> None:
    """Here nothing runs in the background, so nobody is woken by the clock."""


async def _at_once(does: Callable[..., object], *args: object, **more: object) -> object:
    """A statement, run where it is asked for."""
    return does(*args, **more)


class World:
    """A bot over both walls."""

    def __init__(
        self, folder: Path, settings: dict[str, object] | None = None, features: tuple[Feature, ...] = FEATURES
    ) -> None:
        self.features = features
        self.clock = ManualClock(MORNING, settle=_nobody_waits)
        self.walls = {"own": Wall("own", True, self.clock), "dms": Wall("dms", False, self.clock)}
        self.config = Config.model_validate(
            {
                "community": {"zone": "Europe/London", "country": "GB"},
                "data": {"folder": str(folder), "key": {"file": f"{folder}/master.key"}},
                **(settings or {}),
            }
        )
        self.number = 0
        self.app: App

    async def open(self) -> World:
        makers = {name: (lambda _config, _ports, name=name: self.walls[name]) for name in self.walls}
        with patch.object(aiosqlite, "connect", partial(aiosqlite.connect, check_same_thread=False)):
            self.app = await App.open(self.config, self.features, makers, self.clock, master_key(self.config))
        for db in (self.app.house.db, self.app.house.vault.db):
            # What survives a power cut, and what waits for the connection's thread, is tested elsewhere; here many
            # steps count. Each statement's way to that thread and back took longer than all the rest of a step.
            await db.raw.execute("PRAGMA synchronous = OFF")
            db.raw._execute = _at_once  # type: ignore[method-assign]
        return self

    async def close(self) -> None:
        await self.app.close()

    async def restart(self) -> None:
        await self.close()
        await self.open()

    async def later(self, by: timedelta) -> None:
        await self.app.pass_time(self.clock, by)

    async def ask(self, user: UserRef, command: str, /, **args: object) -> Answer:
        self.number += 1
        place = PlaceRef(user.platform, f"dm/{user.id}")
        event = Invocation(f"i{self.number}", user, place, command, self.clock.now(), args, direct=True)
        return await self.app.dispatch.invoke(event)

    async def press(self, user: UserRef, press: Press) -> Answer:
        return await self.ask(user, press.command, **dict(press.args))

    def incoming(self, user: UserRef, text: str, about: str | None = None, **more: object) -> Incoming:
        self.number += 1
        wall = self.walls[user.platform]
        place = wall.place(RoomWith(user, about)) if about and wall.rooms else PlaceRef(user.platform, f"dm/{user.id}")
        message = MessageRef(place, f"u{self.number}")
        return Incoming(  # type: ignore[arg-type]
            f"m{self.number}",
            user,
            place,
            text,
            self.clock.now(),
            more.pop("message", message),
            direct=True,
            about=about if wall.rooms else None,
            **more,
        )

    async def say(self, user: UserRef, text: str, about: str | None = None, **more: object) -> Incoming:
        event = self.incoming(user, text, about, **more)
        await self.app.dispatch.receive(event)
        return event

    def heard(self, user: UserRef) -> list[Said]:
        return self.walls[user.platform].heard.get(user.id, [])
