"""The few typed things that a handler receives: what was asked, and what may be used to answer it.

A handler reads and writes through `kit.transaction()`. Where dispatch already holds one (a command with effects, a
job), the handler joins it, so that the event's key, its effects and its answer are one commit.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.config import Config
from bot.state.clock import Clock
from bot.state.database import Database, Transaction
from bot.state.erasure import Forget
from bot.state.jobs import Jobs
from bot.state.memory import Memories
from bot.state.outbox import Outbox
from bot.state.people import People, Person
from bot.state.vault import Vault, Where
from bot.talk.command import Command
from bot.talk.errors import NeedsConsent, NotKept
from bot.talk.feature import Feature, Purpose
from bot.talk.model import Incoming, Invocation, MessageRef, PlaceRef, Role, Target, UserRef
from bot.talk.platform import Keeps, Platform, Words
from bot.talk.reply import Reply
from bot.talk.text import _
from safety.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks, where, and as whom we know them. `person` is None for somebody who never opted in."""

    key: str
    author: UserRef
    place: PlaceRef
    role: Role
    direct: bool
    language: str
    at: datetime
    person: Person | None = None
    agreed: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    pressed: MessageRef | None = None
    message: MessageRef | None = None
    about: str | None = None
    """What the private room is for in which it was asked; None elsewhere."""


class Guard(Protocol):
    """The crisis guard: dispatch asks it first, and the bot does not start without one."""

    def glance(self, text: str, *, place: PlaceRef, roles: frozenset[str], private: bool) -> Verdict | None:
        """What the rules say of a text; None where it is too long for that. Pure, in milliseconds; never raises."""
        ...

    def assess(self, text: str, *, place: PlaceRef, roles: frozenset[str], private: bool) -> Verdict:
        """What the rules say of any text: for a thread beside the event loop. Pure; never raises."""
        ...

    async def public(self, incoming: Incoming, verdict: Verdict) -> None:
        """A message in a place: resources to its author at once, then the moderators. Never raises."""
        ...

    async def private(self, author: UserRef, verdict: Verdict, *, key: str, language: str, place: PlaceRef) -> Reply:
        """Words written privately to the bot: what the author is offered. Alerts nobody. Never raises."""
        ...

    async def relayed(
        self, author: UserRef, verdict: Verdict, *, key: str, language: str, place: PlaceRef, speaker: str
    ) -> Reply:
        """Words on their way to a buddy: what their author is offered. At urgent, and only then, the moderators hear
        of it, under the pseudonym `speaker`, as both were told. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the bot can do: all features and their commands."""

    features: tuple[Feature, ...]

    @property
    def commands(self) -> tuple[Command, ...]:
        return tuple(command for feature in self.features for command in feature.commands)

    def command(self, name: str) -> Command | None:
        return next((one for one in self.commands if one.name == name or " ".join(one.slash_path) == name), None)

    @property
    def forgets(self) -> list[Forget]:
        """What features do when a person is erased."""
        return [feature.forget for feature in self.features if feature.forget is not None]

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        return tuple(purpose for feature in self.features for purpose in feature.purposes)

    def purpose(self, id: str) -> Purpose | None:
        return next((purpose for purpose in self.purposes if purpose.id == id), None)


@dataclass(frozen=True, slots=True)
class House:
    """What lives as long as the bot runs. Features see it through a `Kit`."""

    config: Config
    clock: Clock
    db: Database
    vault: Vault
    people: People
    jobs: Jobs
    outbox: Outbox
    memories: Memories
    words: Words
    catalogue: Catalogue
    platforms: Mapping[str, Platform]

    def keeps(self, platform: str, purpose: str) -> bool:
        """Whether what that purpose keeps may be kept of who uses that platform."""
        known = self.catalogue.purpose(purpose)
        on = self.platforms.get(platform)
        return (known is not None and not known.sensitive) or not isinstance(on, Keeps) or on.keeps_sensitive

    async def agreed(self, tx: Transaction, person: str) -> frozenset[str]:
        """The purposes that the person agreed to, in their present versions."""
        consents = await self.people.consents(tx, person)
        return frozenset(
            purpose.id
            for purpose in self.catalogue.purposes
            if (one := consents.get(purpose.id)) and one.withdrawn is None and one.version >= purpose.version
        )


class Kit:
    """What a handler may use. Made for each event; holds no platform, only the port for who needs one by name."""

    def __init__(self, house: House, outer: Transaction | None = None) -> None:
        self.house = house
        self._outer = outer

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    @property
    def config(self) -> Config:
        return self.house.config

    @property
    def people(self) -> People:
        return self.house.people

    @property
    def jobs(self) -> Jobs:
        return self.house.jobs

    @property
    def words(self) -> Words:
        return self.house.words

    @property
    def catalogue(self) -> Catalogue:
        return self.house.catalogue

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """The transaction of this event, or a short one of its own. No network call belongs inside."""
        if self._outer is not None:
            yield self._outer
            return
        async with self.house.db.transaction() as tx:
            yield tx

    async def seal(self, person: str, table: str, column: str, row: str, value: Any) -> bytes:
        """Plain data, sealed with the person's own key for exactly that cell."""
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return await self.house.vault.seal(person, Where(table, column, row), data)

    async def unseal(self, person: str, table: str, column: str, row: str, sealed: bytes) -> Any:
        """What was sealed there. Raises where the key is gone or the cell was tampered with."""
        return json.loads(await self.house.vault.open_sealed(person, Where(table, column, row), sealed))

    def require(self, ask: Ask, purpose: str) -> Person:
        """The person, who agreed to that purpose in its present version. Raises NeedsConsent with the question, or
        NotKept where the platform's rules are in the way."""
        if not self.house.keeps(ask.place.platform, purpose):
            raise NotKept()
        if ask.person is not None and purpose in ask.agreed:
            return ask.person
        known = self.catalogue.purpose(purpose)
        raise NeedsConsent(purpose, known.why if known else _("This needs your agreement first."))

    async def tell(
        self,
        tx: Transaction,
        to: Target,
        reply: Reply,
        *,
        key: str,
        person: str | None = None,
        urgent: bool = False,
        expires: datetime | None = None,
        remember: str | None = None,
        remember_for: timedelta | None = None,
        answers: str | None = None,
    ) -> None:
        """Say it later, for sure: written with the state that caused it, sent once under its key. With `remember`, as
        "feature:what", that feature's `sent` hears where it arrived."""
        await self.house.outbox.put(
            tx,
            to,
            reply,
            key=key,
            person=person,
            urgent=urgent,
            expires=expires,
            remember=remember,
            remember_for=remember_for,
            answers=answers,
        )


def ask_of(
    event: Incoming | Invocation, language: str, person: Person | None, agreed: Sequence[str] | frozenset[str]
) -> Ask:
    """The question as a handler sees it, from either kind of event."""
    return Ask(
        key=event.key,
        author=event.author,
        place=event.place,
        role=event.role,
        direct=event.direct,
        language=language,
        at=event.at,
        person=person,
        agreed=frozenset(agreed),
        roles=event.roles,
        pressed=event.pressed if isinstance(event, Invocation) else None,
        message=event.message,
        about=event.about if isinstance(event, Incoming) else None,
    )
