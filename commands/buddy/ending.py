"""How a pair ends: left, blocked, reported, gone. The other side is told the same words each time, and never why."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.jobs import Job, Jobs
from bot.talk.command import command
from bot.talk.model import Gone
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, say
from bot.talk.text import _
from commands.buddy import voices
from commands.buddy.tables import never, pairs, profiles
from commands.buddy.tables.pairs import Side
from commands.buddy.whom import PAIR, WHO, WHOM, which


async def over(kit: Kit, tx: Transaction, side: Side, *, silence: bool = False) -> bool:
    """End the pair of this side, by its person or for them. `silence` takes back what waits to be sent. The other side
    is told that it ended, and is looked for anew. False where it was over before."""
    other = await pairs.other(tx, side)
    was = await pairs.pair(tx, side.pair)
    if was is None or not await pairs.end(tx, side.pair, kit.now):
        return False
    await kit.jobs.cancel(tx, f"expire:{side.pair}")
    await kit.jobs.cancel(tx, f"week:{side.pair}")
    for one in (side, other):
        if silence and one is not None and (to := await voices.room(kit, tx, one)) is not None:
            await kit.house.outbox.drop(tx, to)
    if other is not None:
        mine, theirs = await never.marks(kit, tx, side.person), await never.marks(kit, tx, other.person)
        await never.keep_apart(tx, mine, theirs, never.RECENT, kit.now + never.AGAIN_AFTER)
        if was.state == pairs.MET:
            await voices.tell_side(kit, tx, other, ended(side.name), key=f"buddy:over:{side.pair}")
            await free(kit, tx, other.person)
    await free(kit, tx, side.person)
    return True


async def free(kit: Kit, tx: Transaction, person: str) -> None:
    """They could have another buddy now."""
    seat = await profiles.seat(tx, person)
    profile = await profiles.profile(kit, tx, person)
    if seat is None or profile is None:
        return
    if len(await pairs.of(tx, person, pairs.MET)) < profile.most:
        await profiles.wait(tx, person, kit.now)


def ended(name: str) -> Reply:
    """What the one who stays reads, whatever the reason was."""
    return say(
        _(
            "Your conversation with {name} has ended. That happens for many reasons, and I am never told to say which.",
            name=name,
        ),
        _("You are looked for again in the next round."),
        presses=[Press(_("Pause for now"), "buddy pause", span="open")],
    )


async def leave_all(kit: Kit, tx: Transaction, person: str, *, silence: bool = False) -> None:
    """End everything that a person is in. Who was asked with them hears of it when the time to answer is over."""
    for side in await pairs.of(tx, person, pairs.MET):
        await over(kit, tx, side, silence=silence)
    for side in await pairs.of(tx, person, pairs.ASKED):
        await pairs.answer(tx, side, "no")


# --- leaving one ---------------------------------------------------------------------------------------------------


@command("buddy end")
async def end(ask: Ask, kit: Kit, who: Annotated[str | None, WHO] = None, p: Annotated[str, WHOM] = "") -> Reply:
    """End the conversation with a buddy, without a reason."""
    async with kit.transaction() as tx:
        side, asked = await which(ask, kit, tx, who, p, "buddy end", _("Whose conversation do you want to end?"))
        if side is None:
            return asked
        other = await pairs.other(tx, side)
    name = other.name if other else "…"
    return say(
        _("End your conversation with {name}? {name} is told that it ended, and nothing else.", name=name),
        presses=[
            Press(_("Yes, end it"), "buddy ended", tone=Tone.DANGER, p=side.about),
            Press(_("End it, and never meet again"), "buddy blocked", tone=Tone.DANGER, p=side.about),
            Press(_("Keep it"), "buddy kept"),
        ],
    )


@command("buddy ended", hidden=True)
async def end_now(ask: Ask, kit: Kit, p: Annotated[str, PAIR]) -> Reply:
    """End it, after the question."""
    async with kit.transaction() as tx:
        side = await mine(ask, tx, p)
        if side is None or not await over(kit, tx, side):
            return say(_("That conversation is over already."), replaces=True)
    return say(
        _("It has ended. Thank you for having been there."),
        _("You are looked for again in the next round."),
        presses=[Press(_("Pause for now"), "buddy pause", span="open")],
        replaces=True,
    )


@command("buddy kept", hidden=True, effects=False)
async def kept(ask: Ask, kit: Kit) -> Reply:
    """Change one's mind."""
    return say(_("Nothing was changed."), replaces=True)


async def mine(ask: Ask, tx: Transaction, p: str) -> Side | None:
    """The asker's own side of that name."""
    return None if ask.person is None else await pairs.side_of(tx, ask.person.id, p)


# --- who goes otherwise --------------------------------------------------------------------------------------------


async def gone_away(kit: Kit, tx: Transaction, gone: Gone) -> None:
    """Somebody left the community or was removed from it: no pairing and no relay any more."""
    if gone.user is None:
        return
    person = await kit.people.find(tx, gone.user)
    if person is None or await profiles.seat(tx, person.id) is None:
        return
    await leave_all(kit, tx, person.id, silence=gone.removed)
    await profiles.set_state(tx, person.id, profiles.PAUSED)


async def forget(tx: Transaction, person: str) -> None:
    """Somebody is erased. Their buddies are told by a job, as after any other ending; who is asked with them hears of
    it when the time to answer is over."""
    for side in await pairs.of(tx, person, pairs.ASKED, pairs.MET):
        other = await pairs.other(tx, side)
        if other is not None:
            marks = await never.enrolled(tx, person), await never.enrolled(tx, other.person)
            await never.keep_apart(tx, *marks, never.RECENT, tx.now + never.AGAIN_AFTER)
    for side in await pairs.of(tx, person, pairs.MET):
        await Jobs().put(tx, "buddy.left", tx.now, {"pair": side.pair, "name": side.name}, key=f"left:{side.pair}")
        for row in await tx.all("SELECT mark FROM buddy_messages WHERE pair = ?1 AND person = ?2", side.pair, person):
            await tx.execute("DELETE FROM outbox WHERE remember = ?1 OR about = ?1", row["mark"])
    for row in await tx.all("SELECT id FROM buddy_avoids WHERE person = ?1", person):
        # The block stays, but nothing says any more that it was theirs.
        await tx.execute("UPDATE buddy_never SET cause = 'block' WHERE cause = ?1", row["id"])


async def left_behind(job: Job, kit: Kit) -> None:
    """Tell the one who stays that the other is gone."""
    async with kit.transaction() as tx:
        pair = str(job.payload["pair"])
        for side in await pairs.both(tx, pair):
            if await pairs.end(tx, pair, kit.now):
                reply = ended(str(job.payload["name"]))
                await voices.tell_side(kit, tx, side, reply, key=f"buddy:over:{pair}")
            await free(kit, tx, side.person)
