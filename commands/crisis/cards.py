"""A case as moderators read it: one card with what is known, what the person was offered, and what can be done.

It holds a link, never a text of a person's. Where cards stand and how they are kept true, `alerts` knows.
"""

from __future__ import annotations

from bot.kit import Kit
from bot.state.audit import Audit
from bot.state.database import Transaction
from bot.talk.model import MessageRef, UserRef
from bot.talk.platform import KnowsLinks
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Inline, Link, Mention, Paragraph, Reply, Strong, Verbatim, bullets, facts, para, say
from bot.talk.text import Local, Text, _, listing
from commands.crisis import signals, tables
from commands.crisis.naming import ABOUTS, ARRIVALS, LEVELS, OFFERS, TOPICS, VERDICTS
from commands.crisis.signals import Signal
from commands.crisis.tables import Case

SHOWN = 5
"""Signals of a case that a card lists; the newest."""


async def card(kit: Kit, tx: Transaction, one: Case) -> Reply:
    """The case as it stands, with what can be done about it."""
    seen = await signals.signals(kit, tx, one.id)
    blocks: list[Block] = [para(Strong(head(one)), " ", _("(case {id})", id=one.id))]
    if one.asked:
        part = await tables.private_part(kit, tx, one.id)
        who = part.get("who")
        asked: list[Inline] = [_("They would like a moderator to write to them.")]
        if who:
            asked += [Verbatim(" "), Mention(UserRef(who[0], who[1]))]
        blocks.append(Paragraph(tuple(asked)))
    if one.not_me:
        blocks.append(para(_("Its author says that it was not about them.")))
    blocks.append(bullets([_line(kit, signal) for signal in seen[-SHOWN:]]))
    if len(seen) > SHOWN:
        earlier = len(seen) - SHOWN
        blocks.append(para(_("{n} earlier message.", "{n} earlier messages.", n=earlier)))
    blocks.append(await _standing(kit, tx, one))
    speaker = (await tables.private_part(kit, tx, one.id)).get("speaker")
    if speaker:
        blocks.append(para(_("They write to a buddy as “{name}”.", name=str(speaker))))
    notes = await _notes(kit, tx, one)
    return Reply(tuple(blocks + notes), _presses(one))


def head(one: Case) -> Text:
    if not one.level:
        return _("Somebody asks for a moderator")
    return _("{level}: {topic}, {about}", level=LEVELS[one.level], topic=TOPICS[one.topic], about=ABOUTS[one.about])


def _line(kit: Kit, one: Signal) -> Paragraph:
    """When, where, by which rule, and what the person was offered."""
    zone = kit.config.community.zone
    parts: list[Inline] = [_("{time}", time=Local(one.at, zone, "time")), Verbatim(" ")]
    parts.append(_where(kit, one))
    if one.rules:
        rules = listing(one.rules[:3])
        parts += [Verbatim(", "), _("rule {rules}", rules=rules)]
    offer = _("offered: {what}", what=OFFERS[one.offered])
    if one.arrived not in ("none", ""):
        offer = _("offered: {what} ({arrived})", what=OFFERS[one.offered], arrived=ARRIVALS[one.arrived])
    parts += [Verbatim(", "), offer]
    return Paragraph(tuple(parts))


def _where(kit: Kit, one: Signal) -> Inline:
    if one.deleted:
        return _("a message that was deleted")
    if one.message is None:
        return _("without a message in a channel")
    return to_message(kit, one.message)


def to_message(kit: Kit, message: MessageRef) -> Inline:
    """A link to a message, where the platform knows one."""
    platform = kit.house.platforms.get(message.place.platform)
    link = platform.link(message) if isinstance(platform, KnowsLinks) else None
    if link:
        return Link(link, _("the message"))
    return _("message {id} in {place}", id=message.id, place=message.place.id)


async def _standing(kit: Kit, tx: Transaction, one: Case) -> Block:
    """Who looks after it, or how it ended."""
    audit, zone = Audit(kit.house.vault), kit.config.community.zone
    who = await audit.who(tx, one.taken_by) if one.taken_by else None
    by: Inline = Mention(who) if who else _("somebody who is gone")
    if one.state == "lapsed":
        return para(_("Nobody closed it; its time is over."))
    if one.state == "closed":
        said = VERDICTS.get(one.verdict or "", _("closed"))
        return para(Strong(_("Closed: {verdict}.", verdict=said)), " ", by)
    if one.state == "taken" and one.taken:
        return para(Strong(_("Taken since {time} by", time=Local(one.taken, zone, "time"))), " ", by)
    if one.escalated:
        return para(Strong(_("Nobody has taken it yet, and others were called.")))
    return para(Strong(_("Nobody has taken it yet.")))


async def _notes(kit: Kit, tx: Transaction, one: Case) -> list[Block]:
    part = await tables.private_part(kit, tx, one.id)
    notes = part.get("notes", [])
    return [facts(*((_("Note"), para(Verbatim(str(note)))) for note in notes))] if notes else []


def _presses(one: Case) -> tuple[Press, ...]:
    if one.over:
        return (Press(_("Open it again"), "alerts reopen", case=one.id),) if one.state == "closed" else ()
    close = tuple(
        Press(label, "alerts close", case=one.id, verdict=verdict)
        for verdict, label in (("right", _("Done")), ("false", _("False alarm")), ("ambiguous", _("Hard to say")))
    )
    if one.state != "taken":
        return (Press(_("I take it"), "alerts take", tone=Tone.MAIN, case=one.id), *close)
    return (
        Press(_("Hand it over"), "alerts hand", form=True, case=one.id),
        Press(_("Note"), "alerts note", form=True, case=one.id),
        *close,
    )


def gone() -> Reply:
    """In the place of a card whose case is no more."""
    return say(_("This case is gone: its time is over, or its person erased what was kept of them."))
