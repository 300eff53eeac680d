"""Being away from the buddies: a pause, a day of rest, coming back, leaving altogether."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.kit import Ask, Kit
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import Local, _
from commands.buddy import ending, voices
from commands.buddy.joining import overview
from commands.buddy.keeping import PURPOSE
from commands.buddy.tables import pairs, profiles
from commands.buddy.taking_part import chosen, look_for, when

LONGEST_PAUSE = timedelta(days=366)


@command("buddy pause", examples=("buddy pause 2-weeks", "buddy pause date 2027-01-15"))
async def pause(
    ask: Ask,
    kit: Kit,
    span: Annotated[
        str,
        Arg(
            _("How long"),
            choices=(
                Choice("1-week", _("one week")),
                Choice("2-weeks", _("two weeks")),
                Choice("1-month", _("one month")),
                Choice("open", _("until I come back")),
                Choice("date", _("until a date")),
            ),
        ),
    ] = "open",
    until: Annotated[str | None, Arg(_("The date, as 2027-01-15"), words=False)] = None,
) -> Reply:
    """Meet nobody new for a while. Your buddies stay."""
    person = kit.require(ask, PURPOSE.id)
    zone = person.zone or kit.config.community.zone
    end = _until(kit, span, until, zone)
    async with kit.transaction() as tx:
        await chosen(ask, kit, tx)
        await profiles.set_state(tx, person.id, profiles.PAUSED, end)
    back = Press(_("Come back now"), "buddy resume", tone=Tone.MAIN)
    if end is None:
        return say(_("You meet nobody new until you come back. Your buddies stay."), presses=[back])
    return say(_("You meet nobody new until {at}. Your buddies stay.", at=Local(end, zone, "day")), presses=[back])


def _until(kit: Kit, span: str, until: str | None, zone: str) -> datetime | None:
    days = {"1-week": 7, "2-weeks": 14, "1-month": 30}.get(span)
    if days is not None:
        return kit.now + timedelta(days=days)
    if span == "open" and not until:
        return None
    try:
        day = date.fromisoformat(until or "")
    except ValueError:
        raise Mistake(_("I need a date such as 2027-01-15."), "until") from None
    end = datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
    if not timedelta(0) < end - kit.now <= LONGEST_PAUSE:
        raise Mistake(_("The date must lie ahead, within a year."), "until")
    return end


@command("buddy resume")
async def resume(ask: Ask, kit: Kit) -> Reply:
    """Come back after a pause or a day of rest."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        profile = await chosen(ask, kit, tx)
        if profile.missing(kit.config.buddies.minors):
            seat = await profiles.seat(tx, person.id)
            assert seat is not None
            return overview(kit, profile, seat)
        await profiles.set_rest(tx, person.id, None)
        await look_for(kit, tx, person.id, profile)
    return say(_("Welcome back. {when}", when=when(kit, ask)))


@command("buddy rest")
async def rest(ask: Ask, kit: Kit) -> Reply:
    """Say that you can't be there for anybody today.

    Your buddies are told, kindly and without a reason. It ends by itself at midnight.
    """
    person = kit.require(ask, PURPOSE.id)
    zone = ZoneInfo(person.zone or kit.config.community.zone)
    tomorrow = kit.now.astimezone(zone).date() + timedelta(days=1)
    async with kit.transaction() as tx:
        await chosen(ask, kit, tx)
        await profiles.set_rest(tx, person.id, datetime.combine(tomorrow, time(0), zone).astimezone(UTC))
        sides = await pairs.of(tx, person.id, pairs.MET)
        for side in sides:
            other = await pairs.other(tx, side)
            if other is not None:
                await voices.tell_side(kit, tx, other, _resting(side.name))
    if not sides:
        return say(_("All right. You have no buddy who would have to know."))
    return say(
        _(
            "All right. I told your buddy that you can't be there today.",
            "All right. I told your {n} buddies.",
            n=len(sides),
        ),
        _("What they write still reaches you, quietly. Take care of yourself."),
        presses=[Press(_("I'm back"), "buddy resume")],
    )


def _resting(name: str) -> Reply:
    return say(
        _("{name} can't be there for anybody today. That is about their own strength, not about you.", name=name),
        para(_("If you need somebody now:"), " ", Typed("crisis")),
    )


@command("buddy leave")
async def leave(ask: Ask, kit: Kit) -> Reply:
    """Leave the buddies altogether: end all your pairs, and forget what you chose."""
    return say(
        _(
            "Leave the buddies? Your conversations end, your buddies are told so without a reason, and what you "
            "chose is forgotten."
        ),
        presses=[
            Press(_("Yes, leave"), "buddy left", tone=Tone.DANGER),
            Press(_("Only pause"), "buddy pause", span="open"),
        ],
    )


@command("buddy left", hidden=True)
async def left(ask: Ask, kit: Kit) -> Reply:
    """Leave, after the question."""
    if ask.person is None:
        return say(_("You were not taking part."), replaces=True)
    async with kit.transaction() as tx:
        await ending.leave_all(kit, tx, ask.person.id)
        await profiles.remove(tx, ask.person.id)
        await kit.people.withdraw(tx, ask.person.id, PURPOSE.id)
    return say(
        _("You left. Thank you for having been there for somebody."),
        para(_("Should you want to come back:"), " ", Typed("buddy join")),
        replaces=True,
    )
