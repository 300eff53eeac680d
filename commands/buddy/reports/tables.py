"""The rows of reports. What they hold is sealed under a key of each report's own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.kit import Kit
from bot.state.database import Row, Transaction
from bot.state.vault import Erased, Tampered, Where
from commands.buddy.tables import moment, ms, new_id

OPEN, DECIDED = "open", "decided"
REPORTER, REPORTED = "reporter", "reported"
LONGEST = timedelta(days=90)
HOLD = timedelta(hours=72)
READABLE = timedelta(hours=24)
"""How long an opening that was agreed to may be read."""
ROW_KEPT = timedelta(days=30)
"""After the decision, that there was a report; what it held is gone at once."""


@dataclass(frozen=True, slots=True)
class Report:
    """`reporter` and `reported` are pseudonyms; `claimed` is a moderator's number; `held` is until when."""

    id: str
    state: str
    reason: str
    reporter: str
    reported: str
    made: datetime
    held: datetime
    claimed: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """Asked for by `actor`, agreed to by `second`; `what` is "evidence", "reporter" or "reported"."""

    id: str
    report: str
    what: str
    actor: str
    second: str | None
    until: datetime | None


def thing(report: str) -> str:
    """The name of the report's key."""
    return f"report/{report}"


async def make(
    kit: Kit,
    tx: Transaction,
    names: tuple[str, str],
    marks: tuple[Sequence[str], Sequence[str]],
    reason: str,
    held: Mapping[str, Any],
) -> Report:
    """`held` is the evidence and the accounts; the first of each pair is the reporter's."""
    id = secrets.token_hex(3)
    while await tx.one("SELECT 1 FROM buddy_reports WHERE id = ?1", id):
        id = secrets.token_hex(3)
    await kit.house.vault.lend(thing(id), kit.now + LONGEST)
    data = json.dumps(dict(held), ensure_ascii=False).encode()
    sealed = await kit.house.vault.seal(thing(id), Where("buddy_reports", "sealed", id), data)
    await tx.execute(
        "INSERT INTO buddy_reports (id, state, reason, reporter, reported, made, held, sealed)"
        " VALUES (?1, 'open', ?2, ?3, ?4, ?5, ?6, ?7)",
        id,
        reason,
        names[0],
        names[1],
        ms(kit.now),
        ms(kit.now + HOLD),
        sealed,
    )
    for party, accounts in zip((REPORTER, REPORTED), marks, strict=True):
        for account in accounts:
            await add_party(tx, id, account, party)
    found = await get(tx, id)
    assert found is not None
    return found


async def add_party(tx: Transaction, report: str, account: str, party: str) -> None:
    await tx.execute(
        "INSERT INTO buddy_parties (report, account, party) VALUES (?1, ?2, ?3) ON CONFLICT (report, account) DO "
        "NOTHING",
        report,
        account,
        party,
    )


async def get(tx: Transaction, id: str) -> Report | None:
    row = await tx.one("SELECT * FROM buddy_reports WHERE id = ?1", id.strip().casefold())
    return _report(row) if row else None


async def waiting(tx: Transaction) -> list[Report]:
    """Those that nobody decided yet, oldest first."""
    return [_report(row) for row in await tx.all("SELECT * FROM buddy_reports WHERE state = 'open' ORDER BY made, id")]


async def is_party(tx: Transaction, report: str, marks: Sequence[str]) -> bool:
    for mark in marks:
        if await tx.one("SELECT 1 FROM buddy_parties WHERE report = ?1 AND account = ?2", report, mark):
            return True
    return False


async def parties(tx: Transaction, report: str, party: str) -> list[str]:
    rows = await tx.all("SELECT account FROM buddy_parties WHERE report = ?1 AND party = ?2", report, party)
    return [row["account"] for row in rows]


async def unite(tx: Transaction, ones: Sequence[str], others: Sequence[str]) -> None:
    """Accounts of one person are the same party."""
    for mine, theirs in ((ones, others), (others, ones)):
        for one in mine:
            for row in await tx.all("SELECT report, party FROM buddy_parties WHERE account = ?1", one):
                for other in theirs:
                    await add_party(tx, row["report"], other, row["party"])


async def opened(kit: Kit, tx: Transaction, report: str) -> dict[str, Any] | None:
    """What is held; None once it is decided or too old."""
    row = await tx.one("SELECT sealed FROM buddy_reports WHERE id = ?1", report)
    if row is None or row["sealed"] is None:
        return None
    try:
        data = await kit.house.vault.open_sealed(thing(report), Where("buddy_reports", "sealed", report), row["sealed"])
    except (Erased, Tampered):
        return None
    found: dict[str, Any] = json.loads(data)
    return found


async def claim(tx: Transaction, report: str, actor: str | None) -> None:
    await tx.execute("UPDATE buddy_reports SET claimed = ?2 WHERE id = ?1", report, actor)


async def set_held(tx: Transaction, report: str, until: datetime) -> None:
    await tx.execute("UPDATE buddy_reports SET held = ?2 WHERE id = ?1", report, ms(until))


async def decide(tx: Transaction, report: str, now: datetime) -> None:
    """It is over; what it held goes with it. The key is the caller's to destroy."""
    await tx.execute(
        "UPDATE buddy_reports SET state = 'decided', decided = ?2, sealed = NULL WHERE id = ?1", report, ms(now)
    )
    await tx.execute("DELETE FROM buddy_openings WHERE report = ?1", report)


async def ask(tx: Transaction, report: str, what: str, actor: str, now: datetime) -> Opening:
    id = new_id()
    await tx.execute(
        "INSERT INTO buddy_openings (id, report, what, actor, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        id,
        report,
        what,
        actor,
        ms(now),
    )
    return Opening(id, report, what, actor, None, None)


async def opening(tx: Transaction, id: str) -> Opening | None:
    row = await tx.one("SELECT * FROM buddy_openings WHERE id = ?1", id)
    if row is None:
        return None
    until = None if row["until"] is None else moment(row["until"])
    return Opening(row["id"], row["report"], row["what"], row["actor"], row["second"], until)


async def agree(tx: Transaction, opening: str, second: str | None, until: datetime) -> None:
    await tx.execute("UPDATE buddy_openings SET second = ?2, until = ?3 WHERE id = ?1", opening, second, ms(until))


async def prune(tx: Transaction, now: datetime) -> None:
    await tx.execute("DELETE FROM buddy_reports WHERE state = 'decided' AND decided < ?1", ms(now - ROW_KEPT))
    await tx.execute("DELETE FROM buddy_openings WHERE at < ?1", ms(now - timedelta(days=7)))


def _report(row: Row) -> Report:
    return Report(
        row["id"],
        row["state"],
        row["reason"],
        row["reporter"],
        row["reported"],
        moment(row["made"]),
        moment(row["held"]),
        row["claimed"],
    )
