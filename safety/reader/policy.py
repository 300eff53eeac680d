"""One verdict from two readers, by a page of policy that moderators can set: what the model may do beside the rules.

The rules always speak first. The model alone reaches the quiet queue, and at high confidence a gentle offer; it never
reaches `urgent` and never lowers what is urgent or explicit. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from safety.reader.model import Reading
from safety.verdict import About, Level, Topic, Verdict

RULE = "reader"
"""How the model is named among the rules that fired, so that its precision is measured as theirs is."""


class Mode(Enum):
    """What the model may do at the most: nothing, a line in the quiet queue, a gentle offer."""

    OFF = "off"
    QUEUE = "queue"
    CONCERN = "concern"


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds are readings from 0 to 1: from `queue` on a text is put into the quiet queue, from `concern` on it is
    answered; below `doubt` a concern of the rules becomes a line in the queue. None: the model's own, set where
    ordinary chat stays quiet. `channels` have a mode of their own."""

    mode: Mode = Mode.CONCERN
    queue: float | None = None
    concern: float | None = None
    doubt: float | None = None
    channels: Mapping[str, Mode] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a model brings with it, measured on chat that it never saw."""

    queue: float
    concern: float
    doubt: float


def decide(
    verdict: Verdict, reading: Reading, policy: Policy, usual: Thresholds, *, channel: str = "", explicit: bool = False
) -> Verdict:
    """What both say together. `explicit`: a rule for a plan or an act fired, which nothing lowers."""
    mode = policy.channels.get(channel, policy.mode)
    if mode is Mode.OFF or verdict.level >= Level.URGENT or verdict.topic is Topic.HARASSMENT:
        return verdict
    queue, concern, doubt = (
        own if own is not None else given
        for own, given in (
            (policy.queue, usual.queue),
            (policy.concern, usual.concern),
            (policy.doubt, usual.doubt),
        )
    )
    if verdict.level is Level.CONCERN:
        if explicit or reading.most >= doubt:
            return verdict
        return replace(verdict, level=Level.WATCH, rules=(*verdict.rules, RULE))
    level = Level.NONE
    if reading.most >= concern and mode is Mode.CONCERN:
        level = Level.CONCERN
    elif reading.most >= min(queue, concern):
        level = Level.WATCH
    if level <= verdict.level:
        return verdict
    about = verdict.about
    if about is About.NONE:
        about = About.SELF if reading.self >= reading.other else About.OTHER
    return replace(verdict, level=level, about=about, rules=(*verdict.rules, RULE))
