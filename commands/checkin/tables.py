"""The check-in rows, and nothing else that knows their SQL. What a person wrote is sealed with their own key.

Times are milliseconds since 1970 in UTC; the zone in which an entry was made stands beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.kit import Kit
from bot.state.database import Row, Transaction

TABLE = "checkin_entries"


@dataclass(frozen=True, slots=True)
class Entry:
    """One check-in, opened."""

    id: str
    at: datetime
    zone: str
    mood: int | None
    note: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reminder:
    """A schedule as its person typed it, with its zone and where it stands."""

    id: str
    person: str
    schedule: str
    zone: str
    active: bool
    unanswered: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a reminder rang, and the entry that answered it."""

    id: str
    person: str
    reminder: str | None
    due: datetime
    entry: str | None


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def new_id() -> str:
    """A random id, short enough for a press and impossible to guess."""
    return secrets.token_hex(8)


async def save(kit: Kit, tx: Transaction, person: str, entry: Entry) -> None:
    """Insert an entry, or replace what it says."""
    sealed = await kit.seal(
        person, TABLE, "sealed", entry.id, {"mood": entry.mood, "note": entry.note, "tags": list(entry.tags)}
    )
    now = _ms(kit.now)
    await tx.execute(
        "INSERT INTO checkin_entries (id, person, at, zone, sealed, created, edited)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)"
        " ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, edited = ?6",
        entry.id,
        person,
        _ms(entry.at),
        entry.zone,
        sealed,
        now,
    )


async def entry(kit: Kit, tx: Transaction, person: str, id: str) -> Entry | None:
    """The person's entry of that id; None for anybody else's."""
    row = await tx.one("SELECT * FROM checkin_entries WHERE id = ?1 AND person = ?2", id, person)
    return await _opened(kit, person, row) if row else None


async def since(kit: Kit, tx: Transaction, person: str, start: datetime) -> list[Entry]:
    """The person's entries from a moment on, oldest first."""
    rows = await tx.all(
        "SELECT * FROM checkin_entries WHERE person = ?1 AND at >= ?2 ORDER BY at, id", person, _ms(start)
    )
    return [await _opened(kit, person, row) for row in rows]


async def _opened(kit: Kit, person: str, row: Row) -> Entry:
    said = await kit.unseal(person, TABLE, "sealed", row["id"], row["sealed"])
    return Entry(row["id"], _at(row["at"]), row["zone"], said["mood"], said["note"], tuple(said["tags"]))


# --- reminders -------------------------------------------------------------------------------------------------------


async def add_reminder(tx: Transaction, one: Reminder, now: datetime) -> None:
    await tx.execute(
        "INSERT INTO checkin_reminders (id, person, schedule, zone, active, unanswered, created)"
        " VALUES (?1, ?2, ?3, ?4, 1, 0, ?5)",
        one.id,
        one.person,
        one.schedule,
        one.zone,
        _ms(now),
    )


async def reminder(tx: Transaction, id: str) -> Reminder | None:
    row = await tx.one("SELECT * FROM checkin_reminders WHERE id = ?1", id)
    return _reminder(row) if row else None


async def reminders_of(tx: Transaction, person: str) -> list[Reminder]:
    rows = await tx.all("SELECT * FROM checkin_reminders WHERE person = ?1 AND active = 1 ORDER BY created, id", person)
    return [_reminder(row) for row in rows]


async def stop_reminder(tx: Transaction, id: str) -> None:
    await tx.execute("UPDATE checkin_reminders SET active = 0 WHERE id = ?1", id)


async def count_unanswered(tx: Transaction, id: str, unanswered: int) -> None:
    await tx.execute("UPDATE checkin_reminders SET unanswered = ?2 WHERE id = ?1", id, unanswered)


def _reminder(row: Row) -> Reminder:
    return Reminder(row["id"], row["person"], row["schedule"], row["zone"], bool(row["active"]), int(row["unanswered"]))


# --- occurrences -----------------------------------------------------------------------------------------------------


async def ring(tx: Transaction, one: Reminder, due: datetime) -> str | None:
    """Record that a reminder rang for that time; its id, or None where it had rung already."""
    id = new_id()
    rung = await tx.execute(
        "INSERT INTO checkin_occurrences (id, reminder, person, due, answered_entry, state)"
        " VALUES (?1, ?2, ?3, ?4, NULL, 'open') ON CONFLICT (reminder, due) DO NOTHING",
        id,
        one.id,
        one.person,
        _ms(due),
    )
    return id if rung else None


async def occurrence(tx: Transaction, person: str, id: str) -> Occurrence | None:
    """The person's occurrence of that id; None for anybody else's."""
    row = await tx.one("SELECT * FROM checkin_occurrences WHERE id = ?1 AND person = ?2", id, person)
    if row is None:
        return None
    return Occurrence(row["id"], row["person"], row["reminder"], _at(row["due"]), row["answered_entry"])


async def answered(tx: Transaction, id: str, entry: str) -> None:
    await tx.execute("UPDATE checkin_occurrences SET answered_entry = ?2, state = 'answered' WHERE id = ?1", id, entry)


async def skipped(tx: Transaction, id: str) -> None:
    await tx.execute("UPDATE checkin_occurrences SET state = 'skipped' WHERE id = ?1 AND state = 'open'", id)


# --- how long ------------------------------------------------------------------------------------------------------


async def set_kept(tx: Transaction, person: str, days: int | None) -> None:
    """How many days this person's entries are kept; None for as long as they like."""
    await tx.execute(
        "INSERT INTO checkin_settings (person, keep_days) VALUES (?1, ?2)"
        " ON CONFLICT (person) DO UPDATE SET keep_days = excluded.keep_days",
        person,
        0 if days is None else days,
    )


async def prune(tx: Transaction, now: datetime, usual: int) -> int:
    """Remove entries older than their person keeps them, and occurrences older than 30 days; how many entries."""
    day = 86_400_000
    gone = await tx.execute(
        "DELETE FROM checkin_entries WHERE at < ?1 - ?2 * COALESCE("
        "(SELECT CASE keep_days WHEN 0 THEN 1000000 ELSE keep_days END FROM checkin_settings"
        " WHERE checkin_settings.person = checkin_entries.person), ?3)",
        _ms(now),
        day,
        usual,
    )
    await tx.execute("DELETE FROM checkin_occurrences WHERE due < ?1", _ms(now - timedelta(days=30)))
    return gone


async def all_reminders(tx: Transaction, person: str) -> Sequence[Reminder]:
    rows = await tx.all("SELECT * FROM checkin_reminders WHERE person = ?1 ORDER BY created, id", person)
    return [_reminder(row) for row in rows]
