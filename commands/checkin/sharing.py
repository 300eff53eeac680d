"""What of their check-ins somebody may choose to show to a buddy, one by one. To whom it is shown, others know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.people import Person
from bot.talk.feature import Shareable
from bot.talk.reply import Block, Reply, Verbatim, para
from bot.talk.text import Local, _
from commands.checkin import tables
from commands.checkin.mood import WORDS

BACK = timedelta(days=60)
MOST = 12


async def shares(kit: Kit, tx: Transaction, person: Person) -> Sequence[Shareable]:
    """The latest check-ins, newest first."""
    found = await tables.since(kit, tx, person.id, kit.now - BACK)
    return [_shareable(one) for one in reversed(found[-MOST:])]


def _shareable(one: tables.Entry) -> Shareable:
    at = Local(one.at, one.zone)
    title = _("{at}", at=at) if one.mood is None else _("{at}: {mood}", at=at, mood=WORDS[one.mood])
    blocks: list[Block] = [para(title)]
    if one.note:
        blocks.append(para(Verbatim(one.note)))
    return Shareable(one.id, title, Reply(tuple(blocks)))
