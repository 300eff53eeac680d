"""What check-ins ask for, what they keep and for how long, what an export holds, and what a withdrawn yes undoes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.state.people import Person
from bot.talk.command import Arg, Choice, command
from bot.talk.feature import Purpose, Stored
from bot.talk.reply import Reply, say
from bot.talk.text import Text, _
from commands.checkin import tables

PURPOSE = Purpose(
    id="checkins",
    version=1,
    title=_("Keep my check-ins"),
    why=_(
        "May I keep the moods and notes that you give me, sealed with a key of your own, so that you can look back? "
        "Nobody else can see them here: no moderator, no other member."
    ),
)

USUAL_DAYS = 365
SPANS: dict[str, tuple[int | None, Text]] = {
    "3-months": (91, _("three months")),
    "1-year": (365, _("one year")),
    "5-years": (1826, _("five years")),
    "always": (None, _("until I erase them")),
}

STORED = (
    Stored(
        what=_("Moods, notes and tags of your check-ins"),
        why=_("So that you can look back."),
        kept=_("as long as you choose, one year if you choose nothing"),
        read_by=_("you; sealed with your own key"),
    ),
    Stored(
        what=_("Reminders: their days, times and time zone"),
        why=_("To remind you when you asked to be."),
        kept=_("until you remove them; when each one rang, 30 days"),
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
        await tables.set_kept(tx, person.id, days)
    return say(_("Your check-ins are kept for: {span}.", span=said))


async def export(kit: Kit, tx: Transaction, person: Person) -> Mapping[str, object]:
    entries = await tables.since(kit, tx, person.id, datetime.fromtimestamp(0, UTC))
    return {
        "entries": [
            {
                "at": one.at.isoformat(timespec="seconds"),
                "time_zone": one.zone,
                "mood": one.mood,
                "note": one.note,
                "tags": list(one.tags),
            }
            for one in entries
        ],
        "reminders": [
            {"schedule": one.schedule, "time_zone": one.zone, "on": one.active}
            for one in await tables.all_reminders(tx, person.id)
        ],
    }


async def withdrawn(kit: Kit, tx: Transaction, person: Person, purpose: str) -> None:
    """Without its purposes no reminder rings. What was noted stays the person's until they erase it."""
    if purpose not in (PURPOSE.id, "write_first"):
        return
    for one in await tables.reminders_of(tx, person.id):
        await tables.stop_reminder(tx, one.id)
    await kit.jobs.cancel_for(tx, person.id, "checkin.ring")


async def started(kit: Kit, tx: Transaction) -> None:
    await kit.jobs.put(tx, "checkin.prune", kit.now, key="checkin.prune")


async def prune(job: Job, kit: Kit) -> None:
    """Daily: what is older than its person keeps it goes."""
    async with kit.transaction() as tx:
        await kit.jobs.put(tx, "checkin.prune", kit.now + timedelta(days=1), key="checkin.prune")
        await tables.prune(tx, kit.now, USUAL_DAYS)
