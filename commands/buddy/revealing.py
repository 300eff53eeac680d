"""Learning who the other is: only when both pressed it, each on their own. Nobody is told that the other pressed."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.talk.command import command
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, Strong, Verbatim, bullets, para, say
from bot.talk.text import _
from commands.buddy import voices
from commands.buddy.ending import mine
from commands.buddy.tables import pairs
from commands.buddy.tables.pairs import Side
from commands.buddy.whom import PAIR, WHO, WHOM, which


@command("buddy reveal")
async def reveal(ask: Ask, kit: Kit, who: Annotated[str | None, WHO] = None, p: Annotated[str, WHOM] = "") -> Reply:
    """Show a buddy who you are, if they want the same.

    Nothing happens until both of you said so, each on your own. Your buddy is not told that you did.
    """
    async with kit.transaction() as tx:
        side, asked = await which(ask, kit, tx, who, p, "buddy reveal", _("With whom?"))
        if side is None:
            return asked
        other = await pairs.other(tx, side)
    name = other.name if other else "…"
    return say(
        _("Show {name} your account, if {name} wants the same? Once both said so, it can't be undone.", name=name),
        presses=[
            Press(_("Yes, if both want it"), "buddy revealed", tone=Tone.DANGER, p=side.about, on=True),
            Press(_("No"), "buddy revealed", p=side.about, on=False),
        ],
    )


@command("buddy revealed", hidden=True)
async def revealed(ask: Ask, kit: Kit, p: Annotated[str, PAIR], on: Annotated[bool, PAIR]) -> Reply:
    """Say so, or take it back."""
    async with kit.transaction() as tx:
        side = await mine(ask, tx, p)
        pair = await pairs.pair(tx, side.pair) if side else None
        if side is None or pair is None or pair.state != pairs.MET:
            return say(_("That conversation is over already."), replaces=True)
        await pairs.set_reveal(tx, side, on)
        other = await pairs.other(tx, side)
        if not on:
            return say(_("Nobody learns who you are."), replaces=True)
        if other is None or not other.reveal:
            return say(
                _("Noted. Nothing is shown unless your buddy says the same by themselves."),
                presses=[Press(_("Take it back"), "buddy revealed", p=p, on=False)],
                replaces=True,
            )
        for one, theirs in ((side, other), (other, side)):
            await voices.tell(kit, tx, one.person, await _account(kit, tx, theirs))
    return say(_("You both wanted it."), replaces=True)


async def _account(kit: Kit, tx: Transaction, side: Side) -> Reply:
    accounts = await kit.people.accounts(tx, side.person)
    return say(
        _("You both wanted to know who the other is. {name} is:", name=side.name),
        bullets([para(Strong(Verbatim(one.id)), " ", _("on {platform}", platform=one.platform)) for one in accounts]),
        _("You can go on here, or anywhere you both like. What I told each of you, I can't take back."),
    )
