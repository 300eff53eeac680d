"""Schedules: each occurrence is due exactly once, whatever clocks and travellers do; and all forms can be typed."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import takewhile
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.talk.errors import Mistake
from commands.checkin import vocabulary
from commands.checkin.reading import parse, read_quiet
from commands.checkin.ringing import wall_of
from commands.checkin.schedule import (
    EVERY_DAY,
    WEEKDAYS,
    WEEKEND,
    Quiet,
    Schedule,
    following,
    jumped_over,
    resolve,
)

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
SAMPLED = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Pacific/Apia",
    "America/St_Johns",
    "America/Nuuk",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/Sao_Paulo",
    "Europe/London",
    "Asia/Tehran",
    "Antarctica/Troll",
    "Africa/Cairo",
    "UTC",
]
clocks = st.times().map(lambda one: one.replace(second=0, microsecond=0))
times = st.sets(clocks, min_size=1, max_size=4).map(lambda found: tuple(sorted(found)))
schedules = st.one_of(
    st.builds(Schedule, st.frozensets(st.integers(0, 6), min_size=1), times),
    st.builds(Schedule, st.just(EVERY_DAY), times, st.integers(2, 60), st.dates(date(2020, 1, 1), date(2030, 1, 1))),
)

FORMS = [
    ("daily 20:00", "daily 20:00"),
    ("20:00", "daily 20:00"),
    ("daily", "daily 20:00"),
    ("every day at 8", "daily 08:00"),
    ("weekdays at 9", "weekdays 09:00"),
    ("Mon, Thu 18:30", "mon,thu 18:30"),
    ("monday and friday 7pm", "mon,fri 19:00"),
    ("every monday at 9", "mon 09:00"),
    ("mon-fri 7:30", "weekdays 07:30"),
    ("sat-mon 10", "mon,sat,sun 10:00"),
    ("weekends 11.15", "weekends 11:15"),
    ("weekends and fri 10", "fri,sat,sun 10:00"),
    ("8pm daily", "daily 20:00"),
    ("every 2 days", "every 2 days 20:00 from 2026-11-23"),
    ("every other day 7am", "every 2 days 07:00 from 2026-11-23"),
    ("every 3 days 20:00 from 2026-11-01", "every 3 days 20:00 from 2026-11-01"),
    ("every 2 weeks at 10", "every 14 days 10:00 from 2026-11-23"),
    ("weekly", "every 7 days 20:00 from 2026-11-23"),
    ("twice a day", "daily 09:00,20:00"),
    ("twice a day at 8 and 21:30", "daily 08:00,21:30"),
    ("3x daily", "daily 09:00,14:00,20:00"),
    ("daily 9:00, 14:00 and 20:00", "daily 09:00,14:00,20:00"),
    ("täglich um 20 Uhr", "daily 20:00"),
    ("werktags 9:05", "weekdays 09:05"),
    ("am Wochenende um 11", "weekends 11:00"),
    ("Mo, Mi und Fr um 12am", "mon,wed,fri 00:00"),
    ("alle 2 Tage um 9", "every 2 days 09:00 from 2026-11-23"),
    ("jeden zweiten Tag 18:30", "every 2 days 18:30 from 2026-11-23"),
    ("zweimal am Tag", "daily 09:00,20:00"),
    ("zweimal täglich um 8 und 20 Uhr", "daily 08:00,20:00"),
    ("unter der Woche 8 Uhr", "weekdays 08:00"),
    ("mon to fri 8:00", "weekdays 08:00"),
    ("Mo bis Mi 8 Uhr", "mon,tue,wed 08:00"),
    ("cada día 20:00", "daily 20:00"),
    ("todos los días a las 8 de la noche", "daily 20:00"),
    ("a diario a las 7:30 a. m.", "daily 07:30"),
    ("entre semana a las 9", "weekdays 09:00"),
    ("los fines de semana a las 11", "weekends 11:00"),
    ("todos los fines de semana a las 11", "weekends 11:00"),
    ("lunes, miércoles y viernes a las 18:30", "mon,wed,fri 18:30"),
    ("los sábados a las 10 de la mañana", "sat 10:00"),
    ("de martes a jueves a las 8", "tue,wed,thu 08:00"),
    ("cada 2 días a las 9", "every 2 days 09:00 from 2026-11-23"),
    ("cada dos semanas 20:00", "every 14 days 20:00 from 2026-11-23"),
    ("día por medio 18:30", "every 2 days 18:30 from 2026-11-23"),
    ("una vez por semana", "every 7 days 20:00 from 2026-11-23"),
    ("dos veces al día", "daily 09:00,20:00"),
    ("3 veces al día", "daily 09:00,14:00,20:00"),
    ("dos veces al día a las 8 y 21:30", "daily 08:00,21:30"),
    ("tous les jours 20:00", "daily 20:00"),
    ("tous les jours à 8h et 20h30", "daily 08:00,20:30"),
    ("chaque jour à 20 h 30", "daily 20:30"),
    ("en semaine à 9 heures", "weekdays 09:00"),
    ("du lundi au vendredi à 7h", "weekdays 07:00"),
    ("le week-end à 11h", "weekends 11:00"),
    ("la fin de semaine à 10 h", "weekends 10:00"),
    ("lundi, mercredi et ven à 18h30", "mon,wed,fri 18:30"),
    ("tous les lundis à 9h", "mon 09:00"),
    ("dimanche 18:00", "sun 18:00"),
    ("tous les 2 jours à 9h", "every 2 days 09:00 from 2026-11-23"),
    ("un jour sur deux 18:30", "every 2 days 18:30 from 2026-11-23"),
    ("toutes les deux semaines à 10h", "every 14 days 10:00 from 2026-11-23"),
    ("tous les 3 jours 20:00 à partir du 2026-11-01", "every 3 days 20:00 from 2026-11-01"),
    ("deux fois par jour", "daily 09:00,20:00"),
    ("3 fois par jour", "daily 09:00,14:00,20:00"),
    ("todo dia às 20h", "daily 20:00"),
    ("todos os dias, às 20 horas", "daily 20:00"),
    ("de segunda a sexta às 9", "weekdays 09:00"),
    ("nos dias úteis 9:05", "weekdays 09:05"),
    ("nos fins de semana às 11h30", "weekends 11:30"),
    ("seg, qua e sex 18:30", "mon,wed,fri 18:30"),
    ("às terças e quintas, 7h", "tue,thu 07:00"),
    ("toda segunda-feira às 9", "mon 09:00"),
    ("todos os sábados e domingos às 10", "weekends 10:00"),
    ("seg-sex 7:30", "weekdays 07:30"),
    ("segunda-feira–quarta-feira 7h", "mon,tue,wed 07:00"),
    ("de segunda-feira a sexta-feira 8h", "weekdays 08:00"),
    ("a cada 2 dias às 9", "every 2 days 09:00 from 2026-11-23"),
    ("a cada duas semanas às 10", "every 14 days 10:00 from 2026-11-23"),
    ("dia sim, dia não 18:30", "every 2 days 18:30 from 2026-11-23"),
    ("toda semana", "every 7 days 20:00 from 2026-11-23"),
    ("duas vezes por dia", "daily 09:00,20:00"),
    ("3 vezes ao dia", "daily 09:00,14:00,20:00"),
]


@pytest.mark.parametrize(("typed", "stored"), FORMS)
def test_what_can_be_typed(typed, stored):
    assert str(parse(typed, TODAY)) == stored
    assert parse(stored) == parse(typed, TODAY)


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("", "daily 20:00"),
        ("soon", "daily 20:00"),
        ("25:00", "daily 20:00"),
        ("someday 18:00", "daily 18:00"),
        ("13pm", "daily 20:00"),
        ("mon tues-ish 9", "mon,tue 09:00"),
        ("dayly 8", "daily 08:00"),
        ("mondey 8:30", "mon 08:30"),
        ("every 2 hours", "daily 20:00"),
        ("toutes les 2 heures", "daily 20:00"),
        ("every 99 days at 7", "daily 07:00"),
        ("5 times a day", "daily 20:00"),
        ("twice a day at 8, 9 and 10", "daily 10:00"),
        ("mon 8 20", "mon 20:00"),
        ("every so often", "daily 20:00"),
        ("wochnende 11:00", "weekends 11:00"),
        ("x" * 3000, "daily 20:00"),
    ],
)
def test_what_can_not_is_answered_with_the_nearest_that_can(typed, nearest):
    with pytest.raises(Mistake) as caught:
        parse(typed, TODAY)
    right = caught.value.told["right"]
    assert right.items[0] == nearest
    for one in right.items:
        parse(one)
    assert caught.value.told["typed"] == typed.strip()[:60]


@given(st.text())
def test_whatever_is_typed_is_read_or_answered(typed):
    try:
        found = parse(typed, TODAY)
    except Mistake as mistake:
        assert all(parse(one, TODAY) for one in mistake.told["right"].items)
    else:
        assert parse(str(found)) == found


@given(schedules)
def test_stored_forms_come_back(schedule):
    found = parse(str(schedule))
    first = schedule.start or TODAY
    assert list(takewhile(lambda at: at.date() < first + timedelta(days=70), found.slots(first))) == list(
        takewhile(lambda at: at.date() < first + timedelta(days=70), schedule.slots(first))
    )
    assert str(found) == str(schedule) or schedule.days == EVERY_DAY


def test_the_languages_words_for_days_do_not_contradict_each_other():
    for pick, table in (("days", vocabulary.DAY_NAMES), ("months", vocabulary.MONTH_NAMES)):
        for language, words in vocabulary.LANGUAGES.items():
            for number, names in enumerate(getattr(words, pick)):
                for name in names:
                    assert table[name] == number, f"{language}: {name!r} means two things; leave it out of one language"


# --- each occurrence once ----------------------------------------------------------------------------------------


@cache
def transitions(zone, first, last):
    """Every change of a zone's offset in those years, to the day."""
    here = ZoneInfo(zone)
    found = []
    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)
    while at < end:
        later = at + timedelta(days=1)
        if at.astimezone(here).utcoffset() != later.astimezone(here).utcoffset():
            found.append(at)
        at = later
    return found


def assert_each_once(schedule, zone, first, days):
    """Walking by `following` meets every occurrence of those days, in order, once; two at one moment ring once."""
    walls = list(takewhile(lambda wall: wall.date() < first + timedelta(days=days), schedule.slots(first)))
    dues = [resolve(wall, zone) for wall in walls]
    wanted = [due for due in dues if due is not None]
    assert wanted == sorted(wanted), "a later occurrence is due earlier"
    at = resolve(datetime.combine(first, time()), zone) or datetime.combine(first, time(), UTC)
    at -= timedelta(seconds=1)
    met, last = [], datetime.combine(first, time()) - timedelta(minutes=1)
    while True:
        found = following(schedule, zone, at, last)
        if found.wall.date() >= first + timedelta(days=days):
            break
        met.append(found.due)
        at, last = found.due, found.wall
    assert met == sorted(set(wanted))


KINDS = [
    lambda at, other: Schedule(EVERY_DAY, (at,)),
    lambda at, other: Schedule(WEEKDAYS, (at,)),
    lambda at, other: Schedule(WEEKEND, (at,)),
    lambda at, other: Schedule(frozenset({0, 3, 6}), (at,)),
    lambda at, other: Schedule(EVERY_DAY, tuple(sorted({at, other}))),
    lambda at, other: Schedule(EVERY_DAY, (at,), 2, date(2024, 1, 1)),
    lambda at, other: Schedule(EVERY_DAY, tuple(sorted({at, other})), 3, date(2024, 1, 1)),
]
"""One of each form: daily, weekdays, weekends, some days, several a day, every so many days, both."""


@pytest.mark.parametrize("zone", SAMPLED)
def test_every_form_around_every_transition(zone):
    for at in transitions(zone, 2025, 2028):
        first = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=2)
        for hour in (0, 1, 2, 3, 12, 23):
            for minute in (0, 30, 59):
                for kind in KINDS:
                    assert_each_once(kind(time(hour, minute), time((hour + 1) % 24, 15)), zone, first, 5)


@given(schedules, st.sampled_from(SAMPLED), st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))
def test_the_next_is_later_on_a_right_day_and_none_lies_between(schedule, zone, after):
    after = after.replace(tzinfo=UTC)
    found = following(schedule, zone, after)
    assert found.due > after
    assert schedule.on(found.wall.date()) and found.wall.time() in schedule.times
    earlier = takewhile(lambda wall: wall < found.wall, schedule.slots(found.wall.date() - timedelta(days=3)))
    assert all((resolve(wall, zone) or after) <= after for wall in earlier)
    local = found.due.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert local >= found.wall


def test_a_skipped_hour_is_due_after_the_gap_and_a_doubled_one_at_the_first():
    assert resolve(datetime(2026, 3, 29, 2, 30), "Europe/Berlin") == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert resolve(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert resolve(datetime(2026, 10, 4, 2, 10), "Australia/Lord_Howe") == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    assert resolve(datetime(2011, 12, 30, 20, 0), "Pacific/Apia") is None


@given(
    schedules,
    st.lists(st.tuples(st.sampled_from(SAMPLED), st.integers(1, 90)), min_size=1, max_size=12),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
)
def test_travelling_doubles_nothing_and_skips_nothing(schedule, legs, start):
    """Through zones at random moments: every wall time rings once at most, in order, and what was still to come in
    one zone and is past in the next is asked for once."""
    now, last, zone = start.replace(tzinfo=UTC), None, legs[0][0]
    rang = []
    for there, hours in legs:
        over = jumped_over(schedule, zone, there, now, last)
        walls = takewhile(lambda wall: wall <= wall_of(now, there), schedule.slots(wall_of(now, zone).date() - 2 * DAY))  # noqa: B023
        jumped = [wall for wall in walls
                  if (last is None or wall > last) and (resolve(wall, zone) or now) > now
                  and (due := resolve(wall, there)) is not None and due <= now]  # fmt: skip
        assert (over.wall if over else None) == (jumped[0] if jumped else None)
        zone = there
        if over is not None:
            last = over.wall
            rang.append(last)
        until = now + timedelta(hours=hours)
        while (found := following(schedule, zone, now, last)).due <= until:
            assert resolve(found.wall, zone) == found.due
            now, last = found.due, found.wall
            rang.append(last)
        now = until
    assert rang == sorted(set(rang))


@given(schedules, st.sampled_from(SAMPLED), st.lists(st.integers(-72, 200), min_size=2, max_size=20))
def test_a_clock_that_jumps_doubles_nothing(schedule, zone, jumps):
    """The machine's clock is put forward and back: what rang by the wall does not ring again."""
    now, last, rang = datetime(2026, 6, 1, tzinfo=UTC), None, []
    for hours in jumps:
        now += timedelta(hours=hours)
        found = following(schedule, zone, now, last)
        rang.append(found.wall)
        now, last = max(now, found.due), found.wall
    assert rang == sorted(set(rang))


# --- quiet hours ----------------------------------------------------------------------------------------------------


@given(clocks, clocks, st.sampled_from(SAMPLED), st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)))
def test_nothing_rings_in_quiet_hours(start, end, zone, due):
    if start == end:
        return
    quiet, due = Quiet(start, end), due.replace(tzinfo=UTC, second=0, microsecond=0)
    then = quiet.until(due, zone)
    assert due <= then <= due + timedelta(hours=26)
    wall = due.astimezone(ZoneInfo(zone)).time()
    assert then == due if not quiet.holds(wall) else True
    if then != due:
        assert not quiet.holds(then.astimezone(ZoneInfo(zone)).time()) or then.astimezone(ZoneInfo(zone)).time() > end


@pytest.mark.parametrize(
    ("typed", "quiet"),
    [
        ("22:00-07:00", Quiet(time(22), time(7))),
        ("22-7", Quiet(time(22), time(7))),
        ("10pm to 7am", Quiet(time(22), time(7))),
        ("22 bis 7 Uhr", Quiet(time(22), time(7))),
        ("off", None),
        ("aus", None),
    ],
)
def test_quiet_hours_can_be_typed(typed, quiet):
    assert read_quiet(typed) == quiet


@pytest.mark.parametrize("typed", ["", "at night", "22:00", "7-7", "25-7", "1 2 3"])
def test_quiet_hours_that_can_not_be_read(typed):
    with pytest.raises(Mistake) as caught:
        read_quiet(typed)
    for one in caught.value.told["right"].items:
        read_quiet(one)


# --- every zone, behind `make zones` ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("zone", sorted(available_timezones()))
def test_every_zone_for_ten_years(zone):
    for at in transitions(zone, 2024, 2034):
        first = at.astimezone(ZoneInfo(zone)).date() - timedelta(days=2)
        for hour in (0, 1, 2, 3, 12, 22, 23):
            for minute in (0, 30, 59):
                for kind in KINDS:
                    assert_each_once(kind(time(hour, minute), time((hour + 1) % 24, 15)), zone, first, 5)
