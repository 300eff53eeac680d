"""What becomes of words that were passed on: changed, taken back, marked, never arrived. Their copies follow."""

from __future__ import annotations

from collections.abc import Sequence

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.effects import claim
from bot.talk.feature import Passed
from bot.talk.model import Gone, Incoming, MessageRef, Reacted, UserRef
from bot.talk.platform import Reacts
from bot.talk.reply import Reply, Sign, Speaker, Verbatim, para, say
from bot.talk.text import _
from commands.buddy import voices
from commands.buddy.rebuilding import rebuild
from commands.buddy.tables import new_id, pairs, talk
from commands.buddy.way import over, spoken, undelivered, way_of

WATCHED = 500
"""So many of somebody's latest messages are looked at when the bot was away."""


async def edited(incoming: Incoming, kit: Kit, tx: Transaction) -> Passed | None:
    """Somebody changed what they had written: the copy changes too. What was never passed on is not passed on now."""
    known = await talk.passed(kit, tx, incoming.message)
    if known is None:
        too_old = say(
            _("That message is older than a week, or was not passed on: I could not change it for your buddy.")
        )
        return None if incoming.about is None else Passed(too_old)
    side = next((one for one in await pairs.both(tx, known.pair) if one.side == known.side), None)
    way = await way_of(tx, side, None)
    to = await voices.room(kit, tx, way.other) if way else None
    if way is None or to is None:
        return Passed(over())
    if not await claim(tx, f"{incoming.key}:passed"):
        return Passed(speaker=way.side.name)
    built = rebuild(incoming.text)
    said = spoken(way.side, built.blocks or (para(Verbatim("…")),))
    await kit.house.outbox.edit(tx, to, known.mark, said, key=f"buddy:{new_id()}", urgent=True)
    await talk.buffer(kit, tx, way.side, known.mark, "changed", incoming.text)
    return Passed(speaker=way.side.name)


async def watches(kit: Kit, tx: Transaction, user: UserRef) -> Sequence[MessageRef]:
    """What somebody wrote to their buddies lately: a platform may have said nothing of what became of it."""
    person = await kit.people.find(tx, user)
    return await talk.written(kit, tx, person.id, WATCHED) if person is not None else ()


async def gone_message(kit: Kit, tx: Transaction, gone: Gone) -> None:
    """Somebody took back what they had written: the copy goes too."""
    if gone.message is None:
        return
    known = await talk.passed(kit, tx, gone.message)
    if known is None:
        return
    sides = await pairs.both(tx, known.pair)
    side = next((one for one in sides if one.side == known.side), None)
    other = next((one for one in sides if one.side != known.side), None)
    to = await voices.room(kit, tx, other) if other else None
    if to is not None:
        await kit.house.outbox.delete(tx, to, known.mark, key=f"buddy:{new_id()}", urgent=True)
    if side is not None:
        await talk.buffer(kit, tx, side, known.mark, "taken back", "")


async def reacted(kit: Kit, tx: Transaction, event: Reacted) -> None:
    """A sign under a buddy's message: it appears under the buddy's own."""
    mark = await kit.house.outbox.delivered.mark_of(tx, event.message)
    known = await talk.by_mark(tx, mark) if mark else None
    person = await kit.people.find(tx, event.author)
    if known is None or person is None or len(event.sign) > 32 or event.sign.isalnum():
        return
    sides = await pairs.both(tx, known.pair)
    author = next((one for one in sides if one.side == known.side), None)
    reader = next((one for one in sides if one.side != known.side), None)
    if author is None or reader is None or reader.person != person.id or await way_of(tx, reader, None) is None:
        return
    to, stands = await voices.room(kit, tx, author), await talk.stands(kit, tx, known.mark)
    if to is None or stands is None:
        return
    key = f"buddy:{new_id()}"
    if isinstance(kit.house.platforms.get(stands.place.platform), Reacts):
        sign = Sign(event.sign, not event.removed, stands)
        await kit.house.outbox.react(tx, to, sign, key=key, urgent=True)
    elif not event.removed:
        said = Reply(
            (para(Verbatim(event.sign)),), notice=True, speaker=Speaker(reader.name, reader.colour), answers=stands
        )
        await kit.tell(tx, to, said, key=key, person=author.person, urgent=True)


async def lost(kit: Kit, tx: Transaction, mark: str) -> None:
    """A message never arrived: its author is told, in answer to it."""
    known = await talk.by_mark(tx, mark)
    if known is None:
        return
    side = next((one for one in await pairs.both(tx, known.pair) if one.side == known.side), None)
    if side is None or await way_of(tx, side, None) is None:
        return
    said = undelivered()
    await voices.tell_side(
        kit, tx, side, Reply(said.blocks, answers=await talk.stands(kit, tx, mark)), key=f"{mark}:lost"
    )
