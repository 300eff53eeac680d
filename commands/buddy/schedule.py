"""When rounds are. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.config import Config


def next_round(config: Config, after: datetime) -> datetime | None:
    """The next round after a moment, at its hour in the community's zone, across daylight saving; None without any."""
    zone = ZoneInfo(config.community.zone)
    day = after.astimezone(zone).date()
    for ahead in range(9):
        on = day + timedelta(days=ahead)
        if config.buddies.rounds == "never":
            return None
        if config.buddies.rounds == "weekly" and on.weekday() != config.buddies.day:
            continue
        due = datetime.combine(on, time(config.buddies.hour), zone).astimezone(UTC)
        if due > after:
            return due
    return None
