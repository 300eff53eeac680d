"""Reminders as their person sees them: all, and one with what can be done with it."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.press import Press, Tone
from bot.talk.reply import Inline, Paragraph, Reply, Typed, Verbatim, bullets, facts, para, say
from bot.talk.text import Local, Text, Zone, _, listing
from commands.checkin import tables_reminders
from commands.checkin.keeping import PURPOSE
from commands.checkin.noting import known_scales
from commands.checkin.tables_reminders import WEEK, Reminder


@command("checkin reminders", effects=False)
async def reminders(ask: Ask, kit: Kit) -> Reply:
    """See your reminders; change, pause or remove them."""
    if ask.person is None:
        return _none()
    async with kit.transaction() as tx:
        mine = await tables_reminders.of(kit, tx, ask.person.id)
    if not mine:
        return _none()
    lines = []
    for one in mine:
        parts: list[Inline] = [name_of(one), Verbatim(" — "), _("{zone}", zone=Zone(one.zone))]
        if one.paused and one.paused > kit.now:
            parts += [Verbatim(", "), _("paused until {at}", at=Local(one.paused, one.zone, "date"))]
        lines.append(Paragraph(tuple(parts)))
    presses = [Press(name_of(one), "checkin reminder", id=one.id) for one in mine]
    if any(one.paused and one.paused > kit.now for one in mine):
        presses.append(Press(_("Go on now"), "checkin resume"))
    else:
        presses.append(Press(_("Pause for a week"), "checkin pause"))
    return Reply((bullets(lines), para(_("Choose one to change or remove it."))), tuple(presses))


def name_of(one: Reminder) -> Text:
    if one.kind == WEEK:
        return _("Look back: {schedule}", schedule=one.schedule.words())
    return one.schedule.words()


def _none() -> Reply:
    return say(_("You have no reminders."), para(_("To set one:"), " ", Typed("checkin remind", "daily 20:00")))


@command("checkin reminder", hidden=True, effects=False)
async def reminder(ask: Ask, kit: Kit, id: Annotated[str, Arg(_("Which reminder"), words=False)]) -> Reply:
    """One reminder, with what can be done with it."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        one = await tables_reminders.mine(kit, tx, person.id, id)
        if one is None or not one.active:
            return over()
        job = await kit.jobs.get(tx, f"ring:{id}")
        known = await known_scales(kit, tx, person.id, ask.language)
    rows: list[tuple[Inline, Text]] = [
        (_("When"), one.schedule.words()),
        (_("Time zone"), _("{zone}", zone=Zone(one.zone))),
    ]
    if job is not None:
        rows.append((_("Next"), _("{at}", at=Local(job.due, one.zone))))
    names = [each.name for each in known if each.key in one.scales]
    if names:
        rows.append((_("It also asks for"), _("{scales}", scales=listing(names))))
    paused = one.paused is not None and one.paused > kit.now
    return Reply(
        (facts(*rows),),
        (
            Press(_("Change the time"), "checkin change", form=True, id=id),
            Press(_("Go on now"), "checkin resume", id=id)
            if paused
            else Press(_("Pause for a week"), "checkin pause", id=id),
            Press(_("Remove it"), "checkin unremind", tone=Tone.DANGER, id=id),
        ),
    )


def over() -> Reply:
    """The same for what is removed, erased, or somebody else's."""
    return say(_("That reminder is gone already."), replaces=True)
