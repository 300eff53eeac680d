"""`/link`: a code from one account, entered on the other, confirmed on both. One record stays; the other is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.erasure import erase
from bot.state.jobs import Job
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.model import UserRef
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Inline, Paragraph, Reply, Strong, Typed, Verbatim, para, say
from bot.talk.text import _
from commands.linking.keeping import PURPOSE, VALID, Link, drop, get, id_of, new_code, save

AGAIN = timedelta(minutes=10)
MINE, THEIRS = "mine", "theirs"
_ID = Arg(_("Which code"), words=False)


@command("link", inside="start")
async def link(ask: Ask, kit: Kit) -> Reply:
    """Link another account of yours: get a code here, and enter it there."""
    person = kit.require(ask, PURPOSE.id)
    made = new_code()
    async with kit.transaction() as tx:
        await save(kit, tx, Link(id_of(kit, made), person.id, ask.author, None, None))
    return say(
        _("Write this on your other account, within {n} minutes:", n=VALID // timedelta(minutes=1)),
        para(Typed("link code", f"{made[:4]}-{made[4:]}")),
        para(
            _("Give it to nobody: whoever enters it asks to be you. I ask you here once more before anything happens.")
        ),
    )


@command("link code", examples=("link code ABCD-2345",))
async def code(
    ask: Ask, kit: Kit, code: Annotated[str, Arg(_("The code from your other account"), words=False)]
) -> Reply:
    """Enter the code that you got on your other account."""
    async with kit.transaction() as tx:
        found = await get(kit, tx, id_of(kit, code))
        if found is None or found.other is not None:
            raise Mistake(
                _("I don't know that code, or its time is over. Get a new one with /link on your other account.")
            )
        if found.maker == ask.author:
            raise Mistake(_("That is the account you got the code on. Enter it on the other one."))
        if ask.person is not None and ask.person.id == found.person:
            return say(_("These two are linked already."))
        await _allowed(kit, tx, found, ask)
        await save(kit, tx, replace(found, other=ask.author))
    blocks: list[Block] = [
        Paragraph((_("You want to be one person with:"), Verbatim(" "), *_name(found.maker))),
        para(
            _("From then on, either account sees and changes the same. What you may do as a moderator stays as it is.")
        ),
    ]
    if ask.person is None:
        yes = Press(_("Yes, that is me"), "link keep", tone=Tone.MAIN, c=found.id, stays=MINE)
        return Reply((*blocks,), (yes, Press(_("No"), "link refuse", c=found.id)))
    blocks.append(
        para(_("I keep something for each of the two. Which record shall stay? The other is erased for good."))
    )
    return Reply(
        tuple(blocks),
        (
            Press(_("That of the other account"), "link keep", tone=Tone.DANGER, c=found.id, stays=MINE),
            Press(_("That of this account"), "link keep", tone=Tone.DANGER, c=found.id, stays=THEIRS),
            Press(_("Neither: don't link"), "link refuse", c=found.id),
        ),
    )


def _name(user: UserRef) -> tuple[Inline, ...]:
    return (Strong(Verbatim(user.id)), Verbatim(f" ({user.platform})"))


async def _allowed(kit: Kit, tx: Transaction, found: Link, ask: Ask) -> None:
    """Raises Mistake where some feature says that these two can't be one."""
    if ask.person is None:
        return
    for feature in kit.catalogue.features:
        why = await feature.may_link(kit, tx, found.person, ask.person.id) if feature.may_link else None
        if why is not None:
            raise Mistake(why)


@command("link keep", hidden=True)
async def keep(ask: Ask, kit: Kit, c: Annotated[str, _ID], stays: Annotated[str, _ID]) -> Reply:
    """Confirm it on the account that entered the code."""
    async with kit.transaction() as tx:
        found = await get(kit, tx, c)
        if found is None or found.other != ask.author or stays not in (MINE, THEIRS):
            return _over()
        await save(kit, tx, replace(found, stays=stays))
        what = (
            _("The record of this account stays; that of the other is erased for good.")
            if stays == MINE
            else _("The record of the other account stays; that of this one is erased for good.")
        )
        question = Reply(
            (
                Paragraph((_("Your code was entered by:"), Verbatim(" "), *_name(ask.author))),
                para(_("Is that you? If not, somebody else has your code: say no."), " ", what),
            ),
            (
                Press(_("Yes, that is me"), "link confirm", tone=Tone.DANGER, c=found.id),
                Press(_("No"), "link refuse", c=found.id),
            ),
        )
        await kit.tell(tx, found.maker, question, key=f"link:{found.id}:asked", person=found.person)
    return say(_("Now confirm it on the other account: I wrote to you there."), replaces=True)


@command("link refuse", hidden=True)
async def refuse(ask: Ask, kit: Kit, c: Annotated[str, _ID]) -> Reply:
    """Say no. Nothing is linked."""
    async with kit.transaction() as tx:
        found = await get(kit, tx, c)
        if found is not None and ask.author in (found.maker, found.other):
            await drop(tx, c)
    return say(_("Nothing was linked."), replaces=True)


@command("link confirm", hidden=True)
async def confirm(ask: Ask, kit: Kit, c: Annotated[str, _ID]) -> Reply:
    """Confirm it on the account that made the code: they are linked."""
    async with kit.transaction() as tx:
        found = await get(kit, tx, c)
        if found is None or found.maker != ask.author or found.other is None or found.stays is None or not ask.person:
            return _over()
        theirs = await kit.people.find(tx, found.other)
        await _allowed(kit, tx, found, replace(ask, person=theirs))
        await drop(tx, c)
        kept, gone = (found.person, theirs.id if theirs else None)
        if theirs is not None and found.stays == THEIRS:
            kept, gone = theirs.id, found.person
        await _unite(kit, tx, kept, gone, found.other)
        await kit.tell(
            tx, found.other, say(_("Linked: you are one person on both.")), key=f"link:{c}:done", person=kept
        )
    return say(
        _("Linked: you are one person on both."), para(_("To part them again:"), " ", Typed("link part")), replaces=True
    )


async def _unite(kit: Kit, tx: Transaction, kept: str, gone: str | None, other: UserRef) -> None:
    """All accounts belong to the one who stays; what must not get lost with the other record is handed over; that
    record is erased next, and again until it is."""
    accounts = [other] if gone is None else await kit.people.accounts(tx, gone)
    for account in accounts:
        await kit.people.unlink(tx, account)
        await kit.people.link(tx, kept, account)
    await kit.people.grant(tx, kept, PURPOSE.id, PURPOSE.version)
    for feature in kit.catalogue.features:
        if feature.linked is not None:
            await feature.linked(kit, tx, kept, gone, accounts)
    if gone is not None:
        await kit.jobs.put(tx, "linking.erase", kit.now, {"person": gone}, key=f"linking.erase:{gone}", person=gone)


async def nothing_yet(job: Job, kit: Kit) -> None:
    """Should what follows be cut off, it is done again; when it is done, this goes with the person."""
    async with kit.transaction() as tx:
        await kit.jobs.put(tx, job.kind, kit.now + AGAIN, job.payload, key=job.key, person=job.person)


async def erase_it(job: Job, kit: Kit) -> None:
    """Erase the record that does not stay."""
    await erase(kit.house.db, kit.house.vault, str(job.payload["person"]), kit.catalogue.forgets)


def _over() -> Reply:
    """The same for what is over, used, or somebody else's."""
    return say(_("That code is used, or its time is over."), replaces=True)
