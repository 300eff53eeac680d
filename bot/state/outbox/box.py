"""Messages that still have to be sent, sealed, written in the transaction of what caused them.

What they say, it never looks at; how a platform sends, it does not know.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.state.clock import millis
from bot.state.counts import count
from bot.state.database import Row, Transaction
from bot.state.vault import Vault, Where
from bot.talk import codec
from bot.talk.model import PlaceRef, RoomWith, Target, UserRef
from bot.talk.reply import Reply

WAKE = "outbox"
FOREVER = 2**62
LONGEST = timedelta(days=7)
"""A message that could not be delivered for so long is dropped."""


class Outbox:
    """Putting messages in, and reading them for the one who sends."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.platforms: set[str] = set()
        """Those that something was put for; who sends adds what waited before."""
        self.puts = 0
        """How often something was put: what was looked up before is out of date when this has changed."""

    async def put(
        self,
        tx: Transaction,
        to: Target,
        reply: Reply,
        *,
        key: str,
        person: str | None = None,
        urgent: bool = False,
        expires: datetime | None = None,
        remember: str | None = None,
    ) -> bool:
        """Send it once this transaction is durable. False where a message with this key waits already.

        It is sealed for `person`, or for whoever the account belongs to, and goes with them when they are erased. The
        key names the event that caused it, never a person. `remember` is handed back with the sent message's reference.
        """
        target = self._target(to)
        if person is None and not isinstance(to, PlaceRef):
            user = to.user if isinstance(to, RoomWith) else to
            row = await tx.one("SELECT person FROM accounts WHERE lookup = ?1", self._target(user))
            person = row["person"] if row else None
        latest = tx.now + LONGEST
        added = await tx.execute(
            "INSERT INTO outbox (key, platform, target, sealed_target, sealed, person, urgent, remember, created, "
            "expires, not_before) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?9) ON CONFLICT (key) DO NOTHING",
            key,
            to.platform,
            target,
            await self._seal(person, Where("outbox", "sealed_target", key), codec.encode_target(to)),
            await self._seal(person, Where("outbox", "sealed", key), codec.encode(reply)),
            person,
            int(urgent),
            remember,
            tx.now_ms,
            millis(min(expires, latest) if expires else latest),
        )
        tx.after_commit(lambda: self._was_put(to.platform))
        tx.wake(WAKE)
        return added > 0

    def _was_put(self, platform: str) -> None:
        self.platforms.add(platform)
        self.puts += 1

    async def cancel(self, tx: Transaction, key: str) -> bool:
        """Take it back, where it is not yet on its way."""
        return await tx.execute("DELETE FROM outbox WHERE key = ?1", key) > 0

    async def read(self, row: Row) -> tuple[Target, Reply]:
        """What a row says. Raises Erased, Tampered or codec.Unreadable."""
        to = await self._open(row["person"], Where("outbox", "sealed_target", row["key"]), row["sealed_target"])
        reply = await self._open(row["person"], Where("outbox", "sealed", row["key"]), row["sealed"])
        return codec.decode_target(to), codec.decode(reply)

    async def waiting(self, tx: Transaction, *, due: bool = False) -> int:
        """How many messages wait; `due` counts those alone that may go now."""
        latest = tx.now_ms if due else FOREVER
        row = await tx.one("SELECT COUNT(*) AS n FROM outbox WHERE not_before <= ?1", latest)
        return row["n"] if row else 0

    def _target(self, to: Target) -> str:
        if isinstance(to, UserRef):
            return self._vault.lookup("account", f"{to.platform}\0{to.id}")
        if isinstance(to, RoomWith):
            return self._vault.lookup("room", f"{to.platform}\0{to.user.id}\0{to.about}")
        return self._vault.lookup("place", f"{to.platform}\0{to.id}\0{to.thread or ''}")

    async def _seal(self, person: str | None, where: Where, data: bytes) -> bytes:
        if person is None:
            return self._vault.seal_common(where, data)
        return await self._vault.seal(person, where, data)

    async def _open(self, person: str | None, where: Where, sealed: bytes) -> bytes:
        if person is None:
            return self._vault.open_common(where, sealed)
        return await self._vault.open_sealed(person, where, sealed)


async def expire(tx: Transaction) -> int:
    """Drop what waited too long, and count it; how many."""
    dropped = await tx.execute("DELETE FROM outbox WHERE expires <= ?1", tx.now_ms)
    if dropped:
        await count(tx, "outbox.expired", dropped)
    return dropped
