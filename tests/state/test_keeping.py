"""What is kept for the house itself: effects, counts, adapters' memories; and how long."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest

from bot.state import counts, effects, retention
from bot.state.effects import claim
from bot.state.erasure import resume
from bot.state.jobs import JobRunner, Jobs
from bot.state.memory import Memories
from bot.state.outbox import Outbox
from bot.state.trace import trace
from bot.state.traces import walk
from bot.talk.model import UserRef
from bot.talk.reply import say

from .conftest import START, House

LOG = logging.getLogger("test.keeping")
DAY = timedelta(days=1)


async def test_an_event_has_its_effects_once(house: House) -> None:
    async with house.db.transaction() as tx:
        assert await claim(tx, "discord:1:2:ana")
        assert not await claim(tx, "discord:1:2:ana")
        assert await claim(tx, "discord:1:3:ana")
    with pytest.raises(KeyError):
        async with house.db.transaction() as tx:
            assert await claim(tx, "undone")
            raise KeyError
    async with house.db.transaction() as tx:
        assert await claim(tx, "undone")
        assert not await claim(tx, "discord:1:2:ana")
    assert walk(house.db.path, ["discord:1", "undone"]) == []


async def test_effects_are_remembered_for_30_days_of_work(house: House) -> None:
    async with house.db.transaction() as tx:
        await claim(tx, "a")
    await house.clock.advance(30 * DAY)
    async with house.db.transaction() as tx:
        assert await claim(tx, "b")
        assert await effects.prune(tx) == 0 and not await claim(tx, "a")
    await house.clock.advance(timedelta(milliseconds=1))
    async with house.db.transaction() as tx:
        assert await claim(tx, "c")
        assert await effects.prune(tx) == 1 and await claim(tx, "a")


async def test_what_was_done_last_is_remembered_over_any_outage(house: House) -> None:
    async with house.db.transaction() as tx:
        await claim(tx, "last words")
    await house.clock.advance(400 * DAY)
    async with house.db.transaction() as tx:
        assert await effects.prune(tx) == 0 and not await claim(tx, "last words")


async def test_counts_add_up_by_day_and_go_after_a_year(house: House) -> None:
    for _ in range(3):
        async with house.db.transaction() as tx:
            await counts.count(tx, "a.one")
            await counts.count(tx, "a.two", 5)
            await counts.count(tx, "b")
        await house.clock.advance(DAY)
    async with house.db.transaction() as tx:
        assert await counts.counted(tx, START.date()) == {"a.one": 3, "a.two": 15, "b": 3}
        assert await counts.counted(tx, START.date() + DAY, "a.") == {"a.one": 2, "a.two": 10}
    await house.clock.advance(364 * DAY)
    async with house.db.transaction() as tx:
        assert await counts.prune(tx) == 6
        assert await counts.counted(tx, date(2000, 1, 1)) == {"a.one": 1, "a.two": 5, "b": 1}


async def test_an_adapter_finds_again_what_it_remembered_and_no_other_does(house: House) -> None:
    memories = Memories(house.db, house.vault)
    matrix, discord = memories.for_platform("matrix"), memories.for_platform("discord")
    assert await matrix.get("position") is None and await matrix.all() == {}
    await matrix.put("position", "s1")
    await matrix.put("position", "s2")
    await matrix.put("direct/@ana:example.org", "!secret:example.org")
    await matrix.put("direct/@ben:example.org", "!other:example.org")
    await discord.put("position", "77")
    assert await matrix.get("position") == "s2" and await discord.get("position") == "77"
    assert await matrix.all("direct/") == {
        "direct/@ana:example.org": "!secret:example.org",
        "direct/@ben:example.org": "!other:example.org",
    }
    assert walk(house.db.path, ["@ana", "secret:example"]) == []
    await matrix.delete("direct/@ben:example.org")
    await matrix.delete("never there")
    assert sorted(await matrix.all()) == ["direct/@ana:example.org", "position"]
    await house.close()
    await house.reopen()
    assert await Memories(house.db, house.vault).for_platform("matrix").get("position") == "s2"


async def test_forgetting_an_account_takes_what_names_it_and_nothing_else(house: House) -> None:
    memories = Memories(house.db, house.vault)
    local = memories.for_platform("local")
    for key, value in {
        "direct/ana": "room 1",
        "direct/ana-maria": "room 2",
        "direct/susana": "room 3",
        "question/7": '{"asked": "ana"}',
        "banana": "fruit",
        "position": "12",
    }.items():
        await local.put(key, value)
    await memories.for_platform("discord").put("direct/ana", "another ana")
    async with house.db.transaction() as tx:
        assert len(await memories.forget(tx, [UserRef("local", "ana")])) == 2
    assert sorted(await local.all()) == ["banana", "direct/ana-maria", "direct/susana", "position"]
    assert len(await memories.for_platform("discord").all()) == 1


async def test_a_daily_job_lets_go_of_what_was_kept_too_long(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await resume(house.db, house.vault)
    jobs, outbox = Jobs(), Outbox(house.vault)
    runner = JobRunner(house.db, house.clock, retention.retention_kinds(house.db, house.vault), LOG)
    async with house.db.transaction() as tx:
        await retention.schedule_retention(tx, jobs, house.clock)
        ana = (await house.people.join(tx, UserRef("local", "ana"))).id
        for purpose in ("withdrawn", "given"):
            await house.people.grant(tx, ana, purpose, 1)
        await house.people.withdraw(tx, ana, "withdrawn")
        await claim(tx, "old")
        await outbox.put(tx, UserRef("local", "ben"), say("late"), key="x")
    assert await runner.run_due() == 1
    planned = await _planned(house, jobs)
    async with house.db.transaction() as tx:
        await retention.schedule_retention(tx, jobs, house.clock)
    assert await _planned(house, jobs) == planned == START + DAY
    for number, days in enumerate((*[1] * 10, 354, 1, 1)):
        await house.clock.advance(days * DAY)
        async with house.db.transaction() as tx:
            await claim(tx, f"new {number}")
        assert await runner.run_due() == 1
    async with house.db.transaction() as tx:
        assert list(await house.people.consents(tx, ana)) == ["given"]
        assert await claim(tx, "old") and await tx.all("SELECT * FROM outbox") == []
        assert await counts.counted(tx, START.date()) == {"outbox.expired": 1}
    assert len(copies(house)) == 3


def copies(house: House) -> list[str]:
    return [file.name for file in (house.folder / "backups").glob("keys-*.db")]


async def _planned(house: House, jobs: Jobs) -> object:
    async with house.db.transaction() as tx:
        return await jobs.next_due(tx)


def test_a_trace_says_where_and_never_what() -> None:
    try:
        raise ValueError("what somebody wrote")
    except ValueError as error:
        said = trace(error)
    assert said.startswith("ValueError at test_keeping.py:") and "wrote" not in said
    assert trace(ValueError("x")) == "ValueError at an unknown place"
