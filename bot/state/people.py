"""People, their accounts and what they agreed to. What is kept for a feature stands in that feature's own tables."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.state.clock import moment
from bot.state.database import Row, Transaction
from bot.state.vault import Vault, Where
from bot.talk.model import UserRef


class _Keep:
    """Stands for: leave it as it is."""


KEEP: Final = _Keep()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who joined. `id` is random. What they did not tell is None."""

    id: str
    language: str | None
    country: str | None
    zone: str | None
    created: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """That a person agreed to a purpose, in the words of a version; `withdrawn` is when they took it back."""

    purpose: str
    version: int
    given: datetime
    withdrawn: datetime | None

    @property
    def holds(self) -> bool:
        return self.withdrawn is None


class People:
    """Everything takes the transaction that it is to be part of."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def find(self, tx: Transaction, user: UserRef) -> Person | None:
        """Who is behind an account, or None for a stranger."""
        row = await tx.one(
            "SELECT p.* FROM people p JOIN accounts a ON a.person = p.id WHERE a.lookup = ?1", self.lookup(user)
        )
        return _person(row) if row else None

    async def get(self, tx: Transaction, id: str) -> Person | None:
        row = await tx.one("SELECT * FROM people WHERE id = ?1", id)
        return _person(row) if row else None

    async def join(
        self,
        tx: Transaction,
        user: UserRef,
        *,
        language: str | None = None,
        country: str | None = None,
        zone: str | None = None,
    ) -> Person:
        """The person behind the account, made new where there is none. Who is there already stays as they are.

        The key is durable before the rows are: if the transaction comes to nothing, a key of nobody is left, which
        is swept at a later start.
        """
        if (known := await self.find(tx, user)) is not None:
            return known
        id = secrets.token_urlsafe(16)
        await self._vault.create(id)
        await tx.execute(
            "INSERT INTO people (id, language, country, zone, created) VALUES (?1, ?2, ?3, ?4, ?5)",
            id,
            language,
            country,
            zone,
            tx.now_ms,
        )
        await self.link(tx, id, user)
        person = await self.get(tx, id)
        assert person is not None
        return person

    async def link(self, tx: Transaction, id: str, user: UserRef) -> None:
        """Add an account to a person. Raises ValueError where it is somebody's already."""
        lookup = self.lookup(user)
        sealed = await self._vault.seal(id, _where(lookup), json.dumps([user.platform, user.id]).encode())
        added = await tx.execute(
            "INSERT INTO accounts (lookup, person, platform, sealed, added) VALUES (?1, ?2, ?3, ?4, ?5) "
            "ON CONFLICT (lookup) DO NOTHING",
            lookup,
            id,
            user.platform,
            sealed,
            tx.now_ms,
        )
        if not added:
            raise ValueError("the account belongs to a person already")

    async def unlink(self, tx: Transaction, user: UserRef) -> bool:
        """Take an account from its person; it is nobody's then. What waits to be sent to it goes. False for a
        stranger's."""
        lookup = self.lookup(user)
        await tx.execute("DELETE FROM outbox WHERE target = ?1", lookup)
        return await tx.execute("DELETE FROM accounts WHERE lookup = ?1", lookup) > 0

    async def set(
        self,
        tx: Transaction,
        id: str,
        *,
        language: str | _Keep | None = KEEP,
        country: str | _Keep | None = KEEP,
        zone: str | _Keep | None = KEEP,
    ) -> Person:
        """Change what is given, None to forget it. Raises LookupError where there is no such person."""
        given = {"language": language, "country": country, "zone": zone}
        changes = {name: value for name, value in given.items() if not isinstance(value, _Keep)}
        if changes:
            columns = ", ".join(f"{name} = ?{number}" for number, name in enumerate(changes, 2))
            await tx.execute(f"UPDATE people SET {columns} WHERE id = ?1", id, *changes.values())
        person = await self.get(tx, id)
        if person is None:
            raise LookupError("no such person")
        return person

    async def accounts(self, tx: Transaction, id: str) -> list[UserRef]:
        """All accounts of a person, the newest first. Raises Erased."""
        rows = await tx.all("SELECT * FROM accounts WHERE person = ?1 ORDER BY added DESC, lookup", id)
        return [await self._user(row) for row in rows]

    async def account_of(self, tx: Transaction, id: str, platform: str | None = None) -> UserRef | None:
        """Where to write to a person: their newest account, on that platform if one is named."""
        row = await tx.one(
            "SELECT * FROM accounts WHERE person = ?1 AND (?2 IS NULL OR platform = ?2) ORDER BY added DESC, lookup",
            id,
            platform,
        )
        return await self._user(row) if row else None

    async def _user(self, row: Row) -> UserRef:
        opened = await self._vault.open_sealed(row["person"], _where(row["lookup"]), row["sealed"])
        platform, id = json.loads(opened)
        return UserRef(platform, id)

    def lookup(self, user: UserRef) -> str:
        """The keyed hash under which an account is found."""
        return self._vault.lookup("account", f"{user.platform}\0{user.id}")

    async def grant(self, tx: Transaction, id: str, purpose: str, version: int) -> None:
        """They agreed to the purpose in the words of this version. Agreeing again to the same changes nothing."""
        await tx.execute(
            "INSERT INTO consents (person, purpose, version, given) VALUES (?1, ?2, ?3, ?4) "
            "ON CONFLICT (person, purpose) DO UPDATE SET version = excluded.version, given = excluded.given, "
            "withdrawn = NULL WHERE consents.withdrawn IS NOT NULL OR consents.version < excluded.version",
            id,
            purpose,
            version,
            tx.now_ms,
        )

    async def withdraw(self, tx: Transaction, id: str, purpose: str) -> bool:
        """They took it back. False where there was nothing to take back."""
        changed = await tx.execute(
            "UPDATE consents SET withdrawn = ?3 WHERE person = ?1 AND purpose = ?2 AND withdrawn IS NULL",
            id,
            purpose,
            tx.now_ms,
        )
        return changed > 0

    async def consents(self, tx: Transaction, id: str) -> dict[str, Consent]:
        """By purpose, those taken back too."""
        rows = await tx.all("SELECT * FROM consents WHERE person = ?1 ORDER BY purpose", id)
        return {
            row["purpose"]: Consent(
                row["purpose"],
                row["version"],
                moment(row["given"]),
                None if row["withdrawn"] is None else moment(row["withdrawn"]),
            )
            for row in rows
        }

    async def agreed(self, tx: Transaction, id: str, purpose: str, version: int | None = None) -> bool:
        """Whether the consent holds, in the words of at least that version."""
        row = await tx.one(
            "SELECT 1 FROM consents WHERE person = ?1 AND purpose = ?2 AND withdrawn IS NULL "
            "AND (?3 IS NULL OR version >= ?3)",
            id,
            purpose,
            version,
        )
        return row is not None


def _where(lookup: str) -> Where:
    return Where("accounts", "sealed", lookup)


def _person(row: Row) -> Person:
    return Person(row["id"], row["language"], row["country"], row["zone"], moment(row["created"]))
