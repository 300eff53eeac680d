"""One verdict from two readers, by a page of policy that moderators can set: what the model may do beside the rules.

The rules always speak first. The model alone reaches the quiet queue, and at high confidence a gentle offer; it never
reaches `urgent` and never lowers what is urgent or explicit. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from safety.reader.model import Reading, Thresholds
from safety.verdict import About, Level, Topic, Verdict

SHARES = ("queue", "concern", "lift", "route", "doubt")
RULE = "reader"
"""How the model is named among the rules that fired, so that its precision is measured as theirs is."""

FAINT = 0.05
"""Below this, what only a shipped net watches is dropped: most ordinary lines that a net catches sound like nothing."""


class Mode(Enum):
    """What the model may do at the most: nothing, a line in the quiet queue, a gentle offer."""

    OFF = "off"
    QUEUE = "queue"
    CONCERN = "concern"


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds are readings from 0 to 1. From `queue` on a text is put into the quiet queue, from `concern` on it is
    answered, and from `lift` on what a rule only watches is answered too; from `route` on a rule that can't tell whom
    it is about follows it; below `doubt` a concern of the rules becomes a line in the queue. None: the model's own,
    set where ordinary chat stays quiet. `channels` have a mode of their own. `learn`:
    moderators' verdicts may move `concern` and `lift` a little (see `learning`)."""

    mode: Mode = Mode.CONCERN
    queue: float | None = None
    concern: float | None = None
    lift: float | None = None
    route: float | None = None
    doubt: float | None = None
    channels: Mapping[str, Mode] = field(default_factory=dict, hash=False)
    learn: bool = False
    closer: bool = True
    """Whether an encoder looks again at what the rules or the quick reader noticed."""

    @property
    def silent(self) -> bool:
        """Whether it may speak nowhere at all."""
        return self.mode is Mode.OFF and all(mode is Mode.OFF for mode in self.channels.values())


def in_force(policy: Policy, usual: Thresholds) -> Thresholds:
    """The policy's own thresholds, and the model's where it has none."""
    return Thresholds(*_shares(policy, usual))


def _shares(policy: Policy, usual: Thresholds) -> Iterator[float]:
    """In the order of `SHARES`, which is that of the fields of `Thresholds`; without building one for each text."""
    return (getattr(usual, name) if (own := getattr(policy, name)) is None else own for name in SHARES)


def may_speak(verdict: Verdict, policy: Policy, channel: str) -> bool:
    """Whether the model is asked at all beside what the rules say."""
    if verdict.level >= Level.URGENT or verdict.topic is Topic.HARASSMENT:
        return False
    return policy.channels.get(channel, policy.mode) is not Mode.OFF


def least(policy: Policy, usual: Thresholds) -> tuple[float, float]:
    """What a text must sound like for anything to follow, where a rule speaks and where none does."""
    queue, concern, *others = _shares(policy, usual)
    return min(queue, concern, FAINT, *others), min(queue, concern)


def lowers(verdict: Verdict) -> bool:
    """Whether the model may doubt such a concern. It knows best what sounds like suicide; of being hurt, of eating and
    of harm it doubted more that was true than was not, and who asks for help gets it."""
    return verdict.topic is Topic.SUICIDE


def decide(
    verdict: Verdict,
    reading: Reading,
    policy: Policy,
    usual: Thresholds,
    *,
    channel: str = "",
    explicit: bool = False,
    named: bool = False,
    net: bool = False,
) -> Verdict:
    """What both say together. `explicit`: a rule for a plan or an act fired, or one whose level the community chose;
    nothing lowers these. `named`: the rules'
    own words say whom they are about. `net`: only wide nets of the shipped packs fired, cast for the reader."""
    if not may_speak(verdict, policy, channel):
        return verdict
    queue, concern, lift, route, doubt = _shares(policy, usual)
    if verdict and not named and verdict.about is About.SELF and reading.other >= max(route, reading.self):
        verdict = replace(verdict, about=About.OTHER)
    if verdict.level is Level.CONCERN:
        if explicit or not lowers(verdict) or not reading.read or reading.most >= doubt:
            return verdict
        return replace(verdict, level=Level.WATCH, rules=(*verdict.rules, RULE))
    if net and reading.read and reading.most < FAINT:
        return Verdict(shadow=verdict.shadow)
    level = Level.NONE
    if (
        reading.most >= (min(lift, concern) if verdict else concern)
        and policy.channels.get(channel, policy.mode) is Mode.CONCERN
    ):
        level = Level.CONCERN
    elif reading.most >= min(queue, concern):
        level = Level.WATCH
    if level <= verdict.level:
        return verdict
    if verdict:
        return replace(verdict, level=level, rules=(*verdict.rules, RULE))
    about = About.SELF if reading.self >= reading.other else About.OTHER
    return Verdict(level, Topic.UNSURE, about, (RULE,), shadow=verdict.shadow)
