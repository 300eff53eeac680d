"""Moderators and their cases: the list, taking one, handing it over, a note, closing it with a verdict.

Every step stands in the audit chain. What is answered is for the moderator who asked; the cards show it to all.
"""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.audit import Audit
from bot.state.counts import count
from bot.state.database import Transaction
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.model import Role, UserRef
from bot.talk.platform import KnowsStanding
from bot.talk.press import Press
from bot.talk.reply import Block, Heading, Mention, Reply, Typed, bullets, para, say
from bot.talk.text import Local, Text, _
from commands.crisis import alerts, learning, signals, tables
from commands.crisis.cards import card, head
from commands.crisis.naming import STEPS, VERDICTS
from commands.crisis.tables import Case

LISTED = 10
WHICH = {
    "open": (("open", "taken"), _("Called to moderators")),
    "queue": (("queued",), _("The quiet list")),
    "closed": (("closed", "lapsed"), _("Closed lately")),
}
_CASE = Arg(_("Which case: its six letters"), words=False, most=12)


@command("alerts", inside="list", allow=Role.MODERATOR, effects=False)
async def alerts_list(
    ask: Ask,
    kit: Kit,
    which: Annotated[
        str | None, Arg(_("Which ones"), choices=tuple(Choice(name, said) for name, (_s, said) in WHICH.items()))
    ] = None,
) -> Reply:
    """Cases that wait for a moderator, those that somebody looks after, and the quiet list."""
    out: list[Block] = []
    presses: list[Press] = []
    async with kit.transaction() as tx:
        for name in (which,) if which else ("open", "queue"):
            states, title = WHICH[name]
            found = await tables.cases_in(tx, states, LISTED)
            out.append(Heading(title))
            out.append(bullets([_line(kit, one) for one in found]) if found else para(_("Nothing.")))
            presses += [Press(_("Show {id}", id=one.id), "alerts show", case=one.id) for one in found[:5]]
    out.append(para(_("This shows one of them:"), " ", Typed("alerts show", _example(presses))))
    return Reply(tuple(out), tuple(presses[:5]))


def _line(kit: Kit, one: Case) -> Text:
    when = Local(one.seen, kit.config.community.zone)
    if one.state == "taken":
        return _("{id}: {what}, {when}, taken", id=one.id, what=head(one), when=when)
    return _("{id}: {what}, {when}", id=one.id, what=head(one), when=when)


def _example(presses: list[Press]) -> str:
    return str(dict(presses[0].args)["case"]) if presses else "…"


@command("alerts show", allow=Role.MODERATOR, effects=False, examples=("alerts show 1f2e3d",))
async def alerts_show(ask: Ask, kit: Kit, case: Annotated[str, _CASE]) -> Reply:
    """One case: where, by which rule, what its person was offered, and what can be done."""
    async with kit.transaction() as tx:
        one = await _case(tx, case)
        shown = await card(kit, tx, one)
        steps = await Audit(kit.house.vault).of(tx, tables.case_key(one.id))
    zone = kit.config.community.zone
    lines = [_("{when}: {step}", when=Local(step.at, zone), step=STEPS.get(step.did, _("changed"))) for step in steps]
    return Reply((*shown.blocks, para(_("What was done:")), bullets(list(lines))), shown.presses)


@command("alerts take", allow=Role.MODERATOR)
async def take(ask: Ask, kit: Kit, case: Annotated[str, _CASE]) -> Reply:
    """Take a case: others see that you look after it."""
    async with kit.transaction() as tx:
        one = await _open_case(tx, case)
        audit = Audit(kit.house.vault)
        me = await audit.actor(tx, ask.author)
        if one.state == "taken" and one.taken_by == me:
            return say(_("You have it already."))
        if one.state == "taken":
            who = await audit.who(tx, one.taken_by or "")
            by = Mention(who) if who else _("somebody who is gone")
            return say(para(_("Somebody else has it:"), " ", by), presses=(_take_over(one),))
        await _given(kit, tx, one, me, me, "taken")
    return say(
        _("Case {id} is yours now. If you can't see it through, hand it over; nobody minds.", id=one.id),
        presses=(Press(_("Hand it over"), "alerts hand", form=True, case=one.id), *_closing(one)),
    )


def _take_over(one: Case) -> Press:
    return Press(_("Take it over"), "alerts take-over", case=one.id)


@command("alerts take-over", hidden=True, allow=Role.MODERATOR)
async def take_over(ask: Ask, kit: Kit, case: Annotated[str, _CASE]) -> Reply:
    """Take a case that somebody else has."""
    async with kit.transaction() as tx:
        one = await _open_case(tx, case)
        me = await Audit(kit.house.vault).actor(tx, ask.author)
        await _given(kit, tx, one, me, me, "taken")
    return say(_("Case {id} is yours now.", id=one.id), presses=_closing(one))


@command("alerts hand", allow=Role.MODERATOR, form=True, examples=("alerts hand 1f2e3d @ana",))
async def hand(
    ask: Ask,
    kit: Kit,
    case: Annotated[str, _CASE],
    to: Annotated[UserRef | None, Arg(_("To whom; empty gives it back to all"))] = None,
) -> Reply:
    """Hand a case to another moderator, or back to all of them."""
    if to is not None:
        await _must_moderate(kit, ask, to)
    async with kit.transaction() as tx:
        one = await _open_case(tx, case)
        audit = Audit(kit.house.vault)
        me = await audit.actor(tx, ask.author)
        if to is None:
            await tables.change(tx, one.id, state="open", taken_by=None, taken=None)
            await audit.note(tx, me, "given-back", tables.case_key(one.id))
            await alerts.refresh(kit, tx, one.id)
            await alerts.wait_for_taker(kit, tx, one.id)
            return say(_("Case {id} waits for somebody again.", id=one.id))
        await _given(kit, tx, one, me, await audit.actor(tx, to), "handed")
        blocks: list[Block] = [para(_("Case {id} was handed to", id=one.id), " ", Mention(to))]
        await alerts.tell_all(kit, tx, blocks, key=f"handed:{one.id}:{tx.now_ms}")
    return say(para(_("Case {id} was handed to", id=one.id), " ", Mention(to)))


async def _given(kit: Kit, tx: Transaction, one: Case, by: str, to: str, did: str) -> None:
    await tables.change(tx, one.id, state="taken", taken_by=to, taken=tx.now_ms)
    await Audit(kit.house.vault).note(tx, by, did, tables.case_key(one.id), to if to != by else "")
    await kit.jobs.cancel(tx, f"crisis.escalate:{one.id}")
    await alerts.refresh(kit, tx, one.id)


async def _must_moderate(kit: Kit, ask: Ask, user: UserRef) -> None:
    """Whoever is given a case must be a moderator, as far as the platform can say."""
    platform = kit.house.platforms.get(user.platform)
    if isinstance(platform, KnowsStanding):
        standing = await platform.standing(user, ask.place)
        if standing.role < Role.MODERATOR:
            raise Mistake(_("They are no moderator here, so they could not see it. Name one who is."), "to")


@command("alerts note", allow=Role.MODERATOR, form=True)
async def note(
    ask: Ask,
    kit: Kit,
    case: Annotated[str, _CASE],
    text: Annotated[str, Arg(_("A note for the other moderators"), rest=True, long=True, most=500, words=False)],
) -> Reply:
    """Add a note to a case. Other moderators read it; it is sealed, and goes with the case."""
    async with kit.transaction() as tx:
        one = await _case(tx, case)
        part = await tables.private_part(kit, tx, one.id)
        notes = [*part.get("notes", []), text.strip()][-10:]
        await tables.set_private_part(kit, tx, one.id, {**part, "notes": notes})
        audit = Audit(kit.house.vault)
        await audit.note(tx, await audit.actor(tx, ask.author), "noted", tables.case_key(one.id))
        await alerts.refresh(kit, tx, one.id)
    return say(_("Noted for case {id}.", id=one.id))


@command("alerts close", allow=Role.MODERATOR, examples=("alerts close 1f2e3d false",))
async def close(
    ask: Ask,
    kit: Kit,
    case: Annotated[str, _CASE],
    verdict: Annotated[str, Arg(_("How it was"), choices=tuple(Choice(one, said) for one, said in VERDICTS.items()))],
) -> Reply:
    """Close a case and say whether the rule was right. That makes the rules better."""
    async with kit.transaction() as tx:
        one = await _case(tx, case)
        if one.over:
            return say(_("Case {id} is closed already.", id=one.id))
        audit = Audit(kit.house.vault)
        me = await audit.actor(tx, ask.author)
        taken_by = one.taken_by or me
        await tables.change(tx, one.id, state="closed", verdict=verdict, closed=tx.now_ms, taken_by=taken_by)
        await audit.note(tx, me, "closed", tables.case_key(one.id), verdict)
        await kit.jobs.cancel(tx, f"crisis.escalate:{one.id}")
        seen = await signals.signals(kit, tx, one.id)
        for rule in {rule for each in seen for rule in each.rules}:
            await count(tx, f"crisis.verdict.{verdict}.{rule}")
        await learning.closed(kit, tx, one, verdict, seen)
        await alerts.refresh(kit, tx, one.id)
    return say(
        _("Case {id} is closed: {verdict}. Thank you for looking after it.", id=one.id, verdict=VERDICTS[verdict]),
        presses=(Press(_("Open it again"), "alerts reopen", case=one.id),),
    )


@command("alerts reopen", hidden=True, allow=Role.MODERATOR)
async def reopen(ask: Ask, kit: Kit, case: Annotated[str, _CASE]) -> Reply:
    """Open a closed case again; its verdict counts no more."""
    async with kit.transaction() as tx:
        one = await _case(tx, case)
        if one.state != "closed":
            return say(_("Case {id} is not closed.", id=one.id))
        audit = Audit(kit.house.vault)
        me = await audit.actor(tx, ask.author)
        await tables.change(tx, one.id, state="taken", verdict=None, closed=None, taken_by=me, taken=tx.now_ms)
        await audit.note(tx, me, "reopened", tables.case_key(one.id))
        for rule in {rule for seen in await signals.signals(kit, tx, one.id) for rule in seen.rules}:
            await count(tx, f"crisis.verdict.{one.verdict}.{rule}", -1)
        await learning.reopened(tx, one)
        await alerts.refresh(kit, tx, one.id)
    return say(_("Case {id} is open again, and yours.", id=one.id), presses=_closing(one))


def _closing(one: Case) -> tuple[Press, ...]:
    return (
        Press(_("Done"), "alerts close", case=one.id, verdict="right"),
        Press(_("False alarm"), "alerts close", case=one.id, verdict="false"),
        Press(_("Hard to say"), "alerts close", case=one.id, verdict="ambiguous"),
    )


async def _case(tx: Transaction, id: str) -> Case:
    one = await tables.case(tx, id.strip().casefold())
    if one is None:
        raise Mistake(
            _("There is no case “{id}” any more; it may be closed for long, or its person erased it.", id=id[:20]),
            "case",
        )
    return one


async def _open_case(tx: Transaction, id: str) -> Case:
    one = await _case(tx, id)
    if one.over:
        raise Mistake(_("Case {id} is closed already.", id=one.id), "case")
    return one
