"""What becomes of one message of the outbox: done, put off, or given up; the same key until it arrived.

It knows no platform, and not which message is next.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from bot.state.clock import millis
from bot.state.counts import count
from bot.state.database import Database, Row, Transaction
from bot.state.outbox.box import Deed, Outbox
from bot.state.trace import trace
from bot.state.vault import Erased, Tampered
from bot.talk.codec import Unreadable
from bot.talk.errors import NotConnected, Paused, PlatformStopped, TryLater, Unreachable
from bot.talk.model import MessageRef, Target
from bot.talk.reply import Reply, Sign

Deliver = Callable[[Target, Reply, str], Awaitable[MessageRef]]
Act = Callable[[Deed, Target, MessageRef, Reply | Sign, str], Awaitable[None]]
OnSent = Callable[[Transaction, str, MessageRef], Awaitable[None]]
OnLost = Callable[[Transaction, str], Awaitable[None]]

MOST_FAILURES = 12
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=15)


class Delivery:
    """`deliver` sends; `act` changes, deletes or marks what was sent; `on_sent` and `on_lost` hear what came of it."""

    def __init__(
        self,
        db: Database,
        outbox: Outbox,
        deliver: Deliver,
        log: logging.Logger,
        on_sent: OnSent | None,
        act: Act | None,
        on_lost: OnLost | None,
    ) -> None:
        self._db = db
        self._outbox = outbox
        self._deliver = deliver
        self._log = log
        self._on_sent = on_sent
        self._act = act
        self._on_lost = on_lost
        self._unrecorded: dict[int, MessageRef] = {}
        """Arrived, but the disk did not take that it did: not sent again by this process."""

    async def attempt(self, id: int, platform: str) -> None:
        """Do it, or put it off, or give it up. Raises Paused, and what is the platform's and not the message's:
        NotConnected and PlatformStopped."""
        # Read just before it is sent: what was taken back or erased meanwhile is not there any more.
        async with self._db.transaction() as tx:
            row = await tx.one("SELECT * FROM outbox WHERE id = ?1", id)
            if row is None:
                return
            first = self._outbox.touched(row["remember"])
            if row["expires"] <= tx.now_ms:
                await self._drop(tx, row, "outbox.expired")
                return
            about = None if row["about"] is None else await self._outbox.delivered.where(tx, row["about"])
        if id in self._unrecorded:
            await self._sent(row, self._unrecorded[id])
            return
        try:
            to, what = await self._outbox.read(row)
            message = await self._do(row, to, what, about)
        except (Erased, Unreachable):
            await self._dead(row, "outbox.unreachable")
        except (Tampered, Unreadable) as error:
            self._log.error("a message of the outbox can't be read: %s", type(error).__name__)
            await self._dead(row, "outbox.unreadable")
        except NotConnected:
            if first:
                self._outbox.untouched(row["remember"])
            raise
        except PlatformStopped:
            raise
        except TryLater as error:
            await self._later(row, timedelta(seconds=error.after))
        except Exception as error:
            self._log.error("a message could not be sent on %s: %s", platform, trace(error))
            if row["attempts"] + 1 < MOST_FAILURES:
                await self._later(row, timedelta(0))
            else:
                await self._dead(row, "outbox.failed")
        else:
            await self._sent(row, message)

    async def _do(self, row: Row, to: Target, what: Reply | Sign, about: MessageRef | None) -> MessageRef | None:
        """Where a sent message stands; None for everything that is done to one. Nothing is done to what never
        arrived."""
        deed = Deed(row["deed"])
        if deed is Deed.SEND and isinstance(what, Reply):
            return await self._deliver(to, what if about is None else replace(what, answers=about), row["key"])
        if isinstance(what, Sign) and what.message is not None:
            about = what.message
        if about is not None and self._act is not None:
            await self._act(deed, to, about, what, row["key"])
        return None

    async def _sent(self, row: Row, message: MessageRef | None) -> None:
        if message is not None:
            self._unrecorded[row["id"]] = message
        try:
            async with self._db.transaction() as tx:
                removed = await tx.execute("DELETE FROM outbox WHERE id = ?1", row["id"])
                if row["deed"] == Deed.DELETE.value and row["about"] is not None:
                    await self._outbox.delivered.forget(tx, row["about"])
                if row["remember"] is not None and message is not None:
                    # Also where it was taken back on its way: what takes it back looks for it here.
                    await self._outbox.delivered.arrived(tx, row, message)
                    if removed and self._on_sent is not None:
                        await self._on_sent(tx, row["remember"], message)
        except Paused:
            raise
        except Exception as error:
            self._log.error("what was to be remembered of a sent message was not: %s", trace(error))
            async with self._db.transaction() as tx:
                await tx.execute("DELETE FROM outbox WHERE id = ?1", row["id"])
        self._unrecorded.pop(row["id"], None)

    async def _later(self, row: Row, after: timedelta) -> None:
        pause = max(after, min(FIRST_PAUSE * 2 ** min(row["attempts"], 20), LONGEST_PAUSE))
        async with self._db.transaction() as tx:
            until = min(millis(tx.now + pause), row["expires"])
            await tx.execute(
                "UPDATE outbox SET not_before = ?2, attempts = attempts + 1 WHERE id = ?1", row["id"], until
            )

    async def _dead(self, row: Row, name: str) -> None:
        async with self._db.transaction() as tx:
            await self._drop(tx, row, name)

    async def _drop(self, tx: Transaction, row: Row, name: str) -> None:
        if not await tx.execute("DELETE FROM outbox WHERE id = ?1", row["id"]):
            return
        await count(tx, name)
        if row["remember"] is not None and self._on_lost is not None:
            await self._on_lost(tx, row["remember"])
