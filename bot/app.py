"""The running bot: a house, its guard, its platforms, and what works in the background, each under its own supervisor.

One platform's fault, or a job's, never reaches another; only shutdown crosses. It knows platforms by their port and
features by what they export.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial

from bot.config import Config
from bot.dispatch import Dispatch
from bot.kit import Catalogue, House, Kit
from bot.state.clock import Clock, MovedByHand
from bot.state.database import Database, Transaction
from bot.state.erasure import resume
from bot.state.jobs import Job, JobKind, JobRunner, Jobs, Lateness, Run
from bot.state.master import MasterKey
from bot.state.memory import Memories
from bot.state.outbox import Deed, Outbox, Sender
from bot.state.people import People
from bot.state.retention import retention_kinds, schedule_retention
from bot.state.vault import Vault
from bot.talk.command import check_all
from bot.talk.errors import PlatformStopped, StartRefused
from bot.talk.feature import Feature, JobSpec
from bot.talk.model import MessageRef, PlaceRef, RoomWith, Target, UserRef
from bot.talk.platform import Platform, Ports, Reacts
from bot.talk.reply import Reply, Sign
from bot.words import Catalogues

log = logging.getLogger("handrail.app")

Maker = Callable[[Config, Ports], Platform]
Work = Callable[[Job, Kit], Awaitable[None]]
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=1)
LONGEST_REST = timedelta(seconds=10)
A_MOMENT = timedelta(milliseconds=10)


class App:
    """Made by `open`, run by `run`, ended by cancelling `run` and awaiting `close`."""

    def __init__(self, house: House, features: tuple[Feature, ...]) -> None:
        self.house = house
        guards = [feature.guard for feature in features if feature.guard is not None]
        if len(guards) != 1:
            raise StartRefused("The bot does not start without exactly one crisis guard; its code was changed.")
        self.guard = guards[0](Kit(house))
        self.dispatch = Dispatch(house, self.guard)
        kinds = [self._kind(spec) for feature in features for spec in feature.jobs]
        self.jobs = JobRunner(
            house.db, house.clock, [*kinds, *retention_kinds(house.db, house.vault, house.catalogue.forgets)], log
        )
        self._hear_sent = {feature.name: feature.sent for feature in features if feature.sent is not None}
        self.sender = Sender(
            house.db,
            house.outbox,
            house.clock,
            self._deliver,
            log,
            self._sent,
            act=self._act,
            on_lost=self._undelivered,
        )

    @classmethod
    async def open(
        cls,
        config: Config,
        features: tuple[Feature, ...],
        makers: Mapping[str, Maker],
        clock: Clock,
        master: MasterKey,
    ) -> App:
        """Open the data, make the platforms, and finish what a crash left open. Raises StartRefused."""
        catalogue = Catalogue(features)
        check_all(catalogue.commands)
        folder = config.data.folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        db = await Database.open(folder / "handrail.db", clock=clock, backups=folder / "backups")
        try:
            vault = await Vault.open(folder / "keys.db", master, clock)
            try:
                await resume(db, vault, catalogue.forgets)
                memories = Memories(db, vault)
                words = Catalogues()
                platforms: dict[str, Platform] = {}
                house = House(
                    config=config,
                    clock=clock,
                    db=db,
                    vault=vault,
                    people=People(vault),
                    jobs=Jobs(),
                    outbox=Outbox(vault),
                    memories=memories,
                    words=words,
                    catalogue=catalogue,
                    platforms=platforms,
                )
                known, reads = _known(house), _reads(house)
                for name, make in makers.items():
                    own = logging.getLogger(f"handrail.{name}")
                    ports = Ports(clock, memories.for_platform(name), words, own, known, reads)
                    platforms[name] = make(config, ports)
                app = cls(house, features)
                await app._started(features)
                return app
            except BaseException:
                await vault.close()
                raise
        except BaseException:
            await db.close()
            raise

    async def _started(self, features: tuple[Feature, ...]) -> None:
        async with self.house.db.transaction() as tx:
            await schedule_retention(tx, self.house.jobs, self.house.clock)
        for feature in features:
            if feature.started is not None:
                async with self.house.db.transaction() as tx:
                    await feature.started(Kit(self.house, tx), tx)

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, platform in self.house.platforms.items():
                group.create_task(self._supervise(name, self._serve(platform)))
            for feature in self.house.catalogue.features:
                if feature.runs is not None:
                    group.create_task(self._supervise(feature.name, partial(feature.runs, Kit(self.house))))
            group.create_task(self._supervise("jobs", self.jobs.run))
            group.create_task(self._supervise("outbox", self.sender.run))

    async def close(self) -> None:
        """Close the files. Nothing is lost by not getting here."""
        with suppress(Exception):
            await self.house.vault.close()
        await self.house.db.close()

    async def settle(self) -> None:
        """Do all that is due now: jobs, then messages, until nothing is. For the tour and for tests, where nothing
        runs in the background."""
        while await self.jobs.run_due() + await self.sender.run_due():
            pass

    async def at_rest(self) -> None:
        """Wait until what runs in the background has done all that is due now. For the demo, whose clock jumps."""
        clock = self.house.clock
        until = clock.now() + LONGEST_REST
        while clock.now() < until:
            async with self.house.db.transaction() as tx:
                due = await self.house.jobs.next_due(tx)
                waiting = await self.house.outbox.waiting(tx, due=True)
            if not waiting and (due is None or due > clock.now()):
                return
            await clock.sleep_until(clock.now() + A_MOMENT)

    async def pass_time(
        self, clock: MovedByHand, by: timedelta, settle: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Let time pass on a clock moved by hand, stopping at everything that becomes due, as if the bot had run all
        the while. `settle` does what is due, or waits for it; by default it is done here."""
        settle = settle or self.settle
        end = clock.now() + by
        await settle()
        while True:
            async with self.house.db.transaction() as tx:
                due = await self.house.jobs.next_due(tx)
            if due is None or due > end:
                break
            if due > clock.now():
                await clock.advance(due - clock.now())
            await settle()
        if end > clock.now():
            await clock.advance(end - clock.now())
        await settle()

    def _serve(self, platform: Platform) -> Callable[[], Awaitable[None]]:
        return lambda: platform.run(self.dispatch, self.house.catalogue.commands)

    async def _supervise(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Start it again with growing pauses, whatever it raised; stop only where the owner alone can help."""
        pause = FIRST_PAUSE
        while True:
            began = self.house.clock.now()
            try:
                await work()
                log.info("ended", extra={"platform": name})
                return
            except PlatformStopped as stopped:
                log.error("stopped; the server owner can help", extra={"platform": name})
                self.stopped(name, str(stopped))
                return
            except Exception:
                log.exception("failed; starting it again", extra={"platform": name, "pause": pause.total_seconds()})
            if self.house.clock.now() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            await self.house.clock.sleep_until(self.house.clock.now() + pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def stopped(self, name: str, why: str) -> None:
        """Told to the owner on the terminal: it is a sentence of ours, without content."""
        print(f"{name}: {why}", flush=True)

    def _kind(self, spec: JobSpec) -> JobKind:
        def in_kit(work: Work) -> Run:
            async def run(job: Job, tx: Transaction) -> None:
                await work(job, Kit(self.house, tx))

            return run

        async def then(job: Job) -> None:
            if spec.then is not None:
                await spec.then(job, Kit(self.house))

        missed = in_kit(spec.missed) if spec.missed else None
        late, after = Lateness(spec.late), timedelta(seconds=spec.after)
        return JobKind(spec.kind, in_kit(spec.run), late, after, missed, then if spec.then else None)

    async def _sent(self, tx: Transaction, remember: str, message: MessageRef) -> None:
        """Tell the feature that asked where its message arrived."""
        feature, _sep, what = remember.partition(":")
        if (hear := self._hear_sent.get(feature)) is not None:
            await hear(Kit(self.house, tx), tx, what, message)

    def _platform(self, name: str) -> Platform:
        platform = self.house.platforms.get(name)
        if platform is None:
            raise PlatformStopped(f"{name} is not configured")
        return platform

    async def _act(self, deed: Deed, to: Target, message: MessageRef, what: Reply | Sign, key: str) -> None:
        """Change, delete or mark what was sent. A platform without signs leaves them out."""
        platform = self._platform(to.platform)
        if isinstance(what, Sign):
            if isinstance(platform, Reacts):
                await platform.react(message, what.text, on=what.on)
        elif deed is Deed.DELETE:
            await platform.delete(message)
        else:
            language = what.language or await self.language_of(to)
            await platform.edit(message, what, key=key, language=language)

    async def _undelivered(self, tx: Transaction, mark: str) -> None:
        """A message that was to be remembered never arrived: its feature tells whom it concerns."""
        for feature in self.house.catalogue.features:
            if feature.undelivered is not None and mark.startswith(f"{feature.name}:"):
                await feature.undelivered(Kit(self.house, tx), tx, mark)

    async def _deliver(self, to: Target, reply: Reply, key: str) -> MessageRef:
        platform = self._platform(to.platform)
        return await platform.send(to, reply, key=key, language=reply.language or await self.language_of(to))

    async def language_of(self, to: Target) -> str:
        """The reader's language: what a person chose, else the community's."""
        if isinstance(to, PlaceRef):
            return self.house.config.community.language
        return await _reads(self.house)(to.user if isinstance(to, RoomWith) else to)


def _reads(house: House) -> Callable[[UserRef], Awaitable[str]]:
    async def reads(user: UserRef) -> str:
        async with house.db.transaction() as tx:
            person = await house.people.find(tx, user)
        return (person and person.language) or house.config.community.language

    return reads


def _known(house: House) -> Callable[[UserRef], Awaitable[bool]]:
    async def known(user: UserRef) -> bool:
        async with house.db.transaction() as tx:
            return await house.people.find(tx, user) is not None

    return known
