"""The colours of charts: light and dark. Pure.

Blue, green and amber of Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), which people with any colour vision
tell apart, made darker or lighter until they stand out 4.5 to 1 from their ground (WCAG 2.2, 1.4.3 and 1.4.11; a test
says so). No red: nothing here is an alarm. Colour never says anything that a label does not say too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """Hexadecimal colours. `ground` is opaque, so that a chart is as legible on the other kind of page."""

    ground: str
    ink: str
    soft: str
    grid: str
    mood: str
    scale: str
    tag: str


LOOKS = {
    "light": Look("#ffffff", "#1b1f24", "#56606b", "#dde2e8", "#00629b", "#00735a", "#8a5a00"),
    "dark": Look("#1c1e24", "#eef1f5", "#aeb7c2", "#3b4049", "#6fb9f0", "#4fc9a4", "#e9b04a"),
}
