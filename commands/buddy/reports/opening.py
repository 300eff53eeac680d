"""Reading the evidence and learning who somebody is: by a recorded break-glass.

One moderator asks with a reason, a second one agrees; in an emergency one reads at once, and the others are told
afterwards.
"""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.audit import Audit
from bot.state.database import Transaction
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.model import Role, UserRef
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Paragraph, Reply, Strong, Verbatim, bullets, para, say
from bot.talk.text import Local, Text, _
from commands.buddy.reports import tables
from commands.buddy.reports.queue import ID, the
from commands.buddy.reports.rooms import tell_moderators
from commands.buddy.reports.tables import Opening, Report
from commands.buddy.tables import moment

EVIDENCE = "evidence"
WHAT: dict[str, Text] = {
    EVIDENCE: _("what was written"),
    tables.REPORTED: _("who the reported person is"),
    tables.REPORTER: _("who reported it"),
}
SHOWN = 60
WHY = Arg(_("Why it is needed"), long=True, most=200, words=False)
EMERGENCY = Arg(_("A life in danger: read now, told after"))


@command(
    "reports evidence", allow=Role.MODERATOR, form=True, examples=('reports evidence 1a2b3c "threats are reported"',)
)
async def evidence(
    ask: Ask, kit: Kit, id: Annotated[str, ID], why: Annotated[str, WHY], emergency: Annotated[bool, EMERGENCY] = False
) -> Reply:
    """Ask to read what was written in a reported conversation. A second moderator has to agree."""
    return await _ask_for(ask, kit, id, EVIDENCE, why, emergency)


@command("reports reveal", allow=Role.MODERATOR, form=True, examples=('reports reveal 1a2b3c reported "to ban them"',))
async def reveal(
    ask: Ask,
    kit: Kit,
    id: Annotated[str, ID],
    whom: Annotated[
        str,
        Arg(
            _("Whom"),
            choices=(
                Choice(tables.REPORTED, _("the reported person")),
                Choice(tables.REPORTER, _("who reported it")),
            ),
        ),
    ],
    why: Annotated[str, WHY],
    emergency: Annotated[bool, EMERGENCY] = False,
) -> Reply:
    """Ask to learn who is behind a pseudonym in a report. A second moderator has to agree."""
    return await _ask_for(ask, kit, id, whom, why, emergency)


async def _ask_for(ask: Ask, kit: Kit, id: str, what: str, why: str, emergency: bool) -> Reply:
    if not why.strip():
        raise Mistake(_("Please say why; it is recorded."), "why")
    audit = Audit(kit.house.vault)
    async with kit.transaction() as tx:
        found = await the(ask, kit, tx, id)
        actor = await audit.actor(tx, ask.author)
        asked = await tables.ask(tx, found.id, what, actor, kit.now)
        reason = f"{what}: {' '.join(why.split())[:200]}"
        if emergency:
            await audit.note(tx, actor, "opened in an emergency", tables.thing(found.id), reason)
            await tables.agree(tx, asked.id, None, kit.now + tables.READABLE)
            told = say(
                _(
                    "In an emergency, a moderator opened report {id} alone: {what}. It is recorded.",
                    id=found.id,
                    what=WHAT[what],
                )
            )
            await tell_moderators(kit, tx, told, key=f"buddy:opened:{asked.id}")
            return await _shown(ask, kit, tx, found, what)
        await audit.note(tx, actor, "asked to open", tables.thing(found.id), reason)
        wanted = say(
            _(
                "Somebody asks to open report {id}: {what}. A second moderator has to agree.",
                id=found.id,
                what=WHAT[what],
            ),
            para(_("To agree:"), " ", Strong(_("{line}", line=f"reports agree {asked.id}"))),
            presses=[Press(_("I agree"), "reports agree", tone=Tone.MAIN, o=asked.id)],
        )
        await tell_moderators(kit, tx, wanted, key=f"buddy:asked:{asked.id}")
    return say(
        _("Asked for. When a second moderator has agreed, you can read it here, for 24 hours."),
        presses=[Press(_("Read it"), "reports read", tone=Tone.MAIN, o=asked.id)],
    )


@command("reports agree", allow=Role.MODERATOR, hidden=True)
async def agree(ask: Ask, kit: Kit, o: Annotated[str, Arg(_("Which request"), words=False)]) -> Reply:
    """Agree that somebody opens a report."""
    audit = Audit(kit.house.vault)
    async with kit.transaction() as tx:
        asked = await tables.opening(tx, o)
        if asked is None or asked.until is not None:
            return say(_("That is settled already."))
        found = await the(ask, kit, tx, asked.report)
        actor = await audit.actor(tx, ask.author)
        if actor == asked.actor or await _same_person(ask, kit, tx, asked):
            raise Mistake(_("Somebody else has to agree: it was you who asked."))
        await tables.agree(tx, asked.id, actor, kit.now + tables.READABLE)
        await audit.note(tx, actor, "agreed to open", tables.thing(found.id), asked.what)
        first = await audit.who(tx, asked.actor)
        if first is not None:
            ready = say(
                _("A second moderator agreed: you can read report {id} for 24 hours.", id=found.id),
                presses=[Press(_("Read it"), "reports read", tone=Tone.MAIN, o=asked.id)],
            )
            await kit.tell(tx, first, ready, key=f"buddy:agreed:{asked.id}")
    return say(_("Agreed. It is recorded."))


async def _same_person(ask: Ask, kit: Kit, tx: Transaction, asked: Opening) -> bool:
    """Two accounts of one person are no two moderators."""
    first = await Audit(kit.house.vault).who(tx, asked.actor)
    person = await kit.people.find(tx, first) if first else None
    return person is not None and ask.person is not None and person.id == ask.person.id


@command("reports read", allow=Role.MODERATOR, hidden=True)
async def read(ask: Ask, kit: Kit, o: Annotated[str, Arg(_("Which request"), words=False)]) -> Reply:
    """Read what a second moderator agreed to."""
    audit = Audit(kit.house.vault)
    async with kit.transaction() as tx:
        asked = await tables.opening(tx, o)
        actor = await audit.actor(tx, ask.author)
        if asked is None or actor != asked.actor:
            return say(_("That is settled already."))
        found = await the(ask, kit, tx, asked.report)
        if asked.until is None:
            return say(_("Nobody has agreed yet."), presses=[Press(_("Read it"), "reports read", tone=Tone.MAIN, o=o)])
        if asked.until <= kit.now:
            return say(_("The 24 hours are over; ask again if it is still needed."))
        await audit.note(tx, actor, "read", tables.thing(found.id), asked.what)
        return await _shown(ask, kit, tx, found, asked.what)


async def _shown(ask: Ask, kit: Kit, tx: Transaction, found: Report, what: str) -> Reply:
    held = await tables.opened(kit, tx, found.id)
    if held is None:
        return say(_("Nothing is kept for it any more."))
    if what != EVIDENCE:
        accounts = [UserRef(platform, id) for platform, id in held["accounts"][what]]
        return say(
            _(
                "{name} in report {id} is:",
                name=found.reported if what == tables.REPORTED else found.reporter,
                id=found.id,
            ),
            bullets([_("{account} on {platform}", account=one.id, platform=one.platform) for one in accounts]),
            _("Please keep it to yourself."),
        )
    lines = [_line(kit, found, one, held["reporter_side"]) for one in held["evidence"][-SHOWN:]]
    blocks: list[Block] = [para(_("What was written in the days before report {id}:", id=found.id))]
    blocks.append(bullets(lines) if lines else para(_("Nothing was written in the last 7 days.")))
    return Reply(tuple(blocks))


def _line(kit: Kit, found: Report, one: dict[str, object], reporter_side: int) -> Paragraph:
    who = found.reporter if one["side"] == reporter_side else found.reported
    at = Local(moment(int(str(one["at"]))), kit.config.community.zone)
    match one["did"]:
        case "changed":
            said = _("{who} changed it, {at}:", who=who, at=at)
        case "taken back":
            said = _("{who} took a message back, {at}", who=who, at=at)
        case _:
            said = _("{who}, {at}:", who=who, at=at)
    return para(Strong(said), " ", Verbatim(str(one["text"])))
