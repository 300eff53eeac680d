"""What is kept of cases and for how long, what an export holds, what an erasure removes, and the hourly tidying.

Of people who never opted in there is a keyed hash for 24 hours or while their case is open, and a sealed reference to
the message until 30 days after it was closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.kit import Kit
from bot.state import audit
from bot.state.audit import BOT, Audit
from bot.state.clock import millis, moment
from bot.state.counts import count
from bot.state.database import Transaction
from bot.state.jobs import Job, Jobs
from bot.state.people import Person
from bot.talk.feature import Stored
from bot.talk.model import Gone, Moved
from bot.talk.text import _
from commands.crisis import alerts, learning, signals, tables
from commands.crisis.keeping import rulebook
from commands.crisis.recording import line_over

EVERY = timedelta(hours=1)
HASH_KEPT = timedelta(hours=24)
CLOSED_KEPT = timedelta(days=30)
QUEUE_KEPT = timedelta(days=7)
OPEN_KEPT = timedelta(days=14)
QUIET_KEPT = timedelta(days=365)

STORED = (
    Stored(
        what=_(
            "That a message of yours sounded as if you might need help: when, the rule, and a link; never the words"
        ),
        why=_("So that moderators can look after it, also for people who never said yes to anything."),
        kept=_("whose it was for 24 hours or while moderators look after it; the sealed link 30 days after that"),
        read_by=_("moderators"),
    ),
    Stored(
        what=_("That you want no more offers of help, as a keyed mark of your account"),
        why=_("To remember it, when you pressed that button."),
        kept=_("until you change your mind, at most a year"),
        read_by=_("the bot"),
    ),
    Stored(
        what=_("Where to write to you tomorrow, if you asked for that"),
        why=_("To ask you once how you are."),
        kept=_("about a day; sealed"),
        read_by=_("the bot"),
    ),
    Stored(
        what=_("Which moderator took or closed a case"),
        why=_("So that nobody can change it unseen."),
        kept=_("one year, under a random number; the name lies apart, sealed, and goes when it is erased"),
        read_by=_("the owner"),
    ),
)


async def started(kit: Kit, tx: Transaction) -> None:
    await kit.jobs.put(tx, "crisis.tidy", kit.now, key="crisis.tidy")


async def tidy(job: Job, kit: Kit) -> None:
    """Hourly: what its time is over for goes."""
    async with kit.transaction() as tx:
        await kit.jobs.put(tx, "crisis.tidy", kit.now + EVERY, key="crisis.tidy")
        for id in await _lapse(tx):
            await Audit(kit.house.vault).note(tx, BOT, "lapsed", tables.case_key(id))
            await alerts.refresh_if_called(kit, tx, id)
        await _forget_hashes(tx)
        await _remove_old(tx)
        await learning.tidy(tx)
        await audit.prune(tx)
        for rule, n in rulebook(kit.config).take_shadow().items():
            await count(tx, f"crisis.shadow.{rule}", n)


async def shred(job: Job, kit: Kit) -> None:
    """Destroy the keys of cases that are no more."""
    keys = await kit.house.vault.things("case")
    async with kit.transaction() as tx:
        known = {tables.case_key(row["id"]) for row in await tx.all("SELECT id FROM crisis_cases")}
    await kit.house.vault.shred(keys - known)


async def _lapse(tx: Transaction) -> list[str]:
    """Close what nobody will close any more: the queue's after a week, alerts after two; their ids."""
    rows = await tx.all(
        "UPDATE crisis_cases SET state = 'lapsed', closed = ?1, changed = ?1"
        " WHERE (state = 'queued' AND seen < ?2) OR (state IN ('open', 'taken') AND seen < ?3) RETURNING id",
        tx.now_ms,
        millis(tx.now - QUEUE_KEPT),
        millis(tx.now - OPEN_KEPT),
    )
    return [row["id"] for row in rows]


async def _forget_hashes(tx: Transaction) -> None:
    """Whose a case was is known for 24 hours, or while moderators look after it."""
    over = (
        "SELECT id FROM crisis_cases WHERE author IS NOT NULL AND state NOT IN ('open', 'taken') AND seen < "
        f"{millis(tx.now - HASH_KEPT)}"
    )
    await tx.execute(f"UPDATE crisis_signals SET message = NULL WHERE case_id IN ({over})")
    await tx.execute(f"UPDATE crisis_cases SET author = NULL, person = NULL WHERE id IN ({over})")
    await tx.execute("DELETE FROM crisis_quiet WHERE since < ?1", millis(tx.now - QUIET_KEPT))
    await tx.execute("DELETE FROM crisis_followups WHERE due < ?1", millis(tx.now - HASH_KEPT))


async def _remove_old(tx: Transaction) -> None:
    """Remove what was closed 30 days ago, with where its cards stand."""
    before = millis(tx.now - CLOSED_KEPT)
    await tx.execute("DELETE FROM crisis_cases WHERE closed IS NOT NULL AND closed < ?1", before)
    await tx.execute(
        "DELETE FROM crisis_posts WHERE case_id NOT IN (SELECT id FROM crisis_cases)"
        " AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.key = 'crisis.refresh:' || crisis_posts.case_id)"
    )


# --- one person ------------------------------------------------------------------------------------------------------


async def forget(tx: Transaction, person: str) -> None:
    """Cases go with the person's row; those of their accounts from before they joined, here. Cards are shown anew."""
    mine = "SELECT lookup FROM accounts WHERE person = ?1"
    rows = await tx.all(f"SELECT id FROM crisis_cases WHERE person = ?1 OR author IN ({mine})", person)
    for row in rows:
        await tx.execute("DELETE FROM crisis_cases WHERE id = ?1", row["id"])
        payload = {"case": row["id"], "tries": 0}
        await Jobs().put(tx, "crisis.refresh", tx.now, payload, key=f"crisis.refresh:{row['id']}")
    await tx.execute(f"DELETE FROM crisis_quiet WHERE lookup IN ({mine})", person)
    await tx.execute(f"DELETE FROM crisis_followups WHERE lookup IN ({mine})", person)
    await audit.forget_names(tx, person)


async def export(kit: Kit, tx: Transaction, person: Person) -> Mapping[str, object]:
    mine = "SELECT lookup FROM accounts WHERE person = ?1"
    rows = await tx.all(
        f"SELECT * FROM crisis_cases WHERE person = ?1 OR author IN ({mine}) ORDER BY opened", person.id
    )
    quiet = await tx.one(f"SELECT since FROM crisis_quiet WHERE lookup IN ({mine})", person.id)
    due = await tx.one(f"SELECT due FROM crisis_followups WHERE lookup IN ({mine})", person.id)
    return {
        "cases": [
            {
                "opened": moment(row["opened"]).isoformat(timespec="seconds"),
                "state": row["state"],
                "topic": row["topic"],
                "signals": [
                    {"at": one.at.isoformat(timespec="seconds"), "rules": list(one.rules), "offered": one.offered}
                    for one in await signals.signals(kit, tx, row["id"])
                ],
            }
            for row in rows
        ],
        "no_more_offers_since": moment(quiet["since"]).isoformat(timespec="seconds") if quiet else None,
        "asks_again": moment(due["due"]).isoformat(timespec="seconds") if due else None,
    }


async def gone(kit: Kit, tx: Transaction, gone: Gone) -> None:
    """A message was deleted: its link goes, and the short line under it."""
    if gone.message is None:
        return
    for signal, case in await signals.message_gone(tx, signals.message_hash(kit, gone.message)):
        await line_over(kit, tx, signal)
        await alerts.refresh_if_called(kit, tx, case)


async def moved(kit: Kit, tx: Transaction, moved: Moved) -> None:
    """Another message stands for the person's own: the link leads there, and the short line stays. Where the rules saw
    nothing in it there is nothing to follow."""
    for case in await signals.message_moved(kit, tx, moved.message, moved.to):
        await alerts.refresh_if_called(kit, tx, case)
