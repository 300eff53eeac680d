"""A look back as one picture (PNG). What it shows, `saying.py` says in words from the same figures.

Uses matplotlib: import it only in the thread that draws (`drawing.py`). Knows no person and no language.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from commands.checkin import panels
from commands.checkin.figures import Figures
from commands.checkin.labels import Labels
from commands.checkin.looks import LOOKS, Look

WIDTH = 8.0
DPI = 125
PLAIN: Any = {"font.family": ["DejaVu Sans"], "text.parse_math": False, "axes.unicode_minus": True, "pdf.fonttype": 42}
"""Set while drawing. Without it a dollar sign in a person's own words would begin a formula."""
_LEFT, _RIGHT = 1.5, 0.5
_TITLE, _FOOT = 0.95, 0.55


def draw(figures: Figures, labels: Labels, look: str) -> bytes:
    """A PNG, as high as what there is to show."""
    with rc_context(PLAIN):
        parts = _parts(figures)
        height = _TITLE + sum(size + gap for _name, size, gap in parts) + _FOOT
        colours = LOOKS[look]
        figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=colours.ground)
        FigureCanvasAgg(figure)
        figure.text(
            _LEFT / WIDTH, 1 - 0.2 / height, panels.showable(labels.title), fontsize=13, color=colours.ink, va="top",
            fontweight="bold",
        )  # fmt: skip
        top = height - _TITLE
        for name, size, gap in parts:
            _place(figure, name, top - size, size, height, figures, labels, colours)
            top -= size + gap
        out = BytesIO()
        figure.savefig(out, format="png", facecolor=colours.ground, metadata={"Software": None})
        return out.getvalue()


def _parts(figures: Figures) -> list[tuple[str, float, float]]:
    """What there is to show, from the top, with its height and what is free below it, in inches."""
    parts = [("mood", 2.0, 0.72)] if figures.moods else []
    parts += [(f"scale{number}", 0.75, 0.5) for number in range(len(figures.scales))]
    if figures.tags:
        parts.append(("tags", 0.24 * len(figures.tags) + 0.1, 0.55))
    if figures.moods:
        parts.append(("groups", 1.5, 0.0))
    return parts


def _place(
    figure: Figure, name: str, bottom: float, size: float, height: float, figures: Figures, labels: Labels, look: Look
) -> None:
    def axes(left: float, width: float) -> Axes:
        return figure.add_axes((left / WIDTH, bottom / height, width / WIDTH, size / height))

    whole = WIDTH - _LEFT - _RIGHT
    if name == "mood":
        panels.mood_over_time(axes(_LEFT, whole), figures, labels, look)
    elif name == "tags":
        panels.tags_over_time(axes(_LEFT, whole), figures, labels, look)
    elif name == "groups":
        half = (whole - 0.3) / 2
        panels.groups(axes(_LEFT, half), figures.weekdays, labels.weekdays, labels.by_weekday, labels, look, left=True)
        if any(figures.hours):
            right = axes(_LEFT + half + 0.3, half)
            panels.groups(right, figures.hours, labels.hours, labels.by_hour, labels, look, left=False)
    else:
        number = int(name.removeprefix("scale"))
        last = not figures.moods and number == len(figures.scales) - 1
        panels.scale_over_time(
            axes(_LEFT, whole), figures.scales[number], labels.scales[number], figures, labels, look, named=last
        )
