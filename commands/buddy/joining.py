"""`/buddy join` and its steps; changing, pausing, coming back, resting for a day, leaving the pool."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Heading, Reply, Typed, para, say
from bot.talk.text import Local, Text, _, listing
from commands.buddy import ending, voices
from commands.buddy.choosing import STEPS, panel, summary
from commands.buddy.keeping import PURPOSE
from commands.buddy.profile import BIO_LIMIT, INTEREST_LIMIT, INTERESTS_LIMIT, Profile
from commands.buddy.rebuilding import names_somebody
from commands.buddy.schedule import next_round
from commands.buddy.tables import never, pairs, profiles

LONGEST_PAUSE = timedelta(days=366)


@command("buddy join")
async def join(ask: Ask, kit: Kit) -> Reply:
    """Find a buddy: somebody who went through the same.

    You choose what they learn of you. You talk through me, under other names, whichever platform each of you is on.
    """
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        profile = await profiles.profile(kit, tx, person.id)
        if profile is None:
            language = ask.language.split("-")[0]
            profile = Profile(languages=(language,))
            await profiles.save(kit, tx, person.id, profile, ask.author.platform, ask.language)
            await never.enrol(kit, tx, person.id)
        seat = await profiles.seat(tx, person.id)
    assert seat is not None
    return _setup(kit, profile, seat)


@command("buddy setup", hidden=True)
async def setup(ask: Ask, kit: Kit) -> Reply:
    """See everything that one chose."""
    return replace(await join.run(ask, kit), replaces=True)


def _setup(kit: Kit, profile: Profile, seat: profiles.Seat) -> Reply:
    missing = profile.missing(kit.config.buddies.minors)
    blocks: list[Block] = [Heading(_("What you chose for your buddies")), summary(profile)]
    if missing:
        blocks.append(para(_("Still needed: {things}.", things=listing(missing))))
        if profile.band == "under-18" and not kit.config.buddies.minors:
            blocks.append(para(_("Here, only adults are paired. Everything else is open to you.")))
    elif seat.state == profiles.DRAFT:
        blocks.append(para(_("That is enough to begin. You can change everything at any time.")))
    presses = [Press(step.title, "buddy step", what=name) for name, step in STEPS.items()]
    presses.append(Press(_("Interests, and a few words about you"), "buddy words", form=True))
    presses.append(Press(_("Set my time zone"), "settings change", form=True))
    if not missing and seat.state != profiles.ACTIVE:
        presses.insert(0, Press(_("I'm ready: find me a buddy"), "buddy ready", tone=Tone.MAIN))
    return Reply(tuple(blocks), tuple(presses))


@command("buddy step", hidden=True)
async def step(ask: Ask, kit: Kit, what: Annotated[str, Arg(_("Which step"), words=False)]) -> Reply:
    """Open one step."""
    if what not in STEPS:
        raise Mistake(_("I don't know that step any more. Please begin again with /buddy join."))
    async with kit.transaction() as tx:
        profile = await _profile(ask, kit, tx)
    return panel(what, profile, kit.config.buddies)


@command("buddy set", hidden=True)
async def set_(
    ask: Ask,
    kit: Kit,
    what: Annotated[str, Arg(_("Which step"), words=False)],
    value: Annotated[str, Arg(_("Which switch"), words=False)],
) -> Reply:
    """Turn one switch."""
    if what not in STEPS:
        raise Mistake(_("I don't know that step any more. Please begin again with /buddy join."))
    async with kit.transaction() as tx:
        before = await _profile(ask, kit, tx)
        profile = STEPS[what].choose(before, value, kit.config.buddies)
        await _keep(ask, kit, tx, profile)
    return panel(what, profile, kit.config.buddies)


@command("buddy words", hidden=True, form=True)
async def words(
    ask: Ask,
    kit: Kit,
    interests: Annotated[str | None, Arg(_("Interests, with commas between"), most=400)] = None,
    bio: Annotated[
        str | None, Arg(_("Two lines on you, no names or links"), rest=True, long=True, most=BIO_LIMIT)
    ] = None,
) -> Reply:
    """Say what you like, and a few words about yourself.

    No names, links or numbers: a buddy must not learn who you are.
    """
    async with kit.transaction() as tx:
        profile = await _profile(ask, kit, tx)
        if interests is None and bio is None:
            return say(
                _("Write it like this:"),
                para(Typed("buddy words", 'interests="chess, gardening" bio=…')),
            )
        if interests is not None:
            profile = replace(profile, interests=_interests(interests))
        if bio is not None:
            if names_somebody(bio):
                raise Mistake(
                    _(
                        "Please leave out names with @, links, addresses and long numbers: your buddy must not "
                        "know who you are."
                    ),
                    "bio",
                )
            profile = replace(profile, bio=" ".join(bio.split()))
        await _keep(ask, kit, tx, profile)
        seat = await profiles.seat(tx, ask.person.id if ask.person else "")
    assert seat is not None
    return _setup(kit, profile, seat)


def _interests(typed: str) -> tuple[str, ...]:
    found = list(dict.fromkeys(" ".join(one.split()).casefold() for one in typed.split(",") if one.strip()))
    if len(found) > INTERESTS_LIMIT or any(len(one) > INTEREST_LIMIT for one in found):
        raise Mistake(
            _("At most {most} interests of {length} characters each.", most=INTERESTS_LIMIT, length=INTEREST_LIMIT),
            "interests",
        )
    if any(names_somebody(one) for one in found):
        raise Mistake(_("Please write interests in plain words, without names, links and numbers."), "interests")
    return tuple(found)


@command("buddy ready", hidden=True)
async def ready(ask: Ask, kit: Kit) -> Reply:
    """Be looked for from now on."""
    async with kit.transaction() as tx:
        profile = await _profile(ask, kit, tx)
        assert ask.person is not None
        missing = profile.missing(kit.config.buddies.minors)
        if missing:
            raise Mistake(_("Still needed: {things}.", things=listing(missing)))
        await _active(kit, tx, ask.person.id, profile)
    return say(_("You are in. {when}", when=_when(kit, ask)), replaces=True)


def _when(kit: Kit, ask: Ask) -> Text:
    due = next_round(kit.config, kit.now)
    if due is None:
        return _("There are no rounds at the moment; a moderator can say when there will be.")
    zone = (ask.person and ask.person.zone) or kit.config.community.zone
    return _("The next round is on {at}. When I find somebody, I ask you both.", at=Local(due, zone))


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
        await _profile(ask, kit, tx)
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
        profile = await _profile(ask, kit, tx)
        if profile.missing(kit.config.buddies.minors):
            seat = await profiles.seat(tx, person.id)
            assert seat is not None
            return _setup(kit, profile, seat)
        await profiles.set_rest(tx, person.id, None)
        await _active(kit, tx, person.id, profile)
    return say(_("Welcome back. {when}", when=_when(kit, ask)))


@command("buddy rest")
async def rest(ask: Ask, kit: Kit) -> Reply:
    """Say that you can't be there for anybody today.

    Your buddies are told, kindly and without a reason. It ends by itself at midnight.
    """
    person = kit.require(ask, PURPOSE.id)
    zone = ZoneInfo(person.zone or kit.config.community.zone)
    tomorrow = kit.now.astimezone(zone).date() + timedelta(days=1)
    async with kit.transaction() as tx:
        await _profile(ask, kit, tx)
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


# --- within --------------------------------------------------------------------------------------------------------


async def _profile(ask: Ask, kit: Kit, tx: Transaction) -> Profile:
    """What the person chose so far. Raises Mistake for who never began."""
    person = kit.require(ask, PURPOSE.id)
    profile = await profiles.profile(kit, tx, person.id)
    if profile is None:
        raise Mistake(_("You are not taking part yet. Begin with /buddy join."))
    return profile


async def _keep(ask: Ask, kit: Kit, tx: Transaction, profile: Profile) -> None:
    """Keep a change. Who takes part and lacks something now is looked for no more until it is there."""
    assert ask.person is not None
    await profiles.save(kit, tx, ask.person.id, profile, ask.author.platform, ask.language)
    seat = await profiles.seat(tx, ask.person.id)
    if seat is not None and seat.state == profiles.ACTIVE:
        if profile.missing(kit.config.buddies.minors):
            await profiles.set_state(tx, ask.person.id, profiles.DRAFT)
        else:
            await _active(kit, tx, ask.person.id, profile)


async def _active(kit: Kit, tx: Transaction, person: str, profile: Profile) -> None:
    await profiles.set_state(tx, person, profiles.ACTIVE)
    have = await pairs.of(tx, person, pairs.MET)
    if len(have) < profile.most:
        await profiles.wait(tx, person, kit.now)
    else:
        await profiles.met(tx, person, False, kit.now)
