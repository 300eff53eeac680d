"""Erasing a person: tombstone, key, rows, and the last bytes in the files. A crash delays it; nothing undoes it.

What features keep of a person, they remove themselves; this knows only what the house keeps.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.state.database import Database, Transaction
from bot.state.memory import Memories
from bot.state.people import People
from bot.state.trace import trace
from bot.state.traces import walk
from bot.state.vault import Erased, Vault
from bot.talk.errors import DataRefused, Paused

__all__ = ["Forget", "erase", "resume", "walk"]

Forget = Callable[[Transaction, str], Awaitable[None]]
_log = logging.getLogger(__name__)


async def erase(db: Database, vault: Vault, person: str, forget: Sequence[Forget] = ()) -> bool:
    """Leave nothing of the person. True when the last byte is gone; False where something holds it up, and then it is
    tried again by `resume`. From the moment this was called nothing can bring the person back.

    `forget` are called with a transaction of their own, when the key is gone already.
    """
    await vault.condemn(person)
    lookups = await _forget_accounts(db, vault, person)
    clean = await vault.destroy(person)
    for one in forget:
        try:
            async with db.transaction() as tx:
                await one(tx, person)
        except Paused:
            raise
        except Exception as error:
            _log.error("a feature could not forget somebody, it will be tried again: %s", trace(error))
            clean = False
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM outbox WHERE person = ?1", person)
        await tx.execute("DELETE FROM jobs WHERE person = ?1", person)
        await tx.execute("DELETE FROM people WHERE id = ?1", person)
    clean = await db.expunge([person.encode(), *lookups]) and clean
    return clean and await vault.finished(person)


async def _forget_accounts(db: Database, vault: Vault, person: str) -> list[bytes]:
    """What is found by the person's accounts, as long as these can be opened; by what it was found."""
    people, memories = People(vault), Memories(db, vault)
    async with db.transaction() as tx:
        try:
            accounts = await people.accounts(tx, person)
        except Erased:
            return []
        for lookup in await memories.forget(tx, accounts):
            await vault.bury(lookup)
        lookups = [people.lookup(account) for account in accounts]
        for lookup in lookups:
            await tx.execute("DELETE FROM outbox WHERE target = ?1", lookup)
    return [lookup.encode() for lookup in lookups]


async def resume(db: Database, vault: Vault, forget: Sequence[Forget] = ()) -> int:
    """At every start: see that data and keys belong together, finish erasures, sweep what a crash left. How many
    people were erased. Raises DataRefused where the two files don't belong together.
    """
    await _belong_together(db, vault)
    erased = 0
    for person in await vault.unfinished():
        await erase(db, vault, person, forget)
        erased += 1
    async with db.transaction() as tx:
        known = {row["id"] for row in await tx.all("SELECT id FROM people")}
    keyless = known - await vault.people() - set(await vault.unfinished())
    lost = [person for person in keyless if not vault.was_erased(person)]
    if lost:
        # Older keys beside newer data: what these people wrote is unreadable, but the right keys may still turn up.
        name = f"{db.path.stem}-before-forgetting-{vault.clock.now():%Y%m%dT%H%M%S}.db"
        await db.backup(db.path.parent / "backups" / name)
        _log.error("%s people have no key any more; they are forgotten, and a copy of the data is kept", len(lost))
    if len(lost) < len(keyless):
        # An older copy of the data, from before some were erased.
        async with db.transaction() as tx:
            await Memories(db, vault).forget_again(tx)
    for person in keyless:
        await erase(db, vault, person, forget)
        erased += 1
    await vault.sweep(known - keyless)
    if vault.db.interrupted:
        # The last erasure may have been over but for the log and the unused parts of the file.
        await vault.db.rewrite()
    return erased


async def _belong_together(db: Database, vault: Vault) -> None:
    keys = await vault.people()
    async with db.transaction() as tx:
        row = await tx.one("SELECT value FROM house WHERE name = 'vault'")
        if row is not None and row["value"] == vault.id:
            return
        if row is not None:
            raise DataRefused(
                f"{vault.db.path.name} holds the keys of other data than {db.path.name}. "
                "Put the key file back that belongs to it, or its latest backup."
            )
        people = await tx.one("SELECT 1 FROM people LIMIT 1")
        if keys or people is not None:
            raise DataRefused(
                f"{vault.db.path.name} and {db.path.name} were not made together. "
                "Put the missing one of the two back, or move both away to begin anew."
            )
        await tx.execute("INSERT INTO house (name, value) VALUES ('vault', ?1)", vault.id)
