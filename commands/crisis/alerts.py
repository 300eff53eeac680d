"""Calling moderators: one card in each of their rooms, kept true as the case goes on.

A card holds a link, never a text of a person's. The rows know where the cards are; editing them asks the platforms, so
it is done by a job, after what it shows is durable.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta

from bot.kit import Kit
from bot.state.audit import Audit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.state.vault import Where
from bot.talk.errors import TryLater, Unreachable
from bot.talk.model import MessageRef, PlaceRef, UserRef
from bot.talk.press import Press
from bot.talk.reply import Block, Inline, Mention, Paragraph, Reply, Strong, Verbatim, para
from bot.talk.text import _
from commands.crisis import signals, tables
from commands.crisis.cards import card, gone
from commands.crisis.plan import moderators_places
from commands.crisis.tables import Case

log = logging.getLogger("handrail.crisis")

MOST_TRIES = 8
AGAIN = timedelta(seconds=30)


async def post(kit: Kit, tx: Transaction, one: Case) -> bool:
    """Call the moderators: the card into each of their rooms, and a later look whether anybody took it. False where
    there is no room to call into."""
    places = moderators_places(kit.config)
    shown = replace(await card(kit, tx, one), language=kit.config.community.language)
    for index, place in enumerate(places):
        key = f"alert:{one.id}:{index}"
        await kit.tell(tx, place, shown, key=key, urgent=True, remember=f"crisis:post.{one.id}")
    if places:
        await wait_for_taker(kit, tx, one.id)
    return bool(places)


async def wait_for_taker(kit: Kit, tx: Transaction, case: str) -> None:
    """Look again in a while whether somebody took it."""
    minutes = kit.config.moderation.escalate_minutes
    if minutes:
        due = kit.now + timedelta(minutes=minutes)
        await kit.jobs.put(tx, "crisis.escalate", due, {"case": case, "times": 1}, key=f"crisis.escalate:{case}")


async def tell_all(
    kit: Kit, tx: Transaction, blocks: list[Block], *, key: str, calls: bool = False, presses: tuple[Press, ...] = ()
) -> None:
    """Say the same in every moderators' room; `calls` mentions those who are to be called there."""
    for index, place in enumerate(moderators_places(kit.config)):
        extra = _called(kit, place) if calls else []
        out = [*blocks, *([Paragraph(tuple(extra))] if extra else [])]
        if out:
            said = Reply(tuple(out), presses, language=kit.config.community.language)
            await kit.tell(tx, place, said, key=f"{key}:{index}", urgent=True)


def _called(kit: Kit, place: PlaceRef) -> list[Inline]:
    out: list[Inline] = []
    for name in kit.config.moderation.escalate_to.get(place.platform, ()):  # type: ignore[call-overload]
        kind, sep, id = name.partition(":")
        role = bool(sep) and kind == "role"
        out += [Mention(UserRef(place.platform, id if role else name), role), Verbatim(" ")]
    return out[:-1]


async def sent(kit: Kit, tx: Transaction, what: str, message: MessageRef) -> None:
    """A card arrived: remember where, so that it can be kept true."""
    case = what.removeprefix("post.")
    id = f"{case}:{signals.message_hash(kit, message)}"
    place = message.place
    ref = json.dumps([place.platform, place.id, place.thread, message.id]).encode()
    sealed = kit.house.vault.seal_common(Where("crisis_posts", "sealed", id), ref)
    await tx.execute(
        "INSERT INTO crisis_posts (id, case_id, sealed) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING",
        id,
        case,
        sealed,
    )
    await refresh(kit, tx, case)


async def refresh(kit: Kit, tx: Transaction, case: str) -> None:
    """Have the cards of a case shown anew."""
    await tx.execute("UPDATE crisis_cases SET version = version + 1 WHERE id = ?1", case)
    await kit.jobs.put(tx, "crisis.refresh", kit.now, {"case": case, "tries": 0}, key=f"crisis.refresh:{case}")


async def refresh_if_called(kit: Kit, tx: Transaction, case: str) -> None:
    """As `refresh`, for a case that may have no cards."""
    if await tx.one("SELECT 1 FROM crisis_posts WHERE case_id = ?1", case):
        await refresh(kit, tx, case)


async def nothing(job: Job, kit: Kit) -> None:
    """What follows does the work, with no transaction open."""


async def show_anew(job: Job, kit: Kit) -> None:
    """Edit all cards of a case. One room that fails keeps no other waiting; it is tried again."""
    case, tries = str(job.payload["case"]), int(job.payload["tries"])
    async with kit.transaction() as tx:
        one = await tables.case(tx, case)
        shown = await card(kit, tx, one) if one else gone()
        posts = await _posts(kit, tx, case)
    stamp = str(one.version) if one else "gone"
    again = False
    for id, message in posts:
        platform = kit.house.platforms.get(message.place.platform)
        try:
            if platform is not None:
                await platform.edit(message, shown, key=f"card:{id}:{stamp}", language=kit.config.community.language)
        except Unreachable:
            async with kit.transaction() as tx:
                await tx.execute("DELETE FROM crisis_posts WHERE id = ?1", id)
        except TryLater:
            again = True
        except Exception:
            log.exception("a card could not be shown anew", extra={"platform": message.place.platform})
            again = True
    async with kit.transaction() as tx:
        if again and tries < MOST_TRIES and await kit.jobs.get(tx, job.key) is None:
            later = {"case": case, "tries": tries + 1}
            await kit.jobs.put(tx, "crisis.refresh", kit.now + AGAIN * 2**tries, later, key=job.key)
        elif one is None and not again:
            await tx.execute("DELETE FROM crisis_posts WHERE case_id = ?1", case)


async def _posts(kit: Kit, tx: Transaction, case: str) -> list[tuple[str, MessageRef]]:
    out = []
    for row in await tx.all("SELECT * FROM crisis_posts WHERE case_id = ?1 ORDER BY id", case):
        opened = kit.house.vault.open_common(Where("crisis_posts", "sealed", row["id"]), row["sealed"])
        platform, id, thread, message = json.loads(opened)
        out.append((row["id"], MessageRef(PlaceRef(platform, id, thread), message)))
    return out


# --- nobody took it --------------------------------------------------------------------------------------------------


async def escalate(job: Job, kit: Kit) -> None:
    """Nobody took an alert in time: call others, once more after three times as long, then leave it to the list."""
    async with kit.transaction() as tx:
        one = await tables.case(tx, str(job.payload["case"]))
        if one is None or one.state != "open":
            return
        times = int(job.payload["times"])
        if await tx.one("SELECT 1 FROM crisis_posts WHERE case_id = ?1", one.id) is None:
            log.error("an alert has reached none of the moderators' rooms")
        await tables.change(tx, one.id, escalated=times)
        await Audit(kit.house.vault).note(tx, "bot", "escalated", tables.case_key(one.id), str(times))
        waited = round((kit.now - one.opened).total_seconds() / 60)
        text = _(
            "Nobody has taken case {id} for {n} minute. Please look at it.",
            "Nobody has taken case {id} for {n} minutes. Please look at it.",
            n=waited,
            id=one.id,
        )
        await tell_all(kit, tx, [para(Strong(text))], key=f"escalate:{one.id}:{times}", calls=True)
        await refresh(kit, tx, one.id)
        if times == 1:
            due = kit.now + timedelta(minutes=2 * kit.config.moderation.escalate_minutes)
            await kit.jobs.put(tx, "crisis.escalate", due, {"case": one.id, "times": 2}, key=job.key)
