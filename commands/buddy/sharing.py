"""`/buddy share`: showing a buddy something of one's own, one thing at a time, and taking it back.

What there is to show, other features say (`Feature.shares`); this one knows none of them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.talk.command import Arg, command
from bot.talk.feature import Shareable
from bot.talk.press import Press
from bot.talk.reply import Block, Inline, Paragraph, Reply, Typed, Verbatim, bullets, para, say
from bot.talk.text import Local, Text, _
from commands.buddy import voices
from commands.buddy.ending import mine
from commands.buddy.rebuilding import rebuild
from commands.buddy.tables import new_id, pairs, talk
from commands.buddy.way import Way, over, spoken, way_of
from commands.buddy.whom import PAIR, WHO, WHOM, which

SHOWN = 8
CAN_BE_TAKEN_BACK = timedelta(days=366)


async def _all(kit: Kit, tx: Transaction, ask: Ask) -> list[tuple[str, Shareable]]:
    out = []
    for feature in kit.catalogue.features:
        if feature.shares is not None:
            out += [(feature.name, one) for one in await feature.shares(kit, tx, ask.person)]
    return out


@command("buddy share")
async def share(ask: Ask, kit: Kit, who: Annotated[str | None, WHO] = None, p: Annotated[str, WHOM] = "") -> Reply:
    """Show a buddy one of your check-ins. You choose each one, and can take it back."""
    async with kit.transaction() as tx:
        side, asked = await which(ask, kit, tx, who, p, "buddy share", _("To whom do you want to show something?"))
        if side is None:
            return asked
        other = await pairs.other(tx, side)
        found = (await _all(kit, tx, ask))[:SHOWN]
    if not found:
        return say(_("There is nothing to show yet."), para(_("To note how you are:"), " ", Typed("checkin")))
    name = other.name if other else "…"
    return say(
        _("Which one shall {name} see? Only what you choose, and you can take it back.", name=name),
        presses=[
            Press(_("Show: {what}", what=one.title), "buddy shared", p=side.about, f=feature, i=one.id)
            for feature, one in found
        ],
    )


@command("buddy shared", hidden=True)
async def shared(
    ask: Ask,
    kit: Kit,
    p: Annotated[str, PAIR],
    f: Annotated[str, Arg(_("Of which kind"), words=False)],
    i: Annotated[str, Arg(_("Which one"), words=False)],
) -> Reply:
    """Show it."""
    async with kit.transaction() as tx:
        way = await way_of(tx, await mine(ask, tx, p), None)
        if way is None:
            return over()
        found = next((one for feature, one in await _all(kit, tx, ask) if (feature, one.id) == (f, i)), None)
        if found is None:
            return say(_("That is gone already."), replaces=True)
        mark = await _show(kit, tx, way, found)
        if mark is None:
            return over()
    return say(
        _("{name} can see it now: {what}", name=way.other.name, what=found.title),
        presses=[
            Press(_("Take it back"), "buddy unshare", m=mark.removeprefix("buddy:")),
            Press(_("Show another one"), "buddy share", p=p),
        ],
        replaces=True,
    )


async def _show(kit: Kit, tx: Transaction, way: Way, found: Shareable) -> str | None:
    to = await voices.room(kit, tx, way.other)
    if to is None:
        return None
    mark = f"buddy:{new_id()}"
    blocks: list[Block] = [para(_("{name} shows you a check-in:", name=way.side.name)), *_rebuilt(found.said.blocks)]
    await kit.tell(
        tx,
        to,
        spoken(way.side, tuple(blocks)),
        key=mark,
        person=way.other.person,
        urgent=True,
        remember=mark,
        remember_for=CAN_BE_TAKEN_BACK,
    )
    language = await voices.language(kit, tx, way.side.person)
    title = kit.words.say(found.title, language)
    await talk.keep_share(kit, tx, way.side, mark, title)
    await talk.buffer(kit, tx, way.side, mark, "said", title)
    return mark


def _rebuilt(blocks: tuple[Block, ...]) -> list[Block]:
    """The person's own words in it as in any message: nothing that names somebody."""
    out: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            parts: list[Inline] = []
            for part in block.parts:
                if isinstance(part, Verbatim):
                    for built in rebuild(part.text).blocks or (para(Verbatim(" ")),):
                        parts += built.parts if isinstance(built, Paragraph) else []
                else:
                    parts.append(part)
            out.append(Paragraph(tuple(parts)))
        else:
            out.append(block)
    return out


@command("buddy shares", effects=False)
async def shares(ask: Ask, kit: Kit) -> Reply:
    """See what your buddies were shown, and take it back."""
    if ask.person is None:
        return _none()
    async with kit.transaction() as tx:
        found = await talk.shares(kit, tx, ask.person.id)
    if not found:
        return _none()
    zone = ask.person.zone or kit.config.community.zone
    lines: list[Text] = [_("{what}, shown {at}", what=one.title, at=Local(one.at, zone)) for one in found]
    return Reply(
        (para(_("Your buddies were shown:")), bullets(lines)),
        tuple(
            Press(_("Take back: {what}", what=one.title[:40]), "buddy unshare", m=one.mark.removeprefix("buddy:"))
            for one in found[:24]
        ),
    )


def _none() -> Reply:
    return say(_("You have shown nothing to a buddy."))


@command("buddy unshare", hidden=True)
async def unshare(ask: Ask, kit: Kit, m: Annotated[str, Arg(_("Which one"), words=False)]) -> Reply:
    """Take it back: your buddy sees it no more."""
    mark = f"buddy:{m}"
    async with kit.transaction() as tx:
        pair = await talk.remove_share(tx, ask.person.id, mark) if ask.person else None
        if pair is None or ask.person is None:
            return say(_("That is taken back already."), replaces=True)
        for side in await pairs.both(tx, pair):
            if side.person != ask.person.id and (to := await voices.room(kit, tx, side)) is not None:
                await kit.house.outbox.delete(tx, to, mark, key=f"buddy:{new_id()}", urgent=True)
    return say(_("Taken back: your buddy sees it no more. What they read, they read."), replaces=True)
