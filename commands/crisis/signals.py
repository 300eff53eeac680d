"""The rows of signals: what the rules saw and what became of it. A sealed reference to the message, never its text.

Times are milliseconds since 1970 in UTC.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from bot.kit import Kit
from bot.state.clock import millis, moment
from bot.state.database import Row, Transaction
from bot.state.vault import Erased, Tampered
from bot.talk.model import MessageRef, PlaceRef
from commands.crisis.tables import case_key
from safety import About, Level, Topic


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that the rules saw, or that a person asked for. `message` is None for private words, and when its time
    is over."""

    id: str
    case: str
    at: datetime
    level: Level
    topic: Topic
    about: About
    rules: tuple[str, ...]
    offered: str
    arrived: str
    deleted: bool
    message: MessageRef | None


def signal_id(key: str) -> str:
    """The id of what an event caused: known before anything is stored, the same when the event is read again."""
    return hashlib.sha256(f"signal {key}".encode()).hexdigest()[:12]


def message_hash(kit: Kit, message: MessageRef) -> str:
    place = message.place
    return kit.house.vault.lookup("message", f"{place.platform}\0{place.id}\0{place.thread or ''}\0{message.id}")


async def add_signal(kit: Kit, tx: Transaction, one: Signal) -> bool:
    """False where it was there already."""
    sealed = None if one.message is None else await _seal(kit, one.id, one.case, one.message)
    added = await tx.execute(
        "INSERT INTO crisis_signals (id, case_id, at, level, topic, about, rules, offered, arrived, message, sealed)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO NOTHING",
        one.id,
        one.case,
        millis(one.at),
        int(one.level),
        one.topic.value,
        one.about.value,
        " ".join(one.rules),
        one.offered,
        one.arrived,
        None if one.message is None else message_hash(kit, one.message),
        sealed,
    )
    return added > 0


async def signal(kit: Kit, tx: Transaction, id: str) -> Signal | None:
    row = await tx.one("SELECT * FROM crisis_signals WHERE id = ?1", id)
    return await _signal(kit, row) if row else None


async def signals(kit: Kit, tx: Transaction, case: str) -> list[Signal]:
    """Oldest first."""
    rows = await tx.all("SELECT * FROM crisis_signals WHERE case_id = ?1 ORDER BY at, id", case)
    return [await _signal(kit, row) for row in rows]


async def arrived(tx: Transaction, id: str, how: str) -> str | None:
    """Note how an offer fared; the case that it belongs to."""
    row = await tx.one("UPDATE crisis_signals SET arrived = ?2 WHERE id = ?1 RETURNING case_id", id, how)
    return str(row["case_id"]) if row else None


async def answered_since(tx: Transaction, author: str, about: About, since: datetime) -> Level:
    """The highest level at which somebody was answered since then."""
    row = await tx.one(
        "SELECT MAX(s.level) AS level FROM crisis_signals s JOIN crisis_cases c ON c.id = s.case_id"
        " WHERE c.author = ?1 AND s.about = ?2 AND s.at >= ?3 AND s.offered IN ('private', 'short')",
        author,
        about.value,
        millis(since),
    )
    return Level(row["level"]) if row and row["level"] is not None else Level.NONE


async def met_message(tx: Transaction, hashed: str) -> Level:
    """The highest level at which a message was met before it was edited."""
    row = await tx.one("SELECT MAX(level) AS level FROM crisis_signals WHERE message = ?1", hashed)
    return Level(row["level"]) if row and row["level"] is not None else Level.NONE


async def message_gone(tx: Transaction, hashed: str) -> list[tuple[str, str]]:
    """A message was deleted: its reference goes with it. Signals and their cases."""
    rows = await tx.all(
        "UPDATE crisis_signals SET deleted = 1, sealed = NULL WHERE message = ?1 AND deleted = 0 RETURNING id, case_id",
        hashed,
    )
    return [(row["id"], row["case_id"]) for row in rows]


async def message_moved(kit: Kit, tx: Transaction, old: MessageRef, new: MessageRef) -> list[str]:
    """Another message stands for one that the rules saw: the reference leads there. The cases."""
    rows = await tx.all(
        "SELECT id, case_id FROM crisis_signals WHERE message = ?1 AND deleted = 0", message_hash(kit, old)
    )
    for row in rows:
        sealed = await _seal(kit, row["id"], row["case_id"], new)
        await tx.execute(
            "UPDATE crisis_signals SET message = ?2, sealed = ?3 WHERE id = ?1",
            row["id"],
            message_hash(kit, new),
            sealed,
        )
    return [row["case_id"] for row in rows]


async def _seal(kit: Kit, id: str, case: str, message: MessageRef) -> bytes:
    place = message.place
    ref = [place.platform, place.id, place.thread, message.id]
    return await kit.seal(case_key(case), "crisis_signals", "sealed", id, ref)


async def _signal(kit: Kit, row: Row) -> Signal:
    message = None
    if row["sealed"] is not None:
        try:
            sealed = row["sealed"]
            ref = await kit.unseal(case_key(row["case_id"]), "crisis_signals", "sealed", row["id"], sealed)
            message = MessageRef(PlaceRef(ref[0], ref[1], ref[2]), ref[3])
        except (Erased, Tampered):
            message = None
    return Signal(
        row["id"],
        row["case_id"],
        moment(row["at"]),
        Level(row["level"]),
        Topic(row["topic"]),
        About(row["about"]),
        tuple(row["rules"].split()),
        row["offered"],
        row["arrived"],
        bool(row["deleted"]),
        message,
    )
