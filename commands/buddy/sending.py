"""Sending on what the bot had asked about: one press, once."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.press import Press
from bot.talk.reply import Reply, say
from bot.talk.text import _
from commands.buddy.ending import mine
from commands.buddy.rebuilding import rebuild
from commands.buddy.tables import new_id, pairs, talk
from commands.buddy.way import over, send, undelivered, way_of
from commands.buddy.whom import PAIR


@command("buddy send", hidden=True)
async def send_draft(
    ask: Ask, kit: Kit, d: Annotated[str, Arg(_("Which words"), words=False)], p: Annotated[str, PAIR]
) -> Reply:
    """Send what was written to a buddy after all."""
    async with kit.transaction() as tx:
        way = await way_of(tx, await mine(ask, tx, p), None)
        if way is None or ask.person is None:
            return over()
        draft = await talk.take_draft(kit, tx, ask.person.id, d)
        if draft is None:
            return say(_("I no longer have it: I keep such words for a quarter of an hour. Please write it again."))
        text, message = draft
        mark = f"buddy:{new_id()}"
        built = rebuild(text)
        if not await send(kit, tx, way, mark, built.blocks):
            return undelivered()
        await talk.remember(kit, tx, mark, way.side, message)
        await talk.buffer(kit, tx, way.side, mark, "said", text)
        await pairs.count_sent(tx, way.side)
    first = _("{name} has it.", name=way.other.name)
    again = Press(_("Write more to {name}", name=way.other.name), "buddy talk", p=p)
    if built.left_out:
        left_out = _("I left out a name or an address, so that neither of you learns who the other is.")
        return say(first, left_out, presses=[again], replaces=True)
    return say(first, presses=[again], replaces=True)
