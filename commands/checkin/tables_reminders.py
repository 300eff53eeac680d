"""The reminders and when each rang: the rows, and nothing else knows their SQL.

A schedule is kept as its person typed it, with the zone that it is read in. Which scales it asks for is sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.kit import Kit
from bot.state.clock import millis, moment
from bot.state.database import Row, Transaction
from commands.checkin.reading import parse
from commands.checkin.schedule import Quiet, Schedule
from commands.checkin.tables import new_id
from commands.checkin.tables_own import quiet_of

ASK, WEEK = "ask", "week"
_stored = lru_cache(4096)(parse)


@dataclass(frozen=True, slots=True)
class Reminder:
    """A schedule, its zone, and where it stands. `kind` is "ask" or "week"; `last` is the wall time of its latest
    occurrence; it rings for nothing before `paused`. `scales` are the keys of those that it asks for."""

    id: str
    person: str
    schedule: Schedule
    zone: str
    kind: str = ASK
    active: bool = True
    unanswered: int = 0
    paused: datetime | None = None
    last: datetime | None = None
    language: str = "en"
    scales: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """One time that a reminder rang, and the entry that answered it."""

    id: str
    person: str
    reminder: str
    due: datetime
    entry: str | None


async def put(kit: Kit, tx: Transaction, one: Reminder) -> None:
    """Insert a reminder, or replace what it says."""
    sealed = await kit.seal(one.person, "checkin_reminders", "sealed", one.id, list(one.scales)) if one.scales else None
    now = millis(kit.now)
    await tx.execute(
        "INSERT INTO checkin_reminders (id, person, schedule, zone, kind, active, unanswered, paused_until, last,"
        " language, sealed, stopped, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        " ON CONFLICT (id) DO UPDATE SET schedule = excluded.schedule, zone = excluded.zone, active = excluded.active,"
        " unanswered = excluded.unanswered, paused_until = excluded.paused_until, last = excluded.last,"
        " language = excluded.language, sealed = excluded.sealed, stopped = excluded.stopped",
        one.id,
        one.person,
        str(one.schedule),
        one.zone,
        one.kind,
        int(one.active),
        one.unanswered,
        millis(one.paused) if one.paused else None,
        f"{one.last:%Y-%m-%dT%H:%M}" if one.last else None,
        one.language,
        sealed,
        None if one.active else now,
        now,
    )


async def rang(tx: Transaction, id: str, wall: datetime, unanswered: int) -> None:
    """It rang for that wall time: what changes with every occurrence, and no more."""
    await tx.execute(
        "UPDATE checkin_reminders SET last = ?2, unanswered = ?3 WHERE id = ?1",
        id,
        f"{wall:%Y-%m-%dT%H:%M}",
        unanswered,
    )


async def get(kit: Kit, tx: Transaction, id: str) -> Reminder | None:
    row = await tx.one("SELECT * FROM checkin_reminders WHERE id = ?1", id)
    return await _reminder(kit, row) if row else None


async def mine(kit: Kit, tx: Transaction, person: str, id: str) -> Reminder | None:
    """The person's reminder of that id; None for anybody else's."""
    one = await get(kit, tx, id)
    return one if one is not None and one.person == person else None


async def of(kit: Kit, tx: Transaction, person: str, *, stopped: bool = False) -> list[Reminder]:
    """The person's reminders, oldest first; the stopped ones too if asked for."""
    found = await tx.all(
        "SELECT * FROM checkin_reminders WHERE person = ?1 AND (active = 1 OR ?2) ORDER BY created, id",
        person,
        int(stopped),
    )
    return [await _reminder(kit, row) for row in found]


async def _reminder(kit: Kit, row: Row) -> Reminder:
    scales = (
        await kit.unseal(row["person"], "checkin_reminders", "sealed", row["id"], row["sealed"])
        if row["sealed"] is not None
        else ()
    )
    return Reminder(
        row["id"],
        row["person"],
        _stored(row["schedule"]),
        row["zone"],
        row["kind"],
        bool(row["active"]),
        int(row["unanswered"]),
        None if row["paused_until"] is None else moment(row["paused_until"]),
        None if row["last"] is None else datetime.fromisoformat(row["last"]),
        row["language"] or "en",
        tuple(scales),
    )


async def quiet(tx: Transaction, person: str) -> Quiet | None:
    """The person's quiet hours."""
    row = await tx.one("SELECT quiet_from, quiet_to FROM checkin_settings WHERE person = ?1", person)
    return quiet_of(row) if row else None


async def heard_from(tx: Transaction, person: str) -> None:
    """They checked in: no reminder of theirs counts as unanswered."""
    await tx.execute("UPDATE checkin_reminders SET unanswered = 0 WHERE person = ?1 AND unanswered > 0", person)


async def nothing_open(tx: Transaction, person: str) -> None:
    """They checked in by themselves: what was asked and waits needs no answer any more."""
    await tx.execute("UPDATE checkin_occurrences SET state = 'answered' WHERE person = ?1 AND state = 'open'", person)


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
        millis(due),
    )
    return id if rung else None


async def rung(tx: Transaction, person: str, id: str) -> Rung | None:
    """The person's occurrence of that id; None for anybody else's."""
    row = await tx.one("SELECT * FROM checkin_occurrences WHERE id = ?1 AND person = ?2", id, person)
    if row is None:
        return None
    return Rung(row["id"], row["person"], row["reminder"], moment(row["due"]), row["answered_entry"])


async def still_open(tx: Transaction, one: Rung) -> bool:
    """Whether it was neither answered nor skipped, and its reminder has not rung again since."""
    row = await tx.one(
        "SELECT 1 FROM checkin_occurrences WHERE id = ?1 AND state = 'open' AND NOT EXISTS"
        " (SELECT 1 FROM checkin_occurrences later WHERE later.reminder = ?2 AND later.due > ?3)",
        one.id,
        one.reminder,
        millis(one.due),
    )
    return row is not None


async def answered(tx: Transaction, id: str, entry: str) -> None:
    await tx.execute("UPDATE checkin_occurrences SET answered_entry = ?2, state = 'answered' WHERE id = ?1", id, entry)


async def skipped(tx: Transaction, id: str) -> None:
    await tx.execute("UPDATE checkin_occurrences SET state = 'skipped' WHERE id = ?1 AND state = 'open'", id)


async def behind(kit: Kit, tx: Transaction, entry: str) -> Reminder | None:
    """The reminder that an entry answered."""
    row = await tx.one(
        "SELECT r.* FROM checkin_reminders r JOIN checkin_occurrences o ON o.reminder = r.id"
        " WHERE o.answered_entry = ?1",
        entry,
    )
    return await _reminder(kit, row) if row else None
