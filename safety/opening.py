"""When a line answers: weekly hours in its own time zone. Pure; it asks no clock.

Where nothing is known, nothing is claimed: `open_at` then says None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
_SPAN = re.compile(r"(daily|[a-z]{3}(?:-[a-z]{3})?) (\d\d):(\d\d)-(\d\d):(\d\d)")


@dataclass(frozen=True, slots=True)
class Span:
    """The same hours on some days: 0 is Monday; minutes since midnight; an end beyond 1,440 is on the next day."""

    days: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hours:
    """`always`, some spans a week, or neither where nobody knows."""

    always: bool = False
    spans: tuple[Span, ...] = ()
    zone: str = "UTC"

    @property
    def known(self) -> bool:
        return self.always or bool(self.spans)

    def open_at(self, now: datetime) -> bool | None:
        """Whether somebody answers at that moment; None where it is not known."""
        if not self.known:
            return None
        if self.always:
            return True
        local = now.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        today, before = local.weekday(), (local.weekday() - 1) % 7
        return any(
            (today in span.days and span.start <= minute < span.end)
            or (before in span.days and span.start <= minute + DAY < span.end)
            for span in self.spans
        )

    def opens_next(self, now: datetime) -> datetime | None:
        """When it opens, for a line that is closed now; None where it is open or not known."""
        if self.open_at(now) is not False:
            return None
        local = now.astimezone(ZoneInfo(self.zone))
        starts = []
        for ahead in range(8):
            day = (local + timedelta(days=ahead)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
            for span in self.spans:
                if day.weekday() in span.days:
                    start = day.replace(hour=span.start // 60, minute=span.start % 60)
                    if start > local:
                        starts.append(start)
        return min(starts, default=None)


ALWAYS = Hours(always=True)
UNKNOWN = Hours()


def parse_span(text: str) -> Span:
    """ "mon-thu 11:00-23:00", "daily 09:00-24:00"; an end that is not after its start is on the next day.

    Raises ValueError with what would be right.
    """
    found = _SPAN.fullmatch(text.strip().casefold())
    if found is None:
        raise ValueError(f'{text!r} are no hours; write them as "mon-fri 09:00-17:00" or "daily 18:00-02:00"')
    start, end = int(found[2]) * 60 + int(found[3]), int(found[4]) * 60 + int(found[5])
    if start >= DAY or end > DAY or int(found[3]) > 59 or int(found[5]) > 59:
        raise ValueError(f"{text!r} holds no time of day; the last one is 24:00")
    return Span(_days(found[1]), start, end if end > start else end + DAY)


def _days(text: str) -> tuple[int, ...]:
    if text == "daily":
        return tuple(range(7))
    first, _dash, last = text.partition("-")
    for one in filter(None, (first, last)):
        if one not in DAYS:
            raise ValueError(f"{one!r} is no day; days are {', '.join(DAYS)} and daily")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return tuple((start + step) % 7 for step in range((end - start) % 7 + 1))
