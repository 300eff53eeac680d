"""The three clocks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state.clock import ManualClock, ShiftedClock, SystemClock, millis, moment

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(st.integers(min_value=-(10**13), max_value=10**14))
def test_moments_are_stored_in_milliseconds_and_come_back(stored: int) -> None:
    assert millis(moment(stored)) == stored


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(timezone(timedelta(hours=5)))))
def test_a_moment_keeps_its_milliseconds_in_any_zone(when: datetime) -> None:
    back = moment(millis(when))
    assert back <= when < back + timedelta(milliseconds=1)
    assert back.utcoffset() == timedelta(0)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        millis(datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="zone"):
        ManualClock(datetime(2026, 1, 1))


async def test_the_system_clock_is_aware_and_does_not_wait_for_the_past() -> None:
    clock = SystemClock()
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() <= clock.monotonic()
    await clock.sleep_until(clock.now())
    await clock.wait(asyncio.Event(), clock.now() - HOUR)


async def test_a_set_event_ends_a_wait_and_is_not_cleared() -> None:
    clock, event = SystemClock(), asyncio.Event()
    waiting = asyncio.ensure_future(clock.wait(event, clock.now() + HOUR))
    for_ever = asyncio.ensure_future(clock.wait(event, None))
    await asyncio.sleep(0)
    event.set()
    await asyncio.gather(waiting, for_ever)
    assert event.is_set()


async def test_shifting_wakes_those_whose_time_has_come() -> None:
    clock = ShiftedClock()
    soon = asyncio.ensure_future(clock.sleep_until(clock.now() + HOUR))
    late = asyncio.ensure_future(clock.sleep_until(clock.now() + 24 * HOUR))
    await asyncio.sleep(0)
    before = clock.now()
    clock.shift(2 * HOUR)
    await soon
    assert clock.now() - before >= 2 * HOUR
    assert not late.done()
    late.cancel()
    with pytest.raises(ValueError, match="forward"):
        clock.shift(-HOUR)


async def test_a_cancelled_wait_leaves_nothing_behind() -> None:
    for clock in (ShiftedClock(), ManualClock(START)):
        waiting = asyncio.ensure_future(clock.wait(asyncio.Event(), clock.now() + HOUR))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        for _ in range(3):
            await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_advancing_goes_deadline_by_deadline() -> None:
    clock = ManualClock(START)
    heard: list[tuple[str, datetime]] = []

    async def tick() -> None:
        for hour in range(1, 4):
            await clock.sleep_until(START + hour * HOUR)
            heard.append(("tick", clock.now()))

    async def between() -> None:
        await clock.sleep_until(START + HOUR * 1.5)
        heard.append(("between", clock.now()))

    tasks = [asyncio.ensure_future(tick()), asyncio.ensure_future(between())]
    await clock.advance(HOUR * 2)
    assert heard == [("tick", START + HOUR), ("between", START + HOUR * 1.5), ("tick", START + 2 * HOUR)]
    assert clock.monotonic() == 7200
    await clock.advance(HOUR)
    await asyncio.gather(*tasks)
    assert clock.next_deadline is None


async def test_settling_may_set_the_next_deadline() -> None:
    clock = ManualClock(START)
    seen: list[datetime] = []
    event = asyncio.Event()

    async def follow() -> None:
        while True:
            await clock.wait(event, clock.now() + timedelta(minutes=20))
            seen.append(clock.now())

    task = asyncio.ensure_future(follow())
    await clock.advance(HOUR)
    assert seen == [START + timedelta(minutes=20 * n) for n in (1, 2, 3)]
    task.cancel()


async def test_the_event_ends_a_manual_wait_without_time_passing() -> None:
    clock, event = ManualClock(START), asyncio.Event()
    waiting = asyncio.ensure_future(clock.wait(event, START + HOUR))
    await asyncio.sleep(0)
    event.set()
    await waiting
    assert clock.now() == START
    await clock.wait(event, None)
    with pytest.raises(ValueError, match="forward"):
        await clock.advance(-HOUR)
