"""`/checkin summary`: a record to take to a professional, with the words of one's own that one chooses to show.

It is made when it is asked for, sent to its person alone, and kept nowhere: a slash command's answer is not stored at
all, and what waits in the outbox is sealed with the person's key until it was delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.kit import Ask, Kit
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.press import Press
from bot.talk.reply import Attachment, Reply, Strong, Typed, Verbatim, bullets, para, say
from bot.talk.text import _, p_
from commands.checkin import drawing, ringing, saying, tables
from commands.checkin.answering import gone
from commands.checkin.dates import read_day
from commands.checkin.figures import Figures, figures
from commands.checkin.keeping import PURPOSE
from commands.checkin.labels import labels
from commands.checkin.looking import start_of
from commands.checkin.mood import WORDS
from commands.checkin.noting import zone_of
from commands.checkin.paper import Noted, Paper, Words, markdown
from commands.checkin.tables import Entry
from commands.checkin.telling import at_of, measured

USUAL = timedelta(days=29)
PAGE = 6
CHOSEN, ALL, NONE = "chosen", "all", "none"
WHOSE = (
    Choice(CHOSEN, _("the words I chose")),
    Choice(ALL, _("all my words")),
    Choice(NONE, _("none of my words")),
)
_DAY = timedelta(days=1)


@command(
    "checkin summary",
    effects=False,
    examples=("checkin summary", "checkin summary 2026-10-01 2026-10-31", "checkin summary words=all"),
)
async def summary(
    ask: Ask,
    kit: Kit,
    since: Annotated[str | None, Arg(_("From which day, as: 2026-10-01 or 30 days ago"), words=False)] = None,
    until: Annotated[str | None, Arg(_("To which day; today if left out"), words=False)] = None,
    words: Annotated[str | None, Arg(_("Which of your own words stand in it"), choices=WHOSE, named=True)] = None,
) -> Reply:
    """Make a summary of your check-ins to take to a professional: two pages as PDF, and as text.

    It holds what you noted, charts, the words of your own that you choose, and room for questions. I do not keep it.
    """
    person = kit.require(ask, PURPOSE.id)
    first, last, zone = _period(kit, zone_of(kit, person), since, until)
    async with kit.transaction() as tx:
        sealed = await tables.rows(tx, person.id, start_of(first, zone), start_of(last + _DAY, zone))
    entries = await tables.open_all(kit, person.id, sealed)
    period = saying.period(first, last, ask.language)
    if not entries:
        return say(
            _("Nothing is noted for {period}, so there is nothing to sum up.", period=period),
            para(_("Other days:"), " ", Typed("checkin summary", f"{first - USUAL - _DAY} {last}")),
        )
    notes = [one for one in entries if one.note]
    own = [one for one in reversed(notes) if words == ALL or (words != NONE and one.chosen)]
    found = await drawing.aside(figures, entries, first, last, zone)
    said = _said(kit, found, ask.language)
    paper = await drawing.aside(_paper, kit, ask.language, period, said, entries, own, zone)
    pdf = await drawing.aside(drawing.pages, found, labels(kit, found, ask.language), paper)
    text = await drawing.aside(markdown, paper)
    chosen = _(
        "{n} of your {all} notes stands in it.", "{n} of your {all} notes stand in it.", n=len(own), all=len(notes)
    )
    since, until = str(first), str(last)
    presses = []
    if notes:
        presses.append(Press(_("Choose my words"), "checkin words", since=since, until=until))
        if len(own) < len(notes):
            presses.append(Press(_("With all my words"), "checkin summary", words=ALL, since=since, until=until))
        if own:
            presses.append(Press(_("Without my words"), "checkin summary", words=NONE, since=since, until=until))
    return Reply(
        (
            para(_("Here is your summary for {period}, to print and as text. I do not keep it.", period=period)),
            *((para(chosen),) if notes else ()),
            Attachment(pdf, "check-ins.pdf", "application/pdf"),
            Attachment(text.encode(), "check-ins.md", "text/markdown"),
        ),
        tuple(presses),
    )


def _period(kit: Kit, zone: str, since: str | None, until: str | None) -> tuple[date, date, str]:
    today = ringing.wall_of(kit.now, zone).date()
    last = read_day(until, today, "until") if until else today
    first = read_day(since, today, "since") if since else last - USUAL
    if first > last:
        raise Mistake(
            _("The first day comes after the last. This would be right: {right}.", right=f"{last} {first}"), "since"
        )
    return first, last, zone


def _said(kit: Kit, found: Figures, language: str) -> list[str]:
    """The figures in sentences, rendered."""
    return [kit.words.say(one, language) for one in (saying.how_many(found), *saying.said(found, kit.config, language))]


def _paper(
    kit: Kit, language: str, period: str, said: Sequence[str], entries: Sequence[Entry], own: Sequence[Entry], zone: str
) -> Paper:
    def words(value: object) -> str:
        return kit.words.value(value, language)

    moods, here = {mood: words(word) for mood, word in WORDS.items()}, ZoneInfo(zone)

    def noted(one: Entry) -> Noted:
        wall = one.at.astimezone(here)
        return Noted(
            when=f"{wall:%Y-%m-%d %H:%M}" if one.timed else f"{wall:%Y-%m-%d}",
            mood=moods[one.mood] if one.mood is not None else "",
            numbers=", ".join(words(measured(mark, kit.config, language)) for mark in one.scales),
            tags=", ".join(one.tags),
        )

    return Paper(
        title=words(_("My check-ins")),
        period=period,
        about=words(_("Noted by myself, for myself. These are notes and no measurement.")),
        said=tuple(said),
        own_heading=words(_("In my own words")),
        own=tuple(Words(words(at_of(one, zone)), one.note or "") for one in own),
        no_own=words(_("I chose to show none of my notes here.")),
        cut=words(_("There is more than fits here; the rest stands in the text file.")),
        questions=words(_("What I would like to ask")),
        noted_heading=words(_("Everything, one by one")),
        columns=(words(_("When")), words(_("Mood")), words(_("Numbers")), words(_("Tags"))),
        noted=tuple(noted(one) for one in entries),
    )


_DATE = Arg(_("A day"), words=False, hidden=True)


@command("checkin words", hidden=True, effects=False)
async def own_words(
    ask: Ask,
    kit: Kit,
    since: Annotated[str, _DATE] = "",
    until: Annotated[str, _DATE] = "",
    page: Annotated[int, Arg(_("Which page"), ge=0, hidden=True)] = 0,
) -> Reply:
    """Choose which notes of yours stand in summaries."""
    person = kit.require(ask, PURPOSE.id)
    first, last, zone = _period(kit, zone_of(kit, person), since, until)
    async with kit.transaction() as tx:
        sealed = await tables.rows(tx, person.id, start_of(first, zone), start_of(last + _DAY, zone))
    return _choices(await tables.open_all(kit, person.id, sealed), first, last, zone, page)


def _choices(entries: Sequence[Entry], first: date, last: date, zone: str, page: int) -> Reply:
    notes = [one for one in reversed(entries) if one.note]
    shown = notes[page * PAGE : (page + 1) * PAGE]
    since, until = str(first), str(last)
    lines, presses = [], []
    for one in shown:
        short = " ".join((one.note or "").split())
        short = short if len(short) <= 120 else short[:119] + "…"
        state = p_("summary", "in") if one.chosen else p_("summary", "out")
        when = at_of(one, zone)
        lines.append(para(Strong(_("{at}", at=when)), " — ", state, Verbatim(": "), short))
        label = _("Leave out: {at}", at=when) if one.chosen else _("Put in: {at}", at=when)
        presses.append(
            Press(label, "checkin choose", id=one.id, on=not one.chosen, page=page, since=since, until=until)
        )
    if len(notes) > (page + 1) * PAGE:
        presses.append(Press(_("Older ones"), "checkin words", page=page + 1, since=since, until=until))
    presses.append(Press(_("Make the summary"), "checkin summary", since=since, until=until))
    return Reply((para(_("Which of your own words stand in summaries? Nothing does that you did not choose.")),
                  bullets(lines)), tuple(presses), replaces=True)  # fmt: skip


@command("checkin choose", hidden=True)
async def choose(
    ask: Ask,
    kit: Kit,
    id: Annotated[str, Arg(_("Which one"), words=False)],
    on: Annotated[bool, Arg(_("Whether it stands in summaries"))],
    since: Annotated[str, _DATE] = "",
    until: Annotated[str, _DATE] = "",
    page: Annotated[int, Arg(_("Which page"), ge=0, hidden=True)] = 0,
) -> Reply:
    """Put a note of yours into summaries, or leave it out."""
    person = kit.require(ask, PURPOSE.id)
    async with kit.transaction() as tx:
        one = await tables.entry(kit, tx, person.id, id)
        if one is None or not one.note:
            return gone()
        await tables.save(kit, tx, person.id, replace(one, chosen=on))
        if not since:
            said = _("That note stands in your summaries now.") if on else _("That note stays out of your summaries.")
            undo = Press(_("Undo"), "checkin choose", id=id, on=not on)
            return say(said, presses=(undo,), replaces=True)
        first, last, zone = _period(kit, zone_of(kit, person), since, until)
        sealed = await tables.rows(tx, person.id, start_of(first, zone), start_of(last + _DAY, zone))
        entries = await tables.open_all(kit, person.id, sealed)
        return _choices(entries, first, last, zone, page)
