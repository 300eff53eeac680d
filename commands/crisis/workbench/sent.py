"""What would be sent to whom, in words: the real replies, in the language and for the country that one looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.talk.platform import Words
from bot.talk.reply import (
    Block,
    Bullets,
    Code,
    Facts,
    Heading,
    Inline,
    Link,
    Paragraph,
    Quote,
    Reply,
    Spoiler,
    Strong,
    Typed,
    Verbatim,
)
from bot.talk.text import Text, _
from commands.crisis import care
from safety import Level, Topic, Verdict
from safety.helplines import Helplines

FEW = 2


@dataclass(frozen=True, slots=True)
class Sent:
    """`who` says in a sentence what happens; `lines` are what the author reads, `presses` the choices under it."""

    who: str
    lines: tuple[str, ...] = ()
    presses: tuple[str, ...] = ()


def would_send(
    verdict: Verdict, lines: Helplines, words: Words, language: str, country: str | None, now: datetime
) -> Sent:
    """The private reply as its author reads it, and who else hears of it."""
    who = words.say(_who(verdict), language)
    if not care.addressed(verdict):
        return Sent(who)
    found = lines.find(country, language, verdict.topic.value, now, FEW)
    reader = care.Reader(language, labelled=country is None, told=_("Only you can see this."))
    reply = care.full(verdict, found, reader)
    presses = tuple(words.say(one.label, language) for one in reply.presses)
    return Sent(who, tuple(plain(reply, words, language)), presses)


def _who(verdict: Verdict) -> Text:
    if not verdict:
        return _("Nothing happens: nobody is answered and nobody is told.")
    if verdict.topic is Topic.HARASSMENT:
        return _("The moderators are told; nobody is answered.")
    if verdict.level is Level.WATCH:
        return _("A line in the quiet queue; nobody is answered.")
    if verdict.level is Level.CONCERN:
        return _("Its author is offered this; the moderators find a line in the quiet queue.")
    return _("Its author is offered this at once, and the moderators are alerted.")


def plain(reply: Reply, words: Words, language: str) -> Iterator[str]:
    """A reply as lines of plain text."""
    for block in reply.blocks:
        yield from _lines(block, words, language)


def _lines(block: Block, words: Words, language: str) -> Iterator[str]:
    def said(part: Inline) -> str:
        return _said(part, words, language)

    match block:
        case Heading(inner):
            yield said(inner)
        case Paragraph(parts):
            yield "".join(map(said, parts))
        case Bullets(items) | Quote(items):
            for item in items:
                yield "• " + "".join(map(said, item.parts))
        case Facts(rows):
            for name, what in rows:
                yield f"{said(name)}: {''.join(map(said, what.parts))}"
        case _:
            pass


def _said(part: Inline, words: Words, language: str) -> str:
    match part:
        case Text():
            return words.say(part, language)
        case Verbatim(text) | Code(text):
            return text
        case Strong(inner):
            return _said(inner, words, language)
        case Spoiler(parts):
            return "".join(_said(one, words, language) for one in parts)
        case Typed(command, rest):
            return f"/{command} {rest}".strip()
        case Link(url, label):
            shown = _said(label, words, language)
            return url if shown == url else f"{shown} ({url})"
        case _:
            return ""
