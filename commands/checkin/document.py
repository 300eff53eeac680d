"""A summary as a PDF of two pages (A4): what was noted and charts; own words, and room for questions.

Uses matplotlib: import it only in the thread that draws (`drawing.py`). Knows no person and no language. The file holds
no name, no account and no time at which it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D

from commands.checkin import panels
from commands.checkin.chart import PLAIN
from commands.checkin.figures import Figures
from commands.checkin.labels import Labels
from commands.checkin.looks import LOOKS, Look
from commands.checkin.paper import QUESTIONS, Paper

WIDTH, HEIGHT = 8.27, 11.69
LEFT, RIGHT, TOP, BOTTOM = 0.9, 0.8, 0.8, 0.7
AXES_LEFT = 1.75
TEXT = 9.0
LINE = 0.185
"""Inches from one line of text to the next."""
_ROOM = WIDTH - LEFT - RIGHT
_BETWEEN = 0.34


class _Page:
    """One page, filled from the top; `y` is how far down it is, in inches."""

    def __init__(self, look: Look, foot: str) -> None:
        self.look = look
        self.figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=look.ground)
        self.y = TOP
        self.write_at(WIDTH - RIGHT, HEIGHT - 0.4, foot, size=8, colour=look.soft, align="right")

    def write_at(
        self, x: float, y: float, text: str, *, size: float = TEXT, colour: str | None = None, bold: bool = False,
        align: str = "left",
    ) -> None:  # fmt: skip
        self.figure.text(
            x / WIDTH, 1 - y / HEIGHT, panels.showable(text), fontsize=size, color=colour or self.look.ink,
            fontweight="bold" if bold else "normal", ha=align, va="top", parse_math=False,
        )  # fmt: skip

    def write(self, text: str, *, size: float = TEXT, colour: str | None = None, bold: bool = False) -> None:
        for line in wrapped(text, size, bold=bold):
            self.write_at(LEFT, self.y, line, size=size, colour=colour, bold=bold)
            self.y += LINE * size / TEXT

    def axes(self, height: float, left: float = AXES_LEFT, width: float | None = None) -> Axes:
        width = WIDTH - left - RIGHT if width is None else width
        bottom = 1 - (self.y + height) / HEIGHT
        return self.figure.add_axes((left / WIDTH, bottom, width / WIDTH, height / HEIGHT))

    def rule(self, y: float, colour: str) -> None:
        line = Line2D(
            [LEFT / WIDTH, 1 - RIGHT / WIDTH], [1 - y / HEIGHT] * 2, transform=self.figure.transFigure, color=colour,
            linewidth=0.8,
        )  # fmt: skip
        self.figure.add_artist(line)


def draw(figures: Figures, labels: Labels, paper: Paper, look: str) -> bytes:
    """The PDF. It always has two pages; words that do not fit are in the Markdown file, and the page says so."""
    with rc_context(PLAIN):
        colours = LOOKS[look]
        pages = (_first(figures, labels, paper, colours), _second(figures, labels, paper, colours))
        out = BytesIO()
        nobody = {"Title": paper.title, "Creator": None, "Producer": None, "CreationDate": None}
        with PdfPages(out, metadata=nobody) as pdf:
            for page in pages:
                pdf.savefig(page.figure, facecolor=colours.ground)
        return out.getvalue()


def _first(figures: Figures, labels: Labels, paper: Paper, look: Look) -> _Page:
    page = _Page(look, "1 / 2")
    page.write(paper.title, size=19, bold=True)
    page.y += 0.06
    page.write(paper.period, size=11.5, colour=look.soft)
    page.y += 0.1
    page.write(paper.about, size=8.5, colour=look.soft)
    page.y += 0.2
    for sentence in paper.said:
        page.write(sentence)
        page.y += 0.05
    if not figures.moods:
        return page
    page.y = max(page.y, 3.0) + 0.5
    left = HEIGHT - BOTTOM - page.y
    over = min(2.6, left * 0.42)
    panels.mood_over_time(page.axes(over), figures, labels, look)
    page.y += over + 0.95
    half = (WIDTH - AXES_LEFT - RIGHT - 0.25) / 2
    size = min(1.9, HEIGHT - BOTTOM - page.y - 0.35)
    panels.groups(
        page.axes(size, width=half), figures.weekdays, labels.weekdays, labels.by_weekday, labels, look, left=True
    )
    if any(figures.hours):
        right = page.axes(size, left=AXES_LEFT + half + 0.25, width=half)
        panels.groups(right, figures.hours, labels.hours, labels.by_hour, labels, look, left=False)
    return page


def _second(figures: Figures, labels: Labels, paper: Paper, look: Look) -> _Page:
    page = _Page(look, "2 / 2")
    page.y += 0.2
    last = len(figures.scales) - 1
    for number, series in enumerate(figures.scales):
        named = number == last
        panels.scale_over_time(page.axes(0.5), series, labels.scales[number], figures, labels, look, named=named)
        page.y += 0.5 + (0.75 if named else 0.45)
    if figures.tags:
        size = 0.2 * len(figures.tags) + 0.1
        panels.tags_over_time(page.axes(size), figures, labels, look)
        page.y += size + 0.5
    asked = HEIGHT - BOTTOM - QUESTIONS * _BETWEEN - 0.45
    _own(page, paper, look, asked - 0.2)
    page.y = asked
    page.write(paper.questions, size=11, bold=True)
    for number in range(1, QUESTIONS + 1):
        page.rule(asked + 0.3 + number * _BETWEEN, look.soft)
    return page


def _own(page: _Page, paper: Paper, look: Look, end: float) -> None:
    """Own words, as many as there is room for above `end`."""
    page.write(paper.own_heading, size=11, bold=True)
    page.y += 0.08
    if not paper.own:
        page.write(paper.no_own, colour=look.soft)
        return
    for one in paper.own:
        lines = list(wrapped(one.text, TEXT))
        if page.y + 3 * LINE > end:
            page.write(paper.cut, size=8, colour=look.soft)
            return
        page.write(one.when, size=8, colour=look.soft)
        for line in lines:
            if page.y + 2 * LINE > end:
                page.write(paper.cut, size=8, colour=look.soft)
                return
            page.write_at(LEFT, page.y, line)
            page.y += LINE
        page.y += 0.08


def wrapped(text: str, size: float, *, bold: bool = False) -> Iterator[str]:
    """A text in lines as wide as the page, measured by the font; a word wider than that is cut."""
    for paragraph in text.splitlines():
        yield from _lines(panels.showable(paragraph).split(), size, bold)


def _lines(words: Sequence[str], size: float, bold: bool) -> Iterator[str]:
    space, line, used = _wide(" ", size, bold), "", 0.0
    for word in words:
        while _wide(word, size, bold) > _ROOM:
            keep = max(1, int(len(word) * _ROOM / _wide(word, size, bold)) - 1)
            if line:
                yield line
                line, used = "", 0.0
            yield word[:keep]
            word = word[keep:]
        wide = _wide(word, size, bold)
        if line and used + space + wide > _ROOM:
            yield line
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", used + space + wide) if line else (word, wide)
    if line:
        yield line


@cache
def _advances(bold: bool) -> dict[str, float]:
    """What each sign takes of the line, in parts of the font's size; filled as signs are met."""
    return {}


def _wide(text: str, size: float, bold: bool) -> float:
    """Inches."""
    known = _advances(bold)
    for sign in text:
        if sign not in known:
            font = get_font(findfont(FontProperties(weight="bold" if bold else "normal")))
            font.set_size(100, 72)
            known[sign] = font.load_char(ord(sign)).linearHoriAdvance / 65536 / 100
    return sum(known[sign] for sign in text) * size / 72
