"""The relay: what somebody writes reaches their buddy under a pseudonym, and nothing else does.

Which words are for a buddy is decided here, once: those in the pair's own room; else an answer to the buddy's message,
or anything in an open talk mode; everything else is asked about. Each message, with its evidence and its way to the
other side, is one commit.
"""

from __future__ import annotations

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.effects import claim
from bot.talk.feature import Passed
from bot.talk.model import Incoming
from bot.talk.reply import Block, Reply, Typed, para, say
from bot.talk.text import _
from commands.buddy import following, talking, voices
from commands.buddy.rebuilding import LONGEST, rebuild
from commands.buddy.tables import new_id, pairs, profiles, talk
from commands.buddy.way import Way, over, send, undelivered, way_of
from safety import About, Level, Verdict

TURNS = 12
"""So many messages more from one side, and it is reminded to take turns, once in `talking.PROMPTED`."""


async def passes(incoming: Incoming, kit: Kit, verdict: Verdict) -> Passed | None:
    """Take words that are meant for a buddy; None for all others."""
    if not incoming.text.strip():
        return None if incoming.about is None else Passed()
    async with kit.transaction() as tx:
        if incoming.edited:
            return await following.edited(incoming, kit, tx)
        way = await _way(incoming, kit, tx)
        if way is None:
            return None if incoming.about is None else Passed(over())
        speaker = way.side.name
        if not await claim(tx, f"{incoming.key}:passed"):
            return Passed(speaker=speaker)
        return Passed(await relay(kit, tx, way, incoming, verdict), speaker)


async def _way(incoming: Incoming, kit: Kit, tx: Transaction) -> Way | None:
    person = await kit.people.find(tx, incoming.author)
    if person is None:
        return None
    if incoming.about is not None:
        side = await pairs.side_of(tx, person.id, incoming.about)
        return await way_of(tx, side, await _answered(incoming, kit, tx))
    answers = await _answered(incoming, kit, tx)
    if answers is not None:
        known = await talk.by_mark(tx, answers)
        mine = [one for one in await pairs.both(tx, known.pair) if one.person == person.id] if known else []
        return await way_of(tx, mine[0] if mine else None, answers)
    about = await talk.talk(tx, person.id, kit.now)
    side = await pairs.side_of(tx, person.id, about) if about else None
    way = await way_of(tx, side, None)
    if way is not None:
        await talking.keep_open(kit, tx, way.side)
        return Way(way.side, way.other, talk=True)
    return None


async def _answered(incoming: Incoming, kit: Kit, tx: Transaction) -> str | None:
    """The mark of the buddy's message, or of one's own, that was answered."""
    if incoming.reply_to is None:
        return None
    mark = await kit.house.outbox.delivered.mark_of(tx, incoming.reply_to)
    if mark is not None:
        return mark if mark.startswith("buddy:") else None
    own = await talk.passed(kit, tx, incoming.reply_to)
    return own.mark if own else None


async def relay(kit: Kit, tx: Transaction, way: Way, incoming: Incoming, verdict: Verdict) -> Reply:
    """Pass the words on; what their author should know is the answer."""
    mark = f"buddy:{new_id()}"
    built = rebuild(incoming.text)
    if not built.blocks:
        return Reply()
    if not await send(kit, tx, way, mark, built.blocks):
        return undelivered()
    await talk.remember(kit, tx, mark, way.side, incoming.message)
    await talk.buffer(kit, tx, way.side, mark, "said", incoming.text)
    await profiles.used(tx, way.side.person, incoming.author.platform, await _language(incoming, kit))
    await pairs.count_sent(tx, way.side)
    if verdict.level >= Level.CONCERN and verdict.about is About.SELF:
        await voices.tell_side(kit, tx, way.other, how_to_be_there(way.side.name))
    blocks: list[Block] = []
    if built.left_out:
        blocks.append(para(_("I left out a name or an address, so that neither of you learns who the other is.")))
    if built.cut:
        blocks.append(para(_("That was long: I passed on the first {n} characters.", n=LONGEST)))
    seat = await profiles.seat(tx, way.other.person)
    if seat is not None and seat.rest_until is not None and seat.rest_until > kit.now:
        blocks.append(para(_("{name} can't be there today; it reaches them quietly.", name=way.other.name)))
    prompt = await talking.turns(kit, tx, way.side, way.other, TURNS)
    return Reply((*blocks, *prompt))


async def _language(incoming: Incoming, kit: Kit) -> str:
    return kit.words.closest(incoming.locale) if incoming.locale else kit.config.community.language


def how_to_be_there(name: str) -> Reply:
    return say(
        _(
            "What {name} wrote sounds heavy. You don't have to solve it, and it is not on you to keep somebody safe: "
            "listening is enough. {name} was shown people who are there for a bad hour.",
            name=name,
        ),
        para(_("If you worry:"), " ", Typed("worried")),
    )
