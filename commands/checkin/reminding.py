"""Reminders: set, seen, removed; and what happens when one is due. They stop by themselves when unanswered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.press import Press
from bot.talk.reply import Block, Paragraph, Reply, Typed, Verbatim, bullets, para, say
from bot.talk.text import Local, Zone, _
from commands.checkin import schedule as when
from commands.checkin import tables
from commands.checkin.keeping import PURPOSE
from commands.checkin.mood import WORDS
from commands.checkin.tables import Reminder

MOST = 10
UNANSWERED = 5
"""So many in a row without an answer, and the reminder stops and says so once."""
LATE = timedelta(hours=6)
"""A reminder later than this, because the bot was off, is left out; the next one comes at its time."""


def suggest_schedule(typed: str, language: str) -> list[Choice]:
    known = ["daily 20:00", "daily 09:00", "weekdays 18:30", "weekends 11:00", "mon,thu 18:30"]
    if typed.strip():
        try:
            known.insert(0, str(when.parse(typed)))
        except Mistake:
            known = [one for one in known if typed.casefold() in one] or known
    return [Choice(one, one) for one in dict.fromkeys(known)]


@command("checkin remind", examples=("checkin remind daily 20:00", "checkin remind mon,thu 18:30"))
async def remind(
    ask: Ask,
    kit: Kit,
    schedule: Annotated[str, Arg(_("Which days and when, as daily 20:00"), suggest=suggest_schedule, rest=True)],
) -> Reply:
    """Be reminded to check in, at your own hours.

    It stops by itself after five reminders without an answer, and it never asks why.
    """
    person = kit.require(ask, PURPOSE.id)
    kit.require(ask, "write_first")
    found = when.parse(schedule)
    zone = person.zone or kit.config.community.zone
    async with kit.transaction() as tx:
        mine = await tables.reminders_of(tx, person.id)
        if any(one.schedule == str(found) for one in mine):
            return say(_("You have that reminder already: {schedule}.", schedule=found.words()))
        if len(mine) >= MOST:
            raise Mistake(_("You have {most} reminders, which is the most. Remove one first.", most=MOST), "schedule")
        one = Reminder(tables.new_id(), person.id, str(found), zone, True, 0)
        await tables.add_reminder(tx, one, kit.now)
        due = when.next_due(found, zone, kit.now)
        await _plan(kit, tx, one, due, ask.language)
    blocks: list[Block] = [
        para(
            _(
                "I will remind you: {schedule}. The first time is {at}.",
                schedule=found.words(),
                at=Local(due, zone),
            )
        )
    ]
    presses = [Press(_("Remove it again"), "checkin unremind", id=one.id)]
    if person.zone is None:
        blocks.append(para(_("I took the hours of {zone}, because I don't know your time zone.", zone=Zone(zone))))
        presses.append(Press(_("Set my time zone"), "settings change", form=True))
    return Reply(tuple(blocks), tuple(presses))


@command("checkin reminders", effects=False)
async def reminders(ask: Ask, kit: Kit) -> Reply:
    """See your reminders, and remove them."""
    if ask.person is None:
        return _none()
    async with kit.transaction() as tx:
        mine = await tables.reminders_of(tx, ask.person.id)
    if not mine:
        return _none()
    return Reply(
        (
            bullets(
                [
                    Paragraph((when.parse(one.schedule).words(), Verbatim(" — "), _("{zone}", zone=Zone(one.zone))))
                    for one in mine
                ]
            ),
        ),
        tuple(
            Press(_("Remove: {schedule}", schedule=when.parse(one.schedule).words()), "checkin unremind", id=one.id)
            for one in mine
        ),
    )


def _none() -> Reply:
    return say(_("You have no reminders."), para(_("To set one:"), " ", Typed("checkin remind", "daily 20:00")))


@command("checkin unremind", hidden=True)
async def unremind(ask: Ask, kit: Kit, id: Annotated[str, Arg(_("Which reminder"), words=False)]) -> Reply:
    """Remove a reminder of one's own."""
    async with kit.transaction() as tx:
        one = await tables.reminder(tx, id)
        if one is None or ask.person is None or one.person != ask.person.id or not one.active:
            return say(_("That reminder is gone already."), replaces=True)
        await tables.stop_reminder(tx, id)
        await kit.jobs.cancel(tx, f"ring:{id}")
    again = when.parse(one.schedule).words()
    return say(
        _("Removed: {schedule}.", schedule=again),
        para(_("To set it again:"), " ", Typed("checkin remind", one.schedule)),
        replaces=True,
    )


async def _plan(kit: Kit, tx: Transaction, one: Reminder, due: datetime, language: str) -> None:
    """The next time it rings. The language in which it was set goes along, for who keeps no settings here."""
    payload = {"reminder": one.id, "language": language}
    await kit.jobs.put(tx, "checkin.ring", due, payload, key=f"ring:{one.id}", person=one.person)


async def ring(job: Job, kit: Kit) -> None:
    """A reminder is due: its successor first, then the question, in one transaction."""
    async with kit.transaction() as tx:
        one = await tables.reminder(tx, str(job.payload["reminder"]))
        if one is None or not one.active:
            return
        person = await kit.people.get(tx, one.person)
        account = await kit.people.account_of(tx, one.person)
        if person is None or account is None:
            return
        schedule = when.parse(one.schedule)
        language = str(job.payload["language"])
        if one.unanswered >= UNANSWERED:
            await tables.stop_reminder(tx, one.id)
            stopped = replace(_stopped(one), language=person.language or language)
            await kit.tell(tx, account, stopped, key=f"ring:{one.id}:stopped", person=person.id)
            return
        due = when.next_due(schedule, one.zone, kit.now)
        await _plan(kit, tx, one, due, language)
        occurrence = await tables.ring(tx, one, job.due)
        if occurrence is None:
            return
        await tables.count_unanswered(tx, one.id, one.unanswered + 1)
        question = replace(_question(occurrence), language=person.language or language)
        await kit.tell(tx, account, question, key=f"ring:{occurrence}", person=person.id, expires=due)


async def missed(job: Job, kit: Kit) -> None:
    """A reminder that came too late or failed for good is left out; the next one comes at its time."""
    async with kit.transaction() as tx:
        one = await tables.reminder(tx, str(job.payload["reminder"]))
        if one is not None and one.active:
            due = when.next_due(when.parse(one.schedule), one.zone, kit.now)
            await _plan(kit, tx, one, due, str(job.payload["language"]))


async def ask_again(job: Job, kit: Kit) -> None:
    """The hour of a snoozed reminder is over: ask once more, unless it was answered meanwhile."""
    async with kit.transaction() as tx:
        person = await kit.people.get(tx, str(job.person))
        if person is None:
            return
        rung = await tables.occurrence(tx, person.id, str(job.payload["occurrence"]))
        account = await kit.people.account_of(tx, person.id)
        if rung is None or rung.entry is not None or account is None:
            return
        key = f"again:{rung.id}:{round(job.due.timestamp())}"
        question = replace(_question(rung.id), language=person.language or str(job.payload["language"]))
        await kit.tell(tx, account, question, key=key, person=person.id, expires=kit.now + LATE)


def _question(occurrence: str) -> Reply:
    moods = tuple(Press(word, "checkin answer", o=occurrence, mood=mood) for mood, word in WORDS.items())
    return Reply(
        (para(_("How are you right now?")),),
        (
            *moods,
            Press(_("In an hour"), "checkin later", o=occurrence),
            Press(_("Not today"), "checkin skip", o=occurrence),
        ),
    )


def _stopped(one: Reminder) -> Reply:
    return say(
        _(
            "I stopped this reminder, because the last five went unanswered. That is fine: {schedule}.",
            schedule=when.parse(one.schedule).words(),
        ),
        para(_("Should you want it back:"), " ", Typed("checkin remind", one.schedule)),
    )
