"""What follows an offer: a short line is taken away, a private room that nobody joined has a next rung.

Run as jobs that ask a platform, with no transaction open.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.kit import Kit
from bot.state.jobs import Job
from bot.talk.errors import TryLater, Unreachable
from bot.talk.model import MessageRef, PlaceRef, UserRef
from bot.talk.platform import KnowsReached
from commands.crisis import alerts, care, signals
from commands.crisis.recording import held, keep_line
from safety import Verdict

log = logging.getLogger("handrail.crisis")

AGAIN = timedelta(minutes=1)


async def take_away(job: Job, kit: Kit) -> None:
    """Delete a short line: it was used, or stood long enough."""
    offer = str(job.payload["offer"])
    async with kit.transaction() as tx:
        ref = await held(kit, tx, offer, "short")
    if ref is None:
        return
    message = _message(ref)
    platform = kit.house.platforms.get(message.place.platform)
    try:
        if platform is not None:
            await platform.delete(message)
    except TryLater as later:
        async with kit.transaction() as tx:
            due = kit.now + max(AGAIN, timedelta(seconds=later.after))
            await kit.jobs.put(tx, "crisis.unoffer", due, {"offer": offer}, key=job.key)
        return
    except Unreachable:
        pass
    async with kit.transaction() as tx:
        await tx.execute("DELETE FROM crisis_offers WHERE id = ?1", offer)


async def look_again(job: Job, kit: Kit) -> None:
    """A private room that nobody joined in a while: a short line under the message says that something waits."""
    offer = str(job.payload["offer"])
    async with kit.transaction() as tx:
        waiting = await held(kit, tx, offer, "waiting")
        seen = await signals.signal(kit, tx, offer)
        await tx.execute("DELETE FROM crisis_offers WHERE id = ?1", offer)
    if waiting is None:
        return
    author, message = UserRef(str(waiting[0]), str(waiting[1])), _message(waiting[2])
    platform = kit.house.platforms.get(author.platform)
    if platform is None:
        return
    reached = not isinstance(platform, KnowsReached) or await platform.reached(author)
    if seen is not None and seen.message is not None:
        message = seen.message  # where it stands by now
    line = None
    if not reached and (seen is None or not seen.deleted):
        about = Verdict() if seen is None else Verdict(seen.level, seen.topic, seen.about)
        said = care.short(about, message, None)
        try:
            line = await platform.send(message.place, said, key=f"next:{offer}", language=str(waiting[3]))
        except Exception:
            log.exception("a next rung failed", extra={"platform": platform.name})
    async with kit.transaction() as tx:
        case = await signals.arrived(tx, offer, "yes" if reached else "no")
        if line is not None:
            await keep_line(kit, tx, offer, line)
        if case is not None:
            await alerts.refresh_if_called(kit, tx, case)


def _message(ref: object) -> MessageRef:
    assert isinstance(ref, list)
    platform, place, thread, id = ref
    return MessageRef(PlaceRef(platform, place, thread), id)
