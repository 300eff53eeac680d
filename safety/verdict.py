"""What the rules say of one text: how urgent, about what, about whom, and which rules said so. Pure values.

A verdict is about a text, never about a person. It holds no text: spans are offsets into the text that was read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum


class Level(IntEnum):
    """How a text is answered. `WATCH` is seen by the quiet queue alone; `CONCERN` and `URGENT` are answered."""

    NONE = 0
    WATCH = 1
    CONCERN = 2
    URGENT = 3


class Topic(Enum):
    """What a text is about. `HELP` is somebody who asks for a person or a line; `CUSTOM` is a community's own; `UNSURE`
    is what the reader heard and no rule names."""

    NONE = "none"
    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    ABUSE = "abuse"
    EATING = "eating"
    EMERGENCY = "emergency"
    HELP = "help"
    HARASSMENT = "harassment"
    CUSTOM = "custom"
    UNSURE = "unsure"


class About(Enum):
    """Whom a text worries about: its author, or somebody else."""

    NONE = "none"
    SELF = "self"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a rule fired: offsets into the original text, end excluded."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say. False where they say nothing. `rules` names those that fired, most urgent first, with
    their pack ("en/plain-wish"); `shadow` those that would have, but only count."""

    level: Level = Level.NONE
    topic: Topic = Topic.NONE
    about: About = About.NONE
    rules: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    shadow: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.level > Level.NONE


NOTHING = Verdict()


def _weight(verdict: Verdict) -> tuple[int, int, int]:
    """What decides between two: the level, then oneself before others, then the order of topics."""
    subject = {About.SELF: 2, About.OTHER: 1, About.NONE: 0}[verdict.about]
    return verdict.level, subject, -list(Topic).index(verdict.topic)


def join(one: Verdict, other: Verdict) -> Verdict:
    """Both said of the same text: the more urgent one speaks, the rules and spans of both are kept.

    Laws: join(v, v) == v; join(v, NOTHING) == v; neither order nor grouping changes level, topic and about.
    """
    first, second = (one, other) if _weight(one) >= _weight(other) else (other, one)
    return Verdict(
        first.level,
        first.topic,
        first.about,
        tuple(dict.fromkeys(first.rules + second.rules)),
        tuple(dict.fromkeys(first.spans + second.spans)),
        tuple(dict.fromkeys(first.shadow + second.shadow)),
    )
