"""Consent for each pairing: both are asked in the same words, silence runs out, a refusal is never shown.

Whoever says yes hears the same, at the same moments, whether the other said no, said nothing, left or was erased.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.talk.command import command
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, para, say
from bot.talk.text import Local, _
from commands.buddy import introducing, voices
from commands.buddy.ending import mine
from commands.buddy.profile import Profile, in_common, why
from commands.buddy.tables import never, pairs, profiles
from commands.buddy.tables.pairs import Side
from commands.buddy.whom import PAIR

One = tuple[str, Profile, str]
"""A person, what they chose, their zone."""
SILENT = 2
"""So many pairings without an answer, and somebody is asked no more until they come back."""


async def ask_both(kit: Kit, one: One, other: One) -> bool:
    """Ask both, where it may still be: what was read for the round may have changed since. Whether they were asked."""
    people = (one[0], other[0])
    async with kit.transaction() as tx:
        if not await _may(kit, tx, people) or not await _room_today(kit, tx):
            return False
        common = in_common(one[1], other[1], (one[2], other[2]), kit.now)
        expires = kit.now + timedelta(hours=kit.config.buddies.answer_hours)
        sides = await pairs.make(kit, tx, people, common, expires)
        await kit.jobs.put(tx, "buddy.expire", expires, {"pair": sides[0].pair}, key=f"expire:{sides[0].pair}")
        for side in sides:
            await voices.tell(kit, tx, side.person, await _question(kit, tx, side))
    return True


async def _may(kit: Kit, tx: Transaction, people: tuple[str, str]) -> bool:
    marks: list[list[str]] = []
    for person in people:
        seat, profile = await profiles.seat(tx, person), await profiles.profile(kit, tx, person)
        if seat is None or profile is None or seat.state != profiles.ACTIVE or seat.waiting is None:
            return False
        taken = [
            side
            for side in await pairs.of(tx, person, pairs.ASKED, pairs.MET)
            if side.answer != "no" or await _met(tx, side)
        ]
        if profile.missing(kit.config.buddies.minors) or len(taken) >= profile.most:
            return False
        marks.append(await never.marks(kit, tx, person))
        if await never.held(tx, marks[-1], kit.now):
            return False
    together = {side.pair for side in await pairs.of(tx, people[0], pairs.ASKED, pairs.MET)}
    if together & {side.pair for side in await pairs.of(tx, people[1], pairs.ASKED, pairs.MET)}:
        return False
    return not await never.are_apart(tx, marks[0], marks[1], kit.now)


async def _room_today(kit: Kit, tx: Transaction) -> bool:
    """Whether there may be another pairing today."""
    return await pairs.made_since(tx, kit.now - timedelta(days=1)) < kit.config.buddies.new_a_day


async def _met(tx: Transaction, side: Side) -> bool:
    pair = await pairs.pair(tx, side.pair)
    return pair is not None and pair.state == pairs.MET


async def _question(kit: Kit, tx: Transaction, side: Side) -> Reply:
    pair = await pairs.pair(tx, side.pair)
    assert pair is not None
    person = await kit.people.get(tx, side.person)
    zone = (person and person.zone) or kit.config.community.zone
    return say(
        _("I found somebody who may fit."),
        why(await pairs.why(kit, side)),
        para(
            _(
                "Would you like to meet? You would write through me, each under another name. I ask both of you "
                "the same, "
                "and nobody learns of a no. The question is open until {at}.",
                at=Local(pair.expires, zone),
            )
        ),
        presses=[
            Press(_("Yes, I'd like to"), "buddy accept", tone=Tone.MAIN, p=side.about),
            Press(_("Not this time"), "buddy decline", p=side.about),
        ],
    )


@command("buddy accept", hidden=True)
async def accept(ask: Ask, kit: Kit, p: Annotated[str, PAIR]) -> Reply:
    """Say yes to meeting somebody."""
    async with kit.transaction() as tx:
        side = await mine(ask, tx, p)
        pair = await pairs.pair(tx, side.pair) if side else None
        if side is None or pair is None or pair.state != pairs.ASKED or pair.expires <= kit.now or side.answer == "no":
            return _gone()
        await pairs.answer(tx, side, "yes")
        await profiles.used(tx, side.person, ask.author.platform, ask.language)
        await profiles.heard(tx, side.person)
        other = await pairs.other(tx, side)
        if other is not None and other.answer == "yes" and await _still(kit, tx, (side, other)):
            await introducing.introduce(kit, tx, pair, (side, other))
            return say(_("How good: you both said yes."), replaces=True)
        zone = (ask.person and ask.person.zone) or kit.config.community.zone
    return say(
        _("Thank you. You hear from me by {at} at the latest.", at=Local(pair.expires, zone)),
        presses=[Press(_("I changed my mind"), "buddy decline", p=side.about)],
        replaces=True,
    )


async def _still(kit: Kit, tx: Transaction, sides: tuple[Side, Side]) -> bool:
    """Whether nothing came between the question and the second yes."""
    marks = []
    for side in sides:
        seat = await profiles.seat(tx, side.person)
        marks.append(await never.marks(kit, tx, side.person))
        if seat is None or seat.state != profiles.ACTIVE or await never.held(tx, marks[-1], kit.now):
            return False
    return not await never.are_apart(tx, marks[0], marks[1], kit.now)


@command("buddy decline", hidden=True)
async def decline(ask: Ask, kit: Kit, p: Annotated[str, PAIR]) -> Reply:
    """Say no, or take a yes back. Nobody is told."""
    async with kit.transaction() as tx:
        side = await mine(ask, tx, p)
        pair = await pairs.pair(tx, side.pair) if side else None
        if side is None or pair is None or pair.state != pairs.ASKED or pair.expires <= kit.now:
            return _gone()
        await pairs.answer(tx, side, "no")
        await profiles.heard(tx, side.person)
    return say(
        _("That is fine, and nobody is told. You are looked for again in the next round."),
        presses=[Press(_("Pause for now"), "buddy pause", span="open")],
        replaces=True,
    )


def _gone() -> Reply:
    """The same for what is over, erased, or somebody else's."""
    return say(_("That question is over."), replaces=True)


async def run_out(job: Job, kit: Kit) -> None:
    """The time to answer is over: whoever said yes hears that it did not come about, and comes first next time."""
    async with kit.transaction() as tx:
        pair = await pairs.pair(tx, str(job.payload["pair"]))
        if pair is None or pair.state != pairs.ASKED:
            return
        sides = await pairs.both(tx, pair.id)
        await pairs.end(tx, pair.id, kit.now)
        if len(sides) == 2:
            marks = [await never.marks(kit, tx, side.person) for side in sides]
            await never.keep_apart(tx, marks[0], marks[1], never.RECENT, kit.now + never.AGAIN_AFTER)
        for side in sides:
            seat = await profiles.seat(tx, side.person)
            if seat is None:
                continue
            if side.answer == "yes":
                await profiles.wait(tx, side.person, kit.now, first=True)
                await voices.tell(kit, tx, side.person, _not_now())
            elif side.answer is None and await profiles.silent(tx, side.person) == SILENT:
                await profiles.set_state(tx, side.person, profiles.PAUSED)
                await voices.tell(kit, tx, side.person, _resting())


def _not_now() -> Reply:
    return say(
        _("It did not come about this time. That happens for many reasons; it says nothing about you."),
        _("You come first in the next round."),
        presses=[Press(_("Pause for now"), "buddy pause", span="open")],
    )


def _resting() -> Reply:
    return say(
        _("The last questions went unanswered, so I ask no more for now. That is fine."),
        presses=[Press(_("Look for somebody again"), "buddy resume", tone=Tone.MAIN)],
    )
