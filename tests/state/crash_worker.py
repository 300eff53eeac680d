"""A process that is killed. It forks one child for each line on its standard input, so that a round costs no start-up.

A line is {"scenario", "folder", "seed", "life"}; the answer is the child's exit status. The child works on the folder's
house until it ends, or kills itself with SIGKILL after `life` seconds. What it has been promised it writes to `acks`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import resource
import signal
import sys
import threading
import time
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.state.clock import ManualClock, SystemClock
from bot.state.database import Database, Transaction
from bot.state.erasure import erase, resume
from bot.state.jobs import Job, JobKind, JobRunner, Jobs
from bot.state.master import MasterKey
from bot.state.outbox import Outbox, Sender
from bot.state.people import People
from bot.state.vault import Vault
from bot.talk.errors import DataRefused, Paused
from bot.talk.model import MessageRef, PlaceRef, Target, UserRef
from bot.talk.reply import Reply, say

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MASTER = MasterKey(bytes(range(32)))
LOG = logging.getLogger("crash")
SERIES = 5


class Notes:
    """Lines in a file, each one whole or not there, and there once `write` returned, whatever happens to us."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, line: str) -> None:
        os.write(self._file, f"{line}\n".encode())


async def transactions(folder: Path, seed: int) -> None:
    """Several tasks at once write pairs of rows, and let people join."""
    db = await Database.open(folder / "handrail.db", clock=SystemClock())
    vault = await Vault.open(folder / "keys.db", MASTER, SystemClock())
    await resume(db, vault)
    people, acks = People(vault), Notes(folder / "acks")

    async def work(task: int) -> None:
        for n in range(10_000):
            name = f"{seed}-{task}-{n}"
            async with db.transaction() as tx:
                await tx.execute("INSERT INTO effects (key, at) VALUES (?1, 1)", f"{name}/a")
                if n % 3 == 0:
                    await people.join(tx, UserRef("local", name))
                await tx.execute("INSERT INTO effects (key, at) VALUES (?1, 1)", f"{name}/b")
            acks.write(name)

    await asyncio.gather(*(work(task) for task in range(6)))


async def reminders(folder: Path, seed: int) -> None:
    """Recurring jobs put messages, and the messages are sent."""
    await _reminders(folder, 10_000)


async def finish(folder: Path, seed: int) -> None:
    """The same, without new occurrences: what is open is brought to its end."""
    await _reminders(folder, 0)


async def _reminders(folder: Path, minutes: int) -> None:
    clock = ManualClock(START)
    db = await Database.open(folder / "handrail.db", clock=clock)
    vault = await Vault.open(folder / "keys.db", MASTER, clock)
    await resume(db, vault)
    jobs, outbox, people = Jobs(), Outbox(vault), People(vault)
    platform = Notes(folder / "platform")

    async def remind(job: Job, tx: Transaction) -> None:
        n, series = job.payload["n"], job.payload["series"]
        await tx.execute("INSERT INTO effects (key, at) VALUES (?1, ?2)", f"{series}:{n}", n)
        await outbox.put(tx, UserRef("local", series), say(f"{n}"), key=f"{series}:{n}", urgent=False)
        due = job.due + timedelta(minutes=1)
        await jobs.put(tx, "remind", due, {"n": n + 1, "series": series}, key=job.key, person=job.person)

    async def deliver(to: Target, reply: Reply, key: str) -> MessageRef:
        await asyncio.sleep(0)
        platform.write(key)
        return MessageRef(PlaceRef("local", "x"), key)

    async with db.transaction() as tx:
        for n in range(SERIES):
            person = await people.join(tx, UserRef("local", f"s{n}"))
            if await jobs.get(tx, f"series/{n}") is None:
                payload = {"n": 0, "series": f"s{n}"}
                await jobs.put(tx, "remind", START, payload, key=f"series/{n}", person=person.id)
        due = await jobs.next_due(tx)
    assert due is not None
    await clock.advance(due - START + timedelta(hours=0 if minutes else 1))
    runner = JobRunner(db, clock, [JobKind("remind", remind)], LOG)
    sender = Sender(db, outbox, clock, deliver, LOG)
    await sender.run_due()
    for _ in range(minutes):
        await clock.advance(timedelta(minutes=1))
        await asyncio.gather(runner.run_due(), sender.run_due())
    await vault.close()
    await db.close()


async def erasures(folder: Path, seed: int) -> None:
    """People join, write something, and are erased."""
    db = await Database.open(folder / "handrail.db", clock=SystemClock())
    vault = await Vault.open(folder / "keys.db", MASTER, SystemClock())
    people, outbox = People(vault), Outbox(vault)
    joined, erased = Notes(folder / "joined"), Notes(folder / "acks")
    await resume(db, vault)
    for n in range(10_000):
        user = UserRef("local", f"somebody-{seed}-{n}")
        async with db.transaction() as tx:
            person = await people.join(tx, user)
            await people.grant(tx, person.id, "checkins", 1)
            await outbox.put(tx, user, say("words"), key=f"out/{person.id}")
        joined.write(f"{person.id} {user.id}")
        if n % 2 == 0 and await erase(db, vault, person.id):
            erased.write(f"{person.id} {user.id}")


async def full_disk(folder: Path, seed: int) -> None:
    """The disk takes no more at ever other points; each time it has room again, everything goes on."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    db = await Database.open(folder / "handrail.db", clock=SystemClock())
    vault = await Vault.open(folder / "keys.db", MASTER, SystemClock())
    await resume(db, vault)
    people, acks, refused = People(vault), Notes(folder / "acks"), Notes(folder / "refused")
    rng = random.Random(seed)
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    async def write(name: str) -> bool:
        try:
            async with db.transaction() as tx:
                await tx.execute("INSERT INTO effects (key, at) VALUES (?1, 1)", f"{name}/a")
                await people.join(tx, UserRef("local", name))
                await tx.execute("INSERT INTO effects (key, at) VALUES (?1, 1)", f"{name}/b")
        except Paused:
            return False
        return True

    for point in range(25):
        biggest = biggest_in(folder)
        resource.setrlimit(resource.RLIMIT_FSIZE, (biggest + rng.randrange(0, 30_000), hard))
        names = [f"{seed}-{point}-{n}" for n in range(12)]
        kept = await asyncio.gather(*(write(name) for name in names))
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        for name, was_kept in zip(names, kept, strict=True):
            (acks if was_kept else refused).write(name)
        if not await write(f"{seed}-{point}-again") or db.paused:
            os._exit(3)
        acks.write(f"{seed}-{point}-again")


def biggest_in(folder: Path) -> int:
    return max(file.stat().st_size for file in folder.iterdir())


async def second(folder: Path, seed: int) -> None:
    """Another bot on the same folder."""
    try:
        await Database.open(folder / "handrail.db", clock=SystemClock())
    except DataRefused as refused:
        Notes(folder / "acks").write(str(refused))


SCENARIOS = {scenario.__name__: scenario for scenario in (transactions, reminders, finish, erasures, full_disk, second)}


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _live(order)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)


def _live(order: dict[str, str | float | int]) -> None:
    code = 1
    try:
        life = order.get("life")
        if isinstance(life, float):
            threading.Thread(target=_die, args=(life,), daemon=True).start()
        asyncio.run(SCENARIOS[str(order["scenario"])](Path(str(order["folder"])), int(order["seed"])))
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _die(life: float) -> None:
    time.sleep(life)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
