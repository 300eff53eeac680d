"""The chart and its words: drawn with nothing much, little and a lot; legible; and both say what was noted."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.image import imread

from bot.config import read_text
from bot.words import Catalogues
from commands.checkin import saying
from commands.checkin.chart import draw
from commands.checkin.figures import BY_DAY, BY_WEEK, figures
from commands.checkin.labels import MOST_TICKS, labels, ticks
from commands.checkin.looks import LOOKS
from commands.checkin.mood import WORDS
from commands.checkin.panels import NO_GLYPH, showable
from commands.checkin.scales import Measured, Scale
from commands.checkin.tables import Entry

SAYS = Catalogues()
KIT = SimpleNamespace(words=SAYS, config=read_text(""))
LAST = date(2026, 11, 23)
ZONE = "Europe/Berlin"
SLEEP, OUTSIDE = Scale("sleep", "sleep", 0, 10), Scale("f00d", "hours outside", 0, 12, own=True)
MOODS = {number: word.id for number, word in WORDS.items()}


def record(count: int, days: int, seed: int = 1) -> list[Entry]:
    """So many entries within so many days, the last of them on the last day."""
    chance = random.Random(seed)
    noon = datetime(2026, 11, 23, 11, tzinfo=UTC)
    out = []
    for number in range(count):
        at = noon - timedelta(days=chance.randrange(days) if number else 0, hours=chance.choice([0, 3, 5, 9]))
        at = max(at, noon - timedelta(days=days - 1, hours=10))
        marks = [Measured(SLEEP, chance.randint(0, 10))] if chance.random() < 0.8 else []
        marks += [Measured(OUTSIDE, round(chance.random() * 9, 1))] if chance.random() < 0.4 else []
        tags = tuple(tag for tag in ("work", "family", "sea", "$5 & $6") if chance.random() < 0.3)
        mood = chance.choice([1, 2, 3, 3, 4, 4, 5, None]) if count > 1 else 2
        out.append(Entry(str(number), at, ZONE, mood, None, tags, tuple(marks), timed=chance.random() < 0.9))
    return sorted(out, key=lambda one: one.at)


def back(entries: list[Entry], days: int):
    return figures(entries, LAST - timedelta(days=days - 1), LAST, ZONE)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("look", LOOKS)
def test_everything_stands_out_from_its_ground_and_nothing_is_red(look):
    colours = LOOKS[look]
    for name in ("ink", "soft", "mood", "scale", "tag"):
        colour = getattr(colours, name)
        assert contrast(colour, colours.ground) >= 4.5, name
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert not (red > 1.8 * green and red > 1.8 * blue), f"{name} is red"


@pytest.mark.parametrize("language", SAYS.languages)
@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("count", "days"), [(1, 1), (1, 14), (7, 14), (400, 366)])
def test_it_is_drawn(count, days, look, language):
    found = back(record(count, days), days)
    png = draw(found, labels(KIT, found, language), look)
    picture = imread(BytesIO(png))
    ground = [int(LOOKS[look].ground[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    drawn = (abs(picture[..., :3] - ground) > 0.02).any(axis=2)
    assert 0.004 < drawn.mean() < 0.5, "there is something to see, and room around it"
    edges = (drawn[:2], drawn[-2:], drawn[:, :2], drawn[:, -2:])
    assert not any(edge.any() for edge in edges), "nothing is cut off"
    assert len(png) < 400_000


def test_ones_own_words_are_no_formula_and_no_missing_sign_is_lost_without_trace():
    assert showable("5$ und 6$ \\frac{1}{2}") == "5$ und 6$ \\frac{1}{2}"
    assert showable("sea 🌊!") == f"sea {NO_GLYPH}!"
    entries = [Entry("1", datetime(2026, 11, 23, 9, tzinfo=UTC), ZONE, 3, None, ("$x_1^2$ 🌊", "\\alpha$"), ())]
    found = back(entries, 7)
    assert draw(found, labels(KIT, found, "en"), "light").startswith(b"\x89PNG")


def test_only_scales_without_a_mood_are_drawn_too():
    entries = [Entry("1", datetime(2026, 11, 23, 9, tzinfo=UTC), ZONE, None, None, (), (Measured(SLEEP, 3),))]
    found = back(entries, 7)
    assert found.drawable and draw(found, labels(KIT, found, "en"), "dark").startswith(b"\x89PNG")


# --- the words say what the data say: counted again here, another way, from what a reader reads -------------------


def word(moods: list[int]) -> str:
    mean = sum(moods) / len(moods)
    return min(MOODS.items(), key=lambda one: (round(abs(one[0] - mean), 9), -one[0]))[1]


def parsed(sentence: str, start: str) -> dict[str, tuple[str, int | None]]:
    """ "By weekday: Monday: good (3×) and Friday: low (1×)." as a mapping."""
    assert sentence.startswith(start), sentence
    body = sentence.removeprefix(start).removesuffix(".")
    found = re.findall(r"(?:^|, and |, | and )([^:]+?): ([a-z\- ]+?)(?: \((\d+)×\))?(?=, | and |$)", body)
    return {name: (mood, int(count) if count else None) for name, mood, count in found}


@pytest.mark.parametrize(("count", "days"), [(1, 1), (1, 14), (7, 14), (30, 21), (90, 100), (400, 366)])
@pytest.mark.parametrize("seed", range(4))
def test_the_words_agree_with_the_data(count, days, seed):
    entries = record(count, days, seed)
    found = back(entries, days)
    said = [SAYS.say(one, "en").replace("\u2009", " ") for one in saying.said(found, KIT.config, "en")]
    here = ZoneInfo(ZONE)
    moods = [(one.at.astimezone(here), one.mood, one.timed) for one in entries if one.mood]
    if moods:
        counts = Counter(mood for _at, mood, _timed in moods)
        for mood, name in MOODS.items():
            pattern = rf"(?:: |, | and |, and ){re.escape(name)} \({counts[mood]}×\)"
            assert bool(re.search(pattern, said[0])) == bool(counts[mood]), said[0]
        weekdays, hours, spans = defaultdict(list), defaultdict(list), defaultdict(list)
        for at, mood, timed in moods:
            weekdays[f"{at:%A}"].append(mood)
            if timed:
                hours[f"{at.hour // 3 * 3}–{at.hour // 3 * 3 + 3}"].append(mood)
            if days <= BY_DAY:
                spans[at.date()].append(mood)
            elif days <= BY_WEEK:
                spans[at.date().isocalendar()[:2]].append(mood)
            else:
                spans[at.year, at.month].append(mood)
        over = parsed(said[1], "Over time: ")
        assert [mood for mood, _count in over.values()] == [word(spans[key]) for key in sorted(spans)]
        assert parsed(said[2], "By weekday: ") == {day: (word(all_), len(all_)) for day, all_ in weekdays.items()}
        if hours:
            told = parsed(said[3], "By time of day: ")
            assert told == {name: (word(all_), len(all_)) for name, all_ in hours.items()}
    for scale in (SLEEP, OUTSIDE):
        values = [mark.value for one in entries for mark in one.scales if mark.scale == scale]
        mine = [one for one in said if one.startswith(scale.name)]
        assert len(mine) == bool(values)
        if values:
            numbers = [float(each) for each in re.findall(r"\d+(?:\.\d+)?", mine[0])]
            mean = sum(values) / len(values)
            if min(values) == max(values):
                assert numbers == [values[0], len(values)]
            else:
                assert numbers[:2] == [min(values), max(values)] and numbers[3] == len(values)
                assert abs(numbers[2] - mean) <= 0.051
    tags = Counter(tag for one in entries for tag in one.tags)
    assert not tags or all(f"{tag} ({count}×)" in said[-1] for tag, count in tags.items())
    assert f"{count} entr" in SAYS.say(saying.how_many(found), "en")


@pytest.mark.parametrize(("count", "days"), [(7, 14), (90, 100), (400, 366)])
def test_the_chart_draws_the_same_figures_as_the_words_say(count, days, monkeypatch):
    """What reaches the axes is what the words were counted from."""
    from matplotlib.axes import Axes

    drawn = []
    scatter = Axes.scatter

    def watched(self, xs, ys, **kwargs):
        drawn.append((list(xs), list(ys)))
        return scatter(self, xs, ys, **kwargs)

    monkeypatch.setattr(Axes, "scatter", watched)
    found = back(record(count, days), days)
    draw(found, labels(KIT, found, "en"), "light")
    assert [mood for _at, mood in found.moods] in [ys for _xs, ys in drawn]
    for series in found.scales:
        assert tuple(series.values) in [tuple(ys) for _xs, ys in drawn]
    for row, tag in enumerate(found.tags):
        assert [row] * len(tag.at) in [ys for _xs, ys in drawn]
    for means in (found.weekdays, found.hours):
        for place, mean in enumerate(means):
            assert mean is None or ([place], [mean.value]) in drawn


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 3660))
@settings(max_examples=60)
def test_few_enough_days_are_named_and_all_lie_inside(last, length):
    first = last - timedelta(days=length - 1)
    named = ticks(first, last, "en")
    assert 1 <= len(named) <= MOST_TICKS
    assert all(first <= day <= last for day, _name in named)
    assert [day for day, _name in named] == sorted({day for day, _name in named})
