"""Pausing reminders for a while, going on, and quiet hours. A pause really pauses, and ends by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.press import Press
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import Local, Text, _
from commands.checkin import ringing, tables_own, tables_reminders
from commands.checkin.dates import read_until
from commands.checkin.keeping import PURPOSE
from commands.checkin.noting import zone_of
from commands.checkin.reading import read_quiet
from commands.checkin.schedule import resolve
from commands.checkin.tables_reminders import Reminder

USUAL = "a week"
LONGEST = timedelta(days=366)
_ID = Arg(_("Which reminder"), words=False, hidden=True)


@command("checkin pause", examples=("checkin pause", "checkin pause 10 days", "checkin pause until friday"))
async def pause(
    ask: Ask,
    kit: Kit,
    until: Annotated[str | None, Arg(_("Until when, as: a week, friday, 2026-12-24"), words=False, rest=True)] = None,
    id: Annotated[str, _ID] = "",
) -> Reply:
    """Pause your reminders for a week, or until a day. They go on by themselves."""
    person = kit.require(ask, PURPOSE.id)
    zone = zone_of(kit, person)
    async with kit.transaction() as tx:
        today = ringing.wall_of(kit.now, zone).date()
        day = read_until(until or USUAL, today)
        if day - today > LONGEST:
            raise Mistake(
                _("A pause lasts a year at most. You can also remove reminders, and set them again later."), "until"
            )
        midnight = datetime.combine(day, time())
        end = resolve(midnight, zone) or resolve(midnight + timedelta(days=1), zone)
        mine = await _meant(kit, tx, person.id, id)
        if not mine:
            return say(_("You have no reminders, so there is nothing to pause."))
        for one in mine:
            paused = replace(one, paused=end, unanswered=0)
            await tables_reminders.put(kit, tx, paused)
            await ringing.plan(kit, tx, paused)
    assert end is not None
    return say(
        _("Paused. Nothing comes until {at}; then it goes on by itself.", at=Local(end, zone, "date")),
        presses=(Press(_("Go on now"), "checkin resume", id=id),),
    )


async def _meant(kit: Kit, tx: Transaction, person: str, id: str) -> list[Reminder]:
    """The reminder that was named, or all."""
    return [one for one in await tables_reminders.of(kit, tx, person) if id in ("", one.id)]


@command("checkin resume")
async def resume(ask: Ask, kit: Kit, id: Annotated[str, _ID] = "") -> Reply:
    """Let paused reminders go on at once."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        paused = [one for one in await _meant(kit, tx, person.id, id) if one.paused and one.paused > kit.now]
        due = [await ringing.begin(kit, tx, replace(one, paused=None)) for one in paused]
    if not due:
        return say(_("Nothing is paused."), para(_("Your reminders:"), " ", Typed("checkin reminders")), replaces=True)
    return say(_("They go on. The next one comes {at}.", at=Local(min(due), zone_of(kit, person))), replaces=True)


@command("checkin quiet", examples=("checkin quiet 22:00-07:00", "checkin quiet off"))
async def quiet(
    ask: Ask,
    kit: Kit,
    hours: Annotated[str | None, Arg(_("From when to when, as: 22:00-07:00; or off"), words=False, rest=True)] = None,
) -> Reply:
    """Set quiet hours: reminders that fall into them come afterwards."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        before = await tables_own.settings(tx, person.id)
        if hours is None:
            if before.quiet is None:
                return say(
                    _("You have no quiet hours."), para(_("To set them:"), " ", Typed("checkin quiet", "22:00-07:00"))
                )
            return say(_told(before.quiet.start, before.quiet.end), presses=(_off(),))
        found = read_quiet(hours)
        await tables_own.set_settings(tx, person.id, replace(before, quiet=found))
        for one in await tables_reminders.of(kit, tx, person.id):
            await ringing.plan(kit, tx, one)
    if found is None:
        return say(_("You have no quiet hours any more."), replaces=True)
    return say(_told(found.start, found.end), presses=(_off(),))


def _told(start: time, end: time) -> Text:
    return _("Nothing rings between {start} and {end}; it comes when they are over.", start=start, end=end)


def _off() -> Press:
    return Press(_("No quiet hours"), "checkin quiet", hours="off")
