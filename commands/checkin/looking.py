"""`/checkin history`: looking back in words, as a line of bars and as a chart that says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, Choice, command
from bot.talk.press import Press
from bot.talk.reply import Block, Picture, Reply, Typed, Verbatim, bullets, para, say
from bot.talk.text import _, p_
from commands.checkin import drawing, ringing, saying, tables, tables_own
from commands.checkin.figures import Figures, figures
from commands.checkin.labels import labels
from commands.checkin.noting import zone_of
from commands.checkin.schedule import resolve
from commands.checkin.tables import Entry
from commands.checkin.telling import line

LOOK_CHOICES = (Choice("light", p_("chart", "light")), Choice("dark", p_("chart", "dark")))
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
    look: Annotated[str | None, Arg(_("A light or a dark chart; I remember it"), choices=LOOK_CHOICES)] = None,
) -> Reply:
    """Look back at what you noted, in words and as a chart."""
    person = ask.person
    if person is None:
        return say(_("There is nothing to look back at yet."), para(_("To begin:"), " ", Typed("start")))
    zone = zone_of(kit, person)
    today = ringing.wall_of(kit.now, zone).date()
    first = today - timedelta(days=days - 1)
    async with kit.transaction() as tx:
        settings = await tables_own.settings(tx, person.id)
        if look and look != settings.look:
            settings = replace(settings, look=look)
            await tables_own.set_settings(tx, person.id, settings)
        sealed = await tables.rows(tx, person.id, start_of(first, zone))
    entries = await tables.open_all(kit, person.id, sealed)
    if not entries:
        return say(
            _("Nothing noted in the last day.", "Nothing noted in the last {n} days.", n=days),
            para(_("To note how you are:"), " ", Typed("checkin", "4")),
        )
    found = await drawing.aside(figures, entries, first, today, zone)
    blocks = _look_back(kit, found, entries, zone, ask.language)
    presses = [Press(_("Open or change entries"), "checkin entries")]
    if found.drawable:
        blocks.append(await _picture(kit, found, ask.language, settings.look))
        other = "light" if settings.look == "dark" else "dark"
        label = _("As a light chart") if other == "light" else _("As a dark chart")
        presses.append(Press(label, "checkin history", days=days, look=other))
    return Reply(tuple(blocks), tuple(presses))


async def _picture(kit: Kit, found: Figures, language: str, look: str) -> Picture:
    """The chart, with all that it shows in words. Drawn where no transaction is open."""
    png = await drawing.aside(drawing.chart, found, labels(kit, found, language), look)
    said = [_("A chart."), saying.how_many(found), *saying.said(found, kit.config, language)]
    return Picture(png, "check-ins.png", saying.together(said))


def _look_back(kit: Kit, found: Figures, entries: list[Entry], zone: str, language: str) -> list[Block]:
    blocks: list[Block] = [para(saying.how_many(found))]
    if found.moods:
        blocks.append(para(Verbatim(saying.line(found))))
        blocks.append(para(saying.moods(found)))
    if len(entries) > SHOWN:
        blocks.append(para(_("The latest {n}:", n=SHOWN)))
    blocks.append(bullets([line(one, zone, kit.config, language) for one in reversed(entries[-SHOWN:])]))
    return blocks
