"""Who must not meet whom, and who meets nobody for now: keyed hashes of accounts, which outlive an erasure.

A hash says nothing without the master key, and is of a kind of its own: it can't be compared with anything else here.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.kit import Kit
from bot.state.database import Transaction
from bot.talk.model import UserRef
from commands.buddy.tables import moment, ms

RECENT = "recent"
AGAIN_AFTER = timedelta(days=91)
"""Three months before the same two are brought together once more."""


def mark(kit: Kit, user: UserRef) -> str:
    return kit.house.vault.lookup("never", f"{user.platform}\0{user.id}")


async def marks(kit: Kit, tx: Transaction, person: str) -> list[str]:
    """Those of all accounts of a person."""
    return [mark(kit, user) for user in await kit.people.accounts(tx, person)]


async def keep_apart(
    tx: Transaction, ones: Sequence[str], others: Sequence[str], cause: str, until: datetime | None = None
) -> None:
    """None of the one's accounts meets any of the other's. `cause` is what is lifted again, or RECENT."""
    for one in ones:
        for other in others:
            if one == other:
                continue
            low, high = sorted((one, other))
            await tx.execute(
                "INSERT INTO buddy_never (one, other, cause, until) VALUES (?1, ?2, ?3, ?4)"
                " ON CONFLICT (one, other, cause) DO UPDATE SET until = excluded.until",
                low,
                high,
                cause,
                None if until is None else ms(until),
            )


async def are_apart(tx: Transaction, ones: Sequence[str], others: Sequence[str], now: datetime) -> bool:
    for one in ones:
        for other in others:
            low, high = sorted((one, other))
            if await tx.one(
                "SELECT 1 FROM buddy_never WHERE one = ?1 AND other = ?2 AND (until IS NULL OR until > ?3)",
                low,
                high,
                ms(now),
            ):
                return True
    return False


async def lift(tx: Transaction, cause: str) -> None:
    await tx.execute("DELETE FROM buddy_never WHERE cause = ?1", cause)


async def enrol(kit: Kit, tx: Transaction, person: str) -> None:
    """Know the person by all of their accounts in every round."""
    await tx.execute("DELETE FROM buddy_marks WHERE person = ?1", person)
    for one in await marks(kit, tx, person):
        await tx.execute(
            "INSERT INTO buddy_marks (mark, person) VALUES (?1, ?2)"
            " ON CONFLICT (mark) DO UPDATE SET person = excluded.person",
            one,
            person,
        )


async def enrolled(tx: Transaction, person: str) -> list[str]:
    """The marks of somebody who takes part, also when their accounts can't be read any more."""
    return [row["mark"] for row in await tx.all("SELECT mark FROM buddy_marks WHERE person = ?1", person)]


async def among(tx: Transaction, now: datetime) -> list[tuple[str, str]]:
    """Who of those who take part must not meet, as pairs of people."""
    rows = await tx.all(
        "SELECT a.person AS one, b.person AS other FROM buddy_never n JOIN buddy_marks a ON a.mark = n.one"
        " JOIN buddy_marks b ON b.mark = n.other WHERE n.until IS NULL OR n.until > ?1",
        ms(now),
    )
    return [(row["one"], row["other"]) for row in rows]


async def unite(tx: Transaction, ones: Sequence[str], others: Sequence[str]) -> None:
    """What keeps one account apart from somebody keeps the other apart too, from now on and for good."""
    for mine, theirs in ((ones, others), (others, ones)):
        for one in mine:
            rows = await tx.all("SELECT * FROM buddy_never WHERE one = ?1 OR other = ?1", one)
            for row in rows:
                else_ = row["other"] if row["one"] == one else row["one"]
                until = None if row["until"] is None else moment(row["until"])
                await keep_apart(tx, theirs, [else_], row["cause"], until)
            for held in await tx.all("SELECT * FROM buddy_holds WHERE account = ?1", one):
                for other in theirs:
                    await _hold(tx, other, held["report"], held["until"])


# --- holds --------------------------------------------------------------------------------------------------


async def hold(tx: Transaction, accounts: Sequence[str], report: str, until: datetime) -> None:
    for account in accounts:
        await _hold(tx, account, report, ms(until))


async def _hold(tx: Transaction, account: str, report: str, until: int) -> None:
    await tx.execute(
        "INSERT INTO buddy_holds (account, report, until) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (account, report) DO UPDATE SET until = excluded.until",
        account,
        report,
        until,
    )


async def held(tx: Transaction, accounts: Sequence[str], now: datetime) -> datetime | None:
    """Until when at least a hold on one of these stands; None where none does."""
    latest = None
    for account in accounts:
        row = await tx.one(
            "SELECT MAX(until) AS until FROM buddy_holds WHERE account = ?1 AND until > ?2", account, ms(now)
        )
        if row and row["until"] is not None:
            latest = max(latest or 0, row["until"])
    return None if latest is None else moment(latest)


async def all_held(tx: Transaction, now: datetime) -> set[str]:
    """The people among those who take part on whom a hold stands."""
    rows = await tx.all(
        "SELECT m.person FROM buddy_holds h JOIN buddy_marks m ON m.mark = h.account WHERE h.until > ?1", ms(now)
    )
    return {row["person"] for row in rows}


async def release(tx: Transaction, report: str) -> None:
    await tx.execute("DELETE FROM buddy_holds WHERE report = ?1", report)


# --- what a person set --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Avoid:
    """Somebody that its person does not want to meet, in the person's own words. Its id is the cause that is lifted."""

    id: str
    label: str
    made: datetime


async def add(kit: Kit, tx: Transaction, person: str, label: str) -> str:
    id = secrets.token_hex(8)
    sealed = await kit.seal(person, "buddy_avoids", "sealed", id, label)
    await tx.execute(
        "INSERT INTO buddy_avoids (id, person, sealed, made) VALUES (?1, ?2, ?3, ?4)", id, person, sealed, ms(kit.now)
    )
    return id


async def mine(kit: Kit, tx: Transaction, person: str) -> list[Avoid]:
    rows = await tx.all("SELECT * FROM buddy_avoids WHERE person = ?1 ORDER BY made, id", person)
    return [
        Avoid(
            row["id"],
            await kit.unseal(person, "buddy_avoids", "sealed", row["id"], row["sealed"]),
            moment(row["made"]),
        )
        for row in rows
    ]


async def remove(tx: Transaction, person: str, id: str) -> bool:
    """Lift one's own."""
    gone = await tx.execute("DELETE FROM buddy_avoids WHERE id = ?1 AND person = ?2", id, person)
    if gone:
        await lift(tx, id)
    return gone > 0


async def prune(tx: Transaction, now: datetime) -> None:
    await tx.execute("DELETE FROM buddy_never WHERE until <= ?1", ms(now))
    await tx.execute("DELETE FROM buddy_holds WHERE until <= ?1", ms(now))
