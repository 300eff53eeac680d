"""`/buddy join` and its steps: choosing what matters, changing it, being ready."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Heading, Reply, Typed, para, say
from bot.talk.text import _, listing
from commands.buddy.choosing import STEPS, panel, summary
from commands.buddy.keeping import PURPOSE
from commands.buddy.profile import BIO_LIMIT, INTEREST_LIMIT, INTERESTS_LIMIT, Profile
from commands.buddy.rebuilding import names_somebody
from commands.buddy.tables import never, profiles
from commands.buddy.taking_part import chosen, look_for, when


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
    return overview(kit, profile, seat)


@command("buddy setup", hidden=True)
async def setup(ask: Ask, kit: Kit) -> Reply:
    """See everything that one chose."""
    return replace(await join.run(ask, kit), replaces=True)


def overview(kit: Kit, profile: Profile, seat: profiles.Seat) -> Reply:
    """Everything that was chosen, what is still needed, and the steps."""
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
        profile = await chosen(ask, kit, tx)
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
        before = await chosen(ask, kit, tx)
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
        profile = await chosen(ask, kit, tx)
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
    return overview(kit, profile, seat)


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
        profile = await chosen(ask, kit, tx)
        assert ask.person is not None
        missing = profile.missing(kit.config.buddies.minors)
        if missing:
            raise Mistake(_("Still needed: {things}.", things=listing(missing)))
        await look_for(kit, tx, ask.person.id, profile)
    return say(_("You are in. {when}", when=when(kit, ask)), replaces=True)


async def _keep(ask: Ask, kit: Kit, tx: Transaction, profile: Profile) -> None:
    """Keep a change. Who takes part and lacks something now is looked for no more until it is there."""
    assert ask.person is not None
    await profiles.save(kit, tx, ask.person.id, profile, ask.author.platform, ask.language)
    seat = await profiles.seat(tx, ask.person.id)
    if seat is not None and seat.state == profiles.ACTIVE:
        if profile.missing(kit.config.buddies.minors):
            await profiles.set_state(tx, ask.person.id, profiles.DRAFT)
        else:
            await look_for(kit, tx, ask.person.id, profile)
