"""Which events had their effects, so that none has them twice. Keys are hashed; what the effects were is not kept."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from bot.state.database import Transaction

KEPT = timedelta(days=30)
"""Longer than any platform gives the same event again."""


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
    """Forget what is older than 30 days; how many."""
    return await tx.execute("DELETE FROM effects WHERE at < ?1", tx.now_ms - KEPT // timedelta(milliseconds=1))
