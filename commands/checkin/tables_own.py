"""A person's own scales, what helped them, and how they like their check-ins: the rows, and all that knows their SQL.

Names and words are sealed with the person's own key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from bot.kit import Kit
from bot.state.clock import millis, moment
from bot.state.database import Row, Transaction
from commands.checkin.scales import Scale
from commands.checkin.schedule import Quiet

USUAL_DAYS = 365


@dataclass(frozen=True, slots=True)
class Helped:
    """Something that helped, in its person's words."""

    id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Settings:
    """How a person likes their check-ins. `keep_days` is None for as long as they like."""

    keep_days: int | None = USUAL_DAYS
    quiet: Quiet | None = None
    look: str = "light"


# --- scales ----------------------------------------------------------------------------------------------------------


async def add_scale(kit: Kit, tx: Transaction, person: str, scale: Scale) -> None:
    sealed = await kit.seal(
        person, "checkin_scales", "sealed", scale.key, {"name": scale.name, "low": scale.low, "high": scale.high}
    )
    await tx.execute(
        "INSERT INTO checkin_scales (id, person, sealed, created) VALUES (?1, ?2, ?3, ?4)",
        scale.key,
        person,
        sealed,
        millis(kit.now),
    )


async def scales(kit: Kit, tx: Transaction, person: str) -> list[Scale]:
    """The person's own scales, oldest first."""
    found = await tx.all(
        "SELECT * FROM checkin_scales WHERE person = ?1 AND removed IS NULL ORDER BY created, id", person
    )
    return [await _scale(kit, row) for row in found]


async def _scale(kit: Kit, row: Row) -> Scale:
    said = await kit.unseal(row["person"], "checkin_scales", "sealed", row["id"], row["sealed"])
    return Scale(row["id"], said["name"], said["low"], said["high"], own=True)


async def remove(tx: Transaction, table: str, person: str, id: str, now: datetime) -> bool:
    """Take a scale (`checkin_scales`) or something that helped (`checkin_helped`) away; it can be brought back."""
    sql = f"UPDATE {table} SET removed = ?3 WHERE id = ?1 AND person = ?2 AND removed IS NULL"
    return await tx.execute(sql, id, person, millis(now)) > 0


async def restore(tx: Transaction, table: str, person: str, id: str) -> bool:
    sql = f"UPDATE {table} SET removed = NULL WHERE id = ?1 AND person = ?2 AND removed IS NOT NULL"
    return await tx.execute(sql, id, person) > 0


# --- what helped -----------------------------------------------------------------------------------------------------


async def add_helped(kit: Kit, tx: Transaction, person: str, one: Helped) -> None:
    sealed = await kit.seal(person, "checkin_helped", "sealed", one.id, {"text": one.text})
    await tx.execute(
        "INSERT INTO checkin_helped (id, person, sealed, created) VALUES (?1, ?2, ?3, ?4)",
        one.id,
        person,
        sealed,
        millis(one.at),
    )


async def helped(kit: Kit, tx: Transaction, person: str, most: int = 100) -> list[Helped]:
    """What helped the person, the latest first."""
    found = await tx.all(
        "SELECT * FROM checkin_helped WHERE person = ?1 AND removed IS NULL ORDER BY created DESC, id LIMIT ?2",
        person,
        most,
    )
    out = []
    for row in found:
        said = await kit.unseal(person, "checkin_helped", "sealed", row["id"], row["sealed"])
        out.append(Helped(row["id"], said["text"], moment(row["created"])))
    return out


# --- settings --------------------------------------------------------------------------------------------------------


async def settings(tx: Transaction, person: str) -> Settings:
    row = await tx.one("SELECT * FROM checkin_settings WHERE person = ?1", person)
    if row is None:
        return Settings()
    return Settings(row["keep_days"] or None, quiet_of(row), row["look"] or "light")


def quiet_of(row: Row) -> Quiet | None:
    """The quiet hours in a row of settings."""
    if row["quiet_from"] is None or row["quiet_to"] is None:
        return None
    return Quiet(_clock(row["quiet_from"]), _clock(row["quiet_to"]))


def _clock(minutes: int) -> time:
    return time(*divmod(minutes, 60))


async def set_settings(tx: Transaction, person: str, to: Settings) -> None:
    await tx.execute(
        "INSERT INTO checkin_settings (person, keep_days, quiet_from, quiet_to, look) VALUES (?1, ?2, ?3, ?4, ?5)"
        " ON CONFLICT (person) DO UPDATE SET keep_days = excluded.keep_days, quiet_from = excluded.quiet_from,"
        " quiet_to = excluded.quiet_to, look = excluded.look",
        person,
        to.keep_days or 0,
        _minutes(to.quiet.start) if to.quiet else None,
        _minutes(to.quiet.end) if to.quiet else None,
        to.look,
    )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
