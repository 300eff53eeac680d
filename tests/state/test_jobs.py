"""Jobs: on time, once, in their order, alone in their failures."""

from __future__ import annotations

import asyncio
import logging
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.state.clock import ManualClock
from bot.state.counts import counted
from bot.state.database import Database, Transaction
from bot.state.jobs import BATCH, MOST_ATTEMPTS, Job, JobKind, JobRunner, Jobs, Lateness
from bot.talk.errors import Paused

from .conftest import START, House

LOG = logging.getLogger("test.jobs")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
JOBS = Jobs()


class Heard:
    """A kind of job that writes down what ran, in the job's own transaction."""

    def __init__(self, late: Lateness = Lateness.RUN, after: timedelta = HOUR) -> None:
        self.ran: list[Job] = []
        self.missed: list[Job] = []
        self.kind = JobKind("note", self._run, late, after, self._missed)

    async def _run(self, job: Job, tx: Transaction) -> None:
        await tx.execute("INSERT INTO effects (key, at) VALUES (?1, 1)", f"{job.key} {job.due}")
        self.ran.append(job)

    async def _missed(self, job: Job, tx: Transaction) -> None:
        self.missed.append(job)

    @property
    def keys(self) -> list[str]:
        return [job.key for job in self.ran]


async def put(db: Database, due: datetime, key: str, kind: str = "note", person: str | None = None, n: int = 0) -> None:
    async with db.transaction() as tx:
        await JOBS.put(tx, kind, due, {"n": n}, key=key, person=person)


async def planned(db: Database) -> dict[str, Job]:
    async with db.transaction() as tx:
        rows = await tx.all("SELECT key FROM jobs ORDER BY key")
        return {row["key"]: job for row in rows if (job := await JOBS.get(tx, row["key"]))}


async def until(db: Database, told: asyncio.Event) -> None:
    """Let tasks that use the database go on until they say so; no time passes."""
    while not told.is_set():
        async with db.transaction() as tx:
            await tx.one("SELECT 1")


async def test_what_is_due_runs_in_order_and_once(db: Database, clock: ManualClock) -> None:
    heard = Heard()
    runner = JobRunner(db, clock, [heard.kind], LOG)
    for n in (3, 1, 2, 90):
        await put(db, START + n * MINUTE, f"k{n}", n=n)
    assert await runner.run_due() == 0
    await clock.advance(HOUR)
    assert await runner.run_due() == 3
    assert heard.keys == ["k1", "k2", "k3"]
    first = heard.ran[0]
    assert (first.kind, first.due, first.attempts, first.payload, first.person) == (
        "note",
        START + MINUTE,
        0,
        {"n": 1},
        None,
    )
    assert await runner.run_due() == 0
    assert list(await planned(db)) == ["k90"]


async def test_a_key_has_one_job_and_the_later_word_counts(db: Database, clock: ManualClock) -> None:
    heard = Heard()
    runner = JobRunner(db, clock, [heard.kind], LOG)
    await put(db, START, "a", n=1)
    await put(db, START + HOUR, "a", n=2)
    assert await runner.run_due() == 0
    async with db.transaction() as tx:
        assert await JOBS.next_due(tx) == START + HOUR
    await clock.advance(HOUR)
    assert await runner.run_due() == 1
    assert heard.ran[0].payload == {"n": 2}
    async with db.transaction() as tx:
        assert await JOBS.next_due(tx) is None


async def test_jobs_are_cancelled_by_key_by_person_and_with_their_person(house: House) -> None:
    from bot.talk.model import UserRef

    async with house.db.transaction() as tx:
        ana = (await house.people.join(tx, UserRef("local", "ana"))).id
        for n in range(2):
            for kind in ("a", "b", "c"):
                await JOBS.put(tx, kind, START, key=f"{kind}{n}", person=ana)
        await JOBS.put(tx, "a", START, key="house")
        assert await JOBS.cancel(tx, "a0") and not await JOBS.cancel(tx, "a0")
        assert await JOBS.cancel_for(tx, ana, "b") == 2
    assert sorted(await planned(house.db)) == ["a1", "c0", "c1", "house"]
    async with house.db.transaction() as tx:
        assert await JOBS.cancel_for(tx, ana) == 3
        await JOBS.put(tx, "a", START, key="again", person=ana)
        await tx.execute("DELETE FROM people")
    assert list(await planned(house.db)) == ["house"]


async def test_a_failure_undoes_its_effects_waits_longer_each_time_and_holds_up_nobody(
    db: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[tuple[datetime, int]] = []

    async def fail(job: Job, tx: Transaction) -> None:
        await tx.execute("INSERT INTO effects (key, at) VALUES ('half', 1)")
        tried.append((tx.now, job.attempts))
        raise ValueError("something private")

    heard, given_up = Heard(), Heard()
    broken = JobKind("broken", fail, missed=given_up.kind.missed)
    runner = JobRunner(db, clock, [heard.kind, broken], LOG)
    await put(db, START, "bad", kind="broken")
    await put(db, START + MINUTE, "good")
    await clock.advance(MINUTE)
    while (job := (await planned(db)).get("bad")) is not None:
        assert job.due == START
        await runner.run_due()
        async with db.transaction() as tx:
            due = await JOBS.next_due(tx)
        if due is not None:
            await clock.advance(due - clock.now())
    assert heard.keys == ["good"]
    assert [attempts for _when, attempts in tried] == list(range(MOST_ATTEMPTS))
    waits = [later - earlier for (earlier, _), (later, _) in pairwise(tried)]
    assert waits == [timedelta(seconds=10 * 2**n) for n in range(MOST_ATTEMPTS - 1)]
    assert [job.key for job in given_up.missed] == ["bad"]
    async with db.transaction() as tx:
        assert await tx.one("SELECT * FROM effects WHERE key = 'half'") is None
        assert await counted(tx, date(2026, 1, 1)) == {"jobs.dead.broken": 1}
    assert "ValueError at test_jobs.py" in caplog.text and "private" not in caplog.text


async def test_a_successor_that_fails_too_does_not_keep_the_dead(db: Database, clock: ManualClock) -> None:
    async def fail(job: Job, tx: Transaction) -> None:
        raise ValueError

    runner = JobRunner(db, clock, [JobKind("broken", fail, missed=fail)], LOG)
    await put(db, START, "bad", kind="broken")
    async with db.transaction() as tx:
        await tx.execute("UPDATE jobs SET attempts = ?1", MOST_ATTEMPTS - 1)
    await runner.run_due()
    assert await planned(db) == {}


async def test_a_recurring_job_puts_its_successor_with_its_effect(db: Database, clock: ManualClock) -> None:
    ran: list[datetime] = []

    async def daily(job: Job, tx: Transaction) -> None:
        ran.append(job.due)
        await JOBS.put(tx, "daily", job.due + DAY, key=job.key)
        if len(ran) == 2:
            raise OSError

    runner = JobRunner(db, clock, [JobKind("daily", daily)], LOG)
    await put(db, START, "daily", kind="daily")
    for _ in range(40):
        await runner.run_due()
        await clock.advance(timedelta(hours=2))
    assert ran == [START, START + DAY, START + DAY, START + 2 * DAY, START + 3 * DAY]


@pytest.mark.parametrize(
    ("late", "ran", "missed"),
    [
        (Lateness.RUN, ["ana1", "ana2", "ben1", "ana3", "none1", "none2"], []),
        (Lateness.COALESCE, ["ben1", "ana3", "none2"], ["ana1", "ana2", "none1"]),
        (Lateness.DROP, ["none2"], ["ana1", "ana2", "ben1", "ana3", "none1"]),
    ],
)
async def test_what_lateness_means(house: House, late: Lateness, ran: list[str], missed: list[str]) -> None:
    from bot.talk.model import UserRef

    async with house.db.transaction() as tx:
        ana = (await house.people.join(tx, UserRef("local", "ana"))).id
        ben = (await house.people.join(tx, UserRef("local", "ben"))).id
    heard = Heard(late)
    for hours, key, person in (
        (1, "ana1", ana),
        (2, "ana2", ana),
        (3, "ben1", ben),
        (4, "ana3", ana),
        (5, "none1", None),
        (9, "none2", None),
    ):
        await put(house.db, START + hours * HOUR, key, person=person)
    await house.clock.advance(10 * HOUR)
    assert await JobRunner(house.db, house.clock, [heard.kind], LOG).run_due() == 6
    assert heard.keys == ran
    assert [job.key for job in heard.missed] == missed
    async with house.db.transaction() as tx:
        assert await counted(tx, date(2026, 1, 1), "jobs.late") == ({"jobs.late.note": len(missed)} if missed else {})


async def test_jobs_that_nobody_knows_wait_for_who_does(db: Database, clock: ManualClock) -> None:
    heard = Heard()
    for n in range(2 * BATCH):
        await put(db, START, f"x{n}", kind="unknown")
    await put(db, START + MINUTE, "known")
    await clock.advance(HOUR)
    assert await JobRunner(db, clock, [heard.kind], LOG).run_due() == 1
    assert await JobRunner(db, clock, [], LOG).run_due() == 0
    assert len(await planned(db)) == 2 * BATCH


async def test_a_job_cancelled_by_one_before_it_does_not_run(db: Database, clock: ManualClock) -> None:
    heard = Heard()

    async def cancel(job: Job, tx: Transaction) -> None:
        await JOBS.cancel(tx, "second")

    await put(db, START, "first", kind="cancel")
    await put(db, START + timedelta(milliseconds=1), "second")
    await clock.advance(MINUTE)
    await JobRunner(db, clock, [heard.kind, JobKind("cancel", cancel)], LOG).run_due()
    assert heard.keys == [] and await planned(db) == {}


async def test_what_follows_a_job_comes_after_its_commit(db: Database, clock: ManualClock) -> None:
    followed: list[int] = []

    async def run(job: Job, tx: Transaction) -> None:
        await tx.execute("INSERT INTO effects (key, at) VALUES ('x', 1)")

    async def then(job: Job) -> None:
        async with db.transaction() as tx:
            followed.append(len(await tx.all("SELECT * FROM effects")))
        raise ValueError

    await put(db, START, "a", kind="k")
    assert await JobRunner(db, clock, [JobKind("k", run, then=then)], LOG).run_due() == 1
    assert followed == [1] and await planned(db) == {}


async def test_a_full_disk_pauses_the_jobs_without_using_up_their_attempts(db: Database, clock: ManualClock) -> None:
    heard, woken = Heard(), asyncio.Event()
    full = True

    async def run(job: Job, tx: Transaction) -> None:
        if full:
            raise Paused
        await heard.kind.run(job, tx)
        tx.after_commit(woken.set)

    runner = JobRunner(db, clock, [JobKind("note", run)], LOG)
    await put(db, START, "a")
    with pytest.raises(Paused):
        await runner.run_due()
    assert (await planned(db))["a"].attempts == 0
    running = asyncio.ensure_future(runner.run())
    await _sleeping(db, clock)
    full = False
    await clock.advance(timedelta(seconds=5))
    await until(db, woken)
    assert heard.keys == ["a"]
    await _stop(running)


async def test_the_runner_wakes_for_an_earlier_job_and_at_its_time(db: Database, clock: ManualClock) -> None:
    woken = asyncio.Event()
    heard = Heard()

    async def run(job: Job, tx: Transaction) -> None:
        await heard.kind.run(job, tx)
        tx.after_commit(woken.set)

    running = asyncio.ensure_future(JobRunner(db, clock, [JobKind("note", run)], LOG).run())
    await put(db, START + DAY, "late")
    await _sleeping(db, clock)
    await put(db, START, "now")
    await until(db, woken)
    assert heard.keys == ["now"]
    await _sleeping(db, clock)
    woken.clear()
    await clock.advance(DAY)
    await until(db, woken)
    assert heard.keys == ["now", "late"]
    await _stop(running)


async def _sleeping(db: Database, clock: ManualClock) -> None:
    while clock.next_deadline is None:
        async with db.transaction() as tx:
            await tx.one("SELECT 1")


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
