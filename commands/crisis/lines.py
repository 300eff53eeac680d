"""Helplines as a reader sees them: one or two that work where they are, what to dial as it is dialled. Pure."""

from __future__ import annotations

from bot.talk.reply import Block, Link, Paragraph, Strong, Verbatim, bullets, para
from bot.talk.text import Country, Text, _
from safety.helplines import Found, Helpline


def blocks(found: Found, *, danger: bool, labelled: bool) -> list[Block]:
    """The lines, the emergency number where danger is immediate, and the directory where nothing fits.

    `labelled` names the country of each line, for who did not tell theirs.
    """
    out: list[Block] = []
    if found.entries:
        out.append(bullets([_entry(entry, labelled) for entry in found.entries]))
    if danger and found.emergency:
        where = found.country if labelled else None
        out.append(para(_emergency(found.emergency, where)))
    if not found.entries or labelled:
        out.append(Paragraph((_directory(found), Verbatim(" "), Link(found.fallback, Verbatim(found.fallback)))))
    return out


def _emergency(number: str, country: str | None) -> Text:
    if country:
        return _("If there is danger right now, call {number} ({country}).", number=number, country=Country(country))
    return _("If there is danger right now, call {number}.", number=number)


def _directory(found: Found) -> Text:
    if found.entries:
        return _("Lines in other countries:")
    return _("Lines for your country, in many languages:")


def _entry(entry: Helpline, labelled: bool) -> Paragraph:
    parts: list[Strong | Verbatim | Text | Link] = [Strong(Verbatim(entry.name))]
    if labelled:
        parts += [Verbatim(" "), _("({country})", country=Country(entry.country))]
    said = [part for part in (_call(entry), _text(entry)) if part]
    for index, one in enumerate(said):
        parts += [Verbatim(": " if index == 0 else ", "), one]
    if entry.chat:
        parts += [Verbatim(", " if said else ": "), Link(entry.chat, _("chat"))]
    elif not said and entry.url:
        parts += [Verbatim(": "), Link(entry.url, Verbatim(entry.url))]
    if entry.always_open:
        parts += [Verbatim(", "), _("at any hour")]
    elif entry.hours_text:
        parts += [Verbatim(", "), Verbatim(entry.hours_text)]
    return Paragraph(tuple(parts))


def _call(entry: Helpline) -> Text | None:
    return _("call {number}", number=entry.phone) if entry.phone else None


def _text(entry: Helpline) -> Text | None:
    return _("text {number}", number=entry.text) if entry.text else None
