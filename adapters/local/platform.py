"""The local platform: the port that the core sees, and the people who use it.

What people do is accepted by the store first, then handed to the bot in the order of each place; what a killed bot left
unhandled is handed to the next one. It must not know the page.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from adapters.local.changes import Changes
from adapters.local.hand import Hand
from adapters.local.people import People
from adapters.local.post import Post
from adapters.local.read import Reader, roles
from adapters.local.rows import BOT, Accepted, Event, Form, NotPossible, Option, Shown, Side
from adapters.local.seeing import Seeing
from adapters.local.store import Store
from bot.talk.command import Command
from bot.talk.errors import TryLater, Unreachable
from bot.talk.model import MessageRef, PlaceRef, Role, RoomWith, Target, UserRef
from bot.talk.platform import Abilities, Ability, Inbox, Ports, Standing
from bot.talk.reply import Reply

TRIES = 3
"""How often something that the bot can't handle is handed to it, once at each of its starts."""
ROOM_FOR = 1_000_000
"""Characters in one message of the bot's: nothing it says is ever split here."""

UNKNOWN = Standing(Role.MEMBER, here=False)
Advance = Callable[[timedelta], Awaitable[None]]


class LocalPlatform:
    """Implements the `Platform` port. People act through `say`, `invoke`, `press` and the rest, each of which returns
    when the bot has handled it; the page uses `people` instead, which returns at once, and `changes`."""

    def __init__(
        self, ports: Ports, store: Store, *, name: str = "local", advance: Advance | None = None, prefix: str = "!"
    ) -> None:
        self.name = name
        self.ports = ports
        self.store = store
        self.advance = advance
        self.changes = Changes()
        self.seeing = Seeing(store)
        self.commands: Sequence[Command] = ()
        self._inbox: Inbox | None = None
        self._queue: asyncio.Queue[Event] | None = None
        self._waiting: dict[int, asyncio.Future[bool]] = {}
        self._read = Reader(name, store)
        self._post = Post(name, store, ports, self.changes, self._command, prefix)
        self.people = People(name, store, ports, self._post, self._command, prefix)

    # --- the port -------------------------------------------------------------------------------------------------

    def abilities(self, place: Target) -> Abilities:
        as_discord = Side.of(place.user.id if isinstance(place, RoomWith) else place.id) is Side.DISCORD
        shown = Ability.FULL if as_discord else Ability.FALLBACK
        return Abilities(
            presses=shown,
            forms=shown,
            edits=Ability.FULL,
            deletes=Ability.FULL,
            private=shown,
            pictures=Ability.FULL,
            files=Ability.FULL,
            moments=Ability.FULL,
            unasked=Ability.NONE if as_discord else Ability.FULL,
            rooms=Ability.FALLBACK if as_discord else Ability.FULL,
            length=ROOM_FOR,
        )

    async def run(self, inbox: Inbox, commands: Sequence[Command]) -> None:
        """Serve until cancelled: first what was left unhandled, then what people do."""
        hand = Hand(inbox, self.store, self.ports, self._post, self._read)
        self._inbox, self.commands = inbox, tuple(commands)
        queue = self._queue = asyncio.Queue()
        self.changes.tell()
        last: dict[str, asyncio.Task[None]] = {}
        try:
            async with asyncio.TaskGroup() as group:

                def start(event: Event, late: bool) -> None:
                    work = self._handle(hand, event, last.get(event.place), late=late)
                    last[event.place] = group.create_task(work)

                for event in self.store.events.unhandled():
                    start(event, True)
                while True:
                    start(await queue.get(), False)
        finally:
            self._inbox, self._queue = None, None
            self.changes.tell()

    async def send(self, to: Target, reply: Reply, *, key: str, language: str) -> MessageRef:
        with _kept():
            return await self._post.say(self._post.target(to, reply), reply, key=key, language=language)

    async def edit(self, message: MessageRef, reply: Reply, *, key: str, language: str) -> None:
        with _kept():
            await self._post.replace(_number(message), reply, key=key, language=language)

    async def delete(self, message: MessageRef) -> None:
        with _kept():
            await self._post.remove(_number(message))

    async def react(self, message: MessageRef, sign: str, *, on: bool) -> None:
        with _kept():
            self._post.react(_number(message), sign, on=on)

    async def standing(self, user: UserRef, place: PlaceRef | None) -> Standing:
        """What an account is at this moment; who is unknown or not there is least."""
        try:
            account = self.store.account(user.id)
            here = account.here if place is None else self.store.place(place.id).open_to(account)
        except NotPossible:
            return UNKNOWN
        return Standing(account.role, roles(account), here) if account.here else UNKNOWN

    async def reached(self, user: UserRef) -> bool:
        """Direct rooms need no joining here: whoever is here reads theirs."""
        try:
            return self.store.account(user.id).here
        except NotPossible:
            return False

    async def recent(self, place: PlaceRef, most: int, *, reader: UserRef) -> Sequence[str] | None:
        """What people wrote there last, for somebody to whom the place is open."""
        try:
            where, who = self.store.place(place.id), self.store.account(reader.id)
        except NotPossible:
            return None
        if where.owner is not None or not where.open_to(who):
            return None
        said = self.store.messages.messages(where.id, who.id, most)
        return [one.text for one in said if one.author != BOT and not one.deleted]

    # --- the people -----------------------------------------------------------------------------------------------

    async def say(self, person: str, place: str, text: str, reply_to: str | None = None) -> Accepted:
        return await self.handled(self.people.say(person, place, text, reply_to))

    async def invoke(
        self, person: str, place: str, command: str, args: Mapping[str, object] | None = None, about: str | None = None
    ) -> Accepted:
        return await self.handled(self.people.invoke(person, place, command, args or {}, about))

    async def press(self, person: str, message: str, which: int | str) -> Accepted:
        return await self.handled(self.people.press(person, message, which))

    async def submit(self, person: str, form: str, values: Mapping[str, object]) -> Accepted:
        return await self.handled(self.people.submit(person, form, values))

    async def suggest(self, person: str, command: str, param: str, typed: str) -> tuple[Option, ...]:
        return self.people.suggest(person, command, param, typed)

    async def edit_message(self, person: str, message: str, text: str) -> Accepted:
        return await self.handled(self.people.edit(person, message, text))

    async def delete_message(self, person: str, message: str) -> Accepted:
        return await self.handled(self.people.delete(person, message))

    async def react_to(self, person: str, message: str, sign: str, *, on: bool = True) -> Accepted:
        return await self.handled(self.people.react(person, message, sign, on=on))

    async def leave(self, person: str, *, removed: bool = False) -> Accepted:
        return await self.handled(self.people.leave(person, removed=removed))

    async def join(self, person: str) -> None:
        self.people.join(person)
        self.changes.tell()

    def seen(self, person: str, place: str) -> list[Shown]:
        return self.seeing.seen(person, place)

    def form(self, person: str) -> Form | None:
        """The dialog that this person has open."""
        return self.people.form(person)

    # --- handing over ---------------------------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        """Whether the bot is there to answer."""
        return self._inbox is not None

    def enqueue(self, accepted: Accepted) -> None:
        """Let the bot have what was accepted, now or when it runs again."""
        if accepted.event is not None and self._queue is not None:
            self._queue.put_nowait(accepted.event)
        self.changes.tell(accepted.event.place if accepted.event else "everything")

    async def handled(self, accepted: Accepted) -> Accepted:
        """As `enqueue`, and wait for the bot."""
        if accepted.event is None:
            self.enqueue(accepted)
            return accepted
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[accepted.event.id] = done
        self.enqueue(accepted)
        fine = await done
        return accepted if fine else Accepted(accepted.event, accepted.form, accepted.message, failed=True)

    async def _handle(self, hand: Hand, event: Event, before: asyncio.Task[None] | None, *, late: bool) -> None:
        """One event, after the one before it in its place. A failure is the event's own: everyone else is served."""
        if before is not None:
            await asyncio.wait([before])
        self.store.events.tried(event.id)
        try:
            await hand(event, late=late)
            fine = True
            self.store.events.handled(event.id)
        except Exception:
            fine = False
            self.ports.log.exception("something a person did could not be handled", extra={"did": event.did.value})
            if event.tries + 1 >= TRIES:
                self.store.events.handled(event.id)
            self.changes.tell(f"failed:{event.account}")
        waiting = self._waiting.pop(event.id, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(fine)

    def _command(self, name: str) -> Command | None:
        return None if self._inbox is None else self._inbox.command(name)


@contextmanager
def _kept() -> Iterator[None]:
    """A full disk is an outage of the server's: it may take the message later."""
    try:
        yield
    except sqlite3.OperationalError:
        raise TryLater("store") from None


def _number(message: MessageRef) -> int:
    if not message.id.isdecimal():
        raise Unreachable("no such message")
    return int(message.id)
