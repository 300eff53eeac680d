"""Where the thresholds stand: for rules and reader together, on hands that no model of the round had seen.

Answering as many sentences at risk as can be, while next to no ordinary chat and few of the hard harmless ones are
answered. The corpus is far denser in heavy words than chat is, so its shares of ordinary lines are an upper bound.
For training only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from safety.engine import Engine
from safety.reader.heldout import QUEUED, Scored, threshold
from safety.reader.model import Thresholds
from safety.reader.policy import lowers
from safety.reader.written import ORDINARY, Written
from safety.verdict import Level

ORDINARY_ANSWERED, HARD_ANSWERED = 0.0066, 0.03
"""The shares of ordinary lines and of hard harmless sentences in the corpus that both together may answer, of the
latter without those that the reader may not change."""
CONCERN = (*(round(0.6 + step / 50, 2) for step in range(20)), 0.985, 0.99, 0.995)
LIFT = tuple(round(step / 100, 2) for step in range(6, 96, 4))
DOUBT = (0.05, 0.1, 0.15)
"""Never more than the last: what a rule says plainly is answered where the quick reader is merely unsure."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the rules alone make of a sentence; `firm` is what the reader never lowers."""

    level: Level
    firm: bool


def ruled(sentences: Sequence[Written], engines: Mapping[str, Engine]) -> list[Ruled]:
    """`engines`: the rules of each language, without a reader."""
    out = []
    for one in sentences:
        told = engines[one.language].explain(one.text)
        firm = any(each.rule.explicit for each in told.fired if each.level > Level.NONE)
        out.append(Ruled(told.ruled.level, firm or told.ruled.level >= Level.URGENT or not lowers(told.ruled)))
    return out


@dataclass(frozen=True, slots=True)
class Limits:
    """What both together may answer of ordinary lines and of hard harmless sentences, and what may be lowered."""

    ordinary: float = ORDINARY_ANSWERED
    hard: float = HARD_ANSWERED
    doubts: Sequence[float] = DOUBT
    lifts: Sequence[float] = LIFT


CLOSER = Limits(0.0055, 0.03, (*DOUBT, 0.2, 0.3), tuple(lift for lift in LIFT if lift > 0.8))
"""For a closer look, which errs less. Lifting less loudly pays on the corpus, but of tweets it would answer twice as
many: what wide rules watch there is mostly nothing."""


def settled(found: Sequence[Scored], spoken: Sequence[Ruled], limits: Limits = Limits()) -> Thresholds:
    """The thresholds that answer most within both limits; where none keeps them, those that overstep least."""
    most = np.array([one.reading.most for one in found])
    read = np.array([one.reading.read for one in found])
    level = np.array([int(one.level) for one in spoken])
    firm = np.array([one.firm for one in spoken])
    worry = np.array([one.sentence.label != "none" for one in found])
    ordinary = np.array([one.sentence.function == ORDINARY for one in found])
    # What the reader may not change is no matter of its thresholds.
    hard = ~worry & ~ordinary & ~(firm & (level >= Level.CONCERN))
    held, watched = (level == Level.CONCERN) & ~firm, level == Level.WATCH
    best: tuple[float, float, tuple[float, float, float]] | None = None
    for concern, lift, doubt in product(CONCERN, limits.lifts, limits.doubts):
        if lift > concern:
            continue
        answered = firm & (level >= Level.CONCERN) | held & (~read | (most >= doubt)) | watched & (most >= lift)
        answered |= most >= concern
        over = max(0.0, answered[ordinary].mean() - limits.ordinary)
        over += max(0.0, answered[hard].mean() - limits.hard)
        score = (-over, float(answered[worry].mean()), (concern, lift, doubt))
        best = score if best is None or score > best else best
    assert best is not None
    concern, lift, doubt = best[2]
    queue = min(concern, round(threshold(found, QUEUED), 4))
    return Thresholds(queue=queue, concern=concern, lift=lift, route=0.5, doubt=doubt)
