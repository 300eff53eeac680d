"""What is said between two: which message became which, the evidence buffer, the talk mode, drafts and shares.

Of a message only where it stands is kept, and for a week what it said, sealed under the key of the pair's day, which is
destroyed then.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.kit import Kit
from bot.state.database import Row, Transaction
from bot.state.vault import Erased, Tampered, Where
from bot.talk import codec
from bot.talk.model import MessageRef
from commands.buddy.tables import moment, ms, new_id
from commands.buddy.tables.pairs import Side

EVERY = timedelta(hours=6)
"""How often what is too old is looked for."""
KEPT = timedelta(days=7) - EVERY
"""So that nothing is left of it after 7 days."""
DRAFTS_KEPT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Passed:
    """A message that was passed on."""

    mark: str
    pair: str
    side: int
    person: str
    at: datetime


async def remember(kit: Kit, tx: Transaction, mark: str, side: Side, message: MessageRef) -> None:
    """That message of the side's was passed on under the mark."""
    sealed = await kit.house.vault.seal(
        side.person, Where("buddy_messages", "sealed", mark), codec.encode_message(message)
    )
    await tx.execute(
        "INSERT INTO buddy_messages (mark, pair, side, person, lookup, sealed, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (lookup) DO NOTHING",
        mark,
        side.pair,
        side.side,
        side.person,
        kit.house.outbox.delivered.lookup(message),
        sealed,
        ms(kit.now),
    )


async def passed(kit: Kit, tx: Transaction, message: MessageRef) -> Passed | None:
    """What a person's own message was passed on as."""
    lookup = kit.house.outbox.delivered.lookup(message)
    return _passed(await tx.one("SELECT * FROM buddy_messages WHERE lookup = ?1", lookup))


async def written(kit: Kit, tx: Transaction, person: str, most: int) -> list[MessageRef]:
    """The latest messages of a person's that were passed on, oldest first."""
    rows = await tx.all(
        "SELECT mark, person, sealed FROM buddy_messages WHERE person = ?1 ORDER BY at DESC, rowid DESC LIMIT ?2",
        person,
        most,
    )
    found = [await _stands(kit, row) for row in reversed(rows)]
    return [one for one in found if one is not None]


async def by_mark(tx: Transaction, mark: str) -> Passed | None:
    return _passed(await tx.one("SELECT * FROM buddy_messages WHERE mark = ?1", mark))


async def stands(kit: Kit, tx: Transaction, mark: str) -> MessageRef | None:
    """Where the person's own message of that mark stands."""
    row = await tx.one("SELECT mark, person, sealed FROM buddy_messages WHERE mark = ?1", mark)
    return None if row is None else await _stands(kit, row)


async def _stands(kit: Kit, row: Row) -> MessageRef | None:
    where = Where("buddy_messages", "sealed", row["mark"])
    try:
        return codec.decode_message(await kit.house.vault.open_sealed(row["person"], where, row["sealed"]))
    except (Erased, Tampered, codec.Unreadable):
        return None


def _passed(row: Row | None) -> Passed | None:
    return Passed(row["mark"], row["pair"], row["side"], row["person"], moment(row["at"])) if row else None


# --- the evidence buffer ------------------------------------------------------------------------------------


async def buffer(kit: Kit, tx: Transaction, side: Side, mark: str, did: str, text: str) -> None:
    """Keep what was said, changed or taken back, for a week."""
    day = kit.now.date().isoformat()
    thing, id = f"talk/{side.pair}/{day}", new_id()
    await kit.house.vault.lend(thing, kit.now + timedelta(days=8))
    said = json.dumps({"side": side.side, "mark": mark, "did": did, "text": text}, ensure_ascii=False).encode()
    sealed = await kit.house.vault.seal(thing, Where("buddy_evidence", "sealed", id), said)
    await tx.execute(
        "INSERT INTO buddy_evidence (id, pair, person, thing, at, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        id,
        side.pair,
        side.person,
        thing,
        ms(kit.now),
        sealed,
    )


async def buffered(kit: Kit, tx: Transaction, pair: str) -> list[dict[str, Any]]:
    """What the buffer holds of a pair, oldest first."""
    out = []
    for row in await tx.all("SELECT * FROM buddy_evidence WHERE pair = ?1 ORDER BY at, rowid", pair):
        try:
            opened = await kit.house.vault.open_sealed(
                row["thing"], Where("buddy_evidence", "sealed", row["id"]), row["sealed"]
            )
        except (Erased, Tampered):
            continue
        out.append({"at": row["at"], **json.loads(opened)})
    return out


# --- the talk mode ------------------------------------------------------------------------------------------


async def open_talk(tx: Transaction, person: str, about: str, until: datetime) -> None:
    await tx.execute(
        "INSERT INTO buddy_talks (person, about, until) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (person) DO UPDATE SET about = excluded.about, until = excluded.until",
        person,
        about,
        ms(until),
    )


async def talk(tx: Transaction, person: str, now: datetime) -> str | None:
    """With which side's buddy the person talks just now."""
    row = await tx.one("SELECT about FROM buddy_talks WHERE person = ?1 AND until > ?2", person, ms(now))
    return row["about"] if row else None


async def close_talk(tx: Transaction, person: str) -> bool:
    return await tx.execute("DELETE FROM buddy_talks WHERE person = ?1", person) > 0


async def keep_draft(kit: Kit, tx: Transaction, person: str, text: str, message: MessageRef) -> str:
    id = new_id()
    said = {"text": text, "message": codec.encode_message(message).decode()}
    sealed = await kit.seal(person, "buddy_drafts", "sealed", id, said)
    await tx.execute("DELETE FROM buddy_drafts WHERE person = ?1 OR at < ?2", person, ms(kit.now - DRAFTS_KEPT))
    await tx.execute(
        "INSERT INTO buddy_drafts (id, person, sealed, at) VALUES (?1, ?2, ?3, ?4)", id, person, sealed, ms(kit.now)
    )
    return id


async def take_draft(kit: Kit, tx: Transaction, person: str, id: str) -> tuple[str, MessageRef] | None:
    """The words, once, and the message that they stand in."""
    row = await tx.one(
        "DELETE FROM buddy_drafts WHERE id = ?1 AND person = ?2 AND at >= ?3 RETURNING *",
        id,
        person,
        ms(kit.now - DRAFTS_KEPT),
    )
    if row is None:
        return None
    said = await kit.unseal(person, "buddy_drafts", "sealed", id, row["sealed"])
    return said["text"], codec.decode_message(said["message"].encode())


# --- shares -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """Something of a person's own that they showed to a buddy."""

    mark: str
    pair: str
    title: str
    at: datetime


async def keep_share(kit: Kit, tx: Transaction, side: Side, mark: str, title: str) -> None:
    sealed = await kit.seal(side.person, "buddy_shares", "sealed", mark, title)
    await tx.execute(
        "INSERT INTO buddy_shares (mark, pair, person, sealed, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        mark,
        side.pair,
        side.person,
        sealed,
        ms(kit.now),
    )


async def shares(kit: Kit, tx: Transaction, person: str) -> list[Share]:
    rows = await tx.all("SELECT * FROM buddy_shares WHERE person = ?1 ORDER BY at, rowid", person)
    return [
        Share(
            row["mark"],
            row["pair"],
            await kit.unseal(person, "buddy_shares", "sealed", row["mark"], row["sealed"]),
            moment(row["at"]),
        )
        for row in rows
    ]


async def remove_share(tx: Transaction, person: str, mark: str) -> str | None:
    """The pair it was shown in, where it was the person's."""
    row = await tx.one("DELETE FROM buddy_shares WHERE mark = ?1 AND person = ?2 RETURNING pair", mark, person)
    return row["pair"] if row else None


async def prune(tx: Transaction, now: datetime) -> None:
    before = ms(now - KEPT)
    await tx.execute("DELETE FROM buddy_evidence WHERE at < ?1", before)
    await tx.execute("DELETE FROM buddy_messages WHERE at < ?1", before)
    await tx.execute("DELETE FROM buddy_drafts WHERE at < ?1", ms(now - DRAFTS_KEPT))
    await tx.execute("DELETE FROM buddy_talks WHERE until < ?1", ms(now - timedelta(days=1)))
