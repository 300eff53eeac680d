"""Where somebody is spoken to about a buddy, and saying it for sure. What is said, others know."""

from __future__ import annotations

from dataclasses import replace

from bot.kit import Kit
from bot.state.database import Transaction
from bot.talk.model import RoomWith, UserRef
from bot.talk.platform import Ability
from bot.talk.reply import Reply
from commands.buddy.tables import new_id, profiles
from commands.buddy.tables.pairs import Side


async def account(kit: Kit, tx: Transaction, person: str) -> UserRef | None:
    """Where the person is written to: the platform they last used, if they are still there."""
    seat = await profiles.seat(tx, person)
    found = await kit.people.account_of(tx, person, seat.platform) if seat else None
    return found or await kit.people.account_of(tx, person)


async def room(kit: Kit, tx: Transaction, side: Side) -> RoomWith | None:
    """The pair's place on this side; the platform makes it a room of its own where it can."""
    user = await account(kit, tx, side.person)
    return None if user is None else RoomWith(user, side.about)


def has_rooms(kit: Kit, user: UserRef) -> bool:
    """Whether a pair has a room of its own on the account's platform."""
    platform = kit.house.platforms.get(user.platform)
    return platform is not None and platform.abilities(RoomWith(user, "")).rooms is Ability.FULL


async def language(kit: Kit, tx: Transaction, person: str) -> str:
    known, seat = await kit.people.get(tx, person), await profiles.seat(tx, person)
    return (known and known.language) or (seat and seat.language) or kit.config.community.language


async def tell(kit: Kit, tx: Transaction, person: str, reply: Reply, *, key: str | None = None) -> None:
    """To the person alone, in their direct messages."""
    user = await account(kit, tx, person)
    if user is not None:
        said = replace(reply, language=await language(kit, tx, person))
        await kit.tell(tx, user, said, key=key or f"buddy:{new_id()}", person=person)


async def tell_side(kit: Kit, tx: Transaction, side: Side, reply: Reply, *, key: str | None = None) -> None:
    """In the pair's place, after what was said there before. A room of its own gets no choices: a number typed there
    belongs to the conversation."""
    to = await room(kit, tx, side)
    if to is not None:
        presses = () if has_rooms(kit, to.user) else reply.presses
        said = replace(reply, presses=presses, language=await language(kit, tx, side.person))
        await kit.tell(tx, to, said, key=key or f"buddy:{new_id()}", person=side.person, urgent=True)
