"""A look back once a week, for who wants it: in words and a line. A week in which nothing was noted is left alone."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.people import Person
from bot.talk.press import Press
from bot.talk.reply import Block, Heading, Reply, Verbatim, para
from bot.talk.text import _
from commands.checkin import saying, tables
from commands.checkin.figures import figures

DAYS = 7


async def week_back(kit: Kit, tx: Transaction, person: Person, last: date, zone: str, language: str) -> Reply | None:
    """The week that ends on that day; None where nothing was noted in it."""
    first = last - timedelta(days=DAYS - 1)
    here = ZoneInfo(zone)
    start = datetime.combine(first, time(), here)
    end = datetime.combine(last + timedelta(days=1), time(), here)
    entries = await tables.open_all(kit, person.id, await tables.rows(tx, person.id, start, end))
    if not entries:
        return None
    week = figures(entries, first, last, zone)
    blocks: list[Block] = [Heading(_("Your week")), para(saying.how_many(week))]
    if week.moods:
        blocks.append(para(Verbatim(saying.line(week))))
    blocks += [para(sentence) for sentence in saying.said(week, kit.config, language)]
    return Reply(
        tuple(blocks),
        (
            Press(_("See it as a chart"), "checkin history", days=DAYS),
            Press(_("No more of these"), "checkin weekly", schedule="off"),
        ),
    )
