"""Never meeting somebody: blocking a buddy, avoiding somebody one knows, lifting it again. The other is never told."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.model import UserRef
from bot.talk.press import Press
from bot.talk.reply import Reply, bullets, para, say
from bot.talk.text import _
from commands.buddy.ending import mine, over
from commands.buddy.keeping import PURPOSE
from commands.buddy.tables import never, pairs
from commands.buddy.tables.pairs import Side
from commands.buddy.whom import PAIR, WHO, WHOM, which


@command("buddy block")
async def block(ask: Ask, kit: Kit, who: Annotated[str | None, WHO] = None, p: Annotated[str, WHOM] = "") -> Reply:
    """End it with a buddy at once, and never meet them again.

    They read that the conversation ended, as after any other ending. It holds even after both of you erased everything.
    """
    async with kit.transaction() as tx:
        side, asked = await which(ask, kit, tx, who, p, "buddy block", _("Whom do you want to block?"), over_too=True)
        if side is None:
            return asked
        return await _block(ask, kit, tx, side)


@command("buddy blocked", hidden=True)
async def block_now(ask: Ask, kit: Kit, p: Annotated[str, PAIR]) -> Reply:
    """Block, after the question."""
    async with kit.transaction() as tx:
        side = await mine(ask, tx, p)
        if side is None:
            return say(_("That conversation is over already."), replaces=True)
        return await _block(ask, kit, tx, side)


async def _block(ask: Ask, kit: Kit, tx: Transaction, side: Side) -> Reply:
    other = await pairs.other(tx, side)
    if other is not None:
        cause = await never.add(kit, tx, side.person, other.name)
        mine_, theirs = await never.marks(kit, tx, side.person), await never.marks(kit, tx, other.person)
        await never.keep_apart(tx, mine_, theirs, cause)
    await over(kit, tx, side, silence=True)
    name = other.name if other else "…"
    return say(
        _("{name} is blocked: you will not meet again, and nothing more reaches you from them.", name=name),
        para(_("Did something happen that others should look at?")),
        presses=[
            Press(_("Report it"), "buddy report", p=side.about),
            Press(_("See whom I don't meet"), "buddy avoids"),
        ],
        replaces=True,
    )


@command("buddy avoid", examples=("buddy avoid @somebody",))
async def avoid(
    ask: Ask,
    kit: Kit,
    account: Annotated[str, Arg(_("Their full name on this platform"), words=False, most=255)],
) -> Reply:
    """Never be brought together with somebody you know. Only you see this; they are never told."""
    person = kit.require(ask, PURPOSE.id)
    typed = account.strip().removeprefix("<@").removeprefix("!").removesuffix(">")
    if ask.author.platform != "matrix":
        typed = typed.removeprefix("@")
    async with kit.transaction() as tx:
        user = UserRef(ask.author.platform, typed)
        if user == ask.author:
            raise Mistake(_("That is you."), "account")
        cause = await never.add(kit, tx, person.id, typed)
        theirs = [never.mark(kit, user)]
        known = await kit.people.find(tx, user)
        if known is not None:
            theirs = await never.marks(kit, tx, known.id)
        await never.keep_apart(tx, await never.marks(kit, tx, person.id), theirs, cause)
    return say(_("You will not be brought together. They are not told."), presses=[_lifted(cause, typed)])


@command("buddy avoids", effects=False)
async def avoids(ask: Ask, kit: Kit) -> Reply:
    """See whom you blocked or don't want to meet, and lift it."""
    if ask.person is None:
        return say(_("Nobody is on your list."))
    async with kit.transaction() as tx:
        mine_ = await never.mine(kit, tx, ask.person.id)
    if not mine_:
        return say(_("Nobody is on your list."))
    return Reply(
        (para(_("You will not be brought together with:")), bullets([one.label for one in mine_])),
        tuple(_lifted(one.id, one.label) for one in mine_[:24]),
    )


def _lifted(id: str, label: str) -> Press:
    return Press(_("Lift: {who}", who=label[:40]), "buddy lift", id=id)


@command("buddy lift", hidden=True)
async def lift(ask: Ask, kit: Kit, id: Annotated[str, Arg(_("Which one"), words=False)]) -> Reply:
    """Lift a block of one's own. A block that the other set stays."""
    async with kit.transaction() as tx:
        if ask.person is None or not await never.remove(tx, ask.person.id, id):
            return say(_("That is lifted already."), replaces=True)
    return say(_("Lifted."), replaces=True)
