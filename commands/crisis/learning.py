"""What verdicts teach the second reader, where the rules file asks for it: the one row that holds it, what moves it.

Counts and steps only, of the whole community: no text, no person, no case. The steps are `safety.reader.learning`'s;
here they are counted, made durable, put in force and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.kit import Kit
from bot.state.audit import BOT, Audit
from bot.state.clock import millis, moment
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.talk.press import Press
from bot.talk.reply import Block, Facts, facts, para
from bot.talk.text import _
from commands.crisis import alerts
from commands.crisis.keeping import rulebook
from commands.crisis.rulebook import Taught
from commands.crisis.signals import Signal
from commands.crisis.tables import Case
from safety import Level
from safety.reader.learning import MOST, moved, next_step
from safety.reader.model import Thresholds
from safety.reader.policy import RULE

KEPT = timedelta(days=365)
"""How long verdicts count that have moved nothing."""
THING = "reader"
"""What the audit chain calls it."""


@dataclass(frozen=True, slots=True)
class Learned:
    """`good` and `bad` verdicts since `since`, in the `series`th count; `move` numbers the changes, `way` is that of
    the last one where verdicts made it, after `verdicts` of them, and 0 where a moderator did. `off`: switched off."""

    taught: Taught
    good: int
    bad: int
    series: int
    since: datetime
    off: bool
    move: int
    way: int
    moved: datetime | None
    verdicts: int


async def learned(tx: Transaction) -> Learned | None:
    row = await tx.one("SELECT * FROM crisis_reader WHERE id = 1")
    if row is None:
        return None
    return Learned(
        Taught(row["step"], row["concern"], row["lift"]),
        row["good"],
        row["bad"],
        row["series"],
        moment(row["since"]),
        bool(row["off"]),
        row["move"],
        row["way"],
        None if row["moved"] is None else moment(row["moved"]),
        row["verdicts"],
    )


def base(kit: Kit) -> Thresholds | None:
    """What steps are counted from: the thresholds as they are set. None where verdicts are to move nothing."""
    written = rulebook(kit.config).written
    return written.thresholds if written.learns else None


async def sync(kit: Kit, tx: Transaction) -> Learned | None:
    """Bring the row to what the rules say now, and what it holds in force. Verdicts on other thresholds say nothing of
    these: where they are set anew, counting begins anew. Where the rules no longer ask for it, all of it goes."""
    book, found, asked = rulebook(kit.config), await learned(tx), base(kit)
    if found is not None:
        book.teach(found.taught)
    if found is None and asked is None:
        return None
    if asked is None:
        if book.problems:
            return None  # the file can't be read just now: that is no word against it
        await tx.execute("DELETE FROM crisis_reader")
        await tx.execute("UPDATE crisis_cases SET series = NULL WHERE series IS NOT NULL")
    elif found is None:
        await tx.execute(
            "INSERT INTO crisis_reader (id, concern, lift, since) VALUES (1, ?1, ?2, ?3)",
            asked.concern,
            asked.lift,
            tx.now_ms,
        )
    elif not found.taught.fits(asked):
        await _set(tx, concern=asked.concern, lift=asked.lift, step=0, way=0, moved=None, move=found.move + 1)
        await _count_anew(tx)
    else:
        return found
    if found is not None and found.taught.step:
        text = _("The second reader is set otherwise now, so what verdicts had moved no longer holds.")
        await alerts.tell_all(kit, tx, [para(text)], key=f"reader:{found.move + 1}")
    await put_in_force(kit, tx)
    return await learned(tx)


async def put_in_force(kit: Kit, tx: Transaction) -> None:
    """As soon as it is durable."""
    await kit.jobs.put(tx, "crisis.reader", kit.now, key="crisis.reader")


async def teach(job: Job, kit: Kit) -> None:
    """What is durable is in force from here on."""
    async with kit.transaction() as tx:
        found = await learned(tx)
    rulebook(kit.config).teach(found.taught if found else Taught())


# --- verdicts --------------------------------------------------------------------------------------------------------


def by_reader_alone(seen: Sequence[Signal]) -> bool:
    """Whether all that was answered in a case was answered because of the second reader: it spoke alone, or raised what
    a rule only watches."""
    answered = [one for one in seen if one.level >= Level.CONCERN]
    return bool(answered) and all(RULE in one.rules and one.level is Level.CONCERN for one in answered)


async def closed(kit: Kit, tx: Transaction, one: Case, verdict: str, seen: Sequence[Signal]) -> None:
    """A case was closed: its verdict counts where it says something of the second reader as it is set now, and may move
    it by a step. What was hard to say counts in neither."""
    asked = base(kit)
    if asked is None or verdict not in ("right", "false") or not by_reader_alone(seen):
        return
    now = await sync(kit, tx)
    if now is None or now.off or one.opened < now.since:
        return
    good, bad = now.good + (verdict == "right"), now.bad + (verdict == "false")
    await _set(tx, good=good, bad=bad)
    await tx.execute("UPDATE crisis_cases SET series = ?2 WHERE id = ?1", one.id, now.series)
    to = next_step(asked, now.taught.step, good, bad)
    if to != now.taught.step:
        await _move(kit, tx, asked, now, to, good, bad)
    elif good + bad >= MOST:
        await _count_anew(tx)


async def reopened(tx: Transaction, one: Case) -> None:
    """A verdict counts no more. What it moved is moderators' to take back."""
    column = {"right": "good", "false": "bad"}.get(one.verdict or "")
    if column is not None:
        counted = "(SELECT series FROM crisis_cases WHERE id = ?1)"
        await tx.execute(f"UPDATE crisis_reader SET {column} = {column} - 1 WHERE series = {counted}", one.id)
    await tx.execute("UPDATE crisis_cases SET series = NULL WHERE id = ?1", one.id)


async def _move(kit: Kit, tx: Transaction, asked: Thresholds, now: Learned, to: int, good: int, bad: int) -> None:
    way, all_ = to - now.taught.step, good + bad
    await _set(tx, step=to, way=way, move=now.move + 1, moved=tx.now_ms, verdicts=all_)
    await _count_anew(tx)
    await Audit(kit.house.vault).note(tx, BOT, "reader-moved", THING, f"{way:+}")
    if way > 0:
        said = _(
            "Your verdicts: {bad} of {all} cases that the second reader alone answered were false alarms. So it "
            "answers less readily now.",
            bad=bad,
            all=all_,
        )
    else:
        said = _(
            "Your verdicts: {bad} of {all} cases that the second reader alone answered were false alarms. So it "
            "answers more readily now.",
            bad=bad,
            all=all_,
        )
    stays = _("What is urgent and what a rule answers stay as they are, and the quiet list shows as much as before.")
    out: list[Block] = [para(said), shares(moved(asked, now.taught.step), moved(asked, to)), para(stays)]
    presses = (Press(_("Undo this step"), "safety reader back", move=now.move + 1), stop())
    await alerts.tell_all(kit, tx, out, key=f"reader:{now.move + 1}", presses=presses)
    await put_in_force(kit, tx)


def stop() -> Press:
    return Press(_("Stop learning"), "safety reader off")


def shares(before: Thresholds, after: Thresholds) -> Facts:
    """From which readings on something is answered, in hundredths as the rules file has them."""
    return facts(
        *(
            (title, _("{after} of 100 (before: {before})", after=hundredths(new), before=hundredths(old)))
            for title, old, new in (
                (_("it answers from"), before.concern, after.concern),
                (_("where a rule watches, from"), before.lift, after.lift),
            )
        )
    )


def hundredths(share: float) -> float:
    return round(100 * share, 1)


# --- moderators ------------------------------------------------------------------------------------------------------


async def take_back(kit: Kit, tx: Transaction, now: Learned, by: str, to: int, did: str, *, off: bool) -> None:
    """A moderator sets the step or switches learning off or on; counting begins anew, and `by` stands in the chain."""
    await _set(tx, step=to, way=0, move=now.move + 1, moved=tx.now_ms, verdicts=0, off=int(off))
    await _count_anew(tx)
    await Audit(kit.house.vault).note(tx, by, did, THING)
    await put_in_force(kit, tx)


async def tidy(tx: Transaction) -> None:
    """Verdicts that moved nothing in a year count no more."""
    if await tx.one("SELECT 1 FROM crisis_reader WHERE since < ?1", millis(tx.now - KEPT)):
        await _count_anew(tx)


async def _count_anew(tx: Transaction) -> None:
    """Only cases from now on count: those before were seen with other thresholds, or are old."""
    await tx.execute("UPDATE crisis_reader SET good = 0, bad = 0, series = series + 1, since = ?1", tx.now_ms)


async def _set(tx: Transaction, **values: Any) -> None:
    columns = ", ".join(f"{name} = ?{number}" for number, name in enumerate(values, 1))
    await tx.execute(f"UPDATE crisis_reader SET {columns}", *values.values())
