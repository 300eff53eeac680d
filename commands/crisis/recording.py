"""What is kept of a message that the rules saw, after it was answered: a signal of a case, and who is called.

Where nothing can be stored, moderators are still called, plainly. It never holds a text.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.kit import Kit
from bot.state.audit import BOT, Audit
from bot.state.counts import count
from bot.state.database import Transaction
from bot.state.effects import claim
from bot.state.vault import Where
from bot.talk.model import Incoming, MessageRef, PlaceRef, UserRef
from bot.talk.reply import Block, Mention, Paragraph, Quote, Reply, para, spoiler
from bot.talk.text import _
from commands.crisis import alerts, care, signals, tables
from commands.crisis.cards import to_message
from commands.crisis.ladder import Offered, short_line
from commands.crisis.naming import LEVELS, TOPICS
from commands.crisis.plan import Plan, moderators_places
from commands.crisis.signals import Signal
from commands.crisis.tables import Case
from safety import Verdict

log = logging.getLogger("handrail.crisis")

LINE_KEPT = timedelta(hours=6)
"""How long a short line stands under a message that nobody opened."""
JOIN_WITHIN = timedelta(minutes=5)
"""How long a private room may wait to be joined before the next rung."""
AGAIN_WITHIN = timedelta(minutes=15)


async def record(kit: Kit, incoming: Incoming, plan: Plan, offered: Offered, language: str) -> None:
    """In one transaction; once for each event. Never raises."""
    try:
        async with kit.transaction() as tx:
            if await claim(tx, f"{incoming.key}:case"):
                await _record(kit, tx, incoming, plan, offered, language)
    except Exception:
        log.exception("a case could not be recorded", extra={"platform": incoming.place.platform})
        await _without_database(kit, incoming, plan, offered, language)


async def _record(kit: Kit, tx: Transaction, incoming: Incoming, plan: Plan, offered: Offered, language: str) -> None:
    verdict, author = plan.verdict, tables.lookup(kit, incoming.author)
    one = await tables.case_of(tx, author)
    if one is None:
        person = await kit.people.find(tx, incoming.author)
        who = person.id if person else None
        one = await tables.add_case(kit, tx, author, who, verdict.level, verdict.topic, verdict.about)
        await Audit(kit.house.vault).note(tx, BOT, "opened", tables.case_key(one.id))
    seen = _signal(signals.signal_id(incoming.key), one.id, kit, verdict, offered, incoming.message)
    if not await signals.add_signal(kit, tx, seen):
        return
    await _joined(tx, one, verdict)
    await _promises(kit, tx, incoming, offered, language)
    if offered.again:
        line = short_line(kit, incoming, verdict)
        key = f"{incoming.key}:care:short"
        await kit.tell(tx, incoming.place, line, key=key, urgent=True, expires=kit.now + AGAIN_WITHIN)
    await call(kit, tx, one.id, urgent=plan.alerts)
    if plan.alerts and kit.config.moderation.quote:
        quote: list[Block] = [
            para(_("What was written in case {id}:", id=one.id)),
            Quote((para(spoiler(incoming.text[:1500])),)),
        ]
        await alerts.tell_all(kit, tx, quote, key=f"quote:{seen.id}")


def _signal(id: str, case: str, kit: Kit, verdict: Verdict, offered: Offered, message: MessageRef | None) -> Signal:
    how, arrived = offered.how, offered.arrived
    about, rules = verdict.about, verdict.rules
    return Signal(id, case, kit.now, verdict.level, verdict.topic, about, rules, how, arrived, False, message)


async def _joined(tx: Transaction, one: Case, verdict: Verdict) -> None:
    """A case rises with what joins it, and what fired is counted."""
    await tables.change(tx, one.id, seen=tx.now_ms)
    if verdict.level > one.level:
        level, topic, about = int(verdict.level), verdict.topic.value, verdict.about.value
        await tables.change(tx, one.id, level=level, topic=topic, about=about)
    for rule in verdict.rules:
        await count(tx, f"crisis.fired.{rule}")
    await count(tx, f"crisis.level.{verdict.level.name.lower()}")


async def call(kit: Kit, tx: Transaction, id: str, *, urgent: bool) -> bool:
    """Call the moderators to a case, or show its cards anew where they were called before. Whether they know now."""
    one = await tables.case(tx, id)
    if one is None:
        return False
    if urgent and not one.alerted and moderators_places(kit.config):
        await tables.change(tx, id, alerted=1, state="open")
        await Audit(kit.house.vault).note(tx, BOT, "alerted", tables.case_key(id))
        await count(tx, "crisis.alerts")
        called = await tables.case(tx, id)
        return called is not None and await alerts.post(kit, tx, called)
    if one.alerted:
        await alerts.refresh(kit, tx, id)
        await _more(kit, tx, one, urgent)
    return one.alerted


async def _more(kit: Kit, tx: Transaction, one: Case, urgent: bool) -> None:
    """Something urgent again in a case that was called before: say so, at most once an hour."""
    hour = tx.now_ms // 3_600_000
    again = urgent and kit.now - one.opened > timedelta(minutes=1)
    if again and await claim(tx, f"crisis.more:{one.id}:{hour}"):
        text = _("There is a new urgent message in case {id}.", id=one.id)
        await alerts.tell_all(kit, tx, [para(text)], key=f"more:{one.id}:{hour}")


async def _promises(kit: Kit, tx: Transaction, incoming: Incoming, offered: Offered, language: str) -> None:
    """The short line goes after a while; a private room that nobody joins has a next rung."""
    signal = signals.signal_id(incoming.key)
    if offered.line is not None:
        await keep_line(kit, tx, signal, offered.line)
    elif offered.how == "private" and offered.arrived == "waiting":
        author, message = incoming.author, incoming.message
        place = message.place
        held = [author.platform, author.id, [place.platform, place.id, place.thread, message.id], language]
        due = kit.now + JOIN_WITHIN
        await _hold(kit, tx, signal, "waiting", held, round(due.timestamp() * 1000))
        await kit.jobs.put(tx, "crisis.unread", due, {"offer": signal}, key=f"crisis.unread:{signal}")


async def keep_line(kit: Kit, tx: Transaction, signal: str, line: MessageRef) -> None:
    """Remember a short line until it is taken away."""
    place = line.place
    due = kit.now + LINE_KEPT
    held = [place.platform, place.id, place.thread, line.id]
    await _hold(kit, tx, signal, "short", held, round(due.timestamp() * 1000))
    await kit.jobs.put(tx, "crisis.unoffer", due, {"offer": signal}, key=f"crisis.unoffer:{signal}")


async def _hold(kit: Kit, tx: Transaction, id: str, kind: str, held: Sequence[object], until: int) -> None:
    sealed = kit.house.vault.seal_common(Where("crisis_offers", "sealed", id), json.dumps(held).encode())
    await tx.execute(
        "INSERT INTO crisis_offers (id, signal, kind, sealed, until) VALUES (?1, ?1, ?2, ?3, ?4)"
        " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, sealed = excluded.sealed, until = excluded.until",
        id,
        kind,
        sealed,
        until,
    )


async def held(kit: Kit, tx: Transaction, id: str, kind: str) -> list[object] | None:
    """What an offer holds, or None where it is over."""
    row = await tx.one("SELECT * FROM crisis_offers WHERE id = ?1 AND kind = ?2", id, kind)
    if row is None:
        return None
    opened: list[object] = json.loads(kit.house.vault.open_common(Where("crisis_offers", "sealed", id), row["sealed"]))
    return opened


async def _without_database(kit: Kit, incoming: Incoming, plan: Plan, offered: Offered, language: str) -> None:
    """The next rung at once, since nothing can be remembered for later; and a plain word to the moderators."""
    if offered.how == "private" and offered.arrived == "waiting":
        line = care.short(plan.verdict, incoming.message, None)
        await _send(kit, incoming.place, line, f"{incoming.key}:care:short", language)
    if not plan.alerts:
        return
    level, topic = LEVELS[plan.verdict.level], TOPICS[plan.verdict.topic]
    said = para(_("{level}: {topic}", level=level, topic=topic), " ", to_message(kit, incoming.message))
    await _call_plainly(kit, said, f"{incoming.key}:alert")


async def call_plainly(kit: Kit, user: UserRef, *, key: str) -> None:
    """Somebody asks for a moderator while nothing can be kept."""
    await _call_plainly(kit, para(_("Somebody asks for a moderator:"), " ", Mention(user)), f"{key}:ask")


async def _call_plainly(kit: Kit, said: Paragraph, key: str) -> None:
    """A word to every moderators' room that nothing is kept of."""
    alone = para(_("I can't keep anything at the moment, so nobody can take this here. Please agree among yourselves."))
    for place in moderators_places(kit.config):
        own = f"{key}:{place.platform}:{place.id}"
        await _send(kit, place, Reply((said, alone)), own, kit.config.community.language)


async def record_relayed(kit: Kit, author: UserRef, verdict: Verdict, *, key: str, speaker: str) -> None:
    """Urgent words that went privately to somebody else through the bot, as both were told: the moderators are called,
    without a link and without a text, and know the pseudonym `speaker` alone. Never raises.

    It is a case of its own, whatever else is open of that account: one case must not join a name and a pseudonym.
    """
    try:
        async with kit.transaction() as tx:
            if not await claim(tx, f"{key}:case"):
                return
            hashed = kit.house.vault.lookup("relayed", f"{author.platform}\0{author.id}\0{speaker}")
            one = await tables.case_of(tx, hashed)
            if one is None:
                person = await kit.people.find(tx, author)
                who = person.id if person else None
                one = await tables.add_case(kit, tx, hashed, who, verdict.level, verdict.topic, verdict.about)
                await Audit(kit.house.vault).note(tx, BOT, "opened", tables.case_key(one.id))
                await tables.set_private_part(kit, tx, one.id, {"speaker": speaker})
            seen = _signal(signals.signal_id(key), one.id, kit, verdict, Offered("private", "yes"), None)
            await signals.add_signal(kit, tx, seen)
            await _joined(tx, one, verdict)
            await call(kit, tx, one.id, urgent=True)
    except Exception:
        log.exception("relayed words could not be recorded", extra={"platform": author.platform})
        said = _("Somebody who writes to a buddy as “{name}” may be in danger.", name=speaker)
        await _call_plainly(kit, para(said), f"{key}:relayed")


async def _send(kit: Kit, to: PlaceRef | UserRef, said: Reply, key: str, language: str) -> None:
    platform = kit.house.platforms.get(to.platform)
    if platform is None:
        return
    try:
        await platform.send(to, said, key=key, language=language)
    except Exception:
        log.exception("a crisis message could not be sent", extra={"platform": to.platform})


async def line_over(kit: Kit, tx: Transaction, signal: str) -> None:
    """A short line was used, or what it stood under is gone: take it away now."""
    row = await tx.one("SELECT 1 FROM crisis_offers WHERE id = ?1 AND kind = 'short'", signal)
    if row is not None:
        await kit.jobs.put(tx, "crisis.unoffer", kit.now, {"offer": signal}, key=f"crisis.unoffer:{signal}")
