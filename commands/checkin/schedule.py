"""When a reminder is due: a wall-clock time on some days, in a person's zone. Pure: the time is an argument.

Wall time and zone are kept, and each occurrence is resolved by itself: a time that a day skips (spring) is due right
after the gap; a time that a day has twice (autumn) is due at the first. So each day has one occurrence, never two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.talk.errors import Mistake
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

# What may be typed for days, in the languages we speak; German beside English, others join with their languages.
_GROUPS = {
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "täglich": EVERY_DAY,
    "jeden tag": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "werktags": WEEKDAYS,
    "weekends": WEEKEND,
    "weekend": WEEKEND,
    "am wochenende": WEEKEND,
    "wochenende": WEEKEND,
}
_NAMES = {
    **{name: i for i, name in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])},
    **{
        name: i for i, name in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
    },
    **{name: i for i, name in enumerate(["mo", "di", "mi", "do", "fr", "sa", "so"])},
    **{
        name: i
        for i, name in enumerate(["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"])
    },
    "tues": 1,
    "thur": 3,
    "thurs": 3,
}
_TIME = re.compile(r"(?:\b(?:at|um)\s+)?\b(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|uhr)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days of the week (Monday is 0) and a time of day."""

    days: frozenset[int]
    at: time

    def __str__(self) -> str:
        """How it is stored, and can be typed: `daily 20:00`, `mon,thu 18:30`."""
        if self.days == EVERY_DAY:
            days = "daily"
        elif self.days == WEEKDAYS:
            days = "weekdays"
        elif self.days == WEEKEND:
            days = "weekends"
        else:
            days = ",".join(["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day] for day in sorted(self.days))
        return f"{days} {self.at:%H:%M}"

    def words(self) -> Text:
        days: Value
        if self.days == EVERY_DAY:
            days = _("every day")
        elif self.days == WEEKDAYS:
            days = _("on weekdays")
        elif self.days == WEEKEND:
            days = _("at weekends")
        else:
            days = Listing(tuple(DAYS[day] for day in sorted(self.days)))
        return _("{days}, {time}", days=days, time=self.at)


def parse(typed: str) -> Schedule:
    """Read what was typed. Raises Mistake with the nearest right form."""
    text = " ".join(typed.casefold().replace(";", ",").split())
    found = list(_TIME.finditer(text))
    at = _time(found[-1]) if found else None
    if at is None:
        raise Mistake(_unreadable(typed, None, None), "schedule")
    days = _days((text[: found[-1].start()] + " " + text[found[-1].end() :]).strip(" ,"))
    if days is None:
        raise Mistake(_unreadable(typed, None, at), "schedule")
    return Schedule(days, at)


def _time(found: re.Match[str]) -> time | None:
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").casefold()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _days(text: str) -> frozenset[int] | None:
    text = text.removesuffix(" at").removesuffix(" um").strip()
    if not text:
        return EVERY_DAY
    if text in _GROUPS:
        return _GROUPS[text]
    words = [word for word in re.split(r"[,\s]+", text) if word not in ("and", "und", "on", "every", "jeden", "am")]
    days = [_NAMES.get(word, _NAMES.get(word.removesuffix("s"), -1)) for word in words]
    return frozenset(days) if days and -1 not in days else None


def _unreadable(typed: str, days: frozenset[int] | None, at: time | None) -> Text:
    clock = f"{at:%H:%M}" if at else "20:00"
    return _(
        "I can't read “{typed}” as a time. One of these would be right: {right}.",
        typed=typed.strip()[:60],
        right=listing([f"daily {clock}", f"weekdays {clock}", f"mon,thu {clock}"]),
    )


def due_on(schedule: Schedule, day: date, zone: str) -> datetime:
    """The one moment (UTC) at which that day's occurrence is due."""
    return datetime.combine(day, schedule.at, ZoneInfo(zone)).astimezone(UTC)


def next_due(schedule: Schedule, zone: str, after: datetime) -> datetime:
    """The first occurrence strictly after a moment, in UTC."""
    day = after.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    for _each in range(9 + 1):
        if day.weekday() in schedule.days:
            due = due_on(schedule, day, zone)
            if due > after:
                return due
        day += timedelta(days=1)
    raise AssertionError("a schedule has a day in every week")
