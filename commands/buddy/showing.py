"""`/buddy`: where one stands, and what one can do; `/buddy pool` for moderators, in numbers that show nobody."""

from __future__ import annotations

import statistics

from bot.kit import Ask, Kit
from bot.talk.command import command
from bot.talk.model import Role
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Reply, Typed, facts, para, say
from bot.talk.text import Local, Text, _
from commands.buddy.schedule import next_round
from commands.buddy.tables import never, pairs, profiles

FEWEST = 10
"""Smaller numbers are not told."""


@command("buddy", inside="show", effects=False)
async def buddy(ask: Ask, kit: Kit) -> Reply:
    """Your buddies, and what you can do."""
    if ask.person is None:
        return _nobody()
    zone = ask.person.zone or kit.config.community.zone
    async with kit.transaction() as tx:
        seat = await profiles.seat(tx, ask.person.id)
        sides = await pairs.of(tx, ask.person.id, pairs.MET)
        asked = [one for one in await pairs.of(tx, ask.person.id, pairs.ASKED) if one.answer is None]
        held = await never.held(tx, await never.marks(kit, tx, ask.person.id), kit.now)
        names = [(side, other.name) for side in sides if (other := await pairs.other(tx, side)) is not None]
    if seat is None:
        return _nobody()
    blocks: list[Block] = []
    presses: list[Press] = []
    for side, name in names:
        blocks.append(para(_("{name} is your buddy. For {name}, you are {you}.", name=name, you=side.name)))
        presses.append(Press(_("Write to {name}", name=name), "buddy talk", p=side.about))
        presses.append(Press(_("End it with {name}", name=name), "buddy end", p=side.about))
        presses.append(Press(_("Report {name}", name=name), "buddy report", p=side.about))
    if asked:
        blocks.append(para(_("There is a question open: I found somebody who may fit.")))
    due = next_round(kit.config, kit.now)
    blocks.append(para(_stands(seat, bool(held), zone)))
    if seat.state == profiles.ACTIVE and seat.waiting is not None and due is not None and not held:
        blocks.append(para(_("The next round is on {at}.", at=Local(due, zone))))
    if seat.state == profiles.ACTIVE:
        presses.append(Press(_("Pause"), "buddy pause", span="open"))
        presses.append(Press(_("Not today"), "buddy rest"))
    else:
        presses.append(Press(_("Take part"), "buddy resume", tone=Tone.MAIN))
    presses += [Press(_("Change what I chose"), "buddy setup"), Press(_("Leave the buddies"), "buddy leave")]
    return Reply(tuple(blocks), tuple(presses[:24]))


def _stands(seat: profiles.Seat, held: bool, zone: str) -> Text:
    if held:
        return _("You meet nobody new at the moment, because a moderator looks at something first.")
    if seat.state == profiles.PAUSED:
        if seat.paused_until is not None:
            return _("You meet nobody new until {at}.", at=Local(seat.paused_until, zone, "day"))
        return _("You meet nobody new until you come back.")
    if seat.state == profiles.DRAFT:
        return _("You are not looked for yet: something is still to be chosen.")
    if seat.waiting is not None:
        return _("I look for somebody for you.")
    return _("You have as many buddies as you wanted.")


def _nobody() -> Reply:
    return say(
        _("A buddy is somebody who went through the same. You talk through me, under other names."),
        para(_("To be looked for:"), " ", Typed("buddy join")),
        presses=[Press(_("Find me a buddy"), "buddy join", tone=Tone.MAIN)],
    )


@command("buddy pool", allow=Role.MODERATOR, effects=False)
async def pool(ask: Ask, kit: Kit) -> Reply:
    """How many wait and are paired, in numbers that show nobody."""
    async with kit.transaction() as tx:
        since = await profiles.all_waiting_since(tx)
        met = await pairs.met_people(tx)
    days = [(kit.now - one).total_seconds() / 86_400 for one in since]
    median = _("{n} day", "{n} days", n=round(statistics.median(days))) if len(days) >= FEWEST else _("too few to say")
    return Reply(
        (
            facts(
                (_("Waiting"), para(_few(len(days)))),
                (_("With a buddy"), para(_few(met))),
                (_("Median wait"), para(median)),
            ),
        )
    )


def _few(n: int) -> Text:
    """Rounded to fives, and small numbers not at all: one person more or less must not show."""
    return _("fewer than {n}", n=FEWEST) if n < FEWEST else _("about {n}", n=5 * round(n / 5))
