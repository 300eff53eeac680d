"""`/checkin helped`: what helped somebody, in their own words, kept for a hard hour of theirs. Never advice."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.press import Press
from bot.talk.reply import Block, Quote, Reply, Typed, para, say
from bot.talk.text import Local, _
from commands.checkin import tables, tables_own
from commands.checkin.keeping import PURPOSE
from commands.checkin.noting import zone_of
from commands.checkin.tables_own import Helped

MOST = 50
SHOWN = 10
LONGEST = 500


@command("checkin helped", examples=("checkin helped a walk by the sea",))
async def helped(
    ask: Ask,
    kit: Kit,
    what: Annotated[str | None, Arg(_("What helped, in your own words"), rest=True, long=True, most=LONGEST)] = None,
) -> Reply:
    """Keep what helped you, to be reminded of it after a low check-in; or see it."""
    person = kit.require(ask, PURPOSE.id)
    if what:
        return await _add(ask, kit, what)
    async with kit.transaction() as tx:
        found = await tables_own.helped(kit, tx, person.id, SHOWN)
    add = Press(_("Add something"), "checkin remember", form=True)
    if not found:
        return Reply(
            (
                para(_("Nothing is kept here yet. What helped you in a hard hour, even a little?")),
                para(_("To keep it:"), " ", Typed("checkin helped", "…")),
            ),
            (add,),
        )
    zone = zone_of(kit, person)
    blocks: list[Block] = [para(_("This helped you before, in your own words:"))]
    blocks.append(Quote(tuple(para(one.text) for one in found)))
    away = [Press(_("Remove the one of {at}", at=Local(one.at, zone)), "checkin unhelped", id=one.id) for one in found]
    return Reply(tuple(blocks), (add, *away))


@command("checkin remember", hidden=True, form=True)
async def remember(
    ask: Ask,
    kit: Kit,
    what: Annotated[str, Arg(_("What helped, in your own words"), rest=True, long=True, most=LONGEST)],
) -> Reply:
    """Keep what helped you, for a hard hour."""
    return await _add(ask, kit, what)


async def _add(ask: Ask, kit: Kit, what: str) -> Reply:
    person = kit.require(ask, PURPOSE.id)
    one = Helped(tables.new_id(), what.strip(), kit.now)
    async with kit.transaction() as tx:
        if len(await tables_own.helped(kit, tx, person.id)) >= MOST:
            raise Mistake(_("You keep {most} of these, which is the most. Remove one first.", most=MOST), "what")
        await tables_own.add_helped(kit, tx, person.id, one)
    return say(
        _("Kept. I show it to you after a low check-in."),
        presses=(Press(_("Remove it again"), "checkin unhelped", id=one.id),),
    )


@command("checkin unhelped", hidden=True)
async def unhelped(
    ask: Ask,
    kit: Kit,
    id: Annotated[str, Arg(_("Which one"), words=False)],
    back: Annotated[bool, Arg(_("Bring it back"))] = False,
) -> Reply:
    """Remove something that helped, or bring it back."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        if back:
            done = await tables_own.restore(tx, "checkin_helped", person.id, id)
        else:
            done = await tables_own.remove(tx, "checkin_helped", person.id, id, kit.now)
    if not done:
        return say(_("There is nothing to bring back any more.") if back else _("It is gone already."), replaces=True)
    if back:
        return say(_("It is back, as it was."), replaces=True)
    undo = (Press(_("Undo"), "checkin unhelped", id=id, back=True),)
    return say(_("Removed. In a day it is gone for good."), presses=undo, replaces=True)
