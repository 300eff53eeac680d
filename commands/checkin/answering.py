"""Answering a reminder by one press or number: a mood, then the scales it asks for; a note; skipping; asking later.

Each names its own row by a random id, and the row's owner alone may answer it. Pressing twice has one effect.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.talk.command import Arg, command
from bot.talk.press import Press
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import Local, _
from commands.checkin import tables, tables_reminders
from commands.checkin.keeping import PURPOSE
from commands.checkin.mood import CHOICES
from commands.checkin.noting import NOTE_LIMIT, inline, joined, known_scales, tags_in, told, zone_of
from commands.checkin.scales import Measured, Scale, within
from commands.checkin.tables import Entry
from commands.checkin.telling import number

_ROW = Arg(_("Which one"), words=False, hidden=True)


@command("checkin answer", hidden=True)
async def answer(
    ask: Ask,
    kit: Kit,
    o: Annotated[str, Arg(_("Which reminder"), words=False)],
    mood: Annotated[int, Arg(_("How are you, 1 to 5?"), choices=CHOICES)],
) -> Reply:
    """Answer a reminder with a mood."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        rung = await tables_reminders.rung(tx, person.id, o)
        if rung is None:
            return gone()
        before = await tables.entry(kit, tx, person.id, rung.entry) if rung.entry else None
        if before:
            one = replace(before, mood=mood)
        else:
            one = Entry(tables.new_id(), kit.now, zone_of(kit, person), mood, None, ())
        await tables.save(kit, tx, person.id, one)
        await tables_reminders.answered(tx, o, one.id)
        await tables_reminders.heard_from(tx, person.id)
        reply = await told(ask, kit, tx, one, _("Noted.") if before is None else _("Changed."), replaces=True)
        reminder = await tables_reminders.get(kit, tx, rung.reminder)
        wanted = await _wanted(ask, kit, tx, one)
        if reminder is not None and reminder.scales and wanted:
            return replace(_asked(one, wanted[0]).then(Reply(reply.blocks)), replaces=True)
        return reply


@command("checkin rate", hidden=True, form=True)
async def rate(
    ask: Ask,
    kit: Kit,
    value: Annotated[str | None, Arg(_("The number"), words=False)] = None,
    entry: Annotated[str, _ROW] = "",
    scale: Annotated[str, _ROW] = "",
    leave: Annotated[bool, _ROW] = False,
) -> Reply:
    """Put a number on one of the scales of a check-in."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        one = await tables.entry(kit, tx, person.id, entry)
        if one is None:
            return gone()
        known = {each.key: each for each in await known_scales(kit, tx, person.id, ask.language)}
        wanted = await _wanted(ask, kit, tx, one)
        if scale in known and value is None and not leave:
            return _asked(one, known[scale])
        if scale in known and value is not None:
            mark = Measured(known[scale], within(known[scale], value))
            one = replace(one, scales=joined(one.scales, (mark,)))
            await tables.save(kit, tx, person.id, one)
        keys = [each.key for each in wanted]
        further = wanted[keys.index(scale) + 1 :] if scale in keys else wanted if not scale else []
        if further:
            return replace(_asked(one, further[0]), replaces=True)
        return await told(ask, kit, tx, one, _("Noted."), replaces=True)


async def _wanted(ask: Ask, kit: Kit, tx: Transaction, one: Entry) -> list[Scale]:
    """The scales that the reminder behind an entry asks for and that have no value yet; all where there was none."""
    assert ask.person is not None
    known = await known_scales(kit, tx, ask.person.id, ask.language)
    reminder = await tables_reminders.behind(kit, tx, one.id)
    if reminder is not None and reminder.scales:
        known = [each for each in known if each.key in reminder.scales]
    had = {mark.scale.key for mark in one.scales}
    return [each for each in known if each.key not in had]


def _asked(one: Entry, scale: Scale) -> Reply:
    """The question for one scale: a press for each value where they are few, else a form."""
    asked = _(
        "{name}, from {low} to {high}?",
        name=scale.name,
        low=number(scale.low),
        high=number(scale.high),
    )
    if scale.steps is None:
        presses = [Press(_("Write a number"), "checkin rate", form=True, entry=one.id, scale=scale.key)]
    else:
        presses = [
            Press(_("{n}", n=step), "checkin rate", entry=one.id, scale=scale.key, value=step) for step in scale.steps
        ]
    leave = Press(_("Leave it out"), "checkin rate", entry=one.id, scale=scale.key, leave=True)
    return Reply((para(asked),), (*presses, leave))


@command("checkin note", hidden=True, form=True)
async def note(
    ask: Ask,
    kit: Kit,
    text: Annotated[str | None, Arg(_("Your note (tags as #tag)"), rest=True, long=True, most=NOTE_LIMIT)] = None,
    entry: Annotated[str, _ROW] = "",
) -> Reply:
    """Add a note to a check-in, or change it."""
    person = kit.require(ask, PURPOSE.id)
    if not text:
        return say(para(_("Write it like this:"), " ", Typed("checkin note", f"entry={entry} …")))
    async with kit.transaction() as tx:
        before = await tables.entry(kit, tx, person.id, entry)
        if before is None:
            return gone()
        known = await known_scales(kit, tx, person.id, ask.language)
        tags = tuple(dict.fromkeys((*before.tags, *tags_in(text))))
        one = replace(before, note=text, tags=tags, scales=joined(before.scales, inline(text, known)))
        await tables.save(kit, tx, person.id, one)
        return await told(ask, kit, tx, one, _("Your note is saved."))


@command("checkin skip", hidden=True)
async def skip(ask: Ask, kit: Kit, o: Annotated[str, Arg(_("Which reminder"), words=False)]) -> Reply:
    """Leave a reminder unanswered, on purpose. It counts as an answer."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        rung = await tables_reminders.rung(tx, person.id, o)
        if rung is None:
            return gone()
        await tables_reminders.skipped(tx, o)
        await tables_reminders.heard_from(tx, person.id)
        await kit.jobs.cancel(tx, f"again:{o}")
    return say(_("All right, not today."), replaces=True)


@command("checkin later", hidden=True)
async def later(
    ask: Ask,
    kit: Kit,
    o: Annotated[str, Arg(_("Which reminder"), words=False)],
    hours: Annotated[int, Arg(_("In how many hours"), ge=1, le=24)] = 1,
) -> Reply:
    """Be asked again in an hour, or in some."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        rung = await tables_reminders.rung(tx, person.id, o)
        if rung is None:
            return gone()
        await tables_reminders.heard_from(tx, person.id)
        due = kit.now + timedelta(hours=hours)
        payload = {"occurrence": o, "language": ask.language}
        await kit.jobs.put(tx, "checkin.again", due, payload, key=f"again:{o}", person=person.id)
    return say(_("I ask again at {time}.", time=Local(due, zone_of(kit, person), "time")), replaces=True)


def gone() -> Reply:
    """The same for what is over, erased, or somebody else's."""
    return Reply(
        (para(_("That question is over.")),), (Press(_("Check in now"), "checkin", form=True),), replaces=False
    )
