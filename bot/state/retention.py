"""Once a day, what the house keeps too long goes. What features keep, they let go of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.state import counts, effects
from bot.state.clock import Clock
from bot.state.database import Database, Transaction
from bot.state.erasure import Forget, resume
from bot.state.jobs import Job, JobKind, Jobs
from bot.state.outbox import expire
from bot.state.outbox import prune as prune_delivered
from bot.state.vault import Vault

KIND = "house.retention"
EVERY = timedelta(days=1)
CONSENTS_KEPT = timedelta(days=365)
"""After a consent was taken back: so long it can be shown that there was one."""


async def prune(tx: Transaction) -> None:
    """Remove what its time is over for."""
    await effects.prune(tx)
    await counts.prune(tx)
    await expire(tx)
    await prune_delivered(tx)
    before = tx.now_ms - CONSENTS_KEPT // timedelta(milliseconds=1)
    await tx.execute("DELETE FROM consents WHERE withdrawn IS NOT NULL AND withdrawn < ?1", before)


def retention_kinds(db: Database, vault: Vault, forget: Sequence[Forget] = ()) -> list[JobKind]:
    """The recurring job, which also finishes delayed erasures and copies the keys, keeping a week of such copies."""

    async def run(job: Job, tx: Transaction) -> None:
        await prune(tx)
        await _put(tx, Jobs(), tx.now + EVERY)

    async def missed(job: Job, tx: Transaction) -> None:
        await _put(tx, Jobs(), tx.now + EVERY)

    async def then(job: Job) -> None:
        await resume(db, vault, forget)
        await vault.backup(vault.db.path.parent / "backups")

    return [JobKind(KIND, run, missed=missed, then=then)]


async def schedule_retention(tx: Transaction, jobs: Jobs, clock: Clock) -> None:
    """Have it run soon after a start, and then daily. One that is planned already stays."""
    if await jobs.get(tx, KIND) is None:
        await _put(tx, jobs, clock.now())


async def _put(tx: Transaction, jobs: Jobs, due: datetime) -> None:
    await jobs.put(tx, KIND, due, key=KIND)
