"""What adapters remember for themselves: positions, direct rooms, message ids. Sealed; what it means, they know."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from bot.state.database import Database, Row, Transaction
from bot.state.vault import Vault, Where
from bot.talk.model import UserRef


class Memories:
    """The memories of all platforms, in one table."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def for_platform(self, name: str) -> PlatformMemory:
        return PlatformMemory(self._db, self._vault, name)

    async def forget(self, tx: Transaction, accounts: Iterable[UserRef]) -> list[str]:
        """Remove every entry that names one of the accounts, in its key or as a part of its value; their look-ups.

        An adapter that keeps one entry for each account loses nothing of anybody else.
        """
        removed = []
        for account in accounts:
            named = re.compile(rf"(?<![\w@-]){re.escape(account.id)}(?![\w-])")
            for row in await tx.all("SELECT * FROM memory WHERE platform = ?1", account.platform):
                key, value = _open(self._vault, row)
                if named.search(key) or named.search(value):
                    await _delete(tx, account.platform, row["lookup"])
                    removed.append(row["lookup"])
        return removed

    async def forget_again(self, tx: Transaction) -> int:
        """In an older copy of the data: remove the entries that were forgotten with somebody since; how many."""
        removed = 0
        for row in await tx.all("SELECT platform, lookup FROM memory"):
            if self._vault.was_erased(row["lookup"]):
                removed += await _delete(tx, row["platform"], row["lookup"])
        return removed


class PlatformMemory:
    """One platform's. Each change is durable when it returns."""

    def __init__(self, db: Database, vault: Vault, platform: str) -> None:
        self._db = db
        self._vault = vault
        self._platform = platform

    async def get(self, key: str) -> str | None:
        async with self._db.transaction() as tx:
            row = await tx.one(
                "SELECT * FROM memory WHERE platform = ?1 AND lookup = ?2", self._platform, self._lookup(key)
            )
        return _open(self._vault, row)[1] if row else None

    async def put(self, key: str, value: str) -> None:
        lookup = self._lookup(key)
        sealed = self._vault.seal_common(_where(self._platform, lookup), json.dumps([key, value]).encode())
        async with self._db.transaction() as tx:
            await tx.execute(
                "INSERT INTO memory (platform, lookup, sealed) VALUES (?1, ?2, ?3) "
                "ON CONFLICT (platform, lookup) DO UPDATE SET sealed = excluded.sealed",
                self._platform,
                lookup,
                sealed,
            )

    async def delete(self, key: str) -> None:
        async with self._db.transaction() as tx:
            await _delete(tx, self._platform, self._lookup(key))

    async def all(self, prefix: str = "") -> dict[str, str]:
        """Every entry whose key begins so, by key."""
        async with self._db.transaction() as tx:
            rows = await tx.all("SELECT * FROM memory WHERE platform = ?1", self._platform)
        entries = sorted(_open(self._vault, row) for row in rows)
        return {key: value for key, value in entries if key.startswith(prefix)}

    def _lookup(self, key: str) -> str:
        return self._vault.lookup("memory", f"{self._platform}\0{key}")


def _where(platform: str, lookup: str) -> Where:
    return Where("memory", "sealed", f"{platform}/{lookup}")


def _open(vault: Vault, row: Row) -> tuple[str, str]:
    key, value = json.loads(vault.open_common(_where(row["platform"], row["lookup"]), row["sealed"]))
    return key, value


async def _delete(tx: Transaction, platform: str, lookup: str) -> int:
    return await tx.execute("DELETE FROM memory WHERE platform = ?1 AND lookup = ?2", platform, lookup)
