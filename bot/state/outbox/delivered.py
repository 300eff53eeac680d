"""Where messages arrived that somebody may yet want to change, delete, mark or answer.

They are found by the mark they were to be remembered by, or by where they stand. Sealed with the recipient's key; what
the messages said is not kept.
"""

from __future__ import annotations

from datetime import timedelta

from bot.state.database import Row, Transaction
from bot.state.vault import Erased, Tampered, Vault, Where
from bot.talk import codec
from bot.talk.model import MessageRef

KEPT = timedelta(days=7)
"""How long a message can be reached after it arrived, where nothing else is asked for."""
_MILLISECOND = timedelta(milliseconds=1)


class Delivered:
    """The record of arrivals."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def arrived(self, tx: Transaction, row: Row, message: MessageRef) -> None:
        """What the outbox's row says stands there now, under the mark it was to be remembered by."""
        mark, person = row["remember"], row["person"]
        kept = KEPT // _MILLISECOND if row["remember_for"] is None else row["remember_for"]
        where, data = Where("delivered", "sealed", mark), codec.encode_message(message)
        try:
            sealed = await self._vault.seal(person, where, data) if person else self._vault.seal_common(where, data)
        except Erased:
            return
        await tx.execute(
            "INSERT INTO delivered (mark, person, lookup, sealed, expires) VALUES (?1, ?2, ?3, ?4, ?5)"
            " ON CONFLICT (mark) DO UPDATE SET lookup = excluded.lookup, sealed = excluded.sealed",
            mark,
            person,
            self.lookup(message),
            sealed,
            tx.now_ms + kept,
        )

    async def where(self, tx: Transaction, mark: str) -> MessageRef | None:
        """Where the message of that mark stands; None where it never arrived or is too old."""
        row = await tx.one("SELECT * FROM delivered WHERE mark = ?1", mark)
        if row is None:
            return None
        cell = Where("delivered", "sealed", mark)
        try:
            if row["person"] is None:
                return codec.decode_message(self._vault.open_common(cell, row["sealed"]))
            return codec.decode_message(await self._vault.open_sealed(row["person"], cell, row["sealed"]))
        except (Erased, Tampered, codec.Unreadable):
            return None

    async def mark_of(self, tx: Transaction, message: MessageRef) -> str | None:
        """Under which mark a message of the bot's is remembered."""
        row = await tx.one("SELECT mark FROM delivered WHERE lookup = ?1", self.lookup(message))
        return row["mark"] if row else None

    async def forget(self, tx: Transaction, mark: str) -> None:
        """The message is gone, or nobody may reach it any more."""
        await tx.execute("DELETE FROM delivered WHERE mark = ?1", mark)

    def lookup(self, message: MessageRef) -> str:
        """The keyed hash under which a message is found."""
        place = message.place
        return self._vault.lookup("message", f"{place.platform}\0{place.id}\0{message.id}")


async def prune(tx: Transaction) -> int:
    """Forget what arrived too long ago; how many."""
    return await tx.execute("DELETE FROM delivered WHERE expires <= ?1", tx.now_ms)
