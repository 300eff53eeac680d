"""The house: what an ordinary message costs; a check-in from invocation to committed and answered; a day's reminders
for 100,000 people while commands go on being answered; start-up and memory.

Beside: a bare aiosqlite insert with its commit (the least that a durable check-in can cost), and the sleeping task a
person that a bot without a database keeps for each reminder.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosqlite
import psutil

from benchmarks.measure import async_rounds, percentile, spread, table
from bot.__main__ import master_key
from bot.app import App
from bot.config import Config, read_text
from bot.state.clock import ManualClock, millis
from bot.talk.command import Command
from bot.talk.model import Incoming, Invocation, MessageRef, PlaceRef, Target, UserRef
from bot.talk.platform import Abilities, Ability, Inbox
from bot.talk.reply import Reply
from commands import FEATURES

MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = int(os.environ.get("PEOPLE", "100000"))
ORDINARY = (
    "good morning everyone, who is up for the long walk this afternoon?",
    "lol that boss killed me four times in a row",
    "can someone look at my pull request before lunch",
    "the soup was great, i put too much salt in it though",
    "ok see you there at eight, bring the dog",
)


class Wall:
    """A platform that takes everything at once: what remains is the bot's own cost."""

    name = "wall"

    def __init__(self) -> None:
        self.sent = 0

    def abilities(self, place: Target) -> Abilities:
        full = Ability.FULL
        return Abilities(full, full, full, full, full, full, full, full, full, full, 4000)

    async def run(self, inbox: Inbox, commands: Sequence[Command]) -> None:
        await asyncio.Event().wait()

    async def send(self, to: Target, reply: Reply, *, key: str, language: str) -> MessageRef:
        self.sent += 1
        return MessageRef(PlaceRef("wall", "dm"), str(self.sent))

    async def edit(self, message: MessageRef, reply: Reply, *, key: str, language: str) -> None: ...

    async def delete(self, message: MessageRef) -> None: ...


async def open_app(folder: Path, wall: Wall) -> tuple[App, ManualClock]:
    config: Config = read_text(f"data: {{folder: {folder}, key: {{file: {folder}/master.key}}}}\n")
    clock = ManualClock(MORNING)
    return await App.open(config, FEATURES, {"wall": lambda _c, _p: wall}, clock, master_key(config)), clock


def incoming(number: int, text: str, user: str = "ana") -> Incoming:
    place = PlaceRef("wall", "general")
    return Incoming(f"m{number}", UserRef("wall", user), place, text, MORNING, MessageRef(place, str(number)))


def invocation(number: int, command: str, user: str = "ana", **args: object) -> Invocation:
    given: Mapping[str, object] = args
    return Invocation(f"i{number}", UserRef("wall", user), PlaceRef("wall", "general"), command, MORNING, given)


async def main() -> None:
    rows = [["what", "median", "noise", "beside"]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wall = Wall()
        app, clock = await open_app(folder, wall)
        counter = iter(range(10**9))

        async def ordinary() -> None:
            number = next(counter)
            await app.dispatch.receive(incoming(number, ORDINARY[number % len(ORDINARY)]))

        took = await async_rounds(ordinary, 7, 3_000)
        rows.append(["ordinary message through dispatch", f"{1 / statistics.median(took):,.0f}/s", spread(took), ""])

        await app.dispatch.invoke(invocation(next(counter), "start agree", purpose="checkins"))
        await app.dispatch.invoke(invocation(next(counter), "start agree", purpose="write_first"))

        async def check_in() -> None:
            await app.dispatch.invoke(
                invocation(next(counter), "checkin", mood=4, note="slept well, a walk by the sea")
            )

        bare = await bare_insert(folder / "bare.db")
        took = await async_rounds(check_in, 7, 300)
        ratio = f"{statistics.median(took) / bare:.1f} × a bare insert with its commit ({1e3 * bare:.2f} ms)"
        rows.append(
            [
                "/checkin, invoked to committed and answered",
                f"{1e3 * statistics.median(took):.2f} ms",
                spread(took),
                ratio,
            ]
        )
        rows += await reminders(app, clock, wall, counter)
        await app.close()
    rows += start_up()
    table(rows)


async def bare_insert(path: Path) -> float:
    """Seconds for one row and its commit, WAL and FULL, by aiosqlite alone."""
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await db.execute("PRAGMA journal_mode = WAL")
        await db.execute("PRAGMA synchronous = FULL")
        await db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, sealed BLOB)")

        async def insert() -> None:
            await db.execute_insert("INSERT INTO t (sealed) VALUES (?)", (b"x" * 120,))

        return statistics.median(await async_rounds(insert, 7, 300))


async def reminders(app: App, clock: ManualClock, wall: Wall, counter) -> list[list[str]]:
    """A day's reminders of 100,000 people, all due in the same hour, while somebody checks in every so often."""
    house = app.house
    at = millis(MORNING)

    async def join(number: int) -> None:
        async with house.db.transaction() as tx:
            person = await house.people.join(tx, UserRef("wall", f"u{number}"))
            await tx.execute(
                "INSERT INTO checkin_reminders (id, person, schedule, zone, active, unanswered, created)"
                " VALUES (?1, ?2, 'daily 20:00', 'UTC', 1, 0, ?3)",
                f"r{number}",
                person.id,
                at,
            )
            payload = {"reminder": f"r{number}", "language": "en"}
            due = MORNING + timedelta(hours=11, seconds=number % 3600)
            await house.jobs.put(tx, "checkin.ring", due, payload, key=f"ring:r{number}", person=person.id)

    start = time.perf_counter()
    for number in range(0, PEOPLE, 200):
        await asyncio.gather(*(join(one) for one in range(number, number + 200)))
    seconds = time.perf_counter() - start
    rows = [
        [
            f"{PEOPLE:,} people join and set a reminder",
            f"{seconds:.0f} s",
            "",
            f"{PEOPLE / seconds:,.0f}/s, 200 at once",
        ]
    ]

    async def due() -> None:
        async with house.db.transaction() as tx:
            await house.jobs.next_due(tx)

    took = await async_rounds(due, 7, 500)
    rows.append([f"due query over {PEOPLE:,} jobs", f"{1e6 * statistics.median(took):.0f} µs", spread(took), ""])
    await clock.advance(timedelta(hours=13))
    waits: list[float] = []
    done = asyncio.Event()

    async def people_go_on() -> None:
        while not done.is_set():
            begun = time.perf_counter()
            await app.dispatch.invoke(invocation(next(counter), "checkin", mood=3))
            waits.append(time.perf_counter() - begun)
            await asyncio.sleep(0.05)

    somebody = asyncio.create_task(people_go_on())
    start = time.perf_counter()
    rung = 0
    while True:
        one = await app.jobs.run_due()
        rung += one
        if not one:
            break
    seconds = time.perf_counter() - start
    done.set()
    await somebody
    rows.append([f"a day's fan-out: {rung:,} jobs", f"{rung / seconds:,.0f}/s", "", f"{seconds:.1f} s for all"])
    rows.append(
        [
            "  /checkin meanwhile, p50 and p99",
            f"{1e3 * statistics.median(waits):.1f} ms, {1e3 * percentile(waits, 0.99):.1f} ms",
            "",
            f"{len(waits)} of them",
        ]
    )
    return rows


def start_up() -> list[list[str]]:
    """From the process's start to a bot that is open, and what it holds then; beside Python alone."""
    code = (
        "import asyncio, tempfile, pathlib, time, os, sys\n"
        "import benchmarks.house as h\n"
        "async def go():\n"
        "    with tempfile.TemporaryDirectory() as f:\n"
        "        app, _ = await h.open_app(pathlib.Path(f), h.Wall())\n"
        "        print('open', flush=True); sys.stdin.readline(); await app.close()\n"
        "asyncio.run(go())\n"
    )
    times, sizes = [], []
    for _round in range(5):
        start = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None and child.stdin is not None
        child.stdout.readline()
        times.append(time.perf_counter() - start)
        sizes.append(psutil.Process(child.pid).memory_info().rss / 1e6)
        child.communicate("\n")
    return [
        ["start-up to open, an empty community", f"{statistics.median(times):.2f} s", spread(times), ""],
        ["memory then", f"{statistics.median(sizes):.0f} MB", spread(sizes), ""],
    ]


if __name__ == "__main__":
    asyncio.run(main())
