"""Check-ins: history and chart over 10,000 entries of one person, and what the event loop does meanwhile; a million
entries in the database: check-in, history and due query; and many reminders due in the same minute.

Beside: the same rows read and opened by SQL and AES alone (the least that a history can cost), the chart drawn on the
event loop (what a bot without a thread of its own does), and the due query without its index.

ENTRIES and PEOPLE in the environment change how many.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.house import MORNING, Wall, invocation, open_app
from benchmarks.measure import async_rounds, percentile, spread, table
from bot.app import App
from bot.kit import Kit
from bot.state.clock import ManualClock, millis
from bot.state.vault import Where
from bot.talk.model import UserRef
from bot.talk.reply import Attachment, Picture, Reply
from commands.checkin import drawing, tables
from commands.checkin.figures import figures
from commands.checkin.labels import labels
from commands.checkin.tables import Entry

ENTRIES = int(os.environ.get("ENTRIES", "1000000"))
PEOPLE = int(os.environ.get("PEOPLE", "100000"))
OWN = 10_000
CROWD = 2_000
"""People that the million entries belong to; the one who is measured comes on top."""
AT_ONCE = 500
"""Rows that are filled in with one statement."""
NOTE = "slept well, then a walk by the sea and a long talk with a friend"


async def fill(app: App, user: str, count: int, *, days: int) -> str:
    """Somebody with so many entries over so many days, sealed as they always are."""
    house, chance = app.house, random.Random(count)
    async with house.db.transaction() as tx:
        person = (await house.people.join(tx, UserRef("wall", user))).id
        for purpose in ("checkins", "write_first"):
            await house.people.grant(tx, person, purpose, 1)
    for start in range(0, count, AT_ONCE):
        values: list[object] = []
        for _each in range(start, min(start + AT_ONCE, count)):
            id = tables.new_id()
            said = {"mood": chance.randint(1, 5), "note": NOTE, "tags": ["walk"] if chance.random() < 0.3 else []}
            scales = {"scales": [["sleep", "sleep", 0, 10, False, chance.randint(0, 10)]]}
            where = Where("checkin_entries", "sealed", id)
            sealed = await house.vault.seal(person, where, json.dumps(said | scales).encode())
            values += [id, person, millis(MORNING - timedelta(minutes=chance.randrange(days * 1440))), sealed]
        places = ", ".join(
            f"(?{at + 1}, ?{at + 2}, ?{at + 3}, 'Europe/Berlin', ?{at + 4}, ?{at + 3})"
            for at in range(0, len(values), 4)
        )
        async with house.db.transaction() as tx:
            await tx.execute(
                f"INSERT INTO checkin_entries (id, person, at, zone, sealed, created) VALUES {places}", *values
            )
    return person


async def stalls(work: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Seconds that the work took, and the longest time in which the event loop did nothing else."""
    longest, done = 0.0, False

    async def watch() -> None:
        nonlocal longest
        last = time.perf_counter()
        while not done:
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest = max(longest, now - last - 0.001)
            last = now

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    longest = 0.0
    start = time.perf_counter()
    await work()
    took = time.perf_counter() - start
    done = True
    await watching
    return took, longest


def files(reply: Reply) -> int:
    return sum(isinstance(block, Picture | Attachment) for block in reply.blocks)


async def one_person(app: App) -> list[list[str]]:
    """History, chart and summary of somebody with 10,000 entries."""
    person = await fill(app, "ana", OWN, days=3_000)
    kit, rows, counter = Kit(app.house), [], iter(range(10**9))

    async def ask(command: str, **args: object) -> None:
        answer = await app.dispatch.invoke(invocation(next(counter), command, "ana", **args))
        assert files(answer.reply), answer.reply

    since = datetime(1970, 1, 1, tzinfo=UTC)

    async def read() -> list[Entry]:
        async with app.house.db.transaction() as tx:
            found = await tables.rows(tx, person, since)
        return await tables.open_all(kit, person, found)

    async def bare() -> None:
        async with app.house.db.transaction() as tx:
            for row in await tx.all("SELECT id, sealed FROM checkin_entries WHERE person = ?1", person):
                await app.house.vault.open_sealed(person, Where("checkin_entries", "sealed", row["id"]), row["sealed"])

    await ask("checkin history", days=3_660)  # the first chart imports matplotlib
    least = statistics.median(await async_rounds(bare, 5, 1))
    took = await async_rounds(read, 5, 1)
    ratio = f"{statistics.median(took) / least:.1f} × SQL and AES alone ({1e3 * least:.0f} ms)"
    rows.append([f"{OWN:,} entries read and opened", f"{1e3 * statistics.median(took):.0f} ms", spread(took), ratio])
    entries = await read()

    def counted() -> None:
        figures(entries, date(2018, 1, 1), MORNING.date(), "Europe/Berlin")

    start = time.perf_counter()
    counted()
    rows.append(["  their figures", f"{1e3 * (time.perf_counter() - start):.0f} ms", "", ""])
    found = figures(entries, date(2018, 1, 1), MORNING.date(), "Europe/Berlin")
    names = labels(kit, found, "en")

    async def on_the_loop() -> None:
        drawing.chart(found, names, "light")

    async def beside() -> None:
        await drawing.aside(drawing.chart, found, names, "light")

    pairs = [(await stalls(beside), await stalls(on_the_loop)) for _round in range(5)]
    took, blocked = [one[0] for one, _other in pairs], statistics.median(one[1] for one, _other in pairs)
    held = statistics.median(other[1] for _one, other in pairs)
    rows.append(["  their chart", f"{1e3 * statistics.median(took):.0f} ms", spread(took), ""])
    rows.append(
        ["  longest stall of the loop meanwhile", f"{1e3 * blocked:.0f} ms", "", f"{held / blocked:.0f} × drawn on it"]
    )
    for command, args in (("checkin history", {"days": 3_660}), ("checkin summary", {"since": "2018-01-01"})):
        runs = [await stalls(lambda command=command, args=args: ask(command, **args)) for _round in range(5)]
        whole = [one for one, _stall in runs]
        stall = statistics.median(one for _took, one in runs)
        rows.append(
            [
                f"/{command} over all of them",
                f"{1e3 * statistics.median(whole):.0f} ms",
                spread(whole),
                f"loop stalls {1e3 * stall:.0f} ms at most",
            ]
        )
    return rows


async def a_million(app: App) -> list[list[str]]:
    """With a million entries of others in the database: a check-in, a history of two weeks, the due query."""
    start = time.perf_counter()
    for number in range(CROWD):
        await fill(app, f"crowd{number}", ENTRIES // CROWD, days=365)
    async with app.house.db.transaction() as tx:
        row = await tx.one("SELECT COUNT(*) AS n FROM checkin_entries")
    size = app.house.db.path.stat().st_size / 1e6
    rows = [
        [
            f"{row['n']:,} entries in the database",
            f"{size:.0f} MB",
            "",
            f"filled in {time.perf_counter() - start:.0f} s",
        ]
    ]
    counter = iter(range(10**8, 10**9))

    async def timed(name: str, times: int, work: Callable[[int], Awaitable[object]]) -> None:
        took = []
        for _each in range(times):
            number = next(counter)
            start = time.perf_counter()
            await work(number)
            took.append(time.perf_counter() - start)
        rows.append(
            [
                name,
                f"p50 {1e3 * statistics.median(took):.2f} ms",
                f"p99 {1e3 * percentile(took, 0.99):.2f} ms",
                f"{times} times",
            ]
        )

    async def check_in(number: int) -> None:
        user = f"crowd{number % CROWD}"
        await app.dispatch.invoke(invocation(number, "checkin", user, mood=4, note=NOTE))

    async def look_back(number: int) -> None:
        kit = Kit(app.house)
        async with app.house.db.transaction() as tx:
            person = await app.house.people.find(tx, UserRef("wall", f"crowd{number % CROWD}"))
            assert person is not None
            found = await tables.rows(tx, person.id, MORNING - timedelta(days=14))
        entries = await tables.open_all(kit, person.id, found)
        figures(entries, MORNING.date() - timedelta(days=14), MORNING.date(), "Europe/Berlin")

    async def history(number: int) -> None:
        answer = await app.dispatch.invoke(invocation(number, "checkin history", f"crowd{number % CROWD}"))
        assert files(answer.reply)

    await timed("  /checkin, committed and answered", 2_000, check_in)
    await timed("  two weeks read, opened, counted", 500, look_back)
    await timed("  /checkin history with its chart", 60, history)
    start = time.perf_counter()
    async with app.house.db.transaction() as tx:
        gone = await tables.prune(tx, MORNING, 365)
    rows.append(
        ["  the daily look for what is too old", f"{1e3 * (time.perf_counter() - start):.0f} ms", "", f"{gone} gone"]
    )
    return rows


async def one_minute(app: App, clock: ManualClock, wall: Wall) -> list[list[str]]:
    """Reminders of many people due in the same minute, while somebody checks in every so often."""
    house, at = app.house, millis(MORNING)
    due = MORNING + timedelta(hours=11)

    async def join(number: int) -> None:
        async with house.db.transaction() as tx:
            person = (await house.people.join(tx, UserRef("wall", f"r{number}"))).id
            await tx.execute(
                "INSERT INTO checkin_reminders (id, person, schedule, zone, created)"
                " VALUES (?1, ?2, 'daily 20:00', 'UTC', ?3)",
                f"r{number}",
                person,
                at,
            )
            payload = {"reminder": f"r{number}", "wall": "2026-11-23T20:00"}
            await house.jobs.put(tx, "checkin.ring", due, payload, key=f"ring:r{number}", person=person)

    for number in range(0, PEOPLE, 200):
        await asyncio.gather(*(join(one) for one in range(number, min(number + 200, PEOPLE))))

    async def next_due() -> None:
        async with house.db.transaction() as tx:
            await house.jobs.next_due(tx)

    async def without_index() -> None:
        async with house.db.transaction() as tx:
            await tx.one("SELECT run_at FROM jobs ORDER BY +run_at LIMIT 1")

    indexed = await async_rounds(next_due, 7, 300)
    plain = statistics.median(await async_rounds(without_index, 5, 3))
    middle = statistics.median(indexed)
    rows = [
        [
            f"due query over {PEOPLE:,} reminders",
            f"{1e6 * middle:.0f} µs",
            spread(indexed),
            f"{plain / middle:.0f} × without its index",
        ]
    ]
    await clock.advance(timedelta(hours=11))
    waits: list[float] = []
    done = asyncio.Event()

    async def people_go_on() -> None:
        number = 2 * 10**9
        while not done.is_set():
            number += 1
            begun = time.perf_counter()
            await app.dispatch.invoke(invocation(number, "checkin", "ana", mood=3))
            waits.append(time.perf_counter() - begun)
            await asyncio.sleep(0.05)

    somebody = asyncio.create_task(people_go_on())
    start, rung = time.perf_counter(), 0
    while one := await app.jobs.run_due():
        rung += one
    seconds = time.perf_counter() - start
    done.set()
    await somebody
    async with house.db.transaction() as tx:
        row = await tx.one("SELECT COUNT(*) AS n FROM outbox")
        again = await tx.one("SELECT COUNT(*) AS n FROM jobs WHERE kind = 'checkin.ring'")
    rows.append([f"{rung:,} due in the same minute", f"{rung / seconds:,.0f}/s", "", f"{seconds:.0f} s for all"])
    rows.append(["  asked, and planned for tomorrow", f"{row['n']:,}", "", f"{again['n']:,} planned"])
    rows.append(
        [
            "  /checkin meanwhile",
            f"p50 {1e3 * statistics.median(waits):.1f} ms",
            f"p99 {1e3 * percentile(waits, 0.99):.1f} ms",
            f"{len(waits)} of them",
        ]
    )
    return rows


async def main() -> None:
    head = ["what", "figure", "noise or p99", "beside"]
    with tempfile.TemporaryDirectory() as name:
        wall = Wall()
        app, clock = await open_app(Path(name), wall)
        for part in (one_person(app), a_million(app), one_minute(app, clock, wall)):
            table([head, *await part])
            print(flush=True)
        await app.close()
    print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


if __name__ == "__main__":
    asyncio.run(main())
