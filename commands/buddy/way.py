"""The way from one of a pair to the other: whether there is one, and putting something on it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.kit import Kit
from bot.state.database import Transaction
from bot.talk.reply import Block, Reply, Speaker, Typed, para, say
from bot.talk.text import _
from commands.buddy import voices
from commands.buddy.tables import pairs, profiles, talk
from commands.buddy.tables.pairs import Side


@dataclass(frozen=True, slots=True)
class Way:
    """Whose words, for whom; `answers` is the mark of the message that they answer, where one is answered."""

    side: Side
    other: Side
    answers: str | None = None
    talk: bool = False


async def way_of(tx: Transaction, side: Side | None, answers: str | None) -> Way | None:
    """The way from a side to its other, while they are a pair."""
    if side is None:
        return None
    pair, other = await pairs.pair(tx, side.pair), await pairs.other(tx, side)
    if pair is None or pair.state != pairs.MET or other is None:
        return None
    return Way(side, other, answers)


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


def over() -> Reply:
    """The same for a buddy who left, blocked, or was never there."""
    return say(
        _("This conversation has ended, so I passed nothing on."), para(_("To be looked for:"), " ", Typed("buddy"))
    )


def undelivered() -> Reply:
    return say(_("I could not deliver this. It may work later; nothing is lost but this message."))
