"""What the configuration makes of a verdict: its level in that place, the way of answering, and when moderators read.

Pure values over the configuration; it knows no platform and no database.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.config import Config
from bot.config.safety import Way
from bot.talk.model import Incoming, PlaceRef
from bot.talk.text import Local, Text, _
from safety import Level, Verdict
from safety.opening import Hours, parse_span

LATE = timedelta(minutes=15)
"""How old a message may be to be answered where others see it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The verdict as it counts in its place, and how it is answered there."""

    verdict: Verdict
    way: Way
    late: bool = False

    @property
    def alerts(self) -> bool:
        """Whether moderators are called; otherwise it waits for them in the queue."""
        return self.verdict.level >= Level.URGENT


def plan(config: Config, incoming: Incoming, verdict: Verdict, now: datetime) -> Plan:
    """In a support place concern is only watched; some places have ways of their own."""
    safety, place = config.safety, incoming.place
    if verdict.level is Level.CONCERN and place.id in _ids(safety.support, place):
        verdict = replace(verdict, level=Level.WATCH)
    level = "urgent" if verdict.level >= Level.URGENT else "concern"
    here = safety.channels.get(place.id)
    way: Way = (getattr(here, level) if here else None) or getattr(safety.ways, level)
    old = now - incoming.at > LATE and (incoming.late or not incoming.edited)
    return Plan(verdict, way, old)


def _ids(places: dict[str, tuple[str, ...]] | object, place: PlaceRef) -> tuple[str, ...]:
    found = places.get(place.platform, ()) if isinstance(places, dict) else ()
    return tuple(found)


def moderators_places(config: Config) -> list[PlaceRef]:
    """Where moderators read, on every platform."""
    places = config.moderation.places
    return [PlaceRef(platform, id) for platform, ids in places.items() for id in ids]


def reading_hours(config: Config) -> Hours:
    """When moderators usually read; unknown where the owner did not say."""
    spans = tuple(parse_span(one) for one in config.moderation.hours)
    return Hours(spans=spans, zone=config.community.zone)


def told(config: Config, *, alerted: bool, now: datetime) -> Text:
    """Who will see what, truthfully, for the author of a message in a place."""
    if not config.moderation.places:
        return _("Only you can see this, and nobody else was told.")
    if not alerted:
        return _("Only you can see this. Moderators can find your message on a quiet list; nobody was called.")
    return _("Only you can see this. {moderators}", moderators=_called(config, now))


def _called(config: Config, now: datetime) -> Text:
    hours = reading_hours(config)
    opens = hours.opens_next(now)
    if opens is not None:
        return _(
            "The moderators can read your message, but at this hour it may be that none of them does before {when}.",
            when=Local(opens, config.community.zone),
        )
    if hours.open_at(now):
        return _("The moderators were told that your message may need care, and can read it.")
    return _(
        "The moderators were told that your message may need care, and can read it. I can't promise that one of them "
        "is there right now."
    )


def told_asked(config: Config, now: datetime) -> Text:
    """What somebody reads who asked for a moderator."""
    opens = reading_hours(config).opens_next(now)
    if opens is not None:
        return _(
            "I told the moderators that you would like one of them to write to you. At this hour it may be that none "
            "of them reads it before {when}.",
            when=Local(opens, config.community.zone),
        )
    return _(
        "I told the moderators that you would like one of them to write to you. I can't promise how soon; the lines "
        "above are there meanwhile."
    )
