"""Which events had their effects, so that none has them twice. Keys are hashed; what the effects were is not kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from bot.state.database import Transaction

KEPT = timedelta(days=30)
"""Longer than any platform gives the same event again, counted in time that the bot was at work: what it heard last
before it stopped it may be told again when it comes back, were it a year later."""


async def claim(tx: Transaction, key: str) -> bool:
    """True once for a key: the effects belong in this transaction. False where they already happened."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    return (
        await tx.execute(
            "INSERT INTO effects (key, at) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING", digest, tx.now_ms
        )
        > 0
    )


async def prune(tx: Transaction) -> int:
    """Forget what is 30 days older than the newest; how many."""
    return await tx.execute(
        "DELETE FROM effects WHERE at < (SELECT MAX(at) FROM effects) - ?1", KEPT // timedelta(milliseconds=1)
    )
