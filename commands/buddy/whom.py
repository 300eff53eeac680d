"""Which buddy is meant: the only one, the one whose room it is, the one that was named; else it is asked."""

from __future__ import annotations

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.talk.command import Arg
from bot.talk.press import Press
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import Text, _
from commands.buddy.tables import pairs
from commands.buddy.tables.pairs import Side

WHO = Arg(_("Which buddy, by name"), words=False, rest=True)
WHOM = Arg(_("Which buddy"), words=False, hidden=True)
PAIR = Arg(_("Which buddy"), words=False)
"""The same for what only presses run."""


async def which(
    ask: Ask,
    kit: Kit,
    tx: Transaction,
    who: str | None,
    p: str,
    command: str,
    question: Text,
    *,
    over_too: bool = False,
) -> tuple[Side | None, Reply]:
    """The asker's own side, or None with what to say instead. `over_too` looks at conversations that ended lately."""
    if ask.person is None:
        return None, none()
    states = (pairs.MET, pairs.OVER) if over_too else (pairs.MET,)
    sides = [side for side in await pairs.of(tx, ask.person.id, *states) if await _talked(tx, side)]
    if p or ask.about:
        wanted = p or ask.about
        found = next((side for side in sides if side.about == wanted), None)
        return (found, Reply()) if found else (None, say(_("That conversation is over already.")))
    names = {side.about: await _name(tx, side) for side in sides}
    if who:
        typed = who.strip().casefold()
        found = next((side for side in reversed(sides) if names[side.about].casefold() == typed), None)
        if found:
            return found, Reply()
    current = [side for side in sides if (pair := await pairs.pair(tx, side.pair)) and pair.state == pairs.MET]
    if len(sides) == 1 or (len(current) == 1 and not over_too):
        return (current or sides)[0], Reply()
    if not sides:
        return None, none()
    choices = [Press(_("{name}", name=names[side.about]), command, p=side.about) for side in reversed(sides)]
    return None, say(question, presses=choices[:20])


async def _talked(tx: Transaction, side: Side) -> bool:
    pair = await pairs.pair(tx, side.pair)
    return pair is not None and pair.met is not None


async def _name(tx: Transaction, side: Side) -> str:
    other = await pairs.other(tx, side)
    return other.name if other else "…"


def none() -> Reply:
    return say(_("You have no buddy at the moment."), para(_("To be looked for:"), " ", Typed("buddy join")))
