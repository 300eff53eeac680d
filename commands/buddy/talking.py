"""The talk mode, for platforms on which a pair has no room of its own, and the question for whom words are; thanks;
and, rarely, a thought about taking turns.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.talk.command import Arg, command
from bot.talk.model import Incoming
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Reply, para, say
from bot.talk.text import _
from commands.buddy import voices
from commands.buddy.tables import pairs, talk
from commands.buddy.tables.pairs import Side
from commands.buddy.whom import WHO, WHOM, which

OPEN_FOR = timedelta(minutes=30)
"""Without a word from its person, the talk mode closes, and says so."""
PROMPTED = timedelta(days=7)
THANKED = timedelta(days=1)


@command("buddy talk")
async def talk_with(ask: Ask, kit: Kit, who: Annotated[str | None, WHO] = None, p: Annotated[str, WHOM] = "") -> Reply:
    """Write to a buddy: what you write to me privately then goes to them."""
    async with kit.transaction() as tx:
        side, asked = await which(ask, kit, tx, who, p, "buddy talk", _("With whom do you want to talk?"))
        if side is None:
            return asked
        other = await pairs.other(tx, side)
        name = other.name if other else "…"
        if voices.has_rooms(kit, ask.author):
            return say(_("You and {name} have a room of your own. What you write there goes to {name}.", name=name))
        await keep_open(kit, tx, side)
    return say(
        _(
            "From now on, everything you write to me here goes to {name}, but for commands with a sign before them.",
            name=name,
        ),
        _("It ends when you stop it, or after half an hour without a word from you."),
        presses=[Press(_("Stop talking with {name}", name=name), "buddy quiet", tone=Tone.MAIN)],
    )


async def keep_open(kit: Kit, tx: Transaction, side: Side) -> None:
    """Open the talk mode, or keep it open for longer."""
    until = kit.now + OPEN_FOR
    await talk.open_talk(tx, side.person, side.about, until)
    await kit.jobs.put(tx, "buddy.quiet", until, {"about": side.about}, key=f"quiet:{side.person}", person=side.person)


@command("buddy quiet", hidden=True)
async def quiet(ask: Ask, kit: Kit) -> Reply:
    """Stop the talk mode."""
    async with kit.transaction() as tx:
        if ask.person is None or not await talk.close_talk(tx, ask.person.id):
            return say(_("You were talking with nobody."), replaces=True)
        await kit.jobs.cancel(tx, f"quiet:{ask.person.id}")
    return say(_("Stopped: what you write here is for me again."), replaces=True)


async def fell_silent(job: Job, kit: Kit) -> None:
    """Half an hour without a word: the talk mode closes."""
    async with kit.transaction() as tx:
        about = str(job.payload["about"])
        side = await pairs.side_of(tx, str(job.person), about)
        if not await talk.close_talk(tx, str(job.person)) or side is None:
            return
        other = await pairs.other(tx, side)
        reply = say(
            _("I stopped passing on what you write here, because it was quiet for a while."),
            presses=[Press(_("Write to {name}", name=other.name if other else "…"), "buddy talk", p=about)],
        )
        await voices.tell_side(kit, tx, side, reply)


# --- for whom? -----------------------------------------------------------------------------------------------------


async def listen(incoming: Incoming, kit: Kit) -> Reply | None:
    """Private words that are no command, from somebody with a buddy and no room for it: ask for whom they are."""
    if incoming.edited or incoming.late or incoming.about is not None or not incoming.text.strip():
        return None
    if voices.has_rooms(kit, incoming.author):
        return None
    async with kit.transaction() as tx:
        person = await kit.people.find(tx, incoming.author)
        sides = await pairs.of(tx, person.id, pairs.MET) if person else []
        if person is None or not sides:
            return None
        draft = await talk.keep_draft(kit, tx, person.id, incoming.text, incoming.message)
        presses = []
        for side in sides:
            other = await pairs.other(tx, side)
            if other is not None:
                label = _("Send it to {name}", name=other.name)
                presses.append(Press(label, "buddy send", tone=Tone.MAIN, d=draft, p=side.about))
    return say(
        _("For whom is that? So far nobody has it but me."),
        presses=[*presses, Press(_("For nobody"), "buddy unsent", d=draft)],
    )


@command("buddy unsent", hidden=True)
async def unsent(ask: Ask, kit: Kit, d: Annotated[str, Arg(_("Which words"), words=False)]) -> Reply:
    """Drop what was written."""
    async with kit.transaction() as tx:
        if ask.person is not None:
            await talk.take_draft(kit, tx, ask.person.id, d)
    return say(_("Gone. Nobody has it."), replaces=True)


# --- thanks and turns ----------------------------------------------------------------------------------------------


@command("buddy thanks")
async def thanks(ask: Ask, kit: Kit, who: Annotated[str | None, WHO] = None, p: Annotated[str, WHOM] = "") -> Reply:
    """Say thank you to a buddy."""
    async with kit.transaction() as tx:
        side, asked = await which(ask, kit, tx, who, p, "buddy thanks", _("Whom do you want to thank?"))
        if side is None:
            return asked
        other = await pairs.other(tx, side)
        if other is None:
            return say(_("That conversation is over already."))
        if side.thanked is not None and kit.now - side.thanked < THANKED:
            return say(_("{name} has your thanks already.", name=other.name))
        await pairs.set_thanked(tx, side, kit.now)
        await voices.tell_side(kit, tx, other, say(_("{name} says thank you for being there.", name=side.name)))
    return say(_("I told {name}.", name=other.name))


async def turns(kit: Kit, tx: Transaction, side: Side, other: Side, many: int) -> tuple[Block, ...]:
    """Now and then, to who writes much more than they are written to. For listening, never for advice."""
    lately = side.prompted is not None and kit.now - side.prompted < PROMPTED
    if not kit.config.buddies.prompts or lately or side.sent + 1 - other.sent < many:
        return ()
    await pairs.set_prompted(tx, side, kit.now)
    return (
        para(
            _(
                "Only a thought: most of the last messages were yours. Perhaps ask {name} how they are, when you like.",
                name=other.name,
            )
        ),
    )
