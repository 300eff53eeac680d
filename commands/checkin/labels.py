"""Every word on a chart, in the reader's language, made before it is drawn: who draws knows no language and no kit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from babel import dates

from bot.kit import Kit
from bot.talk.text import _
from commands.checkin import saying
from commands.checkin.figures import Figures
from commands.checkin.mood import WORDS
from commands.checkin.saying import locale

MOST_TICKS = 6
_STEPS = (1, 2, 3, 7, 14)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Labels:
    """What stands where. `ticks` are days with their names, few enough to be read."""

    title: str
    moods: tuple[str, ...]
    weekdays: tuple[str, ...]
    hours: tuple[str, ...]
    ticks: tuple[tuple[date, str], ...]
    scales: tuple[str, ...]
    over_time: str
    by_weekday: str
    by_hour: str
    tags: str
    around: str
    times: str
    """How a count is written: "{}×"."""


def labels(kit: Kit, figures: Figures, language: str) -> Labels:
    def words(text: object) -> str:
        return kit.words.value(text, language)

    names = dates.get_day_names("abbreviated", locale=locale(language))
    return Labels(
        title=words(_("Your check-ins, {period}", period=saying.period(figures.first, figures.last, language))),
        moods=tuple(words(word) for word in WORDS.values()),
        weekdays=tuple(str(names[day]) for day in range(7)),
        hours=tuple(saying.hours(index) for index in range(len(figures.hours))),
        ticks=ticks(figures.first, figures.last, language),
        scales=tuple(saying.scale_name(series, kit.config, language) for series in figures.scales),
        over_time=words(_("Mood over time")),
        by_weekday=words(_("Mood by weekday")),
        by_hour=words(_("Mood by time of day")),
        tags=words(_("Tags")),
        around=words(_("The line is the mean of the days around.")),
        times="{}×",
    )


def ticks(first: date, last: date, language: str) -> tuple[tuple[date, str], ...]:
    """Days to name under a chart: evenly apart and ending at the last day; the first of months where days are many."""
    length = (last - first).days + 1
    for step in _STEPS:
        if length <= step * MOST_TICKS:
            days = [last - number * step * _DAY for number in range((length - 1) // step + 1)]
            return tuple((day, saying.short_day(day, language)) for day in reversed(days))
    firsts = []
    day = first if first.day == 1 else (first.replace(day=1) + 32 * _DAY).replace(day=1)
    while day <= last:
        firsts.append(day)
        day = (day + 32 * _DAY).replace(day=1)
    step = -(-len(firsts) // MOST_TICKS)
    return tuple((day, saying.month(day, language)) for day in firsts[::step])
