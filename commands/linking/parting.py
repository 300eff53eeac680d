"""`/link accounts` and `/link part`: seeing one's accounts, and parting one.

What was kept stays with the others; whom one does not want to meet stays with both.
"""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, Typed, Verbatim, bullets, para, say
from bot.talk.text import _


@command("link accounts", effects=False)
async def accounts(ask: Ask, kit: Kit) -> Reply:
    """See which accounts of yours are linked."""
    if ask.person is None:
        return _alone()
    async with kit.transaction() as tx:
        mine = await kit.people.accounts(tx, ask.person.id)
    if len(mine) < 2:
        return _alone()
    lines = bullets([para(Verbatim(one.id), Verbatim(f" ({one.platform})")) for one in mine])
    return Reply((para(_("These are yours:")), lines), (Press(_("Part this account"), "link part"),))


def _alone() -> Reply:
    return say(_("No other account is linked with this one."), para(_("To link one:"), " ", Typed("link")))


@command("link part", effects=False)
async def part(ask: Ask, kit: Kit) -> Reply:
    """Part this account from your others."""
    if ask.person is None:
        return _alone()
    async with kit.transaction() as tx:
        mine = await kit.people.accounts(tx, ask.person.id)
    if len(mine) < 2:
        return _alone()
    return say(
        _("Part this account from the others? What I keep stays with them; here you begin anew."),
        _("Whom you blocked stays blocked for both."),
        presses=[Press(_("Yes, part it"), "link parted", tone=Tone.DANGER), Press(_("No"), "link accounts")],
    )


@command("link parted", hidden=True)
async def parted(ask: Ask, kit: Kit, really: Annotated[bool, Arg(_("Really?"), hidden=True)] = True) -> Reply:
    """Part it, after the question."""
    if ask.person is None:
        return _alone()
    async with kit.transaction() as tx:
        if len(await kit.people.accounts(tx, ask.person.id)) < 2:
            return _alone()
        await kit.people.unlink(tx, ask.author)
        for feature in kit.catalogue.features:
            if feature.unlinked is not None:
                await feature.unlinked(kit, tx, ask.person, ask.author)
    return say(_("Parted. I know nothing about you here any more."), replaces=True)
