"""`/checkin`: noting how one is, now or back-dated, with scales, tags and a note of any number of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.state.people import Person
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.press import Press
from bot.talk.reply import Reply, Typed, Verbatim, para
from bot.talk.text import Text, _
from commands.checkin import scales as measures
from commands.checkin import tables, tables_own, tables_reminders
from commands.checkin.dates import When, read_past
from commands.checkin.keeping import PURPOSE
from commands.checkin.mood import CHOICES, LOW, WORDS
from commands.checkin.scales import Measured, Scale
from commands.checkin.tables import Entry
from commands.checkin.telling import noted

NOTE_LIMIT = 4_000
TAG_LIMIT = 30
MOST_TAGS = 10
REMEMBERED = 3
"""So many of the things that helped before are shown after a low entry."""
_TAG = re.compile(r"#(\w[\w-]*)")
_INLINE = re.compile(r"(?<!\S)([^\W\d][\w-]*)=(-?\d+(?:[.,]\d+)?)(?!\S)")

MOOD = Arg(_("How are you, 1 to 5?"), choices=CHOICES)
NOTE = Arg(_("Anything you want to add (tags as #tag)"), rest=True, long=True, most=NOTE_LIMIT)
SCALES = Arg(_("Numbers, as: sleep 7, pain 2"), words=False, named=True, most=400)
TAGS = Arg(_("Tags, as: work, family"), named=True, most=400)
WHEN = Arg(_("If not now, when? As: yesterday 21:00"), words=False, named=True, most=60)


@command(
    "checkin",
    inside="now",
    form=True,
    examples=("checkin 4 slept well", "checkin 2 #work long day", "checkin when=yesterday 3 a calm evening"),
)
async def checkin(
    ask: Ask,
    kit: Kit,
    mood: Annotated[int | None, MOOD] = None,
    note: Annotated[str | None, NOTE] = None,
    scales: Annotated[str | None, SCALES] = None,
    tags: Annotated[str | None, TAGS] = None,
    when: Annotated[str | None, WHEN] = None,
) -> Reply:
    """Note how you are, for yourself.

    1 is very low, 5 is very good. Words after it are your note, and #words in it become tags. Only you can read it.
    """
    person = kit.require(ask, PURPOSE.id)
    if mood is None and not (note or scales or tags):
        return _ask()
    async with kit.transaction() as tx:
        known = await known_scales(kit, tx, person.id, ask.language)
        at = await when_of(kit, tx, person, when)
        marks = joined(inline(note, known), measures.read_values(scales, known) if scales else ())
        one = Entry(tables.new_id(), at.at, zone_of(kit, person), mood, note, tags_in(note, tags), marks, at.timed)
        await tables.save(kit, tx, person.id, one)
        await tables_reminders.heard_from(tx, person.id)
        if not when:
            await tables_reminders.nothing_open(tx, person.id)
        return await told(ask, kit, tx, one, _("Noted."), dated=when is not None)


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


async def told(
    ask: Ask, kit: Kit, tx: Transaction, one: Entry, first: Text, *, replaces: bool = False, dated: bool = False
) -> Reply:
    """What is said after an entry of whoever asks."""
    assert ask.person is not None
    low = one.mood is not None and one.mood <= LOW
    helped = await tables_own.helped(kit, tx, ask.person.id, REMEMBERED) if low else []
    known = [] if one.scales else await known_scales(kit, tx, ask.person.id, ask.language)
    return noted(
        one,
        first,
        kit.config,
        ask.language,
        replaces=replaces,
        helped=helped,
        more=bool(known),
        dated=dated,
    )


def zone_of(kit: Kit, person: Person) -> str:
    """The person's time zone, or the community's where they told none."""
    return person.zone or kit.config.community.zone


async def known_scales(kit: Kit, tx: Transaction, person: str, language: str) -> list[Scale]:
    """Every scale that the person can use: the community's and their own. An own one hides another of its name."""
    own = await tables_own.scales(kit, tx, person)
    names = {one.name.casefold() for one in own}
    shared = measures.of_community(kit.config, language)
    return [*(one for one in shared if one.name.casefold() not in names), *own]


async def when_of(kit: Kit, tx: Transaction, person: Person, typed: str | None) -> When:
    """The moment that an entry is for. Raises Mistake for what can't be read, lies ahead, or would not be kept."""
    if not typed:
        return When(kit.now, True)
    found = read_past(typed, kit.now, zone_of(kit, person))
    kept = (await tables_own.settings(tx, person.id)).keep_days
    if kept is not None and found.at < kit.now - timedelta(days=kept):
        raise Mistake(
            _(
                "That is longer ago than your check-ins are kept ({n} day). You can keep them longer.",
                "That is longer ago than your check-ins are kept ({n} days). You can keep them longer.",
                n=kept,
            ),
            "when",
        )
    return found


def inline(note: str | None, known: Sequence[Scale]) -> tuple[Measured, ...]:
    """Values that stand in a note as `sleep=7`; what fits no scale is just a word of the note."""
    out = []
    for name, value in _INLINE.findall(note or ""):
        scale = next((one for one in known if one.called(name)), None)
        if scale is not None and scale.low <= float(value.replace(",", ".")) <= scale.high:
            out.append(Measured(scale, measures.within(scale, value)))
    return tuple(out)


def joined(*parts: Sequence[Measured]) -> tuple[Measured, ...]:
    """One value for each scale; later parts have the last word."""
    return tuple({one.scale.key: one for part in parts for one in part}.values())


def tags_in(note: str | None, tags: str | None = None) -> tuple[str, ...]:
    """The #tags of a note and the tags given by themselves, each once, in order. Raises Mistake."""
    given = [part.strip().lstrip("#").replace(" ", "-") for part in re.split(r"[,;\n]|\s(?=#)", tags or "")]
    found = dict.fromkeys(tag.casefold() for tag in (*_TAG.findall(note or ""), *filter(None, given)))
    long = next((tag for tag in found if len(tag) > TAG_LIMIT), None)
    if long is not None or len(found) > MOST_TAGS:
        raise Mistake(
            _("At most {most} tags of {length} characters fit in one note.", most=MOST_TAGS, length=TAG_LIMIT),
            "tags" if tags else "note",
        )
    return tuple(found)
