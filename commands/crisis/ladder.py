"""The ladder of a private reply: privately where the platform or the person allows it, else one short line.

It sends at once, past the outbox, under a key of the event, and needs no database. What became of it is told back.
"""

from __future__ import annotations

import hmac
import logging
from dataclasses import dataclass

from bot.kit import Kit
from bot.talk.errors import SendFailed
from bot.talk.model import Incoming, MessageRef, UserRef
from bot.talk.platform import Ability, KnowsReached, Platform
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply
from bot.talk.text import _
from commands.crisis import care
from commands.crisis.plan import Plan
from commands.crisis.signals import signal_id
from safety import Level, Verdict

log = logging.getLogger("handrail.crisis")


@dataclass(frozen=True, slots=True)
class Offered:
    """What a person was offered and whether it arrived, as `naming` calls it. `line` is the short line under their
    message; `again` says that it is to be tried again, because the platform took nothing."""

    how: str
    arrived: str
    line: MessageRef | None = None
    again: bool = False


NOTHING = Offered("queue", "none")


async def offer(kit: Kit, incoming: Incoming, plan: Plan, reply: Reply, language: str, *, may_write: bool) -> Offered:
    """Climb down the ladder until something holds."""
    platform = kit.house.platforms[incoming.place.platform]
    key, verdict = f"{incoming.key}:care", plan.verdict
    unasked = platform.abilities(incoming.place).unasked is Ability.FULL and plan.way in ("reply", "dm")
    private = await _privately(platform, incoming.author, reply, key, language) if unasked or may_write else None
    if private:
        return Offered("private", private)
    if plan.late:
        return Offered("late", "none")
    if plan.way == "reply" or (plan.way == "dm" and verdict.level >= Level.URGENT):
        return await under(platform, incoming, short_line(kit, incoming, verdict), f"{key}:short", language)
    return Offered(plan.way if plan.way != "dm" else "private", "no" if plan.way == "dm" else "none")


async def _privately(platform: Platform, author: UserRef, reply: Reply, key: str, language: str) -> str | None:
    """Write to them: "yes" it arrived, "waiting" until they join the room, or None where there is no private way."""
    try:
        await platform.send(author, reply, key=key, language=language)
    except SendFailed as failed:
        log.info("a private crisis reply failed: %s", failed.reason, extra={"platform": platform.name})
        return None
    except Exception:
        log.exception("a private crisis reply failed", extra={"platform": platform.name})
        return None
    return "yes" if not isinstance(platform, KnowsReached) or await platform.reached(author) else "waiting"


async def under(platform: Platform, incoming: Incoming, line: Reply, key: str, language: str) -> Offered:
    """Put a short line under the message."""
    try:
        sent = await platform.send(incoming.place, line, key=key, language=language)
    except SendFailed as failed:
        log.warning("a short crisis line failed: %s", failed.reason, extra={"platform": platform.name})
        return Offered("failed", "no", again=True)
    except Exception:
        log.exception("a short crisis line failed", extra={"platform": platform.name})
        return Offered("failed", "no", again=True)
    return Offered("short", "waiting", sent)


def short_line(kit: Kit, incoming: Incoming, verdict: Verdict) -> Reply:
    """With a press that opens for the author alone, known by a keyed hash that needs no database."""
    signal = signal_id(incoming.key)
    press = Press(
        _("Open it"),
        "crisis open",
        tone=Tone.MAIN,
        s=signal,
        by=mark(kit, incoming.author, signal),
        level=int(verdict.level),
        topic=verdict.topic.value,
        about=verdict.about.value,
    )
    return care.short(verdict, incoming.message, press)


def mark(kit: Kit, user: UserRef, signal: str) -> str:
    """By which the author is recognised, for this one message and no other."""
    return kit.house.vault.lookup("offer", f"{user.platform}\0{user.id}\0{signal}")[:16]


def is_theirs(kit: Kit, user: UserRef, signal: str, by: str) -> bool:
    return hmac.compare_digest(mark(kit, user, signal), by)
