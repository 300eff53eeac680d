"""Schedules: each day's occurrence is due exactly once, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.talk.errors import Mistake
from commands.checkin.schedule import EVERY_DAY, WEEKDAYS, Schedule, due_on, next_due, parse

SAMPLED = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Pacific/Apia",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/Sao_Paulo",
    "Europe/London",
    "Asia/Tehran",
    "Antarctica/Troll",
    "UTC",
]
schedules = st.builds(
    Schedule,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("daily 20:00", "daily 20:00"),
        ("20:00", "daily 20:00"),
        ("every day at 8", "daily 08:00"),
        ("weekdays at 9", "weekdays 09:00"),
        ("Mon, Thu 18:30", "mon,thu 18:30"),
        ("monday and friday 7pm", "mon,fri 19:00"),
        ("weekends 11.15", "weekends 11:15"),
        ("täglich um 20 Uhr", "daily 20:00"),
        ("werktags 9:05", "weekdays 09:05"),
        ("Mo, Mi und Fr um 12am", "mon,wed,fri 00:00"),
        ("8pm daily", "daily 20:00"),
    ],
)
def test_what_can_be_typed(typed, stored):
    assert str(parse(typed)) == stored
    assert parse(stored) == parse(typed)


@pytest.mark.parametrize(
    "typed", ["", "soon", "daily", "25:00", "daily 20:61", "someday 20:00", "13pm", "mon tues-ish 9"]
)
def test_what_can_not_is_answered_with_what_can(typed):
    with pytest.raises(Mistake) as caught:
        parse(typed)
    right = caught.value.told["right"]
    for one in right.items:
        parse(one)


@given(schedules)
def test_stored_forms_come_back(schedule):
    assert parse(str(schedule)) == schedule


def transitions(zone, years):
    """Every change of a zone's offset in those years, by bisection of days."""
    here = ZoneInfo(zone)
    at = datetime(years[0], 1, 1, tzinfo=UTC)
    end = datetime(years[1], 1, 1, tzinfo=UTC)
    while at < end:
        later = at + timedelta(days=1)
        if at.astimezone(here).utcoffset() != later.astimezone(here).utcoffset():
            yield at
        at = later


def assert_each_day_once(schedule, zone, first, days):
    """Walking by next_due meets each day's own occurrence, in order, once."""
    here = ZoneInfo(zone)
    start = datetime.combine(first, time(), here).astimezone(UTC) - timedelta(seconds=1)
    wanted = [due_on(schedule, first + timedelta(days=i), zone) for i in range(days)
              if (first + timedelta(days=i)).weekday() in schedule.days]  # fmt: skip
    met, at = [], start
    while len(met) < len(wanted):
        at = next_due(schedule, zone, at)
        met.append(at)
    assert met[-len(wanted) :] == sorted(set(wanted)) or set(wanted) <= set(met)
    assert met == sorted(set(met))


@pytest.mark.parametrize("zone", SAMPLED)
def test_around_every_transition(zone):
    for at in transitions(zone, (2025, 2028)):
        for hour in (0, 1, 2, 3, 12, 23):
            for minute in (0, 30, 59):
                first = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=2)
                assert_each_day_once(Schedule(EVERY_DAY, time(hour, minute)), zone, first, 5)


@given(schedules, st.sampled_from(SAMPLED), st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))
def test_the_next_is_later_and_on_a_right_day(schedule, zone, after):
    after = after.replace(tzinfo=UTC)
    due = next_due(schedule, zone, after)
    assert after < due <= after + timedelta(days=8, hours=26)
    local = due.astimezone(ZoneInfo(zone))
    if local.time().replace(second=0, microsecond=0) == schedule.at:
        assert local.weekday() in schedule.days


def test_a_skipped_hour_is_due_after_the_gap_and_a_doubled_one_at_the_first():
    berlin = "Europe/Berlin"
    gap = due_on(Schedule(EVERY_DAY, time(2, 30)), date(2026, 3, 29), berlin)
    assert gap.astimezone(ZoneInfo(berlin)).time() == time(3, 30)
    doubled = due_on(Schedule(EVERY_DAY, time(2, 30)), date(2026, 10, 25), berlin)
    assert doubled == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.slow
@pytest.mark.parametrize("zone", sorted(available_timezones()))
def test_every_zone_for_ten_years(zone):
    for at in transitions(zone, (2024, 2034)):
        for schedule in (
            Schedule(EVERY_DAY, time(2, 30)),
            Schedule(WEEKDAYS, time(0, 0)),
            Schedule(EVERY_DAY, time(23, 59)),
        ):
            assert_each_day_once(schedule, zone, at.astimezone(ZoneInfo(zone)).date() - timedelta(days=2), 5)
