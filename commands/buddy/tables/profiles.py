"""Who takes part, and what they chose: sealed with their own key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.kit import Kit
from bot.state.database import Row, Transaction
from commands.buddy.profile import Profile
from commands.buddy.tables import moment, ms

TABLE = "buddy_profiles"
DRAFT, ACTIVE, PAUSED = "draft", "active", "paused"


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place in the pool. `waiting` is since when they could have another buddy; `first` that they were left
    over in the last round; `silent` how many pairings in a row they did not answer. `platform` is where they are
    written to, `language` what they last used there."""

    person: str
    state: str
    paused_until: datetime | None
    rest_until: datetime | None
    platform: str
    language: str
    waiting: datetime | None
    first: bool
    silent: int


async def seat(tx: Transaction, person: str) -> Seat | None:
    row = await tx.one("SELECT * FROM buddy_profiles WHERE person = ?1", person)
    return _seat(row) if row else None


async def profile(kit: Kit, tx: Transaction, person: str) -> Profile | None:
    row = await tx.one("SELECT sealed FROM buddy_profiles WHERE person = ?1", person)
    return await opened(kit, person, row["sealed"]) if row else None


async def opened(kit: Kit, person: str, sealed: bytes) -> Profile:
    """Raises Erased where the person is gone meanwhile."""
    return Profile.read(await kit.unseal(person, TABLE, "sealed", person, sealed))


async def save(kit: Kit, tx: Transaction, person: str, profile: Profile, platform: str, language: str) -> None:
    """Keep what somebody chose; who is new begins with a draft."""
    sealed = await kit.seal(person, TABLE, "sealed", person, profile.plain())
    await tx.execute(
        "INSERT INTO buddy_profiles (person, state, platform, language, sealed, changed)"
        " VALUES (?1, 'draft', ?2, ?3, ?4, ?5) ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed,"
        " platform = excluded.platform, language = excluded.language, changed = excluded.changed",
        person,
        platform,
        language,
        sealed,
        ms(kit.now),
    )


async def set_state(tx: Transaction, person: str, state: str, until: datetime | None = None) -> None:
    await tx.execute(
        "UPDATE buddy_profiles SET state = ?2, paused_until = ?3, silent = 0 WHERE person = ?1",
        person,
        state,
        None if until is None else ms(until),
    )


async def set_rest(tx: Transaction, person: str, until: datetime | None) -> None:
    until_ms = None if until is None else ms(until)
    await tx.execute("UPDATE buddy_profiles SET rest_until = ?2 WHERE person = ?1", person, until_ms)


async def used(tx: Transaction, person: str, platform: str, language: str) -> None:
    """Where and in which language they were last heard: they are written to there."""
    await tx.execute(
        "UPDATE buddy_profiles SET platform = ?2, language = ?3 WHERE person = ?1", person, platform, language
    )


async def wait(tx: Transaction, person: str, since: datetime, *, first: bool = False) -> None:
    """They wait for a buddy. Who waits already keeps their place."""
    await tx.execute(
        "UPDATE buddy_profiles SET waiting = COALESCE(waiting, ?2), first = MAX(first, ?3) WHERE person = ?1",
        person,
        ms(since),
        int(first),
    )


async def met(tx: Transaction, person: str, still: bool, now: datetime) -> None:
    """They met somebody: the waiting is over, or begins anew where they want another one."""
    await tx.execute(
        "UPDATE buddy_profiles SET waiting = ?2, first = 0, silent = 0 WHERE person = ?1",
        person,
        ms(now) if still else None,
    )


async def silent(tx: Transaction, person: str) -> int:
    """They did not answer a pairing; how many in a row that makes."""
    row = await tx.one(
        "UPDATE buddy_profiles SET silent = silent + 1 WHERE person = ?1 RETURNING silent",
        person,
    )
    return row["silent"] if row else 0


async def heard(tx: Transaction, person: str) -> None:
    await tx.execute("UPDATE buddy_profiles SET silent = 0 WHERE person = ?1", person)


async def came_back(tx: Transaction, now: datetime) -> list[str]:
    """Whose pause is over: they take part again."""
    rows = await tx.all(
        "UPDATE buddy_profiles SET state = 'active', paused_until = NULL, waiting = COALESCE(waiting, ?1)"
        " WHERE state = 'paused' AND paused_until <= ?1 RETURNING person",
        ms(now),
    )
    return [row["person"] for row in rows]


async def waiting(tx: Transaction) -> list[Row]:
    """All who wait, with what they chose still sealed and how many buddies they have or are asked about."""
    return await tx.all(
        "SELECT p.person, p.sealed, p.waiting, p.first, q.zone,"
        " (SELECT COUNT(*) FROM buddy_sides s JOIN buddy_pairs b ON b.id = s.pair WHERE s.person = p.person"
        "  AND (b.state = 'met' OR (b.state = 'asked' AND COALESCE(s.answer, '') != 'no'))) AS taken"
        " FROM buddy_profiles p JOIN people q ON q.id = p.person"
        " WHERE p.state = 'active' AND p.waiting IS NOT NULL ORDER BY p.person"
    )


async def all_waiting_since(tx: Transaction) -> list[datetime]:
    rows = await tx.all("SELECT waiting FROM buddy_profiles WHERE state = 'active' AND waiting IS NOT NULL")
    return [moment(row["waiting"]) for row in rows]


async def remove(tx: Transaction, person: str) -> None:
    await tx.execute("DELETE FROM buddy_profiles WHERE person = ?1", person)


def _seat(row: Row) -> Seat:
    return Seat(
        row["person"],
        row["state"],
        None if row["paused_until"] is None else moment(row["paused_until"]),
        None if row["rest_until"] is None else moment(row["rest_until"]),
        row["platform"],
        row["language"],
        None if row["waiting"] is None else moment(row["waiting"]),
        bool(row["first"]),
        row["silent"],
    )
