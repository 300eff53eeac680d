"""`/buddy report`: two presses.

The conversation ends, the evidence is kept for those who decide, and who was reported meets nobody new until a person
has looked.
"""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.talk.command import Arg, Choice, command
from bot.talk.model import MessageRef
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import Text, _
from commands.buddy.ending import mine, over
from commands.buddy.reports import tables
from commands.buddy.reports.rooms import tell_moderators
from commands.buddy.tables import never, pairs, talk
from commands.buddy.tables.pairs import Side
from commands.buddy.whom import PAIR, WHO, WHOM, which

REASONS: dict[str, Text] = {
    "harassment": _("insults, threats, pressure"),
    "contact": _("wants my name, pictures, money or to meet"),
    "sexual": _("sexual messages I did not want"),
    "danger": _("I fear for somebody's safety"),
    "other": _("something else"),
}


@command("buddy report", menu=_("Report to moderators"))
async def report(
    ask: Ask,
    kit: Kit,
    who: Annotated[str | None, WHO] = None,
    p: Annotated[str, WHOM] = "",
    message: Annotated[str, Arg(_("Which message"), words=False, hidden=True)] = "",
) -> Reply:
    """Report a buddy to the moderators. The conversation ends at once.

    They never learn from me that it was you who reported. A moderator who is your buddy never sees the report.
    """
    async with kit.transaction() as tx:
        p = p or await _whose(ask, kit, tx, message)
        side, asked = await which(ask, kit, tx, who, p, "buddy report", _("Whom do you want to report?"), over_too=True)
        if side is None:
            return asked
        other = await pairs.other(tx, side)
    return say(
        _("What is it? One press, and it is reported.") if other else _("They are gone already. What was it?"),
        presses=[
            *(Press(said, "buddy reported", tone=Tone.DANGER, p=side.about, why=one) for one, said in REASONS.items()),
            Press(_("Don't report"), "buddy kept"),
        ],
    )


async def _whose(ask: Ask, kit: Kit, tx: Transaction, message: str) -> str:
    """The side whose buddy's message it is; empty where it is none."""
    if not message or ask.person is None:
        return ""
    ref = MessageRef(ask.place, message)
    mark = await kit.house.outbox.delivered.mark_of(tx, ref)
    known = await talk.by_mark(tx, mark) if mark else None
    sides = await pairs.both(tx, known.pair) if known else []
    return next((side.about for side in sides if side.person == ask.person.id), "")


@command("buddy reported", hidden=True)
async def reported(
    ask: Ask,
    kit: Kit,
    p: Annotated[str, PAIR],
    why: Annotated[str, Arg(_("What it is"), choices=tuple(Choice(one, said) for one, said in REASONS.items()))],
) -> Reply:
    """Report it, after the question."""
    async with kit.transaction() as tx:
        side = await mine(ask, tx, p)
        other = await pairs.other(tx, side) if side else None
        if side is None or other is None:
            return say(_("That conversation is over, and nothing of it is kept any more."), replaces=True)
        made = await _report(kit, tx, side, other, why)
    return say(
        _("Thank you. It is reported, and the conversation has ended."),
        _(
            "Your buddy reads that it ended, and no more; they meet nobody new until a person has looked. Two "
            "moderators "
            "together can read what was written in the last 7 days. They decide, and may write to you through me."
        ),
        para(_("The number of your report: {id}.", id=made.id)),
        para(_("If you need somebody now:"), " ", Typed("crisis")),
        presses=[Press(_("Never meet them again"), "buddy blocked", tone=Tone.DANGER, p=p)],
        replaces=True,
    )


async def _report(kit: Kit, tx: Transaction, side: Side, other: Side, why: str) -> tables.Report:
    accounts = {
        party: [[one.platform, one.id] for one in await kit.people.accounts(tx, whose.person)]
        for party, whose in ((tables.REPORTER, side), (tables.REPORTED, other))
    }
    marks = (await never.marks(kit, tx, side.person), await never.marks(kit, tx, other.person))
    evidence = await talk.buffered(kit, tx, side.pair)
    held = {"evidence": evidence, "accounts": accounts, "reporter_side": side.side}
    made = await tables.make(kit, tx, (side.name, other.name), marks, why, held)
    await never.hold(tx, marks[1], made.id, made.held)
    await kit.jobs.put(tx, "buddy.hold", made.held, {"report": made.id}, key=f"hold:{made.id}")
    await over(kit, tx, side, silence=True)
    # No name stands here: a moderator who reads the room may be one of the two.
    said = say(_("There is a new report of a buddy."), para(_("To see it:"), " ", Typed("reports")))
    await tell_moderators(kit, tx, said, key=f"buddy:report:{made.id}")
    return made


async def hold_over(job: Job, kit: Kit) -> None:
    """72 hours are over and nobody decided: the hold stands until a person has looked, and they are reminded. After 90
    days what was kept is gone, and so is the hold."""
    async with kit.transaction() as tx:
        found = await tables.get(tx, str(job.payload["report"]))
        if found is None or found.state != tables.OPEN:
            return
        if kit.now - found.made >= tables.LONGEST:
            await tables.decide(tx, found.id, kit.now)
            await never.release(tx, found.id)
            return
        until = kit.now + tables.HOLD
        await tables.set_held(tx, found.id, until)
        await never.hold(tx, await tables.parties(tx, found.id, tables.REPORTED), found.id, until)
        await kit.jobs.put(tx, "buddy.hold", until, {"report": found.id}, key=f"hold:{found.id}")
        said = say(
            _("A report of a buddy still waits for a decision; somebody is held meanwhile."),
            para(_("To see it:"), " ", Typed("reports")),
        )
        await tell_moderators(kit, tx, said, key=f"buddy:hold:{found.id}:{round(until.timestamp())}")
