"""Counts of what happened, a day at a time, without whom or what: what is told instead of names."""

from __future__ import annotations

from datetime import date, timedelta

from bot.state.database import Transaction

KEPT = timedelta(days=365)


async def count(tx: Transaction, name: str, n: int = 1) -> None:
    """Add to today's count, by UTC."""
    await tx.execute(
        "INSERT INTO counts (name, day, n) VALUES (?1, ?2, ?3) "
        "ON CONFLICT (name, day) DO UPDATE SET n = counts.n + excluded.n",
        name,
        tx.now.date().isoformat(),
        n,
    )


async def counted(tx: Transaction, since: date, prefix: str = "") -> dict[str, int]:
    """The sums since that day, by name, for the names that begin so."""
    rows = await tx.all(
        "SELECT name, SUM(n) AS n FROM counts WHERE day >= ?1 AND SUBSTR(name, 1, ?3) = ?2 GROUP BY name ORDER BY name",
        since.isoformat(),
        prefix,
        len(prefix),
    )
    return {row["name"]: row["n"] for row in rows}


async def prune(tx: Transaction) -> int:
    """Forget counts older than a year; how many."""
    return await tx.execute("DELETE FROM counts WHERE day < ?1", (tx.now.date() - KEPT).isoformat())
