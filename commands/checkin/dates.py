"""Reading a typed day, moment or span: `yesterday 21:00`, `2026-11-20`, `3 days ago`, `a week`, `until friday`. Pure.

A day may be typed as ISO has it, as 20.11.2026, as 20 November, as a weekday, or as a distance. Days with slashes are
refused where they could mean two things. The words stand in `vocabulary.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.talk.errors import Mistake
from bot.talk.text import _, listing
from commands.checkin import vocabulary as words
from commands.checkin.reading import halves
from commands.checkin.schedule import resolve

NOON = time(12)
_DAY = timedelta(days=1)
_MEANT = {"the", "an", "a"}


def _any(of: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(of, key=len, reverse=True))


_HALF = "am|pm|uhr|h|heures?|horas?"
_CLOCK = re.compile(rf"(?:^|\s)(\d{{1,2}})(?:(?::|\s*h\s*)(\d{{2}})|(?=\s*(?:{_HALF})$))\s*({_HALF})?$")
_SPAN = re.compile(
    rf"(?:(?:{_any(words.AGO)})\s+)?(\d{{1,4}}|a|an|{_any(words.NUMBERS)})\s*"
    rf"(?:({_any(words.DAY_UNITS)})|({_any(words.WEEK_UNITS)})|({_any(words.MONTH_UNITS)})|({_any(words.HOUR_UNITS)}))"
    rf"(?:\s+(?:{_any(words.AGO)}))?"
)
_AGO = re.compile(rf"\b(?:{_any(words.AGO)})\b")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d{2}))?")
_NAMED = re.compile(rf"(\d{{1,2}})\.?\s+({_any(words.MONTH_NAMES)})\.?(?:\s+(\d{{4}}))?")
_NAMED_FIRST = re.compile(rf"({_any(words.MONTH_NAMES)})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?")


@dataclass(frozen=True, slots=True)
class When:
    """A moment; `timed` says whether a time of day was given, or only the day."""

    at: datetime
    timed: bool


def read_past(typed: str, now: datetime, zone: str) -> When:
    """When something was: not later than now. Raises Mistake with nearest right forms."""
    local = now.astimezone(ZoneInfo(zone))
    text = _clean(typed)
    if (span := _SPAN.fullmatch(text)) and span[5]:
        return When(now - timedelta(hours=_number(span[1])), True)
    whole = halves(" ".join(typed.casefold().replace(",", " ").split()))
    clock = _CLOCK.search(whole)
    at = _time(clock) if clock else None
    rest = _clean(whole[: clock.start()] if clock else whole)
    day = _day(rest, local.date(), past=True) if rest else local.date()
    if day is None or (clock and at is None):
        raise _unreadable(typed, [f"{local - _DAY:%Y-%m-%d} 21:00", "yesterday 21:00", "3 days ago"], "when")
    wall = datetime.combine(day, at or NOON)
    found = resolve(wall, zone) or wall.replace(tzinfo=UTC)
    if at is None and day == local.date():
        return When(now, True)
    if found > now:
        raise Mistake(
            _("“{typed}” is still to come. A check-in is for now or for before.", typed=typed.strip()[:40]), "when"
        )
    return When(found, at is not None)


def read_day(typed: str, today: date, argument: str) -> date:
    """A day not later than today. Raises Mistake."""
    day = _day(_clean(typed), today, past=True)
    if day is None or day > today:
        raise _unreadable(typed, [f"{today - 30 * _DAY}", "30 days ago", "last monday"], argument)
    return day


def read_until(typed: str, today: date) -> date:
    """The first day that is no longer part of a pause: `a week`, `10 days`, `friday`, `2026-12-24`. Raises Mistake."""
    text = _clean(typed)
    if text in words.WEEK_UNITS:
        return today + 7 * _DAY
    if text in words.MONTH_UNITS:
        return _months(today, 1)
    span = _SPAN.fullmatch(text)
    if span and not span[5]:
        if span[4]:
            return _months(today, _number(span[1]))
        return today + _number(span[1]) * (7 if span[3] else 1) * _DAY
    day = _day(text, today, past=False)
    if day is None or day <= today:
        raise _unreadable(typed, ["a week", "10 days", f"{today + 7 * _DAY}"], "until")
    return day


def _clean(typed: str) -> str:
    """Lower case, without words that say nothing. An "a" before something is a number in English: "a week"."""
    said = [word for word in typed.casefold().replace(",", " ").split() if word not in words.FILLERS - _MEANT]
    return " ".join(word for at, word in enumerate(said) if word != "a" or (at == 0 and len(said) > 1))


def _time(found: re.Match[str]) -> time | None:
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3] or ""
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(text: str, today: date, *, past: bool) -> date | None:
    for said, distance in (
        (words.TODAY, 0),
        (words.YESTERDAY, -1),
        (words.BEFORE_YESTERDAY, -2),
        (words.TOMORROW, 1),
    ):
        if text in said:
            return today + distance * _DAY
    span = _SPAN.fullmatch(text)
    if span and past and not span[5] and _AGO.search(text):
        if span[4]:
            return _months(today, -_number(span[1]))
        return today - _number(span[1]) * (7 if span[3] else 1) * _DAY
    bare = " ".join(word for word in text.split() if word not in words.LAST)
    if bare in words.DAY_NAMES:
        away = words.DAY_NAMES[bare] - today.weekday()
        return today + ((away % 7 or 7) - (7 if past else 0) - (7 if past and away % 7 == 0 else 0)) * _DAY
    return _written(text, today, past=past)


def _written(text: str, today: date, *, past: bool) -> date | None:
    if iso := _ISO.fullmatch(text):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    year: str | None
    if dotted := _DOTTED.fullmatch(text):
        day, month, year = int(dotted[1]), int(dotted[2]), dotted[3]
    elif named := _NAMED.fullmatch(text):
        day, month, year = int(named[1]), words.MONTH_NAMES[named[2]] + 1, named[3]
    elif named := _NAMED_FIRST.fullmatch(text):
        day, month, year = int(named[2]), words.MONTH_NAMES[named[1]] + 1, named[3]
    else:
        return None
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = _date(today.year, month, day)
    if found and past and found > today:
        return _date(today.year - 1, month, day)
    if found and not past and found < today:
        return _date(today.year + 1, month, day)
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1970 <= year <= 2200 else None
    except ValueError:
        return None


def _months(day: date, by: int) -> date:
    """The same day so many months on, or the month's last."""
    count = min(max(day.year * 12 + day.month - 1 + by, 1970 * 12), 2200 * 12)
    year, month = divmod(count, 12)
    for last in (day.day, 30, 29, 28):
        found = _date(year, month + 1, min(last, day.day))
        if found:
            return found
    raise AssertionError("every month has 28 days")


def _number(typed: str) -> int:
    if typed.isdigit():
        return int(typed)
    return 1 if typed in ("a", "an") else words.NUMBERS[typed]


def _unreadable(typed: str, right: list[str], argument: str) -> Mistake:
    return Mistake(
        _(
            "I can't read “{typed}” as a day. One of these would be right: {right}.",
            typed=typed.strip()[:40],
            right=listing(right),
        ),
        argument,
    )
