"""Helplines as a reader sees them: one or two that work where they are, what to dial as it is dialled. Pure.

Nothing is claimed that is not known: a line whose hours nobody knows says nothing of hours.
"""

from __future__ import annotations

from datetime import timedelta

from bot.talk.reply import Block, Inline, Link, Paragraph, Strong, Verbatim, bullets, para
from bot.talk.text import Country, Language, Local, Text, _, listing
from safety.helplines import Emergency, Found, Helpline


def blocks(found: Found, *, danger: bool, labelled: bool, language: str, danger_first: bool = False) -> list[Block]:
    """The lines, the emergency number where danger is immediate, and the directory where nothing fits.

    `labelled` names the country of each line, for who did not tell theirs.
    """
    out: list[Block] = []
    if found.entries:
        out.append(bullets([_entry(entry, found, labelled, language) for entry in found.entries]))
    if found.emergency and (danger or not found.entries):
        number = para(_emergency(found.emergency, found.country if labelled else None))
        out = (
            [number, para(_("These people are there to talk, too:")), *out] if danger_first and out else [*out, number]
        )
    closed = all(entry.hours.open_at(found.now) is False for entry in found.entries)
    if closed or labelled:
        out.append(Paragraph((_directory(found), Verbatim(" "), Link(found.fallback, Verbatim(found.fallback)))))
    return out


def _emergency(known: Emergency, country: str | None) -> Text:
    number: str | Text = known.numbers[0]
    if len(known.numbers) > 1:
        number = _("{one} or {other}", one=known.numbers[0], other=known.numbers[1])
    if known.ambulance:
        number = _("{number} (ambulance: {ambulance})", number=number, ambulance=known.ambulance)
    if country:
        return _("If there is danger right now, call {number} ({country}).", number=number, country=Country(country))
    return _("If there is danger right now, call {number}.", number=number)


def _directory(found: Found) -> Text:
    if not found.country:
        return _("Lines wherever you are, in many languages:")
    if found.entries:
        return _("More lines, also in other countries:")
    return _("Lines for your country, in many languages:")


def _entry(entry: Helpline, found: Found, labelled: bool, language: str) -> Paragraph:
    parts: list[Inline] = [Strong(Verbatim(entry.name))]
    if labelled:
        parts += [Verbatim(" "), _("({country})", country=Country(entry.country))]
    for index, one in enumerate([*_ways(entry, language), *_remarks(entry, found, language)]):
        parts += [Verbatim(": " if index == 0 else ", "), one]
    return Paragraph(tuple(parts))


def _ways(entry: Helpline, language: str) -> list[Inline]:
    """How it is reached."""
    out: list[Inline] = []
    if entry.call and entry.option:
        out.append(_("call {number} and choose option {option}", number=entry.call[0], option=entry.option))
    elif len(entry.call) > 1:
        out.append(_("call {number} or {other}", number=entry.call[0], other=entry.call[1]))
    elif entry.call:
        out.append(_("call {number}", number=entry.call[0]))
    text = entry.words(language)
    if text and entry.calls_back:
        out.append(_("text {number} to be called back", number=text.to))
    elif text and text.word:
        out.append(_("text {word} to {number}", word=text.word, number=text.to))
    elif text:
        out.append(_("text {number}", number=text.to))
    if entry.whatsapp:
        out.append(_("WhatsApp {number}", number=entry.whatsapp))
    if entry.chat:
        out.append(Link(entry.chat, _("chat")))
    if entry.url and (not out or "number" in entry.doubt):
        out.append(Link(entry.url, Verbatim(entry.url)))
    return out


def _remarks(entry: Helpline, found: Found, language: str) -> list[Inline]:
    """When, where and for whom it is there."""
    out: list[Inline] = []
    if "number" in entry.doubt:
        out.append(_("sources differ about the number"))
    if entry.mobile_only:
        out.append(_("from a mobile phone"))
    if entry.region:
        out.append(_("only in {region}", region=entry.region))
    if entry.young:
        out.append(_("for young people"))
    if entry.languages and language.replace("_", "-").split("-")[0] not in entry.languages:
        out.append(_("in {languages}", languages=listing(Language(tag) for tag in entry.languages[:3])))
    open_now, opens = entry.hours.open_at(found.now), entry.hours.opens_next(found.now)
    if entry.hours.always:
        out.append(_("at any hour"))
    elif open_now:
        out.append(_("open now"))
    elif opens:
        style = "time" if opens - found.now < timedelta(days=1) else "full"
        out.append(_("closed now, open from {when}", when=Local(opens, entry.hours.zone, style)))
    if "hours" in entry.doubt:
        out.append(_("hours may differ"))
    return out
