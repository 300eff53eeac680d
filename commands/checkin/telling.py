"""How an entry is told to its person: after it was noted, as a line, and whole. No advice, and nothing is compared."""

from __future__ import annotations

from collections.abc import Sequence

from bot.config import Config
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Facts, Inline, Paragraph, Quote, Reply, Strong, Verbatim, para
from bot.talk.text import Local, Text, Value, _, listing
from commands.checkin.mood import LOW, WORDS
from commands.checkin.scales import Measured, spoken
from commands.checkin.tables import Entry
from commands.checkin.tables_own import Helped

SHORT = 200


def noted(
    one: Entry,
    first: Text,
    config: Config,
    language: str,
    *,
    replaces: bool = False,
    helped: Sequence[Helped] = (),
    more: bool = False,
    dated: bool = False,
) -> Reply:
    """What is said after an entry. After a low one: what helped its person before, in their own words, and where
    someone can be found. `more` says that there are scales to add; `dated`, that it is for another time than now."""
    parts: list[Block] = []
    begun: list[Inline] = [first]
    if dated:
        begun += [Verbatim(" "), _("For: {at}.", at=at_of(one))]
    if one.mood is not None:
        begun += [Verbatim(" "), _("Your mood: {mood}.", mood=WORDS[one.mood])]
    parts.append(Paragraph(tuple(begun)))
    if one.scales:
        parts.append(para(_("Also: {scales}.", scales=_scales(one.scales, config, language))))
    if one.tags:
        parts.append(para(_("Tags: {tags}.", tags=listing(one.tags))))
    presses = [Press(_("Add a note"), "checkin note", form=True, entry=one.id)] if not one.note else []
    if more:
        presses.append(Press(_("Add numbers"), "checkin rate", entry=one.id))
    low = one.mood is not None and one.mood <= LOW
    if low:
        parts.append(para(_("Thank you for noting it, even so. You don't have to be alone with it.")))
        if helped:
            parts.append(para(_("You once noted that this helped you:")))
            parts.append(Quote(tuple(para(one.text) for one in helped)))
        presses.insert(0, Press(_("Someone to talk to"), "crisis", tone=Tone.MAIN))
    if one.note or low:
        presses.append(Press(_("Keep what helped"), "checkin remember", form=True))
    presses.append(Press(_("Change or delete it"), "checkin entry", id=one.id))
    return Reply(tuple(parts), tuple(presses), replaces=replaces)


def at_of(one: Entry, zone: str | None = None) -> Local:
    """When it was, told in the zone in which it was made or in another."""
    return Local(one.at, zone or one.zone, "full" if one.timed else "day")


def _scales(scales: Sequence[Measured], config: Config, language: str) -> Value:
    return listing(measured(one, config, language) for one in scales)


def measured(one: Measured, config: Config, language: str) -> Text:
    return _("{name}: {value}", name=spoken(one.scale, config, language), value=number(one.value))


def number(value: float) -> float | int:
    return int(value) if value == int(value) else value


def line(one: Entry, zone: str, config: Config, language: str) -> Paragraph:
    """An entry in one line; a long note is shortened here, and whole where it is opened."""
    parts: list[Inline] = [Strong(_("{at}", at=at_of(one, zone)))]
    if one.mood is not None:
        parts += [Verbatim(" — "), WORDS[one.mood]]
    for mark in one.scales:
        parts += [Verbatim(", "), measured(mark, config, language)]
    if one.note:
        flat = " ".join(one.note.split())
        short = flat if len(flat) <= SHORT else flat[: SHORT - 1] + "…"
        parts += [Verbatim(": " if one.mood is not None else " — "), Verbatim(short)]
    return Paragraph(tuple(parts))


def whole(one: Entry, zone: str, config: Config, language: str) -> list[Block]:
    """Everything that an entry says."""
    rows: list[tuple[Inline, Paragraph]] = [(_("When"), para(_("{at}", at=at_of(one, zone))))]
    if one.mood is not None:
        rows.append((_("Mood"), para(WORDS[one.mood])))
    rows += [
        (Verbatim(spoken(mark.scale, config, language)), para(_("{n}", n=number(mark.value)))) for mark in one.scales
    ]
    if one.tags:
        rows.append((_("Tags"), para(_("{tags}", tags=listing(one.tags)))))
    blocks: list[Block] = [Facts(tuple(rows))]
    if one.note:
        blocks.append(Quote(tuple(para(part) for part in one.note.split("\n") if part.strip())))
    return blocks
