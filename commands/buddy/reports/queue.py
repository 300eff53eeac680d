"""`/reports`: what waits, claiming, holding, deciding, and writing to a pseudonym.

A moderator who is a party sees nothing of it, not even that it is there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.audit import Audit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.model import Role
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Paragraph, Quote, Reply, Strong, Typed, Verbatim, facts, para, say
from bot.talk.text import Local, Text, _
from commands.buddy import voices
from commands.buddy.rebuilding import rebuild
from commands.buddy.reports import tables
from commands.buddy.reports.reporting import REASONS
from commands.buddy.reports.rooms import tell_moderators
from commands.buddy.reports.tables import Report
from commands.buddy.tables import never, new_id, pairs

SHOWN = 8
ID = Arg(_("The report's number"), words=False, most=12)


async def marks_of(ask: Ask, kit: Kit, tx: Transaction) -> list[str]:
    """Everything that the asker is known by here, linked accounts too."""
    own = [never.mark(kit, ask.author)]
    return own + (await never.marks(kit, tx, ask.person.id) if ask.person else [])


async def the(ask: Ask, kit: Kit, tx: Transaction, id: str) -> Report:
    """The report of that number, for somebody who may see it. Raises Mistake, the same where they may not."""
    found = await tables.get(tx, id)
    if found is None or found.state != tables.OPEN or await tables.is_party(tx, found.id, await marks_of(ask, kit, tx)):
        raise Mistake(_("There is no open report {id}.", id=id[:12]), "id")
    return found


@command("reports", inside="queue", allow=Role.MODERATOR, effects=False)
async def reports(ask: Ask, kit: Kit) -> Reply:
    """Reports of buddies that wait for a decision."""
    async with kit.transaction() as tx:
        mine = await marks_of(ask, kit, tx)
        found = [one for one in await tables.waiting(tx) if not await tables.is_party(tx, one.id, mine)]
        actor = await _known(ask, kit, tx)
    if not found:
        return say(_("No report waits."))
    zone = kit.config.community.zone
    blocks: list[Block] = []
    presses: list[Press] = []
    for one in found[:SHOWN]:
        taken = _("taken by you") if one.claimed and one.claimed == actor else _("taken") if one.claimed else _("open")
        blocks.append(
            facts(
                (
                    Strong(_("Report {id}", id=one.id)),
                    para(
                        _(
                            "{reason}. {reporter} about {reported}, {at}. {reported} is held until {held}. {taken}.",
                            reason=REASONS.get(one.reason, REASONS["other"]),
                            reporter=one.reporter,
                            reported=one.reported,
                            at=Local(one.made, zone),
                            held=Local(one.held, zone),
                            taken=taken,
                        )
                    ),
                )
            )
        )
        if not one.claimed:
            presses.append(Press(_("Take {id}", id=one.id), "reports claim", tone=Tone.MAIN, id=one.id))
        elif one.claimed == actor:
            presses.append(Press(_("Ask to read {id}", id=one.id), "reports evidence", form=True, id=one.id))
            presses.append(Press(_("Decide {id}", id=one.id), "reports decide", form=True, id=one.id))
    if len(found) > SHOWN:
        blocks.append(para(_("And {n} more.", n=len(found) - SHOWN)))
    return Reply(tuple(blocks), tuple(presses[:24]))


async def _known(ask: Ask, kit: Kit, tx: Transaction) -> str | None:
    row = await tx.one("SELECT actor FROM audit_actors WHERE lookup = ?1", kit.people.lookup(ask.author))
    return row["actor"] if row else None


@command("reports claim", allow=Role.MODERATOR)
async def claim(ask: Ask, kit: Kit, id: Annotated[str, ID]) -> Reply:
    """Take a report, so that the others know that you look at it. Once more gives it back."""
    audit = Audit(kit.house.vault)
    async with kit.transaction() as tx:
        found = await the(ask, kit, tx, id)
        actor = await audit.actor(tx, ask.author)
        if found.claimed == actor:
            await tables.claim(tx, found.id, None)
            await audit.note(tx, actor, "gave back", tables.thing(found.id))
            return say(_("Given back: report {id} is open again.", id=found.id))
        if found.claimed:
            return say(_("Somebody else has it already."))
        await tables.claim(tx, found.id, actor)
        await audit.note(tx, actor, "claimed", tables.thing(found.id))
    return say(
        _("Report {id} is yours.", id=found.id),
        _("A second moderator has to agree before you can read what was written."),
        presses=[
            Press(_("Ask to read it"), "reports evidence", tone=Tone.MAIN, form=True, id=found.id),
            Press(_("Decide it"), "reports decide", form=True, id=found.id),
            Press(_("Give it back"), "reports claim", id=found.id),
        ],
    )


@command("reports hold", allow=Role.MODERATOR, examples=("reports hold 1a2b3c 72",))
async def hold(
    ask: Ask,
    kit: Kit,
    id: Annotated[str, ID],
    hours: Annotated[int, Arg(_("How many hours from now; 0 lifts it"), ge=0, le=720)] = 72,
) -> Reply:
    """Renew or lift the hold on a reported person: while it stands, they meet nobody new."""
    audit = Audit(kit.house.vault)
    async with kit.transaction() as tx:
        found = await the(ask, kit, tx, id)
        actor = await audit.actor(tx, ask.author)
        await audit.note(tx, actor, "held" if hours else "lifted the hold", tables.thing(found.id), str(hours))
        if hours == 0:
            await never.release(tx, found.id)
            await kit.jobs.cancel(tx, f"hold:{found.id}")
            return say(_("The hold is lifted. The report stays open until it is decided."))
        until = kit.now + timedelta(hours=hours)
        await tables.set_held(tx, found.id, until)
        await never.hold(tx, await tables.parties(tx, found.id, tables.REPORTED), found.id, until)
        await kit.jobs.put(tx, "buddy.hold", until, {"report": found.id}, key=f"hold:{found.id}")
    return say(_("Held until {at}.", at=Local(until, kit.config.community.zone)))


VERDICTS: dict[str, Text] = {
    "nothing": _("nothing to act on"),
    "talked": _("talked with them"),
    "out": _("no more pairings for them"),
}
OUT_FOR = timedelta(days=365)


@command("reports decide", allow=Role.MODERATOR, form=True, examples=("reports decide 1a2b3c talked",))
async def decide(
    ask: Ask,
    kit: Kit,
    id: Annotated[str, ID],
    verdict: Annotated[
        str, Arg(_("What came of it"), choices=tuple(Choice(one, said) for one, said in VERDICTS.items()))
    ],
) -> Reply:
    """Decide a report. What was kept for it is destroyed, and the hold ends or stays for a year."""
    audit = Audit(kit.house.vault)
    async with kit.transaction() as tx:
        found = await the(ask, kit, tx, id)
        actor = await audit.actor(tx, ask.author)
        await never.release(tx, found.id)
        await kit.jobs.cancel(tx, f"hold:{found.id}")
        if verdict == "out":
            await never.hold(
                tx, await tables.parties(tx, found.id, tables.REPORTED), f"out/{found.id}", kit.now + OUT_FOR
            )
        await tables.decide(tx, found.id, kit.now)
        await audit.note(tx, actor, "decided", tables.thing(found.id), verdict)
        await kit.jobs.put(tx, "buddy.shred", kit.now, {"report": found.id}, key=f"shred:{found.id}")
    return say(_("Decided: {what}. What was kept for report {id} is destroyed.", what=VERDICTS[verdict], id=found.id))


async def nothing(job: Job, kit: Kit) -> None:
    """What follows does the work, with no transaction open."""


async def shred(job: Job, kit: Kit) -> None:
    """The report is decided: its key goes for good."""
    await kit.house.vault.call_in(tables.thing(str(job.payload["report"])))


# --- writing to a pseudonym ----------------------------------------------------------------------------------------


@command("reports write", allow=Role.MODERATOR, form=True, examples=('reports write "Quiet Otter" How are you?',))
async def write(
    ask: Ask,
    kit: Kit,
    name: Annotated[str, Arg(_("To which pseudonym"), words=False, most=60)],
    text: Annotated[str, Arg(_("What you want to say"), rest=True, long=True, most=1_500)],
) -> Reply:
    """Write to somebody by their pseudonym. You learn nothing about who it is."""
    audit = Audit(kit.house.vault)
    async with kit.transaction() as tx:
        side = await pairs.by_name(tx, name.strip())
        if side is None or side.person == (ask.person and ask.person.id):
            raise Mistake(_("I know nobody of that name any more."), "name")
        actor = await audit.actor(tx, ask.author)
        await audit.note(tx, actor, "wrote", f"pair/{side.pair}")
        said = say(
            _("A moderator writes to you, without knowing who you are:"),
            Quote(tuple(block for block in rebuild(text).blocks if isinstance(block, Paragraph))),
            presses=[Press(_("Answer"), "reports answer", tone=Tone.MAIN, form=True, p=side.about)],
        )
        await voices.tell(kit, tx, side.person, said)
    return say(_("{name} has it. If they answer, it appears in the moderators' room.", name=side.name))


@command("reports answer", hidden=True, form=True)
async def answer(
    ask: Ask,
    kit: Kit,
    text: Annotated[str | None, Arg(_("What you want to say"), rest=True, long=True, most=1_500)] = None,
    p: Annotated[str, Arg(_("Which conversation"), words=False, hidden=True)] = "",
) -> Reply:
    """Answer a moderator, under the name they know you by."""
    async with kit.transaction() as tx:
        side = await pairs.side_of(tx, ask.person.id, p) if ask.person else None
        if side is None:
            return say(_("That conversation is over already."), replaces=True)
        if not text:
            return say(para(_("Write it like this:"), " ", Typed("reports answer", f"p={p} …")))
        quoted = Quote(tuple(para(Verbatim(line)) for line in text.split("\n") if line.strip()))
        await tell_moderators(kit, tx, say(_("{name} answers:", name=side.name), quoted), key=f"buddy:{new_id()}")
    return say(_("The moderators have it."))
