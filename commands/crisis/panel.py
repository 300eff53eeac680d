"""The support panel: a standing message that says where help is, put anew from time to time."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.state.vault import Where
from bot.talk.errors import SendFailed
from bot.talk.model import MessageRef, PlaceRef
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, para
from bot.talk.text import _

log = logging.getLogger("handrail.crisis")

EVERY = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}


def places(kit: Kit) -> list[PlaceRef]:
    return [PlaceRef(platform, id) for platform, ids in kit.config.safety.panel.places.items() for id in ids]


async def start(kit: Kit, tx: Transaction) -> None:
    """Plan the first panel of a place that has none planned; what is configured no more gets none any more."""
    for place in places(kit):
        key = f"crisis.panel:{_hash(kit, place)}"
        if await kit.jobs.get(tx, key) is None:
            await kit.jobs.put(tx, "crisis.panel", kit.now, {"place": _hash(kit, place)}, key=key)


async def put(job: Job, kit: Kit) -> None:
    """Put it anew, with its successor; the one before is taken away when the new one stands."""
    async with kit.transaction() as tx:
        place = next((one for one in places(kit) if _hash(kit, one) == job.payload["place"]), None)
        if place is None:
            return
        due = kit.now + EVERY[kit.config.safety.panel.every]
        await kit.jobs.put(tx, "crisis.panel", due, job.payload, key=job.key)
        shown = panel(kit.config.community.language)
        stamp = round(job.due.timestamp())
        what = f"crisis:panel.{job.payload['place']}"
        await kit.tell(tx, place, shown, key=f"{job.key}:{stamp}", remember=what, expires=due)


def panel(language: str) -> Reply:
    return Reply(
        (
            para(
                _(
                    "Bad hours come to many of us. If you would like somebody to talk to, now or later, these are for "
                    "your eyes only:"
                )
            ),
        ),
        (
            Press(_("Someone to talk to"), "crisis", tone=Tone.MAIN),
            Press(_("Lines by country and topic"), "resources", form=True),
            Press(_("I worry about somebody"), "worried"),
        ),
        notice=True,
        language=language,
    )


async def stands(kit: Kit, tx: Transaction, what: str, message: MessageRef) -> None:
    """The new one arrived: remember it, and have the one before taken away."""
    hashed = what.removeprefix("panel.")
    place = message.place
    ref = json.dumps([place.platform, place.id, place.thread, message.id]).encode()
    sealed = kit.house.vault.seal_common(Where("crisis_panels", "sealed", hashed), ref)
    before = await tx.one("SELECT sealed FROM crisis_panels WHERE place = ?1", hashed)
    if before is not None:
        old = f"old/{hashed}"
        moved = kit.house.vault.open_common(Where("crisis_panels", "sealed", hashed), before["sealed"])
        again = kit.house.vault.seal_common(Where("crisis_panels", "sealed", old), moved)
        await _keep(tx, old, again)
        await kit.jobs.put(tx, "crisis.unpanel", kit.now, {"place": old}, key=f"crisis.unpanel:{hashed}")
    await _keep(tx, hashed, sealed)


async def take_away(job: Job, kit: Kit) -> None:
    """Delete the panel before the present one."""
    old = str(job.payload["place"])
    async with kit.transaction() as tx:
        row = await tx.one("DELETE FROM crisis_panels WHERE place = ?1 RETURNING sealed", old)
    if row is None:
        return
    opened = kit.house.vault.open_common(Where("crisis_panels", "sealed", old), row["sealed"])
    platform, id, thread, message = json.loads(opened)
    port = kit.house.platforms.get(platform)
    try:
        if port is not None:
            await port.delete(MessageRef(PlaceRef(platform, id, thread), message))
    except SendFailed as failed:
        log.info("an old panel stays: %s", failed.reason, extra={"platform": platform})


async def _keep(tx: Transaction, place: str, sealed: bytes) -> None:
    await tx.execute(
        "INSERT INTO crisis_panels (place, sealed) VALUES (?1, ?2)"
        " ON CONFLICT (place) DO UPDATE SET sealed = excluded.sealed",
        place,
        sealed,
    )


def _hash(kit: Kit, place: PlaceRef) -> str:
    return kit.house.vault.lookup("place", f"{place.platform}\0{place.id}\0{place.thread or ''}")
