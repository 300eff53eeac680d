"""The audit chain: who opened, claimed, revealed or closed what, and when; each entry holds the hash of the one before.

Actors are random numbers; which account one belongs to lies apart, sealed, and can be erased without breaking the
chain. Pruning keeps the last hash, so that what is left can still be checked. It must not hold content.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.state.clock import moment
from bot.state.database import Row, Transaction
from bot.state.vault import Tampered, Vault, Where
from bot.talk.model import UserRef

KEPT = timedelta(days=365)
BOT = "bot"
"""The actor of what the bot did by itself."""
_ANCHOR = "audit.anchor"
"""Where the hash of the last pruned entry is kept, with its number."""
_BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One step. `what` names its object, as "case/1f2e"; `detail` is a short word or none."""

    seq: int
    at: datetime
    actor: str
    did: str
    what: str
    detail: str


class Audit:
    """Over a vault, which seals the names. Everything takes the transaction that it is to be part of."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def actor(self, tx: Transaction, user: UserRef) -> str:
        """The random number of an account, made when it first acts."""
        lookup = self._vault.lookup("account", f"{user.platform}\0{user.id}")
        row = await tx.one("SELECT actor FROM audit_actors WHERE lookup = ?1", lookup)
        if row is not None:
            return str(row["actor"])
        actor = secrets.token_hex(6)
        sealed = self._vault.seal_common(_where(actor), json.dumps([user.platform, user.id]).encode())
        await tx.execute("INSERT INTO audit_actors (actor, lookup, sealed) VALUES (?1, ?2, ?3)", actor, lookup, sealed)
        return actor

    async def who(self, tx: Transaction, actor: str) -> UserRef | None:
        """Whose number that is; None for the bot, and for who was erased."""
        row = await tx.one("SELECT sealed FROM audit_actors WHERE actor = ?1", actor)
        if row is None or row["sealed"] is None:
            return None
        try:
            platform, id = json.loads(self._vault.open_common(_where(actor), row["sealed"]))
        except Tampered:
            return None
        return UserRef(platform, id)

    async def note(self, tx: Transaction, actor: str, did: str, what: str, detail: str = "") -> None:
        """Add a step, in the transaction of what it is about."""
        seq, before = await self._last(tx)
        digest = _digest(before, seq + 1, tx.now_ms, actor, did, what, detail)
        await tx.execute(
            "INSERT INTO audit_log (seq, at, actor, did, what, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            seq + 1,
            tx.now_ms,
            actor,
            did,
            what,
            detail,
            digest,
        )

    async def of(self, tx: Transaction, what: str) -> list[Entry]:
        """The steps of one object, oldest first."""
        rows = await tx.all("SELECT * FROM audit_log WHERE what = ?1 ORDER BY seq", what)
        return [
            Entry(row["seq"], moment(row["at"]), row["actor"], row["did"], row["what"], row["detail"]) for row in rows
        ]

    async def broken_at(self, tx: Transaction) -> int | None:
        """The number of the first entry that was changed, removed or put between; None where the chain holds."""
        seq, before = await self._anchor(tx)
        for row in await tx.all("SELECT * FROM audit_log ORDER BY seq"):
            seq += 1
            if row["seq"] != seq or row["hash"] != _digest(before, *_parts(row)):
                return seq
            before = str(row["hash"])
        return None

    async def _last(self, tx: Transaction) -> tuple[int, str]:
        row = await tx.one("SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1")
        return (row["seq"], row["hash"]) if row is not None else await self._anchor(tx)

    async def _anchor(self, tx: Transaction) -> tuple[int, str]:
        row = await tx.one("SELECT value FROM house WHERE name = ?1", _ANCHOR)
        if row is None:
            return 0, _BEGINNING
        seq, _sep, digest = str(row["value"]).partition(" ")
        return int(seq), digest


async def prune(tx: Transaction) -> int:
    """Forget what is older than a year, keeping the last hash, and the names of actors that did nothing since; how
    many entries."""
    before = tx.now_ms - KEPT // timedelta(milliseconds=1)
    row = await tx.one("SELECT seq, hash FROM audit_log WHERE at < ?1 ORDER BY seq DESC LIMIT 1", before)
    if row is None:
        return 0
    await tx.execute(
        "INSERT INTO house (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        _ANCHOR,
        f"{row['seq']} {row['hash']}",
    )
    gone = await tx.execute("DELETE FROM audit_log WHERE seq <= ?1", row["seq"])
    await tx.execute("DELETE FROM audit_actors WHERE actor NOT IN (SELECT actor FROM audit_log)")
    return gone


async def forget_names(tx: Transaction, person: str) -> None:
    """The accounts of an erased person are no longer told from their numbers; the steps stay."""
    await tx.execute(
        "UPDATE audit_actors SET lookup = NULL, sealed = NULL "
        "WHERE lookup IN (SELECT lookup FROM accounts WHERE person = ?1)",
        person,
    )


def _parts(row: Row) -> tuple[int, int, str, str, str, str]:
    return row["seq"], row["at"], row["actor"], row["did"], row["what"], row["detail"]


def _digest(before: str, *parts: int | str) -> str:
    return hashlib.sha256(json.dumps([before, *parts], ensure_ascii=False).encode()).hexdigest()


def _where(actor: str) -> Where:
    return Where("audit_actors", "sealed", actor)
