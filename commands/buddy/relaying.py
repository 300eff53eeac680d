"""The relay: what somebody writes reaches their buddy under a pseudonym, and nothing else does.

Which words are for a buddy is decided here, once: those in the pair's own room; else an answer to the buddy's message,
or anything in an open talk mode; everything else is asked about. Each message, with its evidence and its way to the
other side, is one commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.effects import claim
from bot.talk.feature import Passed
from bot.talk.model import Gone, Incoming, MessageRef, Reacted, UserRef
from bot.talk.platform import Reacts
from bot.talk.reply import Block, Reply, Sign, Speaker, Typed, Verbatim, para, say
from bot.talk.text import _
from commands.buddy import talking, voices
from commands.buddy.rebuilding import LONGEST, rebuild
from commands.buddy.tables import new_id, pairs, profiles, talk
from commands.buddy.tables.pairs import Side
from safety import About, Level, Verdict

TURNS = 12
"""So many messages more from one side, and it is reminded to take turns, once in `talking.PROMPTED`."""


WATCHED = 500
"""So many of somebody's latest messages are looked at when the bot was away."""


@dataclass(frozen=True, slots=True)
class Way:
    """Whose words, for whom; `answers` is the mark of the message that they answer, where one is answered."""

    side: Side
    other: Side
    answers: str | None = None
    talk: bool = False


async def passes(incoming: Incoming, kit: Kit, verdict: Verdict) -> Passed | None:
    """Take words that are meant for a buddy; None for all others."""
    if not incoming.text.strip():
        return None if incoming.about is None else Passed()
    async with kit.transaction() as tx:
        if incoming.edited:
            return await _edited(incoming, kit, tx)
        way = await _way(incoming, kit, tx)
        if way is None:
            return None if incoming.about is None else Passed(over())
        speaker = way.side.name
        if not await claim(tx, f"{incoming.key}:passed"):
            return Passed(speaker=speaker)
        return Passed(await relay(kit, tx, way, incoming, verdict), speaker)


def over() -> Reply:
    """The same for a buddy who left, blocked, or was never there."""
    return say(
        _("This conversation has ended, so I passed nothing on."), para(_("To be looked for:"), " ", Typed("buddy"))
    )


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


async def way_of(tx: Transaction, side: Side | None, answers: str | None) -> Way | None:
    """The way from a side to its other, while they are a pair."""
    if side is None:
        return None
    pair, other = await pairs.pair(tx, side.pair), await pairs.other(tx, side)
    if pair is None or pair.state != pairs.MET or other is None:
        return None
    return Way(side, other, answers)


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


async def send(kit: Kit, tx: Transaction, way: Way, mark: str, blocks: tuple[Block, ...]) -> bool:
    """Put it on its way. False where the other has no account any more."""
    to = await voices.room(kit, tx, way.other)
    if to is None:
        return False
    seat = await profiles.seat(tx, way.other.person)
    quiet = bool(seat and seat.rest_until and seat.rest_until > kit.now)
    answers = way.answers
    said = spoken(way.side, blocks, notice=quiet)
    if answers is not None and (known := await talk.by_mark(tx, answers)) and known.side == way.other.side:
        # What is answered is the reader's own message, not a copy: where it stands is known.
        stands = await talk.stands(kit, tx, answers)
        said = Reply(said.blocks, notice=quiet, speaker=said.speaker, answers=stands)
        answers = None
    await kit.tell(tx, to, said, key=mark, person=way.other.person, urgent=True, remember=mark, answers=answers)
    return True


def spoken(side: Side, blocks: tuple[Block, ...], *, notice: bool = False) -> Reply:
    """What a side says, as the other reads it."""
    return Reply(blocks, speaker=Speaker(side.name, side.colour), notice=notice)


def how_to_be_there(name: str) -> Reply:
    return say(
        _(
            "What {name} wrote sounds heavy. You don't have to solve it, and it is not on you to keep somebody safe: "
            "listening is enough. {name} was shown people who are there for a bad hour.",
            name=name,
        ),
        para(_("If you worry:"), " ", Typed("worried")),
    )


def undelivered() -> Reply:
    return say(_("I could not deliver this. It may work later; nothing is lost but this message."))


# --- changed, taken back, marked -----------------------------------------------------------------------------------


async def _edited(incoming: Incoming, kit: Kit, tx: Transaction) -> Passed | None:
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
