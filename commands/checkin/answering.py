"""Answering a reminder by one press or number, adding a note to an entry, skipping, and asking again in an hour.

Each names its own row by a random id, and the row's owner alone may answer it. Pressing twice has one effect.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.press import Press
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import Local, _
from commands.checkin import tables
from commands.checkin.keeping import PURPOSE
from commands.checkin.mood import CHOICES, WORDS
from commands.checkin.noting import NOTE_LIMIT, noted, tags_in
from commands.checkin.tables import Entry

SNOOZE = timedelta(hours=1)
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
        rung = await tables.occurrence(tx, person.id, o)
        if rung is None:
            return _gone()
        before = await tables.entry(kit, tx, person.id, rung.entry) if rung.entry else None
        if before:
            one = replace(before, mood=mood)
        else:
            one = Entry(tables.new_id(), kit.now, person.zone or kit.config.community.zone, mood, None, ())
        await tables.save(kit, tx, person.id, one)
        await tables.answered(tx, o, one.id)
        if rung.reminder:
            await tables.count_unanswered(tx, rung.reminder, 0)
    return noted(one, _("Noted.") if before is None else _("Changed."), replaces=True)


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
            return _gone()
        one = replace(before, note=text, tags=tags_in(text))
        await tables.save(kit, tx, person.id, one)
    return noted(one, _("Your note is saved."))


@command("checkin skip", hidden=True)
async def skip(ask: Ask, kit: Kit, o: Annotated[str, Arg(_("Which reminder"), words=False)]) -> Reply:
    """Leave a reminder unanswered, on purpose. It counts as an answer."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        rung = await tables.occurrence(tx, person.id, o)
        if rung is None:
            return _gone()
        await tables.skipped(tx, o)
        if rung.reminder:
            await tables.count_unanswered(tx, rung.reminder, 0)
    return say(_("All right, not today."), replaces=True)


@command("checkin later", hidden=True)
async def later(ask: Ask, kit: Kit, o: Annotated[str, Arg(_("Which reminder"), words=False)]) -> Reply:
    """Be asked again in an hour."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        rung = await tables.occurrence(tx, person.id, o)
        if rung is None:
            return _gone()
        if rung.reminder:
            await tables.count_unanswered(tx, rung.reminder, 0)
        due = kit.now + SNOOZE
        await kit.jobs.put(
            tx,
            "checkin.again",
            due,
            {"occurrence": o, "language": ask.language},
            key=f"again:{o}",
            person=person.id,
        )
    zone = person.zone or kit.config.community.zone
    return say(_("I ask again at {time}.", time=Local(due, zone, "time")), replaces=True)


def _gone() -> Reply:
    """The same for what is over, erased, or somebody else's."""
    return Reply((para(_("That question is over.")),), (Press(WORDS[3], "checkin", form=True),), replaces=False)
