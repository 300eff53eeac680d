"""When a reminder is due: wall-clock times on some days, in a person's zone. Pure: the time is an argument.

Wall time and zone are kept, and each occurrence is resolved by itself. A time that a day skips (spring) is due at the
end of the gap; a time that a day has twice (autumn) is due at the first. So an occurrence has one moment, later ones
have no earlier moments, and two that fall on the same moment ring once. How schedules are typed, `reading.py` knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.talk.text import Listing, Text, Value, _, listing, p_

DAYS: tuple[Text, ...] = (
    p_("day", "Monday"),
    p_("day", "Tuesday"),
    p_("day", "Wednesday"),
    p_("day", "Thursday"),
    p_("day", "Friday"),
    p_("day", "Saturday"),
    p_("day", "Sunday"),
)
EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
_SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_TIMES = 6
LONGEST_STEP = 60
"""Days between two occurrences, at most."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Times of day, on days of the week (Monday is 0) or, with `every`, each so many days from `start` on."""

    days: frozenset[int]
    times: tuple[time, ...]
    every: int = 0
    start: date | None = None

    def __str__(self) -> str:
        """How it is stored, and can be typed: `daily 20:00`, `mon,thu 18:30`, `every 2 days 20:00 from 2026-11-23`."""
        times = ",".join(f"{at:%H:%M}" for at in self.times)
        if self.every:
            return f"every {self.every} days {times} from {self.start}"
        if self.days == EVERY_DAY:
            days = "daily"
        elif self.days == WEEKDAYS:
            days = "weekdays"
        elif self.days == WEEKEND:
            days = "weekends"
        else:
            days = ",".join(_SHORT[day] for day in sorted(self.days))
        return f"{days} {times}"

    def words(self) -> Text:
        days: Value
        if self.every:
            days = _("every day", "every {n} days", n=self.every)
        elif self.days == EVERY_DAY:
            days = _("every day")
        elif self.days == WEEKDAYS:
            days = _("on weekdays")
        elif self.days == WEEKEND:
            days = _("at weekends")
        else:
            days = Listing(tuple(DAYS[day] for day in sorted(self.days)))
        return _("{days}, {time}", days=days, time=self.times[0] if len(self.times) == 1 else listing(self.times))

    def on(self, day: date) -> bool:
        if self.every:
            assert self.start is not None
            return day >= self.start and (day - self.start).days % self.every == 0
        return day.weekday() in self.days

    def slots(self, first: date) -> Iterator[datetime]:
        """Wall times without a zone, in order, from a day on, for ever."""
        day = first
        if self.every and self.start is not None and day < self.start:
            day = self.start
        while True:
            if self.on(day):
                for at in self.times:
                    yield datetime.combine(day, at)
            day += _DAY


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a schedule comes to: by the wall, and the moment (UTC) at which that is due."""

    wall: datetime
    due: datetime


def resolve(wall: datetime, zone: str) -> datetime | None:
    """The one moment (UTC) of a wall time: the end of the gap for one that is skipped, the first of one that comes
    twice; None where the zone skipped that whole day."""
    here = ZoneInfo(zone)
    first = wall.replace(tzinfo=here).astimezone(UTC)
    if first.astimezone(here).replace(tzinfo=None) == wall:
        return first
    before, after = wall.replace(tzinfo=here, fold=1).astimezone(UTC), first
    if after - before >= _DAY:
        return None
    offset = before.astimezone(here).utcoffset()
    low, high = 0, round((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(here).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)


def following(schedule: Schedule, zone: str, after: datetime, last: datetime | None = None) -> Occurrence:
    """The first occurrence later than a moment, and by the wall later than the `last` one.

    So a reminder that rang at 20:00 does not ring for the same 20:00 again an ocean further west.
    """
    day = after.astimezone(ZoneInfo(zone)).date() - _DAY
    if last is not None:
        day = max(day, last.date())
    for wall in schedule.slots(day):
        if last is not None and wall <= last:
            continue
        due = resolve(wall, zone)
        if due is not None and due > after:
            return Occurrence(wall, due)
    raise AssertionError("a schedule never ends")


def jumped_over(schedule: Schedule, was: str, zone: str, now: datetime, last: datetime | None) -> Occurrence | None:
    """The occurrence that was still to come in one zone and is past in another, for somebody who travelled east."""
    ahead = following(schedule, was, now, last)
    due = resolve(ahead.wall, zone)
    return ahead if due is not None and due <= now else None


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing rings, by the wall; over midnight where the end is not later than the start."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def until(self, due: datetime, zone: str) -> datetime:
        """The moment itself, or the end of the quiet hours that it falls into."""
        wall = due.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        if not self.holds(wall.time()):
            return due
        over_midnight = self.start >= self.end and wall.time() >= self.start
        day = wall.date() + (_DAY if over_midnight else timedelta(0))
        return max(due, resolve(datetime.combine(day, self.end), zone) or due)
