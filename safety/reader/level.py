"""What is added to the log odds in each language, so that a threshold means the same in all: the same share of ordinary
chat above it. For training only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp

from safety.reader.heldout import QUEUED, Scored, threshold
from safety.reader.model import Reading, asked


def offsets(found: Sequence[Scored], share: float = QUEUED) -> dict[str, float]:
    """For each language, from readings without any."""
    whole = asked(threshold(found, share))
    return {
        language: round(whole - asked(threshold([one for one in found if one.sentence.language == language], share)), 3)
        for language in sorted({one.sentence.language for one in found})
    }


def levelled(found: Sequence[Scored], by: Mapping[str, float]) -> list[Scored]:
    """The readings as a model with these offsets gives them. A text counts to the language it is known to be in."""
    return [replace(one, reading=_moved(one.reading, by[one.sentence.language])) for one in found]


def _moved(reading: Reading, offset: float) -> Reading:
    mine, other = reading.self * exp(offset), reading.other * exp(offset)
    whole = 1.0 - reading.self - reading.other + mine + other
    return replace(reading, self=mine / whole, other=other / whole)
