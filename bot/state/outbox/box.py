"""Messages that still have to be sent, sealed, written in the transaction of what caused them; and what is still to be
done to messages that were sent: change, delete, mark.

What they say, it never looks at; how a platform sends, it does not know.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from enum import Enum

from bot.state.clock import millis
from bot.state.counts import count
from bot.state.database import Row, Transaction
from bot.state.outbox.delivered import Delivered
from bot.state.vault import Erased, Tampered, Vault, Where
from bot.talk import codec
from bot.talk.model import PlaceRef, RoomWith, Target, UserRef
from bot.talk.reply import Reply, Sign, Verbatim, say

WAKE = "outbox"
FOREVER = 2**62
MOST_UNTOUCHED = 10_000
LONGEST = timedelta(days=7)
"""A message that could not be delivered for so long is dropped."""


class Deed(Enum):
    """What is to be done."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    REACT = "react"


class Outbox:
    """Putting messages in, and reading them for the one who sends."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.delivered = Delivered(vault)
        self.platforms: set[str] = set()
        """Those that something was put for; who sends adds what waited before."""
        self.puts = 0
        """How often something was put: what was looked up before is out of date when this has changed."""
        self._untouched: OrderedDict[str, None] = OrderedDict()
        """Marks of what this process put and nobody began to send: surely nowhere yet."""

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
        remember_for: timedelta | None = None,
        answers: str | None = None,
    ) -> bool:
        """Send it once this transaction is durable. False where a message with this key waits already.

        It is sealed for `person`, or for whoever the account belongs to, and goes with them when they are erased. The
        key names the event that caused it, never a person. `remember` is a mark under which the sent message can be
        changed, deleted and found later, for a week or for `remember_for`; its first word, up to a colon, names the
        feature. `answers` is the mark of a
        message that this one visibly answers, where that arrived.
        """
        return await self._put(
            tx,
            to,
            Deed.SEND,
            codec.encode(reply),
            key,
            person,
            urgent,
            expires,
            remember=remember,
            remember_for=remember_for,
            about=answers,
        )

    async def edit(
        self, tx: Transaction, to: Target, mark: str, reply: Reply, *, key: str, urgent: bool = False
    ) -> bool:
        """Put something else in the place of a message that was put before, sent or not, in the order of its place."""
        return await self._put(tx, to, Deed.EDIT, codec.encode(reply), key, None, urgent, None, about=mark)

    async def delete(self, tx: Transaction, to: Target, mark: str, *, key: str, urgent: bool = False) -> bool:
        """Take a message back: one that still waits is never sent; one that arrived is deleted. One that may have
        arrived without our knowing goes again under its key, with nothing in it, so that it is found and deleted."""
        await tx.execute("DELETE FROM outbox WHERE about = ?1 AND deed = 'edit'", mark)
        if mark in self._untouched:
            await tx.execute("DELETE FROM outbox WHERE remember = ?1", mark)
        else:
            await self._empty(tx, mark)
        return await self._put(tx, to, Deed.DELETE, codec.encode(Reply()), key, None, urgent, None, about=mark)

    async def _empty(self, tx: Transaction, mark: str) -> None:
        row = await tx.one("SELECT * FROM outbox WHERE remember = ?1", mark)
        if row is None:
            return
        try:
            _to, said = await self.read(row)
        except (Erased, Tampered, codec.Unreadable):
            await tx.execute("DELETE FROM outbox WHERE id = ?1", row["id"])
            return
        speaker = said.speaker if isinstance(said, Reply) else None
        nothing = codec.encode(Reply(say(Verbatim("…")).blocks, speaker=speaker, notice=True))
        sealed = await self._seal(row["person"], Where("outbox", "sealed", row["key"]), nothing)
        await tx.execute("UPDATE outbox SET sealed = ?2, about = NULL WHERE id = ?1", row["id"], sealed)

    def touched(self, mark: str | None) -> bool:
        """Who sends begins with what is to be remembered by that mark; whether that is surely the first time."""
        found = mark in self._untouched
        if mark is not None:
            self._untouched.pop(mark, None)
        return found

    def untouched(self, mark: str) -> None:
        """Nobody has tried to send it yet, in this run or in another."""
        self._untouched[mark] = None
        if len(self._untouched) > MOST_UNTOUCHED:
            self._untouched.popitem(last=False)

    async def react(
        self, tx: Transaction, to: Target, sign: Sign, *, key: str, mark: str | None = None, urgent: bool = False
    ) -> bool:
        """Put a sign under a message, of which either the sign knows where it stands or the mark is given."""
        return await self._put(tx, to, Deed.REACT, codec.encode(sign), key, None, urgent, None, about=mark)

    async def _put(
        self,
        tx: Transaction,
        to: Target,
        deed: Deed,
        said: bytes,
        key: str,
        person: str | None,
        urgent: bool,
        expires: datetime | None,
        *,
        remember: str | None = None,
        remember_for: timedelta | None = None,
        about: str | None = None,
    ) -> bool:
        target = self.target(to)
        if remember is not None:
            self.untouched(remember)
        if person is None and not isinstance(to, PlaceRef):
            user = to.user if isinstance(to, RoomWith) else to
            row = await tx.one("SELECT person FROM accounts WHERE lookup = ?1", self.target(user))
            person = row["person"] if row else None
        latest = tx.now + LONGEST
        added = await tx.execute(
            "INSERT INTO outbox (key, platform, target, sealed_target, sealed, person, urgent, remember, created, "
            "expires, not_before, deed, about, remember_for) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?9, ?11, ?12, ?13) ON CONFLICT (key) DO NOTHING",
            key,
            to.platform,
            target,
            await self._seal(person, Where("outbox", "sealed_target", key), codec.encode_target(to)),
            await self._seal(person, Where("outbox", "sealed", key), said),
            person,
            int(urgent),
            remember,
            tx.now_ms,
            millis(min(expires, latest) if expires else latest),
            deed.value,
            about,
            None if remember_for is None else remember_for // timedelta(milliseconds=1),
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

    async def drop(self, tx: Transaction, to: Target) -> int:
        """Take back everything that waits for a destination; how many. Nothing to it starts once this is durable."""
        return await tx.execute("DELETE FROM outbox WHERE target = ?1", self.target(to))

    async def read(self, row: Row) -> tuple[Target, Reply | Sign]:
        """What a row says. Raises Erased, Tampered or codec.Unreadable."""
        to = await self._open(row["person"], Where("outbox", "sealed_target", row["key"]), row["sealed_target"])
        said = await self._open(row["person"], Where("outbox", "sealed", row["key"]), row["sealed"])
        what = codec.decode_sign(said) if row["deed"] == Deed.REACT.value else codec.decode(said)
        return codec.decode_target(to), what

    async def waiting(self, tx: Transaction, *, due: bool = False) -> int:
        """How many messages wait; `due` counts those alone that may go now."""
        latest = tx.now_ms if due else FOREVER
        row = await tx.one("SELECT COUNT(*) AS n FROM outbox WHERE not_before <= ?1", latest)
        return row["n"] if row else 0

    def target(self, to: Target) -> str:
        """The keyed hash of a destination, under which its order is kept."""
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
    """Drop what waited too long, and count it; how many. Who sends does so first, and tells whom it concerns."""
    dropped = await tx.execute("DELETE FROM outbox WHERE expires <= ?1", tx.now_ms)
    if dropped:
        await count(tx, "outbox.expired", dropped)
    return dropped
