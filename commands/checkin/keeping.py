"""What check-ins ask for, what they keep and for how long, what an export holds, and what a withdrawn yes undoes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.state.people import Person
from bot.talk.command import Arg, Choice, command
from bot.talk.feature import Purpose, Stored
from bot.talk.reply import Reply, say
from bot.talk.text import Text, _
from commands.checkin import tables, tables_own, tables_reminders
from commands.checkin.tables import Entry
from commands.checkin.tables_own import USUAL_DAYS

PURPOSE = Purpose(
    id="checkins",
    version=1,
    title=_("Keep my check-ins"),
    why=_(
        "May I keep the moods and notes that you give me, sealed with a key of your own, so that you can look back? "
        "Nobody else can see them here: no moderator, no other member."
    ),
)

SPANS: dict[str, tuple[int | None, Text]] = {
    "3-months": (91, _("three months")),
    "1-year": (365, _("one year")),
    "5-years": (1826, _("five years")),
    "always": (None, _("until I erase them")),
}

STORED = (
    Stored(
        what=_("Moods, numbers, notes and tags of your check-ins"),
        why=_("So that you can look back."),
        kept=_("as long as you choose, one year if you choose nothing"),
        read_by=_("you; sealed with your own key"),
    ),
    Stored(
        what=_("What helped you, in your words, and the names of your own scales"),
        why=_("To show you the one after a low check-in, and to ask for the other."),
        kept=_("until you remove them"),
        read_by=_("you; sealed with your own key"),
    ),
    Stored(
        what=_("Reminders: their days, times and time zone; your quiet hours"),
        why=_("To remind you when you asked to be."),
        kept=_("until you remove them, and 30 days more; when each one rang, 30 days"),
        read_by=_("the bot"),
    ),
)


@command("checkin keep", examples=("checkin keep 3-months",))
async def keep(
    ask: Ask,
    kit: Kit,
    span: Annotated[str, Arg(_("How long"), choices=tuple(Choice(name, said) for name, (_d, said) in SPANS.items()))],
) -> Reply:
    """Choose how long your check-ins are kept. Older ones go by themselves."""
    person = kit.require(ask, PURPOSE.id)
    days, said = SPANS[span]
    async with kit.transaction() as tx:
        before = await tables_own.settings(tx, person.id)
        await tables_own.set_settings(tx, person.id, replace(before, keep_days=days))
    return say(_("Your check-ins are kept for: {span}.", span=said))


async def export(kit: Kit, tx: Transaction, person: Person) -> Mapping[str, object]:
    """Everything, opened; what was taken away and is not yet gone says so."""
    settings = await tables_own.settings(tx, person.id)
    quiet = settings.quiet
    return {
        "entries": [_entry(one) for one in await tables.everything(kit, tx, person.id)],
        "scales": [
            {"name": one.name, "low": one.low, "high": one.high} for one in await tables_own.scales(kit, tx, person.id)
        ],
        "helped": [
            {"at": one.at.isoformat(timespec="seconds"), "text": one.text}
            for one in await tables_own.helped(kit, tx, person.id)
        ],
        "reminders": [
            {
                "schedule": str(one.schedule),
                "kind": one.kind,
                "time_zone": one.zone,
                "on": one.active,
                "unanswered": one.unanswered,
                "paused_until": one.paused.isoformat(timespec="seconds") if one.paused else None,
                "last": one.last.isoformat(timespec="minutes") if one.last else None,
                "scales": list(one.scales),
            }
            for one in await tables_reminders.of(kit, tx, person.id, stopped=True)
        ],
        "settings": {
            "kept_days": settings.keep_days,
            "quiet_hours": f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" if quiet else None,
            "chart": settings.look,
        },
    }


def _entry(one: Entry) -> Mapping[str, object]:
    said: dict[str, object] = {
        "at": one.at.isoformat(timespec="seconds"),
        "time_zone": one.zone,
        "mood": one.mood,
        "note": one.note,
        "tags": list(one.tags),
        "scales": [
            {"name": mark.scale.name, "low": mark.scale.low, "high": mark.scale.high, "value": mark.value}
            for mark in one.scales
        ],
        "time_known": one.timed,
        "in_summaries": one.chosen,
    }
    if one.deleted:
        said["deleted"] = one.deleted.isoformat(timespec="seconds")
    return said


async def withdrawn(kit: Kit, tx: Transaction, person: Person, purpose: str) -> None:
    """Without its purposes no reminder rings. What was noted stays the person's until they erase it."""
    if purpose not in (PURPOSE.id, "write_first"):
        return
    for one in await tables_reminders.of(kit, tx, person.id):
        await tables_reminders.put(kit, tx, replace(one, active=False))
    for kind in ("checkin.ring", "checkin.again"):
        await kit.jobs.cancel_for(tx, person.id, kind)


async def started(kit: Kit, tx: Transaction) -> None:
    await kit.jobs.put(tx, "checkin.prune", kit.now, key="checkin.prune")


async def prune(job: Job, kit: Kit) -> None:
    """Daily: what is older than its person keeps it goes."""
    async with kit.transaction() as tx:
        await kit.jobs.put(tx, "checkin.prune", kit.now + timedelta(days=1), key="checkin.prune")
        await tables.prune(tx, kit.now, USUAL_DAYS)
