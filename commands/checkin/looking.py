"""`/checkin history`: looking back in words, as a line of bars and as a chart that says the same."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.press import Press
from bot.talk.reply import Block, Reply, Typed, Verbatim, bullets, para, say
from bot.talk.text import _
from commands.checkin import ringing, saying, tables
from commands.checkin.figures import Figures, figures
from commands.checkin.noting import zone_of
from commands.checkin.schedule import resolve
from commands.checkin.tables import Entry
from commands.checkin.telling import line

SHOWN = 8
MOST_DAYS = 3_660


def start_of(day: date, zone: str) -> datetime:
    """The moment at which a day begins in a zone; of a day that the zone skipped, the next one's."""
    midnight = datetime.combine(day, time())
    return resolve(midnight, zone) or start_of(day + timedelta(days=1), zone)


@command("checkin history", effects=False, examples=("checkin history 30",))
async def history(
    ask: Ask,
    kit: Kit,
    days: Annotated[int, Arg(_("How many days to look back"), ge=1, le=MOST_DAYS)] = 14,
) -> Reply:
    """Look back at what you noted, in words and as a chart."""
    person = ask.person
    if person is None:
        return say(_("There is nothing to look back at yet."), para(_("To begin:"), " ", Typed("start")))
    zone = zone_of(kit, person)
    today = ringing.wall_of(kit.now, zone).date()
    first = today - timedelta(days=days - 1)
    async with kit.transaction() as tx:
        sealed = await tables.rows(tx, person.id, start_of(first, zone))
    entries = await tables.open_all(kit, person.id, sealed)
    if not entries:
        return say(
            _("Nothing noted in the last day.", "Nothing noted in the last {n} days.", n=days),
            para(_("To note how you are:"), " ", Typed("checkin", "4")),
        )
    found = figures(entries, first, today, zone)
    return Reply(
        tuple(_look_back(kit, found, entries, zone, ask.language)),
        (Press(_("Open or change entries"), "checkin entries"),),
    )


def _look_back(kit: Kit, found: Figures, entries: list[Entry], zone: str, language: str) -> list[Block]:
    blocks: list[Block] = [para(saying.how_many(found))]
    if found.moods:
        blocks.append(para(Verbatim(saying.line(found))))
        blocks.append(para(saying.moods(found)))
    if len(entries) > SHOWN:
        blocks.append(para(_("The latest {n}:", n=SHOWN)))
    blocks.append(bullets([line(one, zone, kit.config, language) for one in reversed(entries[-SHOWN:])]))
    return blocks
