"""`/checkin` and `/checkin history`: noting how one is, and looking back in words and a line of bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Paragraph, Reply, Strong, Typed, Verbatim, bullets, para, say
from bot.talk.text import Local, Text, _, listing
from commands.checkin import tables
from commands.checkin.keeping import PURPOSE
from commands.checkin.mood import CHOICES, LOW, WORDS, sparkline
from commands.checkin.tables import Entry

NOTE_LIMIT = 4_000
TAG_LIMIT = 30
MOST_TAGS = 10
SHOWN = 12
_TAG = re.compile(r"#(\w[\w-]*)")


@command("checkin", inside="now", form=True, examples=("checkin 4 slept well", "checkin 2 #work long day"))
async def checkin(
    ask: Ask,
    kit: Kit,
    mood: Annotated[int | None, Arg(_("How are you, 1 to 5?"), choices=CHOICES)] = None,
    note: Annotated[
        str | None, Arg(_("Anything you want to add (tags as #tag)"), rest=True, long=True, most=NOTE_LIMIT)
    ] = None,
) -> Reply:
    """Note how you are, for yourself.

    1 is very low, 5 is very good. Words after it are your note, and #words in it become tags. Only you can read it.
    """
    person = kit.require(ask, PURPOSE.id)
    if mood is None and not note:
        return _ask()
    one = Entry(tables.new_id(), kit.now, person.zone or kit.config.community.zone, mood, note, tags_in(note or ""))
    async with kit.transaction() as tx:
        await tables.save(kit, tx, person.id, one)
    return noted(one, _("Noted."))


def _ask() -> Reply:
    """Where there is no form: the same question in words."""
    presses = tuple(Press(word, "checkin", mood=value) for value, word in WORDS.items())
    return Reply(
        (
            para(_("How are you? Choose one, or write it with a note:")),
            para(Typed("checkin", "4"), " ", Verbatim("…")),
        ),
        presses,
    )


def noted(one: Entry, first: Text, *, replaces: bool = False) -> Reply:
    """What is said after an entry; after a low one, where someone can be found. No advice."""
    parts: list[Block] = []
    if one.mood is not None:
        parts.append(Paragraph((first, Verbatim(" "), _("Your mood: {mood}.", mood=WORDS[one.mood]))))
    else:
        parts.append(para(first))
    if one.tags:
        parts.append(para(_("Tags: {tags}.", tags=listing(one.tags))))
    presses = [
        Press(_("Add a note") if not one.note else _("Change the note"), "checkin note", form=True, entry=one.id)
    ]
    if one.mood is not None and one.mood <= LOW:
        parts.append(para(_("Thank you for noting it, even so. You don't have to be alone with it.")))
        presses.insert(0, Press(_("Someone to talk to"), "crisis", tone=Tone.MAIN))
    return Reply(tuple(parts), tuple(presses), replaces=replaces)


def tags_in(note: str) -> tuple[str, ...]:
    """The #tags of a note, each once, in order."""
    found = dict.fromkeys(tag.casefold() for tag in _TAG.findall(note))
    long = next((tag for tag in found if len(tag) > TAG_LIMIT), None)
    if long is not None or len(found) > MOST_TAGS:
        raise Mistake(
            _("At most {most} tags of {length} characters fit in one note.", most=MOST_TAGS, length=TAG_LIMIT), "note"
        )
    return tuple(found)


@command("checkin history", effects=False, examples=("checkin history 30",))
async def history(
    ask: Ask,
    kit: Kit,
    days: Annotated[int, Arg(_("How many days to look back"), ge=1, le=366)] = 14,
) -> Reply:
    """Look back at what you noted, in words and as a line."""
    person = ask.person
    if person is None:
        return say(_("There is nothing to look back at yet."), para(_("To begin:"), " ", Typed("start")))
    zone = person.zone or kit.config.community.zone
    today = kit.now.astimezone(ZoneInfo(zone)).date()
    first = today - timedelta(days=days - 1)
    start = datetime.combine(first, datetime.min.time(), ZoneInfo(zone))
    async with kit.transaction() as tx:
        entries = await tables.since(kit, tx, person.id, start)
    if not entries:
        return say(
            _("Nothing noted in the last day.", "Nothing noted in the last {n} days.", n=days),
            para(_("To note how you are:"), " ", Typed("checkin", "4")),
        )
    return Reply(tuple(_look_back(entries, first, today, zone)))


def _look_back(entries: Sequence[Entry], first: date, today: date, zone: str) -> list[Block]:
    here = ZoneInfo(zone)
    by_day: dict[date, list[int]] = {}
    for one in entries:
        if one.mood is not None:
            by_day.setdefault(one.at.astimezone(here).date(), []).append(one.mood)
    days = [first + timedelta(days=i) for i in range((today - first).days + 1)]
    line = sparkline([sum(by_day[day]) / len(by_day[day]) if day in by_day else None for day in days])
    blocks: list[Block] = [
        para(
            _(
                "{n} entry on {days} of {all} days.",
                "{n} entries on {days} of {all} days.",
                n=len(entries),
                days=len({one.at.astimezone(here).date() for one in entries}),
                all=len(days),
            )
        )
    ]
    if by_day:
        blocks.append(para(Verbatim(line)))
        blocks.append(para(_in_words(entries)))
    if len(entries) > SHOWN:
        blocks.append(para(_("The latest {n}:", n=SHOWN)))
    blocks.append(bullets([_line(one, zone) for one in reversed(entries[-SHOWN:])]))
    return blocks


def _in_words(entries: Sequence[Entry]) -> Text:
    """The same as the line, for who can't see it."""
    counts = {value: sum(one.mood == value for one in entries) for value in WORDS}
    said = [_("{mood} ({count}×)", mood=WORDS[value], count=count) for value, count in counts.items() if count]
    return _("Your moods: {moods}.", moods=listing(said))


def _line(one: Entry, zone: str) -> Paragraph:
    parts: list[Text | Verbatim | Strong] = [Strong(_("{at}", at=Local(one.at, zone)))]
    if one.mood is not None:
        parts += [Verbatim(" — "), WORDS[one.mood]]
    if one.note:
        short = one.note if len(one.note) <= 200 else one.note[:199] + "…"
        parts += [Verbatim(": " if one.mood is not None else " — "), Verbatim(short)]
    return Paragraph(tuple(parts))
