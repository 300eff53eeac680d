"""What somebody chose about their buddies, as a value, and what it means for matching. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.talk.text import Language, Text, _, listing, p_
from commands.buddy.rounds import Member

TOPICS: dict[str, Text] = {
    "grief": p_("topic", "grief"),
    "anxiety": p_("topic", "anxiety"),
    "depression": p_("topic", "depression"),
    "loneliness": p_("topic", "loneliness"),
    "addiction": p_("topic", "addiction"),
    "illness": p_("topic", "long illness"),
    "relationships": p_("topic", "relationships"),
    "family": p_("topic", "family"),
    "work": p_("topic", "work or study"),
    "identity": p_("topic", "identity"),
    "trauma": p_("topic", "trauma"),
    "caring": p_("topic", "caring for somebody"),
}
LANGUAGES = ("en", "de", "es", "fr", "pt", "it", "nl", "pl", "sv", "da", "fi", "cs", "el", "tr", "uk", "ru", "ar", "hi",
             "zh", "ja")  # fmt: skip
BANDS: dict[str, Text] = {
    "under-18": _("under 18"),
    "18-24": _("18 to 24"),
    "25-34": _("25 to 34"),
    "35-49": _("35 to 49"),
    "50-64": _("50 to 64"),
    "65": _("65 or older"),
}
GENDERS: dict[str, Text] = {"woman": _("a woman"), "man": _("a man"), "other": _("neither, or both")}
ACCEPTS: dict[str, Text] = {"woman": _("women"), "man": _("men"), "other": _("neither, or both")}
RHYTHMS: dict[str, tuple[Text, tuple[int, int]]] = {
    "early": (_("early: about 6 to 21"), (6, 21)),
    "day": (_("usual: about 8 to 23"), (8, 23)),
    "late": (_("late: about 11 to 2"), (11, 26)),
    "night": (_("by night: about 17 to 6"), (17, 30)),
}
PACES: dict[str, Text] = {
    "now-and-then": _("now and then"),
    "few": _("a few times a week"),
    "daily": _("most days"),
}
BIO_LIMIT = 200
INTERESTS_LIMIT, INTEREST_LIMIT = 10, 30


@dataclass(frozen=True, slots=True)
class Profile:
    """`topics` maps to whether a buddy may learn of it; what is private only helps to find one. `accepts` empty is
    anybody. `most` is how many buddies."""

    topics: dict[str, bool] = field(default_factory=dict)
    avoids: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    bio: str = ""
    languages: tuple[str, ...] = ()
    band: str = ""
    same_age: bool = False
    gender: str = ""
    accepts: tuple[str, ...] = ()
    rhythm: str = "day"
    pace: str = "few"
    most: int = 1

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, plain: dict[str, Any]) -> Profile:
        """What `plain` wrote, by this version or an older one."""
        known: dict[str, Any] = {name: plain[name] for name in cls.__dataclass_fields__ if name in plain}
        for name, value in known.items():
            known[name] = tuple(value) if isinstance(value, list) else value
        return cls(**known)

    def missing(self, minors: bool) -> list[Text]:
        """What is needed before somebody can be paired."""
        out = []
        if not self.topics:
            out.append(_("at least one topic"))
        if not self.languages:
            out.append(_("a language"))
        if not self.band or (self.band == "under-18" and not minors):
            out.append(_("your age band"))
        return out

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(topic for topic, open_ in self.topics.items() if open_)


def label(topic: str) -> Text:
    """A topic as it is read: known words in the reader's language, the community's own as they are."""
    return TOPICS.get(topic) or _("{topic}", topic=topic)


def language(tag: str) -> Language:
    return Language(tag)


def member(
    id: int, profile: Profile, zone: str, now: datetime, waiting: datetime, first: bool, topics: Sequence[str]
) -> Member:
    """The same as numbers. `topics` are the community's, in their order; what was removed from it no longer counts."""
    return Member(
        id=id,
        pool=1 if profile.band == "under-18" else 0,
        languages=_bits(profile.languages, LANGUAGES),
        topics=_bits(profile.topics, topics),
        avoids=_bits(profile.avoids, topics),
        interests=tuple(hash_of(one) for one in profile.interests),
        gender=_bits([profile.gender], tuple(GENDERS)),
        accepts=_bits(profile.accepts, tuple(ACCEPTS)),
        band=max(0, list(BANDS).index(profile.band)) if profile.band in BANDS else 0,
        same_age=profile.same_age,
        hours=hours(profile.rhythm, zone, now),
        pace=list(PACES).index(profile.pace),
        waited=max(0.0, (now - waiting).total_seconds() / 86_400),
        first=first,
    )


def hash_of(interest: str) -> int:
    """The same number for the same word, in any process."""
    return int.from_bytes(interest.casefold().encode()[:48].ljust(8, b"\0"), "big")


def hours(rhythm: str, zone: str, now: datetime) -> int:
    """When somebody is awake, as bits of the hours of the day in UTC."""
    start, end = RHYTHMS.get(rhythm, RHYTHMS["day"])[1]
    offset = now.astimezone(ZoneInfo(zone)).utcoffset()
    shift = round(offset.total_seconds() / 3600) if offset else 0
    return sum(1 << ((hour - shift) % 24) for hour in range(start, end))


def _bits(chosen: Sequence[str] | dict[str, bool], known: Sequence[str]) -> int:
    return sum(1 << known.index(one) for one in set(chosen) if one in known)


def in_common(one: Profile, other: Profile, zones: tuple[str, str], now: datetime) -> dict[str, list[str]]:
    """What both may be told: only what both chose to show."""
    interests = {word.casefold(): word for word in other.interests}
    mine = (hours(one.rhythm, zones[0], now), hours(other.rhythm, zones[1], now))
    return {
        "topics": [topic for topic in one.shown if topic in other.shown],
        "interests": [interests[word.casefold()] for word in one.interests if word.casefold() in interests],
        "hours": ["yes"] if (mine[0] & mine[1]).bit_count() >= 12 else [],
        "languages": [tag for tag in one.languages if tag in other.languages],
    }


def why(common: dict[str, list[str]]) -> Text:
    """Why these two, in a sentence that holds nothing that either keeps private."""
    chosen = [label(topic) for topic in common.get("topics", ())] + [*common.get("interests", ())]
    if chosen:
        return _("You both chose {things}.", things=listing(chosen[:5]))
    if common.get("hours"):
        return _("You are awake at about the same hours and speak the same language.")
    return _("You speak the same language, and you both look for somebody to talk to.")
