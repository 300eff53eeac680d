"""The rows of cases, and nothing else that knows their SQL. What is private in them is sealed with the case's own key;
no text of a person's is ever among them. Times are milliseconds since 1970 in UTC.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.kit import Kit
from bot.state.clock import moment
from bot.state.database import Row, Transaction
from bot.talk.model import UserRef
from safety import About, Level, Topic

OPEN = ("queued", "open", "taken")
"""States of a case that is not over: waiting in the queue, alerted, taken by somebody."""


@dataclass(frozen=True, slots=True)
class Case:
    """What moderators look after: one for each person while it is not over. `seen` is the last signal's time;
    `version` counts how often its cards were to be shown anew."""

    id: str
    author: str | None
    state: str
    level: Level
    topic: Topic
    about: About
    asked: bool
    not_me: bool
    alerted: bool
    escalated: int
    taken_by: str | None
    taken: datetime | None
    verdict: str | None
    opened: datetime
    seen: datetime
    version: int
    closed: datetime | None

    @property
    def over(self) -> bool:
        return self.state not in OPEN


def new_case_id() -> str:
    """Random, and short enough to be typed."""
    return secrets.token_hex(3)


def case_key(id: str) -> str:
    """The name of the case's key in the key file."""
    return f"case/{id}"


async def add_case(
    kit: Kit, tx: Transaction, author: str, person: str | None, level: Level, topic: Topic, about: About
) -> Case:
    """A new case with a key of its own, in the queue."""
    id = new_case_id()
    while await tx.one("SELECT 1 FROM crisis_cases WHERE id = ?1", id):
        id = new_case_id()
    await kit.house.vault.create(case_key(id))
    await tx.execute(
        "INSERT INTO crisis_cases (id, author, person, state, level, topic, about, opened, seen, changed)"
        " VALUES (?1, ?2, ?3, 'queued', ?4, ?5, ?6, ?7, ?7, ?7)",
        id,
        author,
        person,
        int(level),
        topic.value,
        about.value,
        tx.now_ms,
    )
    found = await case(tx, id)
    assert found is not None
    return found


async def case(tx: Transaction, id: str) -> Case | None:
    row = await tx.one("SELECT * FROM crisis_cases WHERE id = ?1", id)
    return _case(row) if row else None


async def case_of(tx: Transaction, author: str) -> Case | None:
    """The case of somebody that is not over."""
    row = await tx.one(
        "SELECT * FROM crisis_cases WHERE author = ?1 AND state IN ('queued', 'open', 'taken') ORDER BY opened DESC",
        author,
    )
    return _case(row) if row else None


async def cases_in(tx: Transaction, states: Sequence[str], most: int) -> list[Case]:
    """The most urgent first, then the newest."""
    marks = ", ".join(f"?{number}" for number in range(2, len(states) + 2))
    rows = await tx.all(
        f"SELECT * FROM crisis_cases WHERE state IN ({marks}) ORDER BY alerted DESC, level DESC, seen DESC LIMIT ?1",
        most,
        *states,
    )
    return [_case(row) for row in rows]


async def change(tx: Transaction, id: str, **values: Any) -> None:
    """Set columns of a case; its cards show it when they are refreshed."""
    columns = ", ".join(f"{name} = ?{number}" for number, name in enumerate(values, 3))
    await tx.execute(f"UPDATE crisis_cases SET changed = ?2, {columns} WHERE id = ?1", id, tx.now_ms, *values.values())


async def private_part(kit: Kit, tx: Transaction, id: str) -> dict[str, Any]:
    """What is sealed of a case: who asked for a moderator, and moderators' notes."""
    row = await tx.one("SELECT sealed FROM crisis_cases WHERE id = ?1", id)
    if row is None or row["sealed"] is None:
        return {}
    opened: dict[str, Any] = await kit.unseal(case_key(id), "crisis_cases", "sealed", id, row["sealed"])
    return opened


async def set_private_part(kit: Kit, tx: Transaction, id: str, part: dict[str, Any]) -> None:
    sealed = await kit.seal(case_key(id), "crisis_cases", "sealed", id, part)
    await tx.execute("UPDATE crisis_cases SET sealed = ?2, changed = ?3 WHERE id = ?1", id, sealed, tx.now_ms)


def _case(row: Row) -> Case:
    return Case(
        row["id"],
        row["author"],
        row["state"],
        Level(row["level"]),
        Topic(row["topic"]),
        About(row["about"]),
        bool(row["asked"]),
        bool(row["not_me"]),
        bool(row["alerted"]),
        row["escalated"],
        row["taken_by"],
        None if row["taken"] is None else moment(row["taken"]),
        row["verdict"],
        moment(row["opened"]),
        moment(row["seen"]),
        row["version"],
        None if row["closed"] is None else moment(row["closed"]),
    )


def lookup(kit: Kit, user: UserRef) -> str:
    """The keyed hash of an account."""
    return kit.people.lookup(user)
