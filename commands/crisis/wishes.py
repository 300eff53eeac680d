"""What a person wishes after an offer: no more of them, or to be asked once how they are tomorrow.

A press is the consent to exactly what it says; where to write is sealed, and forgotten with the asking.
"""

from __future__ import annotations

import json
from datetime import timedelta

from bot.kit import Ask, Kit
from bot.state.jobs import Job
from bot.state.vault import Where
from bot.talk.command import command
from bot.talk.model import UserRef
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import _
from commands.crisis import tables

NEXT_DAY = timedelta(hours=24)


@command("crisis no-more", hidden=True)
async def no_more(ask: Ask, kit: Kit) -> Reply:
    """Not be offered help again, unless it sounds urgent."""
    async with kit.transaction() as tx:
        await tx.execute(
            "INSERT INTO crisis_quiet (lookup, person, since) VALUES (?1, ?2, ?3) ON CONFLICT (lookup) DO NOTHING",
            tables.lookup(kit, ask.author),
            ask.person.id if ask.person else None,
            tx.now_ms,
        )
    return say(
        _("All right. I only write again if something sounds urgent. To remember that, I keep a mark of your account."),
        para(_("People are there whenever you want:"), " ", Typed("crisis")),
        presses=(Press(_("Offer it again"), "crisis again"),),
    )


@command("crisis again", hidden=True)
async def again(ask: Ask, kit: Kit) -> Reply:
    """Be offered help again."""
    async with kit.transaction() as tx:
        await tx.execute("DELETE FROM crisis_quiet WHERE lookup = ?1", tables.lookup(kit, ask.author))
    return say(_("All right, I will offer it again, and the mark is gone."), replaces=True)


@command("crisis ask-again", hidden=True)
async def ask_again(ask: Ask, kit: Kit) -> Reply:
    """Be asked in about a day how you are."""
    who, due = tables.lookup(kit, ask.author), kit.now + NEXT_DAY
    async with kit.transaction() as tx:
        held = [ask.author.platform, ask.author.id]
        person = ask.person.id if ask.person else None
        if person:
            sealed = await kit.seal(person, "crisis_followups", "sealed", who, held)
        else:
            sealed = kit.house.vault.seal_common(Where("crisis_followups", "sealed", who), json.dumps(held).encode())
        await tx.execute(
            "INSERT INTO crisis_followups (lookup, person, sealed, language, due) VALUES (?1, ?2, ?3, ?4, ?5)"
            " ON CONFLICT (lookup) DO UPDATE SET person = excluded.person, sealed = excluded.sealed,"
            " language = excluded.language, due = excluded.due",
            who,
            person,
            sealed,
            ask.language,
            round(due.timestamp() * 1000),
        )
        await kit.jobs.put(tx, "crisis.followup", due, {"who": who}, key=f"crisis.followup:{who}", person=person)
    return say(
        _(
            "I will write to you privately in about a day and ask how you are. Until then I keep where to write to "
            "you, sealed."
        ),
        presses=(Press(_("Rather not"), "crisis not-tomorrow"),),
    )


@command("crisis not-tomorrow", hidden=True)
async def do_not_ask(ask: Ask, kit: Kit) -> Reply:
    """Not be asked after all."""
    who = tables.lookup(kit, ask.author)
    async with kit.transaction() as tx:
        await tx.execute("DELETE FROM crisis_followups WHERE lookup = ?1", who)
        await kit.jobs.cancel(tx, f"crisis.followup:{who}")
    return say(_("All right, I will not ask."), replaces=True)


@command("crisis better", hidden=True, effects=False)
async def better(ask: Ask, kit: Kit) -> Reply:
    """Say that it is better today."""
    return say(_("That is good to read. Thank you for telling me. Take care of yourself."), replaces=True)


async def follow_up(job: Job, kit: Kit) -> None:
    """A day later, once: where to write is forgotten with the asking."""
    who = str(job.payload["who"])
    async with kit.transaction() as tx:
        row = await tx.one("DELETE FROM crisis_followups WHERE lookup = ?1 RETURNING *", who)
        if row is None:
            return
        if row["person"]:
            platform, id = await kit.unseal(row["person"], "crisis_followups", "sealed", who, row["sealed"])
        else:
            where = Where("crisis_followups", "sealed", who)
            platform, id = json.loads(kit.house.vault.open_common(where, row["sealed"]))
        question = say(
            _("Yesterday sounded hard, and you wanted me to ask: how is it today?"),
            presses=(
                Press(_("Better"), "crisis better"),
                Press(_("Someone to talk to"), "crisis", tone=Tone.MAIN),
                Press(_("Ask me tomorrow again"), "crisis ask-again"),
            ),
        )
        person = row["person"]
        reply = Reply(question.blocks, question.presses, language=row["language"])
        key = f"followup:{who}:{row['due']}"
        await kit.tell(tx, UserRef(platform, id), reply, key=key, person=person, expires=kit.now + NEXT_DAY)
