"""The parts of a chart, drawn into axes that somebody else placed: mood over time, scales, tags, weekdays, hours.

Uses matplotlib, so it is imported only where something is drawn, and only in the thread that draws. Knows no person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, findfont, get_font

from commands.checkin.figures import Figures, Mean, ScaleSeries
from commands.checkin.labels import Labels
from commands.checkin.looks import Look
from commands.checkin.mood import HIGHEST, LOWEST

MANY = 60
"""More days with a mood than this are shown as a running mean among faint dots."""
AROUND = 3
"""Days that a running mean looks to either side; more where it runs over more than half a year."""
CROWDED, PLACES = 1_500, 600
"""Beyond so many points, those that would lie on each other are drawn once, at so many places across."""
NO_GLYPH = "▯"
_NOON = time(12)
_FIRST = datetime(1970, 1, 1)
_DAY = timedelta(days=1)
_RANGE = (LOWEST - 0.35, HIGHEST + 0.35)


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties())).get_charmap())


def showable(text: str) -> str:
    """The text with a box for every sign that the font lacks, so that none is lost without a trace."""
    known = _glyphs()
    return "".join(sign if ord(sign) in known or sign.isspace() else NO_GLYPH for sign in text if ord(sign) != 0xFE0F)


def number(at: date | datetime) -> float:
    """Where a moment stands on the axis of time, in days; a day, at its noon."""
    moment = at if isinstance(at, datetime) else datetime.combine(at, _NOON)
    return (moment - _FIRST) / _DAY


def dress(axes: Axes, look: Look, title: str | None = None) -> None:
    """Quiet axes: no frame, a faint grid across, small words."""
    axes.set_facecolor(look.ground)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=8.5, labelcolor=look.soft, pad=5)
    axes.grid(axis="y", color=look.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    if title:
        axes.set_title(showable(title), loc="left", fontsize=10, color=look.ink, pad=8, parse_math=False,
                       fontweight="bold")  # fmt: skip


def _time_axis(axes: Axes, figures: Figures, labels: Labels, *, named: bool) -> None:
    """The same days under each part; names only where asked for."""
    pad = max(0.5, figures.length * 0.015)
    axes.set_xlim(number(figures.first) - 0.5 - pad, number(figures.last) + 0.5 + pad)
    places = [number(day) for day, _name in labels.ticks]
    axes.set_xticks(places, [name for _day, name in labels.ticks] if named else ["" for _place in places])


def mood_over_time(axes: Axes, figures: Figures, labels: Labels, look: Look, *, named: bool = True) -> None:
    """A dot for every mood; a line through the days, broken where nothing was noted for a while."""
    dress(axes, look, labels.over_time)
    axes.set_ylim(*_RANGE)
    axes.set_yticks(range(LOWEST, HIGHEST + 1), list(labels.moods))
    many = len(figures.days) > MANY
    means = _daily(figures)
    if many:
        means = _running(figures, max(AROUND, figures.length // 60))
        axes.set_title(showable(labels.around), loc="right", fontsize=8, color=look.soft, pad=8, parse_math=False)
    for piece in _pieces(means, max(3.0, figures.length / 25)):
        xs, ys = zip(*piece, strict=True)
        axes.plot(xs, ys, color=look.mood, linewidth=2.2 if many else 1.6, solid_capstyle="round", zorder=3)
    dots = _seen([(number(at), mood) for at, mood in figures.moods], figures)
    axes.scatter(
        [at for at, _mood in dots],
        [mood for _at, mood in dots],
        s=12 if many else 38,
        color=look.mood,
        alpha=0.28 if many else 0.85,
        linewidths=0,
        zorder=2 if many else 4,
    )
    _time_axis(axes, figures, labels, named=named)


def _seen(points: Sequence[tuple[float, float]], figures: Figures) -> list[tuple[float, float]]:
    """Of very many points, one for each place on the paper: the others would lie under it."""
    if len(points) <= CROWDED:
        return list(points)
    first, share = number(figures.first), PLACES / figures.length
    return list({(int((at - first) * share), y): (at, y) for at, y in points}.values())


def _daily(figures: Figures) -> list[tuple[float, float]]:
    """The mean of each day, in the middle of the times at which it was noted."""
    times: dict[date, list[float]] = {}
    for at, _mood in figures.moods:
        times.setdefault(at.date(), []).append(number(at))
    return [(sum(times[day]) / len(times[day]), mean.value) for day, mean in figures.days]


def _running(figures: Figures, around: int) -> list[tuple[float, float]]:
    """For each day, the mean of what was noted on it and on so many days to either side."""
    out, days = [], figures.days
    start = end = count = 0
    total = 0.0
    for day, _mean in days:
        while end < len(days) and (days[end][0] - day).days <= around:
            total += days[end][1].value * days[end][1].count
            count += days[end][1].count
            end += 1
        while (day - days[start][0]).days > around:
            total -= days[start][1].value * days[start][1].count
            count -= days[start][1].count
            start += 1
        out.append((number(day), total / count))
    return out


def _pieces(points: Sequence[tuple[float, float]], gap: float) -> list[list[tuple[float, float]]]:
    """Points in pieces, so that no line is drawn over days on which nothing was noted."""
    out: list[list[tuple[float, float]]] = []
    for point in points:
        if not out or point[0] - out[-1][-1][0] > gap:
            out.append([])
        out[-1].append(point)
    return out


def scale_over_time(
    axes: Axes, series: ScaleSeries, name: str, figures: Figures, labels: Labels, look: Look, *, named: bool = False
) -> None:
    """A dot for every value, on the scale's own bounds."""
    dress(axes, look, name)
    pad = (series.high - series.low) * 0.12
    axes.set_ylim(series.low - pad, series.high + pad)
    axes.set_yticks([series.low, series.high], [f"{series.low:g}", f"{series.high:g}"])
    points = _seen([(number(at), value) for at, value in series.points], figures)
    many = len(points) > MANY
    for piece in _pieces(points, max(3.0, figures.length / 25)):
        xs, ys = zip(*piece, strict=True)
        axes.plot(xs, ys, color=look.scale, linewidth=0.7 if many else 1.2, alpha=0.5 if many else 0.8, zorder=2)
    xs, ys = zip(*points, strict=True)
    axes.scatter(xs, ys, s=9 if many else 24, color=look.scale, alpha=0.6 if many else 0.95, linewidths=0, zorder=3)
    _time_axis(axes, figures, labels, named=named)


def tags_over_time(axes: Axes, figures: Figures, labels: Labels, look: Look) -> None:
    """A row for each tag, a mark for each time that it was used."""
    dress(axes, look, labels.tags)
    rows = list(figures.tags)
    for row, tag in enumerate(rows):
        xs = [at for at, _row in _seen([(number(at), row) for at in tag.at], figures)]
        axes.scatter(xs, [row] * len(xs), marker="|", s=90, color=look.tag, linewidths=1.8, zorder=3)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), [showable(_short(tag.tag)) for tag in rows])
    _time_axis(axes, figures, labels, named=False)
    for row, tag in enumerate(rows):
        count = labels.times.format(len(tag.at))
        axes.annotate(
            count, (1.01, row), xycoords=("axes fraction", "data"), fontsize=8, color=look.soft, va="center"
        )  # fmt: skip


def _short(tag: str) -> str:
    return tag if len(tag) <= 18 else tag[:17] + "…"


def groups(
    axes: Axes,
    means: Sequence[Mean | None],
    names: Sequence[str],
    title: str,
    labels: Labels,
    look: Look,
    *,
    left: bool,
) -> None:
    """The mean mood of each weekday or part of the day, with how often it was noted; larger where that is often."""
    dress(axes, look, title)
    axes.set_ylim(*_RANGE)
    axes.set_yticks(range(LOWEST, HIGHEST + 1), list(labels.moods) if left else [""] * HIGHEST)
    most = max((mean.count for mean in means if mean), default=1)
    for place, mean in enumerate(means):
        if mean is not None:
            axes.plot([place, place], [_RANGE[0], mean.value], color=look.mood, linewidth=1.2, alpha=0.35, zorder=2)
            size = 34 + 90 * mean.count / most
            axes.scatter([place], [mean.value], s=size, color=look.mood, linewidths=0, zorder=3)
    axes.set_xlim(-0.6, len(means) - 0.4)
    counts = [labels.times.format(mean.count) if mean else "–" for mean in means]
    both = [f"{name}\n{count}" for name, count in zip(names, counts, strict=True)]
    axes.set_xticks(range(len(means)), both)
    axes.tick_params(axis="x", labelsize=8 if len(means) <= 7 else 7)
