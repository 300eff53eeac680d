"""The figures of a look back in words: what the chart shows, for who can't see it, and for everyone beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from babel import Locale, dates

from bot.config import Config
from bot.talk.text import Listing, Text, _, listing
from commands.checkin.figures import BIN, BY_DAY, BY_WEEK, Figures, Mean, ScaleSeries, Span, nearest
from commands.checkin.mood import WORDS, sparkline
from commands.checkin.schedule import DAYS
from commands.checkin.telling import number

LONGEST_LINE = 60


def locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def short_day(day: date, language: str) -> str:
    """Nov 23"""
    return str(dates.format_skeleton("MMMd", day, locale=locale(language)))


def month(day: date, language: str) -> str:
    """Nov 2026"""
    return str(dates.format_skeleton("yMMM", day, locale=locale(language)))


def period(first: date, last: date, language: str) -> str:
    """Nov 16 – 22, 2026"""
    if first == last:
        return str(dates.format_skeleton("yMMMd", first, locale=locale(language)))
    return str(dates.format_interval(first, last, "yMMMd", locale=locale(language)))


def when(span: Span, length: int, language: str) -> str:
    """A span by the name that its length has."""
    if length <= BY_DAY:
        return short_day(span.first, language)
    if length <= BY_WEEK:
        return str(dates.format_interval(span.first, span.last, "MMMd", locale=locale(language)))
    return month(span.first, language)


def hours(index: int) -> str:
    """The name of some hours of the day: 6–9."""
    return f"{index * BIN}–{(index + 1) * BIN}"


def line(figures: Figures) -> str:
    """A bar for each day; for each week where the days are too many for a line."""
    means = {day: mean.value for day, mean in figures.days}
    step = 1 if figures.length <= LONGEST_LINE else 7 if figures.length <= 7 * LONGEST_LINE else 30
    bars: list[float | None] = []
    for start in range(0, figures.length, step):
        days = [figures.first + timedelta(days=start + ahead) for ahead in range(step)]
        found = [means[day] for day in days if day in means]
        bars.append(sum(found) / len(found) if found else None)
    return sparkline(bars)


def how_many(figures: Figures) -> Text:
    return _(
        "{n} entry on {days} of {all} days.",
        "{n} entries on {days} of {all} days.",
        n=figures.entries,
        days=figures.noted_days,
        all=figures.length,
    )


def moods(figures: Figures) -> Text:
    return _("Your moods: {moods}.", moods=_counted(figures))


def _counted(figures: Figures) -> Listing:
    counts = zip(WORDS.values(), figures.counts, strict=True)
    return listing(_("{mood} ({count}×)", mood=word, count=count) for word, count in counts if count)


def said(figures: Figures, config: Config, language: str) -> list[Text]:
    """Sentence by sentence, everything that the chart shows."""
    out: list[Text] = []
    if figures.moods:
        over = [
            _("{when}: {mood}", when=when(span, figures.length, language), mood=WORDS[nearest(span.mood.value)])
            for span in figures.spans
        ]
        out += [_("Moods: {moods}.", moods=_counted(figures)), _("Over time: {moods}.", moods=listing(over))]
        out.append(_("By weekday: {moods}.", moods=listing(_groups(figures.weekdays, DAYS))))
        if any(figures.hours):
            names = [hours(index) for index in range(len(figures.hours))]
            out.append(_("By time of day: {moods}.", moods=listing(_groups(figures.hours, names))))
    out += [_scale(series, config, language) for series in figures.scales]
    if figures.tags:
        tags = [_("{tag} ({count}×)", tag=row.tag, count=len(row.at)) for row in figures.tags]
        out.append(_("Tags: {tags}.", tags=listing(tags)))
    return out


def _groups(groups: Sequence[Mean | None], names: Sequence[Text | str]) -> list[Text]:
    return [
        _("{when}: {mood} ({count}×)", when=name, mood=WORDS[nearest(mean.value)], count=mean.count)
        for name, mean in zip(names, groups, strict=True)
        if mean is not None
    ]


def _scale(series: ScaleSeries, config: Config, language: str) -> Text:
    values = series.values
    if min(values) == max(values):
        return _(
            "{name}: {value} ({count}×).",
            name=scale_name(series, config, language),
            value=number(values[0]),
            count=len(values),
        )
    return _(
        "{name}: between {low} and {high}, {mean} on average ({count}×).",
        name=scale_name(series, config, language),
        low=number(min(values)),
        high=number(max(values)),
        mean=round(series.mean, 1),
        count=len(values),
    )


def scale_name(series: ScaleSeries, config: Config, language: str) -> str:
    """As `spoken`, for a series."""
    if series.own:
        return series.name
    return next((one.named(language) for one in config.checkins.scales if one.id == series.key), series.name)


def together(sentences: Sequence[Text]) -> Text:
    """Several sentences as one text."""
    whole = sentences[0]
    for one in sentences[1:]:
        whole = _("{text} {more}", text=whole, more=one)
    return whole
