"""The check-in entries, and nothing else that knows their SQL. What a person wrote is sealed with their own key.

Times are milliseconds since 1970 in UTC; the zone in which an entry was made stands beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.kit import Kit
from bot.state.clock import breathe, millis, moment
from bot.state.database import Row, Transaction
from commands.checkin.scales import Measured, Scale

TABLE = "checkin_entries"
ALL = 10**9
BREATH = 100
"""Entries that are opened in one go before others have their turn."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One check-in, opened. `timed` is False where its person gave a day and no time of day. `chosen` says that its
    words may stand in a summary. `deleted` is when its person took it away."""

    id: str
    at: datetime
    zone: str
    mood: int | None
    note: str | None
    tags: tuple[str, ...]
    scales: tuple[Measured, ...] = ()
    timed: bool = True
    chosen: bool = False
    deleted: datetime | None = None


def new_id() -> str:
    """A random id, short enough for a press and impossible to guess."""
    return secrets.token_hex(8)


async def save(kit: Kit, tx: Transaction, person: str, entry: Entry) -> None:
    """Insert an entry, or replace what it says."""
    sealed = await kit.seal(person, TABLE, "sealed", entry.id, _closed(entry))
    now = millis(kit.now)
    await tx.execute(
        "INSERT INTO checkin_entries (id, person, at, zone, sealed, created, edited)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)"
        " ON CONFLICT (id) DO UPDATE SET at = excluded.at, zone = excluded.zone, sealed = excluded.sealed, edited = ?6",
        entry.id,
        person,
        millis(entry.at),
        entry.zone,
        sealed,
        now,
    )


def _closed(entry: Entry) -> dict[str, Any]:
    closed: dict[str, Any] = {"mood": entry.mood, "note": entry.note, "tags": list(entry.tags)}
    if entry.scales:
        closed["scales"] = [
            [one.scale.key, one.scale.name, one.scale.low, one.scale.high, one.scale.own, one.value]
            for one in entry.scales
        ]
    if not entry.timed:
        closed["timed"] = False
    if entry.chosen:
        closed["chosen"] = True
    return closed


async def entry(kit: Kit, tx: Transaction, person: str, id: str) -> Entry | None:
    """The person's entry of that id; None for anybody else's, and for one that was taken away."""
    row = await tx.one("SELECT * FROM checkin_entries WHERE id = ?1 AND person = ?2 AND deleted IS NULL", id, person)
    return await opened(kit, person, row) if row else None


async def rows(
    tx: Transaction, person: str, start: datetime, end: datetime | None = None, *, latest: int | None = None
) -> list[Row]:
    """The person's entries from a moment on and before another, still sealed, oldest first; at most the `latest`."""
    found = await tx.all(
        "SELECT * FROM checkin_entries WHERE person = ?1 AND at >= ?2 AND (?3 IS NULL OR at < ?3) AND deleted IS NULL"
        " ORDER BY at DESC, id DESC LIMIT ?4",
        person,
        millis(start),
        millis(end) if end else None,
        ALL if latest is None else latest,
    )
    return found[::-1]


async def open_all(kit: Kit, person: str, sealed: Sequence[Row]) -> list[Entry]:
    """Many entries, opened; others have their turn in between. Outside of a transaction where they are many."""
    out = []
    for number, row in enumerate(sealed):
        out.append(await opened(kit, person, row))
        if number % BREATH == BREATH - 1:
            await breathe()
    return out


async def since(kit: Kit, tx: Transaction, person: str, start: datetime) -> list[Entry]:
    """The person's entries from a moment on, oldest first."""
    return await open_all(kit, person, await rows(tx, person, start))


async def everything(kit: Kit, tx: Transaction, person: str) -> list[Entry]:
    """All that there is, those too that were taken away and are not yet gone."""
    found = await tx.all("SELECT * FROM checkin_entries WHERE person = ?1 ORDER BY at, id", person)
    return await open_all(kit, person, found)


async def opened(kit: Kit, person: str, row: Row) -> Entry:
    said = await kit.unseal(person, TABLE, "sealed", row["id"], row["sealed"])
    return Entry(
        row["id"],
        moment(row["at"]),
        row["zone"],
        said["mood"],
        said["note"],
        tuple(said["tags"]),
        tuple(Measured(Scale(key, name, low, high, own), value) for key, name, low, high, own, value in said["scales"])
        if "scales" in said
        else (),
        said.get("timed", True),
        said.get("chosen", False),
        None if row["deleted"] is None else moment(row["deleted"]),
    )


async def take_away(tx: Transaction, person: str, id: str, now: datetime) -> bool:
    """Mark an entry as deleted: nothing shows it any more. False where it is not theirs or gone already."""
    changed = await tx.execute(
        "UPDATE checkin_entries SET deleted = ?3 WHERE id = ?1 AND person = ?2 AND deleted IS NULL",
        id,
        person,
        millis(now),
    )
    return changed > 0


async def bring_back(tx: Transaction, person: str, id: str) -> bool:
    return (
        await tx.execute(
            "UPDATE checkin_entries SET deleted = NULL WHERE id = ?1 AND person = ?2 AND deleted IS NOT NULL",
            id,
            person,
        )
        > 0
    )


async def drop(tx: Transaction, id: str) -> None:
    """Remove an entry for good, if it is still taken away."""
    await tx.execute("DELETE FROM checkin_entries WHERE id = ?1 AND deleted IS NOT NULL", id)


async def prune(tx: Transaction, now: datetime, usual: int) -> int:
    """Remove entries older than their person keeps them, and what was taken away more than a day ago; how many."""
    gone = await tx.execute(
        "DELETE FROM checkin_entries WHERE at < ?1"
        " AND NOT EXISTS (SELECT 1 FROM checkin_settings s WHERE s.person = checkin_entries.person)",
        millis(now - timedelta(days=usual)),
    )
    gone += await tx.execute(
        "DELETE FROM checkin_entries WHERE id IN (SELECT e.id FROM checkin_settings s CROSS JOIN checkin_entries e"
        " WHERE e.person = s.person AND e.at < ?1 - ?2 * s.keep_days AND s.keep_days > 0)",
        millis(now),
        86_400_000,
    )
    yesterday = millis(now - timedelta(days=1))
    for table, column in (
        ("checkin_entries", "deleted"),
        ("checkin_scales", "removed"),
        ("checkin_helped", "removed"),
    ):
        gone += await tx.execute(f"DELETE FROM {table} WHERE {column} IS NOT NULL AND {column} < ?1", yesterday)
    month = millis(now - timedelta(days=30))
    await tx.execute("DELETE FROM checkin_occurrences WHERE due < ?1", month)
    await tx.execute("DELETE FROM checkin_reminders WHERE stopped IS NOT NULL AND stopped < ?1", month)
    return gone
