"""Entries again: listed, opened whole, changed, deleted, and brought back. Each is opened by its owner alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.jobs import Job
from bot.talk.command import Arg, command
from bot.talk.press import Press, Tone
from bot.talk.reply import AskForm, Reply, Typed, bullets, para, say
from bot.talk.text import _
from commands.checkin import scales as measures
from commands.checkin import tables
from commands.checkin.answering import gone
from commands.checkin.keeping import PURPOSE
from commands.checkin.noting import MOOD, NOTE, SCALES, TAGS, WHEN, known_scales, tags_in, told, when_of, zone_of
from commands.checkin.tables import Entry
from commands.checkin.telling import at_of, line, whole

PAGE = 8
UNDO = timedelta(hours=1)
"""So long a deleted entry can be brought back."""
EMPTY = "-"
_ID = Arg(_("Which one"), words=False, hidden=True)


@command("checkin entries", effects=False, examples=("checkin entries",))
async def entries(
    ask: Ask,
    kit: Kit,
    before: Annotated[str, _ID] = "",
) -> Reply:
    """Go through what you noted; open, change or delete an entry."""
    person = ask.person
    if person is None:
        return _nothing()
    async with kit.transaction() as tx:
        edge = await tables.entry(kit, tx, person.id, before) if before else None
        start = datetime.fromtimestamp(0, UTC)
        sealed = await tables.rows(tx, person.id, start, edge.at if edge else None, latest=PAGE + 1)
    found = await tables.open_all(kit, person.id, sealed)
    if not found:
        return _nothing()
    shown = found[-PAGE:][::-1]
    zone = zone_of(kit, person)
    presses = [Press(_("{at}", at=at_of(one, zone)), "checkin entry", id=one.id) for one in shown]
    if len(found) > PAGE:
        presses.append(Press(_("Older ones"), "checkin entries", before=shown[-1].id))
    return Reply((bullets([line(one, zone, kit.config, ask.language) for one in shown]),), tuple(presses))


def _nothing() -> Reply:
    return say(_("Nothing is noted yet."), para(_("To note how you are:"), " ", Typed("checkin", "4")))


@command("checkin entry", hidden=True, effects=False)
async def entry(ask: Ask, kit: Kit, id: Annotated[str, Arg(_("Which one"), words=False)]) -> Reply:
    """One entry, whole, with what can be done with it."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        one = await tables.entry(kit, tx, person.id, id)
    if one is None:
        return gone()
    presses = []
    if one.note:
        label = _("Leave my words out of summaries") if one.chosen else _("Put my words into summaries")
        presses.append(Press(label, "checkin choose", id=id, on=not one.chosen))
    presses.append(Press(_("Delete it"), "checkin delete", tone=Tone.DANGER, id=id))
    return Reply(
        tuple(whole(one, zone_of(kit, person), kit.config, ask.language)),
        tuple(presses),
        reopens=AskForm("checkin edit", _filled(one, kit, ask.language), _("Change it")),
    )


def _filled(one: Entry, kit: Kit, language: str) -> tuple[tuple[str, str | int | float | bool], ...]:
    """The form of an entry as it stands. `whole` says that what is emptied there shall be empty."""
    out: list[tuple[str, str | int | float | bool]] = [("entry", one.id), ("all", True)]
    if one.mood is not None:
        out.append(("mood", one.mood))
    if one.scales:
        named = [
            f"{measures.spoken(mark.scale, kit.config, language)} {measures.plain(mark.value)}" for mark in one.scales
        ]
        out.append(("scales", ", ".join(named)))
    loose = [tag for tag in one.tags if tag not in tags_in(one.note)]
    if loose:
        out.append(("tags", ", ".join(loose)))
    if one.note:
        out.append(("note", one.note))
    return tuple(out)


@command("checkin edit", hidden=True, form=True)
async def edit(
    ask: Ask,
    kit: Kit,
    mood: Annotated[int | None, MOOD] = None,
    note: Annotated[str | None, NOTE] = None,
    scales: Annotated[str | None, SCALES] = None,
    tags: Annotated[str | None, TAGS] = None,
    when: Annotated[str | None, WHEN] = None,
    entry: Annotated[str, _ID] = "",
    all: Annotated[bool, _ID] = False,
) -> Reply:
    """Change a check-in. What is left out stays as it is; a dash empties it."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        one = await tables.entry(kit, tx, person.id, entry)
        if one is None:
            return gone()
        known = await known_scales(kit, tx, person.id, ask.language)
        older = [mark.scale for mark in one.scales if mark.scale.key not in {each.key for each in known}]
        if mood is not None:
            one = replace(one, mood=mood)
        if note or all:
            said = None if note in (None, EMPTY) else note
            one = replace(one, note=said, chosen=one.chosen and said is not None)
        if scales or all:
            marks = measures.read_values(scales, [*known, *older]) if scales and scales != EMPTY else ()
            one = replace(one, scales=marks)
        if tags or note or all:
            loose = tags if tags or all else ",".join(one.tags)
            one = replace(one, tags=tags_in(one.note, None if loose == EMPTY else loose))
        if when:
            at = await when_of(kit, tx, person, when)
            one = replace(one, at=at.at, timed=at.timed, zone=zone_of(kit, person))
        await tables.save(kit, tx, person.id, one)
        return await told(ask, kit, tx, one, _("Changed."), dated=when is not None)


@command("checkin delete", hidden=True)
async def delete(ask: Ask, kit: Kit, id: Annotated[str, Arg(_("Which one"), words=False)]) -> Reply:
    """Delete a check-in. It can be brought back for an hour."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        if not await tables.take_away(tx, person.id, id, kit.now):
            return gone()
        await kit.jobs.put(tx, "checkin.drop", kit.now + UNDO, {"entry": id}, key=f"drop:{id}", person=person.id)
    return say(
        _("Deleted. In an hour it is gone for good."),
        presses=(Press(_("Undo"), "checkin undelete", id=id),),
        replaces=True,
    )


@command("checkin undelete", hidden=True)
async def undelete(ask: Ask, kit: Kit, id: Annotated[str, Arg(_("Which one"), words=False)]) -> Reply:
    """Bring a deleted check-in back."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        if not await tables.bring_back(tx, person.id, id):
            return say(_("There is nothing to bring back any more."), replaces=True)
        await kit.jobs.cancel(tx, f"drop:{id}")
    presses = (Press(_("Open it"), "checkin entry", id=id),)
    return say(_("It is back, as it was."), presses=presses, replaces=True)


async def drop(job: Job, kit: Kit) -> None:
    """The hour in which a deleted entry could be brought back is over."""
    async with kit.transaction() as tx:
        await tables.drop(tx, str(job.payload["entry"]))
