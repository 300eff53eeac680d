"""What happens when a reminder is due, and when the next one is. They stop by themselves when unanswered.

Each occurrence is a wall time; the last that rang is kept. So nothing rings twice or is left out when clocks are put
forward or back, when a person's time zone changes, or when the machine's clock jumps.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.state.people import Person
from bot.talk.press import Press
from bot.talk.reply import Reply, para, say
from bot.talk.text import _
from commands.checkin import tables_reminders
from commands.checkin.mood import WORDS
from commands.checkin.schedule import following, jumped_over
from commands.checkin.tables_reminders import WEEK, Reminder, Rung
from commands.checkin.weekly import week_back

UNANSWERED = 5
"""So many in a row without an answer, and the reminder stops and says so once."""
LATE = timedelta(hours=6)
"""A reminder later than this, because the bot was off, is left out; the next one comes at its time."""
SNOOZES = (1, 3)
"""Hours in which it can be asked again."""
_JUST_BEFORE = timedelta(milliseconds=1)
_DAY = timedelta(days=1)


def wall_of(moment: datetime, zone: str) -> datetime:
    """A moment on the wall of a zone, to the minute."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)


async def plan(kit: Kit, tx: Transaction, one: Reminder) -> datetime:
    """Put the next time that it rings: after a pause, and after quiet hours that it falls into."""
    quiet = await tables_reminders.quiet(tx, one.person)
    after = kit.now
    if one.paused and one.paused > kit.now:
        after = start = one.paused - _JUST_BEFORE
    else:
        # What fell into quiet hours that are not yet over is still to come.
        start = after - _DAY if quiet and one.last else after
    last = one.last
    while True:
        found = following(one.schedule, one.zone, start, last)
        due = quiet.until(found.due, one.zone) if quiet else found.due
        if due > after:
            break
        start, last = found.due, found.wall
    await _put(kit, tx, one, found.wall, due)
    return due


async def _put(kit: Kit, tx: Transaction, one: Reminder, wall: datetime, due: datetime) -> None:
    payload = {"reminder": one.id, "wall": f"{wall:%Y-%m-%dT%H:%M}"}
    await kit.jobs.put(tx, "checkin.ring", due, payload, key=f"ring:{one.id}", person=one.person)


async def begin(kit: Kit, tx: Transaction, one: Reminder) -> datetime:
    """Set a reminder going, or going again: from here on, nothing that is past. When it rings first."""
    fresh = replace(one, active=True, unanswered=0, last=wall_of(kit.now, one.zone))
    await tables_reminders.put(kit, tx, fresh)
    return await plan(kit, tx, fresh)


async def stop(kit: Kit, tx: Transaction, one: Reminder) -> None:
    """It rings no more. Its row stays for a while, so that this can be undone."""
    await tables_reminders.put(kit, tx, replace(one, active=False))
    await kit.jobs.cancel(tx, f"ring:{one.id}")


async def moved(kit: Kit, tx: Transaction, person: Person) -> None:
    """The person's time zone may have changed: their reminders keep their hours in the new one."""
    zone = person.zone or kit.config.community.zone
    for one in await tables_reminders.of(kit, tx, person.id):
        if one.zone != zone:
            await _move(kit, tx, one, zone)


async def _move(kit: Kit, tx: Transaction, one: Reminder, zone: str) -> None:
    there = replace(one, zone=zone)
    await tables_reminders.put(kit, tx, there)
    over = None
    if not (one.paused and one.paused > kit.now):
        over = jumped_over(one.schedule, one.zone, zone, kit.now, one.last)
    if over is None or wall_of(kit.now, zone) - over.wall > LATE:
        await plan(kit, tx, there)
        return
    # Somebody travelled east past a time that was still to come: it is asked now, or when quiet hours are over.
    quiet = await tables_reminders.quiet(tx, one.person)
    await _put(kit, tx, there, over.wall, quiet.until(kit.now, zone) if quiet else kit.now)


async def ring(job: Job, kit: Kit) -> None:
    """A reminder is due: its successor first, then the question, in one transaction."""
    async with kit.transaction() as tx:
        one = await tables_reminders.get(kit, tx, str(job.payload["reminder"]))
        if one is None or not one.active:
            return
        person = await kit.people.get(tx, one.person)
        account = await kit.people.account_of(tx, one.person)
        if person is None or account is None:
            return
        zone = person.zone or kit.config.community.zone
        if one.zone != zone:
            await _move(kit, tx, one, zone)
            return
        said = job.payload.get("wall")
        wall = datetime.fromisoformat(str(said)) if said else wall_of(job.due, zone)
        if (one.last is not None and wall <= one.last) or (one.paused is not None and job.due < one.paused):
            await plan(kit, tx, one)
            return
        language = person.language or one.language
        if one.unanswered >= UNANSWERED:
            await stop(kit, tx, one)
            stopped = replace(_stopped(one), language=language)
            await kit.tell(tx, account, stopped, key=f"ring:{one.id}:stopped:{job.id}", person=person.id)
            return
        due = await plan(kit, tx, replace(one, last=wall))
        occurrence = await tables_reminders.ring(tx, one, job.due)
        if occurrence is None:
            return
        if one.kind == WEEK:
            await tables_reminders.rang(tx, one.id, wall, 0)
            said_back = await week_back(kit, tx, person, wall.date(), zone, language)
            if said_back is None:
                return
            reply = said_back
        else:
            await tables_reminders.rang(tx, one.id, wall, one.unanswered + 1)
            reply = question(occurrence)
        reply = replace(reply, language=language)
        await kit.tell(tx, account, reply, key=f"ring:{occurrence}", person=person.id, expires=due)


async def missed(job: Job, kit: Kit) -> None:
    """A reminder that came too late or failed for good is left out; the next one comes at its time."""
    async with kit.transaction() as tx:
        one = await tables_reminders.get(kit, tx, str(job.payload["reminder"]))
        if one is not None and one.active:
            await plan(kit, tx, one)


async def ask_again(job: Job, kit: Kit) -> None:
    """The time of a snoozed reminder is over: ask once more, unless it was answered or came again meanwhile."""
    async with kit.transaction() as tx:
        person = await kit.people.get(tx, str(job.person))
        if person is None:
            return
        rung: Rung | None = await tables_reminders.rung(tx, person.id, str(job.payload["occurrence"]))
        account = await kit.people.account_of(tx, person.id)
        if rung is None or account is None or not await tables_reminders.still_open(tx, rung):
            return
        key = f"again:{rung.id}:{round(job.due.timestamp())}"
        asked = replace(question(rung.id), language=person.language or str(job.payload["language"]))
        await kit.tell(tx, account, asked, key=key, person=person.id, expires=kit.now + LATE)


def question(occurrence: str) -> Reply:
    """What a reminder asks."""
    moods = tuple(Press(word, "checkin answer", o=occurrence, mood=mood) for mood, word in WORDS.items())
    snoozes = tuple(
        Press(_("In an hour", "In {n} hours", n=hours), "checkin later", o=occurrence, hours=hours) for hours in SNOOZES
    )
    return Reply(
        (para(_("How are you right now?")),),
        (*moods, *snoozes, Press(_("Not today"), "checkin skip", o=occurrence)),
    )


def _stopped(one: Reminder) -> Reply:
    return say(
        _(
            "I stopped this reminder, because the last five went unanswered. That is fine: {schedule}.",
            schedule=one.schedule.words(),
        ),
        para(_("Should you want it back, one press is enough, any time in the next month.")),
        presses=(Press(_("Start it again"), "checkin restart", id=one.id),),
    )
