"""Pairs and their two sides: asked, met, over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.kit import Kit
from bot.state.database import Row, Transaction
from commands.buddy import pseudonym
from commands.buddy.tables import moment, ms, new_id

TABLE = "buddy_sides"
ASKED, MET, OVER = "asked", "met", "over"
KEPT = timedelta(days=7)
"""After a pair is over: so long its messages may still be reported. Then it goes."""


@dataclass(frozen=True, slots=True)
class Pair:
    id: str
    state: str
    made: datetime
    expires: datetime
    met: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Side:
    """One half. `name` and `colour` are what the other half sees; `answer` is "yes", "no" or None."""

    pair: str
    side: int
    person: str
    about: str
    answer: str | None
    name: str
    colour: str
    sealed: bytes
    reveal: bool
    thanked: datetime | None
    sent: int
    prompted: datetime | None


async def make(
    kit: Kit, tx: Transaction, people: tuple[str, str], common: Mapping[str, Any], expires: datetime
) -> tuple[Side, Side]:
    """A new pair that is asked."""
    pair = new_id()
    await tx.execute(
        "INSERT INTO buddy_pairs (id, state, made, expires) VALUES (?1, 'asked', ?2, ?3)",
        pair,
        ms(kit.now),
        ms(expires),
    )
    colour = None
    for number, person in enumerate(people):
        name = pseudonym.name(await _taken(tx))
        colour = pseudonym.colour(colour)
        sealed = await kit.seal(person, TABLE, "sealed", f"{pair}/{number}", dict(common))
        await tx.execute(
            "INSERT INTO buddy_sides (pair, side, person, about, name, colour, sealed)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            pair,
            number,
            person,
            new_id(),
            name,
            colour,
            sealed,
        )
    first, second = await both(tx, pair)
    return first, second


async def _taken(tx: Transaction) -> set[str]:
    rows = await tx.all("SELECT name FROM buddy_sides")
    return {row["name"] for row in rows}


async def pair(tx: Transaction, id: str) -> Pair | None:
    row = await tx.one("SELECT * FROM buddy_pairs WHERE id = ?1", id)
    return _pair(row) if row else None


async def both(tx: Transaction, pair: str) -> list[Side]:
    """The sides that are left: one only, or none, where somebody was erased."""
    return [_side(row) for row in await tx.all("SELECT * FROM buddy_sides WHERE pair = ?1 ORDER BY side", pair)]


async def other(tx: Transaction, side: Side) -> Side | None:
    return next((one for one in await both(tx, side.pair) if one.side != side.side), None)


async def side_of(tx: Transaction, person: str, about: str) -> Side | None:
    """The person's own side by its name for the room; None for anybody else's."""
    row = await tx.one("SELECT * FROM buddy_sides WHERE about = ?1 AND person = ?2", about, person)
    return _side(row) if row else None


async def by_name(tx: Transaction, name: str) -> Side | None:
    """Whose pseudonym it is, in a pair that is not over."""
    row = await tx.one(
        "SELECT s.* FROM buddy_sides s JOIN buddy_pairs b ON b.id = s.pair"
        " WHERE LOWER(s.name) = LOWER(?1) ORDER BY b.made DESC LIMIT 1",
        name,
    )
    return _side(row) if row else None


async def of(tx: Transaction, person: str, *states: str) -> list[Side]:
    """The person's sides of pairs in one of these states, oldest first."""
    rows = await tx.all(
        "SELECT s.*, b.state FROM buddy_sides s JOIN buddy_pairs b ON b.id = s.pair WHERE s.person = ?1"
        " ORDER BY b.made, s.pair",
        person,
    )
    return [_side(row) for row in rows if row["state"] in states]


async def why(kit: Kit, side: Side) -> dict[str, list[str]]:
    found: dict[str, list[str]] = await kit.unseal(
        side.person, TABLE, "sealed", f"{side.pair}/{side.side}", side.sealed
    )
    return found


async def answer(tx: Transaction, side: Side, word: str) -> None:
    await tx.execute("UPDATE buddy_sides SET answer = ?3 WHERE pair = ?1 AND side = ?2", side.pair, side.side, word)


async def meet(tx: Transaction, pair: str, now: datetime) -> None:
    await tx.execute("UPDATE buddy_pairs SET state = 'met', met = ?2 WHERE id = ?1", pair, ms(now))


async def end(tx: Transaction, pair: str, now: datetime) -> bool:
    """It is over. False where it was already."""
    done = await tx.execute(
        "UPDATE buddy_pairs SET state = 'over', ended = ?2 WHERE id = ?1 AND state != 'over'", pair, ms(now)
    )
    await tx.execute("DELETE FROM buddy_talks WHERE about IN (SELECT about FROM buddy_sides WHERE pair = ?1)", pair)
    return done > 0


async def apart(tx: Transaction) -> list[tuple[str, str]]:
    """Who is in a pair that is not over, by person: they are not paired with each other once more."""
    rows = await tx.all(
        "SELECT a.person AS one, b.person AS other FROM buddy_sides a JOIN buddy_sides b"
        " ON a.pair = b.pair AND a.side = 0 AND b.side = 1 JOIN buddy_pairs p ON p.id = a.pair WHERE p.state != 'over'"
    )
    return [(row["one"], row["other"]) for row in rows]


async def set_reveal(tx: Transaction, side: Side, on: bool) -> None:
    await tx.execute("UPDATE buddy_sides SET reveal = ?3 WHERE pair = ?1 AND side = ?2", side.pair, side.side, int(on))


async def set_thanked(tx: Transaction, side: Side, at: datetime) -> None:
    await tx.execute("UPDATE buddy_sides SET thanked = ?3 WHERE pair = ?1 AND side = ?2", side.pair, side.side, ms(at))


async def set_prompted(tx: Transaction, side: Side, at: datetime) -> None:
    """Somebody was reminded to take turns; counting begins anew for both."""
    await tx.execute("UPDATE buddy_sides SET prompted = ?3 WHERE pair = ?1 AND side = ?2", side.pair, side.side, ms(at))
    await tx.execute("UPDATE buddy_sides SET sent = 0 WHERE pair = ?1", side.pair)


async def count_sent(tx: Transaction, side: Side) -> None:
    await tx.execute("UPDATE buddy_sides SET sent = sent + 1 WHERE pair = ?1 AND side = ?2", side.pair, side.side)


async def made_since(tx: Transaction, since: datetime) -> int:
    row = await tx.one("SELECT COUNT(*) AS n FROM buddy_pairs WHERE made >= ?1", ms(since))
    return row["n"] if row else 0


async def met_people(tx: Transaction) -> int:
    """How many people have a buddy now."""
    row = await tx.one(
        "SELECT COUNT(DISTINCT s.person) AS n FROM buddy_sides s JOIN buddy_pairs b ON b.id = s.pair"
        " WHERE b.state = 'met'"
    )
    return row["n"] if row else 0


async def prune(tx: Transaction, now: datetime) -> None:
    """Remove pairs that are over for a week, and those that nobody is left of."""
    await tx.execute("DELETE FROM buddy_pairs WHERE state = 'over' AND ended < ?1", ms(now - KEPT))
    await tx.execute(
        "DELETE FROM buddy_pairs WHERE NOT EXISTS (SELECT 1 FROM buddy_sides s WHERE s.pair = buddy_pairs.id)"
    )


def _pair(row: Row) -> Pair:
    return Pair(
        row["id"],
        row["state"],
        moment(row["made"]),
        moment(row["expires"]),
        None if row["met"] is None else moment(row["met"]),
        None if row["ended"] is None else moment(row["ended"]),
    )


def _side(row: Row) -> Side:
    return Side(
        row["pair"],
        row["side"],
        row["person"],
        row["about"],
        row["answer"],
        row["name"],
        row["colour"],
        row["sealed"],
        bool(row["reveal"]),
        None if row["thanked"] is None else moment(row["thanked"]),
        row["sent"],
        None if row["prompted"] is None else moment(row["prompted"]),
    )
