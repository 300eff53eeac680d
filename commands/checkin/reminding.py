"""Reminders: set, changed, removed and brought back; and a weekly look back, which is one more of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.people import Person
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.press import Press
from bot.talk.reply import Block, Reply, para, say
from bot.talk.text import Local, Zone, _, listing
from commands.checkin import ringing, tables, tables_reminders, vocabulary
from commands.checkin.keeping import PURPOSE
from commands.checkin.noting import known_scales, zone_of
from commands.checkin.reading import parse
from commands.checkin.scales import Scale, named_in
from commands.checkin.schedule import Schedule
from commands.checkin.showing import name_of, over
from commands.checkin.tables_reminders import ASK, WEEK, Reminder

MOST = 10
USUAL_WEEKLY = "sun 18:00"
SUGGESTED = ("daily 20:00", "daily 09:00", "weekdays 18:30", "weekends 11:00", "mon,thu 18:30", "every 2 days 20:00",
             "twice a day")  # fmt: skip


def suggest_schedule(typed: str, language: str) -> list[Choice]:
    known = list(SUGGESTED)
    if typed.strip():
        try:
            known.insert(0, str(parse(typed)).partition(" from ")[0])
        except Mistake:
            known = [one for one in known if typed.casefold() in one] or known
    return [Choice(one, one) for one in dict.fromkeys(known)]


SCHEDULE = Arg(_("When, as: daily 20:00"), suggest=suggest_schedule, rest=True, words=False, most=200)
ASKS = Arg(_("Scales to ask for, as: sleep, energy"), words=False, named=True, most=400)
_ID = Arg(_("Which one"), words=False, hidden=True)


@command(
    "checkin remind",
    form=True,
    examples=("checkin remind daily 20:00", "checkin remind mon,thu 18:30", "checkin remind scales=sleep twice a day"),
)
async def remind(
    ask: Ask,
    kit: Kit,
    schedule: Annotated[str, SCHEDULE],
    scales: Annotated[str | None, ASKS] = None,
) -> Reply:
    """Be reminded to check in, at your own hours.

    It stops by itself after five reminders without an answer, and it never asks why.
    """
    person = kit.require(ask, PURPOSE.id)
    kit.require(ask, "write_first")
    async with kit.transaction() as tx:
        found = _parsed(kit, person, schedule)
        asked = named_in(scales, await known_scales(kit, tx, person.id, ask.language)) if scales else ()
        mine = [one for one in await tables_reminders.of(kit, tx, person.id) if one.kind == ASK]
        if any(one.schedule == found for one in mine):
            return say(_("You have that reminder already: {schedule}.", schedule=found.words()))
        if len(mine) >= MOST:
            raise Mistake(_("You have {most} reminders, which is the most. Remove one first.", most=MOST), "schedule")
        one = Reminder(
            tables.new_id(),
            person.id,
            found,
            zone_of(kit, person),
            language=ask.language,
            scales=tuple(each.key for each in asked),
        )
        due = await ringing.begin(kit, tx, one)
        return await _set(kit, tx, person, one, due, asked)


def _parsed(kit: Kit, person: Person, typed: str) -> Schedule:
    return parse(typed, ringing.wall_of(kit.now, zone_of(kit, person)).date())


async def _set(
    kit: Kit, tx: Transaction, person: Person, one: Reminder, due: datetime, asked: Sequence[Scale] = ()
) -> Reply:
    """What is said of a reminder that was set or changed: when it comes, and what was assumed."""
    told = (
        _("I will send you a look back: {schedule}. The first time is {at}.", schedule=one.schedule.words(),
          at=Local(due, one.zone))
        if one.kind == WEEK
        else _("I will remind you: {schedule}. The first time is {at}.", schedule=one.schedule.words(),
               at=Local(due, one.zone))
    )  # fmt: skip
    blocks: list[Block] = [para(told)]
    if asked:
        blocks.append(para(_("It also asks for: {scales}.", scales=listing(each.name for each in asked))))
    quiet = await tables_reminders.quiet(tx, person.id)
    if quiet and all(quiet.holds(at) for at in one.schedule.times):
        blocks.append(para(_("That falls into your quiet hours, so it comes when they are over.")))
    presses = [
        Press(_("Change the time"), "checkin change", form=True, id=one.id),
        Press(_("Remove it again"), "checkin unremind", id=one.id),
    ]
    if person.zone is None:
        blocks.append(para(_("I took the hours of {zone}, because I don't know your time zone.", zone=Zone(one.zone))))
        presses.append(Press(_("Set my time zone"), "settings change", form=True))
    return Reply(tuple(blocks), tuple(presses))


@command("checkin change", hidden=True, form=True)
async def change(
    ask: Ask,
    kit: Kit,
    schedule: Annotated[str | None, SCHEDULE] = None,
    scales: Annotated[str | None, ASKS] = None,
    id: Annotated[str, _ID] = "",
) -> Reply:
    """Change when a reminder comes, or what it asks for. A dash empties the scales."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        one = await tables_reminders.mine(kit, tx, person.id, id)
        if one is None or not one.active:
            return over()
        if not schedule and not scales:
            raise Mistake(_("Nothing was filled in, so nothing was changed."), "schedule")
        known = await known_scales(kit, tx, person.id, ask.language)
        if schedule:
            one = replace(one, schedule=_parsed(kit, person, schedule))
        if scales:
            asked = () if scales.strip() in vocabulary.OFF else named_in(scales, known)
            one = replace(one, scales=tuple(each.key for each in asked))
        due = await ringing.begin(kit, tx, one)
        return await _set(kit, tx, person, one, due, [each for each in known if each.key in one.scales])


@command("checkin unremind", hidden=True)
async def unremind(ask: Ask, kit: Kit, id: Annotated[str, Arg(_("Which reminder"), words=False)]) -> Reply:
    """Remove a reminder of one's own."""
    async with kit.transaction() as tx:
        one = await tables_reminders.mine(kit, tx, ask.person.id, id) if ask.person else None
        if one is None or not one.active:
            return over()
        await ringing.stop(kit, tx, one)
    return say(
        _("Removed: {schedule}.", schedule=name_of(one)),
        presses=(Press(_("Undo"), "checkin restart", id=id),),
        replaces=True,
    )


@command("checkin restart", hidden=True)
async def restart(ask: Ask, kit: Kit, id: Annotated[str, Arg(_("Which reminder"), words=False)]) -> Reply:
    """Bring back a reminder that was removed or that stopped by itself."""
    person = kit.require(ask, PURPOSE.id)
    kit.require(ask, "write_first")
    async with kit.transaction() as tx:
        one = await tables_reminders.mine(kit, tx, person.id, id)
        if one is None:
            return over()
        if one.active:
            return say(_("You have that reminder already: {schedule}.", schedule=name_of(one)), replaces=True)
        one = replace(one, zone=zone_of(kit, person), paused=None)
        due = await ringing.begin(kit, tx, one)
        return replace(await _set(kit, tx, person, one, due), replaces=True)


@command("checkin weekly", examples=("checkin weekly sunday 18:00", "checkin weekly off"))
async def weekly(
    ask: Ask,
    kit: Kit,
    schedule: Annotated[str | None, Arg(_("When, as: sunday 18:00; or off"), words=False, rest=True, most=200)] = None,
) -> Reply:
    """Have a look back at your week sent to you, or turn that off."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        there = next((one for one in await tables_reminders.of(kit, tx, person.id) if one.kind == WEEK), None)
        if schedule and schedule.casefold().strip() in vocabulary.OFF:
            if there is not None:
                await ringing.stop(kit, tx, there)
            undo = (Press(_("Undo"), "checkin restart", id=there.id),) if there else ()
            return say(_("I send you no weekly look back."), presses=undo, replaces=True)
        kit.require(ask, "write_first")
        found = _parsed(kit, person, schedule or USUAL_WEEKLY)
        one = there or Reminder(tables.new_id(), person.id, found, zone_of(kit, person), WEEK, language=ask.language)
        one = replace(one, schedule=found)
        due = await ringing.begin(kit, tx, one)
        return await _set(kit, tx, person, one, due)
