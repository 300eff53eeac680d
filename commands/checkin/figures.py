"""What the chart shows and the words say: moods over time, by weekday, by time of day; scales; tags. Pure.

Both are made from the same figures, so that they can't tell different things. All of it is one person's own; nothing
here is a score, and nothing can be lost by not noting.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from commands.checkin.mood import HIGHEST, LOWEST
from commands.checkin.tables import Entry

BY_DAY, BY_WEEK = 21, 120
"""Up to so many days, what is said over time is said by day, by week; beyond, by month."""
BIN = 3
"""Hours of the day that are taken together."""
MOST_TAGS = 6
MOST_SCALES = 6
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of some values, and of how many."""

    value: float
    count: int


@dataclass(frozen=True, slots=True)
class Span:
    """Some days, both ends included, and the mood in them."""

    first: date
    last: date
    mood: Mean


@dataclass(frozen=True, slots=True)
class ScaleSeries:
    """The values of one scale over time. `low` and `high` are its bounds."""

    key: str
    name: str
    low: float
    high: float
    own: bool
    points: tuple[tuple[datetime, float], ...]

    @property
    def values(self) -> list[float]:
        return [value for _at, value in self.points]

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.points)


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag and when it was used."""

    tag: str
    at: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A look back over the days from `first` to `last`. Moments are on the wall of the person's zone."""

    first: date
    last: date
    entries: int
    noted_days: int
    moods: tuple[tuple[datetime, int], ...]
    counts: tuple[int, ...]
    """How often each mood was noted, from the lowest."""
    days: tuple[tuple[date, Mean], ...]
    spans: tuple[Span, ...]
    weekdays: tuple[Mean | None, ...]
    hours: tuple[Mean | None, ...]
    """Of each `BIN` hours from midnight on, for entries whose time is known."""
    scales: tuple[ScaleSeries, ...]
    tags: tuple[TagRow, ...]

    @property
    def length(self) -> int:
        """Days looked back over."""
        return (self.last - self.first).days + 1

    @property
    def drawable(self) -> bool:
        return bool(self.moods or self.scales)


def nearest(value: float) -> int:
    """The mood whose word fits a mean best; the higher one in the middle."""
    return min(max(math.floor(value + 0.5), LOWEST), HIGHEST)


def figures(entries: Sequence[Entry], first: date, last: date, zone: str) -> Figures:
    """From the entries of those days, in order."""
    here = ZoneInfo(zone)
    walls = [one.at.astimezone(here).replace(tzinfo=None) for one in entries]
    moods = [(at, one.mood, one.timed) for at, one in zip(walls, entries, strict=True) if one.mood is not None]
    days: dict[date, list[int]] = {}
    for at, mood, _timed in moods:
        days.setdefault(at.date(), []).append(mood)
    by_day = tuple((day, _mean(found)) for day, found in sorted(days.items()))
    counted = Counter(mood for _at, mood, _timed in moods)
    return Figures(
        first=first,
        last=last,
        entries=len(entries),
        noted_days=len({at.date() for at in walls}),
        moods=tuple((at, mood) for at, mood, _timed in moods),
        counts=tuple(counted[mood] for mood in range(LOWEST, HIGHEST + 1)),
        days=by_day,
        spans=_spans(days, first, last),
        weekdays=_grouped(((at.weekday(), mood) for at, mood, _timed in moods), 7),
        hours=_grouped(((at.hour // BIN, mood) for at, mood, timed in moods if timed), 24 // BIN),
        scales=_scales(entries, walls),
        tags=_tags(entries, walls),
    )


def _mean(values: Sequence[float]) -> Mean:
    return Mean(math.fsum(values) / len(values), len(values))


def _grouped(pairs: Iterable[tuple[int, int]], size: int) -> tuple[Mean | None, ...]:
    groups: list[list[int]] = [[] for _each in range(size)]
    for group, mood in pairs:
        groups[group].append(mood)
    return tuple(_mean(group) if group else None for group in groups)


def _spans(days: dict[date, list[int]], first: date, last: date) -> tuple[Span, ...]:
    """Days, weeks from Monday or months, whichever fits the length, each cut to what is looked back over."""
    length = (last - first).days + 1
    groups: dict[tuple[date, date], list[int]] = {}
    for day, moods in sorted(days.items()):
        if length <= BY_DAY:
            start = end = day
        elif length <= BY_WEEK:
            start = day - day.weekday() * _DAY
            end = start + 6 * _DAY
        else:
            start = day.replace(day=1)
            end = (start + 31 * _DAY).replace(day=1) - _DAY
        groups.setdefault((max(start, first), min(end, last)), []).extend(moods)
    return tuple(Span(start, end, _mean(moods)) for (start, end), moods in groups.items())


def _scales(entries: Sequence[Entry], walls: Sequence[datetime]) -> tuple[ScaleSeries, ...]:
    found: dict[str, list[tuple[datetime, float]]] = {}
    scales = {}
    for at, one in zip(walls, entries, strict=True):
        for mark in one.scales:
            scales[mark.scale.key] = mark.scale
            found.setdefault(mark.scale.key, []).append((at, mark.value))
    often = sorted(found, key=lambda key: -len(found[key]))[:MOST_SCALES]
    out = []
    for key in often:
        scale, values = scales[key], [value for _at, value in found[key]]
        low, high = min(scale.low, *values), max(scale.high, *values)
        out.append(ScaleSeries(key, scale.name, low, high, scale.own, tuple(found[key])))
    return tuple(out)


def _tags(entries: Sequence[Entry], walls: Sequence[datetime]) -> tuple[TagRow, ...]:
    found: dict[str, list[datetime]] = {}
    for at, one in zip(walls, entries, strict=True):
        for tag in one.tags:
            found.setdefault(tag, []).append(at)
    often = sorted(found, key=lambda tag: (-len(found[tag]), tag))[:MOST_TAGS]
    return tuple(TagRow(tag, tuple(found[tag])) for tag in often)
