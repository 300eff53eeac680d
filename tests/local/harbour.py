"""A bot small enough to read: an inbox over a few real declarations, and the ports an adapter is made with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

from adapters.local import LocalPlatform, Store
from bot.state.clock import ManualClock
from bot.talk.command import Arg, Choice, Command, check_all, command
from bot.talk.errors import Mistake
from bot.talk.model import Gone, Incoming, Invocation, MessageRef, Moved, Reacted, Role, UserRef
from bot.talk.parse import bind
from bot.talk.platform import Answer, Ports
from bot.talk.press import Press, Tone
from bot.talk.reply import AskForm, Audience, Reply, say
from bot.talk.text import _
from bot.words import Catalogues

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def zones(typed: str, language: str) -> Sequence[Choice]:
    return [Choice(name, name) for name in ("Europe/Berlin", "Europe/Lisbon") if typed.casefold() in name.casefold()]


@command("mood", form=True, examples=("mood 4 slept well",))
async def mood(
    ask: Invocation,
    kit: Any,
    level: Annotated[int, Arg(_("How are you, 1 to 5?"), ge=1, le=5)],
    note: Annotated[str | None, Arg(_("Anything to add"), long=True, rest=True, most=40)] = None,
    day: Annotated[str | None, Arg(_("Which day"), hidden=True)] = None,
) -> Reply:
    """Note how you are."""
    told = say(_("Noted: {level}.", level=level), *([note] if note else []), *([f"day {day}"] if day else []))
    again = Press(_("Once more"), "mood", form=True, day="monday")
    return told.with_presses(Press(_("Better"), "mood", tone=Tone.MAIN, level=5, day="monday"), again)


@command("wave", audience=Audience.PUBLIC, menu=_("Wave back"))
async def wave(
    ask: Invocation,
    kit: Any,
    to: Annotated[UserRef | None, Arg(_("Whom"))] = None,
    zone: Annotated[str | None, Arg(_("Where"), suggest=zones)] = None,
) -> Reply:
    """Wave to everybody."""
    who = to.id if to else "all"
    return say(f"waves to {who}", presses=[Press(_("Done"), "done"), Press(_("Again"), "wave")])


@command("done", hidden=True, audience=Audience.PUBLIC)
async def done(ask: Invocation, kit: Any) -> Reply:
    """End it."""
    return say(_("That is done."), replaces=True)


@command("lock", allow=Role.MODERATOR)
async def lock(ask: Invocation, kit: Any) -> Reply:
    """Lock the room."""
    return say(_("Locked."))


COMMANDS = (mood, wave, done, lock)
check_all(COMMANDS)


class Bot:
    """Implements `Inbox`. Remembers what it heard; a second hearing of the same key is a repetition."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.invoked: list[Invocation] = []
        self.left: list[Gone] = []
        self.moves: list[Moved] = []
        self.reactions: list[Reacted] = []
        self.watching: list[MessageRef] = []
        self.aside: Reply | None = None
        self.broken = False
        self._keys: set[str] = set()

    async def receive(self, incoming: Incoming) -> None:
        self._maybe_break()
        self.heard.append(incoming)

    async def invoke(self, invocation: Invocation) -> Answer | None:
        self._maybe_break()
        self.invoked.append(invocation)
        found = self.command(invocation.command)
        if found is None or invocation.key in self._keys:
            return None
        self._keys.add(invocation.key)
        words = Catalogues()
        try:
            args = bind(found, invocation.args, lambda text: words.say(text, "en"), invocation.place.platform)
            reply = await found.run(invocation, None, **args)
        except Mistake as mistake:
            typed: Mapping[str, Any] = invocation.args
            reply = Reply(say(mistake.told).blocks, reopens=AskForm(found.name, tuple(typed.items())))
        return Answer(reply, found.audience, "en", self.aside)

    async def gone(self, gone: Gone) -> None:
        self.left.append(gone)

    async def moved(self, moved: Moved) -> None:
        self.moves.append(moved)

    async def watched(self, user: UserRef) -> list[MessageRef]:
        return self.watching

    async def reacted(self, reacted: Reacted) -> None:
        self.reactions.append(reacted)

    def command(self, name: str) -> Command | None:
        return next((one for one in COMMANDS if name in (one.name, " ".join(one.slash_path))), None)

    def _maybe_break(self) -> None:
        if self.broken:
            raise RuntimeError("the database is away")


class PlainMemory:
    """Implements `Memory` in a dictionary."""

    def __init__(self) -> None:
        self.full = False
        self.kept: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.kept.get(key)

    async def put(self, key: str, value: str) -> None:
        if self.full:
            raise OSError("disk full")
        self.kept[key] = value

    async def delete(self, key: str) -> None:
        self.kept.pop(key, None)

    async def all(self, prefix: str = "") -> Mapping[str, str]:
        return {key: value for key, value in self.kept.items() if key.startswith(prefix)}


def ports(memory: PlainMemory | None = None, clock: ManualClock | None = None) -> Ports:
    log = logging.getLogger("handrail.local")
    return Ports(clock or ManualClock(START), memory or PlainMemory(), Catalogues(), log)


@asynccontextmanager
async def serving(platform: LocalPlatform, bot: Bot) -> AsyncIterator[None]:
    """The bot runs for as long as this lasts."""
    task = asyncio.create_task(platform.run(bot, COMMANDS))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[..., bool]) -> None:
    """Let the others run until it is so."""
    for _turn in range(1_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to be")


class Harbour:
    """A store, a platform on it and a bot, as the tests use them."""

    def __init__(self, path: Any = ":memory:") -> None:
        self.memory = PlainMemory()
        self.clock = ManualClock(START)
        self.store = Store.open(path)
        self.ports = ports(self.memory, self.clock)
        self.platform = LocalPlatform(self.ports, self.store)
        self.bot = Bot()

    def texts(self, account: str, place: str) -> list[str]:
        return [shown.text for shown in self.platform.seen(account, place)]
