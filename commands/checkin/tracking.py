"""`/checkin track`: scales of a person's own, beside the community's. Their names are sealed like everything else."""

from __future__ import annotations

import difflib
from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.press import Press
from bot.talk.reply import Inline, Paragraph, Reply, Typed, Verbatim, bullets, para, say
from bot.talk.text import Text, _, listing
from commands.checkin import scales as measures
from commands.checkin import tables, tables_own
from commands.checkin.keeping import PURPOSE
from commands.checkin.noting import known_scales
from commands.checkin.scales import MOST_OWN, NAME_LIMIT, Scale
from commands.checkin.telling import number

TABLE = "checkin_scales"


@command("checkin track add", examples=("checkin track add hours outside 0-10",))
async def add(
    ask: Ask,
    kit: Kit,
    scale: Annotated[str, Arg(_("A name and two numbers, as: hours outside 0-10"), rest=True, most=NAME_LIMIT + 40)],
) -> Reply:
    """Add a scale of your own, to note a number beside your mood."""
    person = kit.require(ask, PURPOSE.id)
    new = measures.read_scale(tables.new_id(), scale)
    async with kit.transaction() as tx:
        mine = await tables_own.scales(kit, tx, person.id)
        if any(one.name.casefold() == new.name.casefold() for one in mine):
            raise Mistake(
                _("You have a scale “{name}” already. Choose another name, or remove that one first.", name=new.name),
                "scale",
            )
        if len(mine) >= MOST_OWN:
            raise Mistake(_("You have {most} scales, which is the most. Remove one first.", most=MOST_OWN), "scale")
        await tables_own.add_scale(kit, tx, person.id, new)
    return say(
        _("Added: {scale}.", scale=_told(new)),
        para(_("To use it:"), " ", Typed("checkin", f'scales="{new.name} {measures.plain(new.low)}" 4')),
        presses=(Press(_("Remove it again"), "checkin track remove", id=new.key),),
    )


def _told(scale: Scale) -> Text:
    return _("{name}, {low} to {high}", name=scale.name, low=number(scale.low), high=number(scale.high))


@command("checkin track list", effects=False)
async def listed(ask: Ask, kit: Kit) -> Reply:
    """See the scales that you can use, and remove your own."""
    own: list[Scale] = []
    known = measures.of_community(kit.config, ask.language)
    if ask.person is not None:
        async with kit.transaction() as tx:
            known = await known_scales(kit, tx, ask.person.id, ask.language)
            own = [one for one in known if one.own]
    add_one = para(_("To add one of your own:"), " ", Typed("checkin track add", "hours outside 0-10"))
    if not known:
        return say(_("There are no scales yet. A check-in is a mood, and a note if you like."), add_one)

    def shown(one: Scale) -> Paragraph:
        parts: list[Inline] = [_told(one)]
        if one.own:
            parts += [Verbatim(" — "), _("your own")]
        return Paragraph(tuple(parts))

    presses = tuple(Press(_("Remove: {name}", name=one.name), "checkin track remove", id=one.key) for one in own)
    return Reply((bullets([shown(one) for one in known]), add_one), presses)


@command("checkin track remove", examples=("checkin track remove hours outside",))
async def remove(
    ask: Ask,
    kit: Kit,
    name: Annotated[str | None, Arg(_("Which scale of yours"), words=False, rest=True)] = None,
    id: Annotated[str, Arg(_("Which one"), words=False, hidden=True)] = "",
    back: Annotated[bool, Arg(_("Bring it back"), hidden=True)] = False,
) -> Reply:
    """Remove a scale of your own. What you noted with it stays."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        mine = await tables_own.scales(kit, tx, person.id)
        if back:
            if not await tables_own.restore(tx, TABLE, person.id, id):
                return say(_("There is nothing to bring back any more."), replaces=True)
            return say(_("It is back, as it was."), replaces=True)
        found = next((one for one in mine if one.key == id), None) if id else _named(name or "", mine)
        if found is None:
            return say(_("It is gone already."), replaces=True)
        await tables_own.remove(tx, TABLE, person.id, found.key, kit.now)
    undo = Press(_("Undo"), "checkin track remove", id=found.key, back=True)
    return say(
        _("Removed: {scale}. What you noted with it stays.", scale=_told(found)),
        presses=(undo,),
        replaces=bool(id),
    )


def _named(typed: str, mine: list[Scale]) -> Scale:
    wanted = " ".join(typed.casefold().split())
    for one in mine:
        if one.name.casefold() == wanted:
            return one
    if not mine:
        raise Mistake(_("You have no scale of your own."), "name")
    names = {one.name.casefold(): one.name for one in mine}
    close = difflib.get_close_matches(wanted, list(names), 2, 0.5)
    right = listing([names[one] for one in close] or list(names.values()))
    raise Mistake(
        _("You have no scale “{typed}”. This would be right: {right}.", typed=typed[:NAME_LIMIT], right=right), "name"
    )
