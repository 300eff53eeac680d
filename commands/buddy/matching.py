"""Rounds: who waits is read, matched in a process of its own, and asked.

Nobody is asked twice about the same thing; who is left over is told so and comes first next time.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from bot.kit import Kit
from bot.state.clock import breathe
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.state.vault import Erased, Tampered
from bot.talk.reply import Reply, say
from bot.talk.text import Local, _
from commands.buddy import asking, voices
from commands.buddy.profile import Profile, member
from commands.buddy.rounds import Member, Pairs, solve, weight
from commands.buddy.schedule import next_round
from commands.buddy.tables import moment, ms, never, new_id, pairs, profiles

log = logging.getLogger("handrail.buddy")

INLINE = 200
"""So many people are matched in a few milliseconds; more go into a process of their own."""
KIND = "buddy.round"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits, opened. The member's id is the place in the list."""

    person: str
    profile: Profile
    zone: str
    member: Member


async def started(kit: Kit, tx: Transaction) -> None:
    """Plan the next round, where none is planned, and the clearing up; finish a round that was cut off."""
    await kit.jobs.put(tx, "buddy.prune", kit.now, key="buddy.prune")
    due = next_round(kit.config, kit.now)
    planned = await kit.jobs.get(tx, KIND)
    if due is None:
        await kit.jobs.cancel(tx, KIND)
    elif planned is None or planned.due > due:
        await kit.jobs.put(tx, KIND, due, key=KIND)
    if await tx.one("SELECT 1 FROM buddy_rounds WHERE state = 'open'"):
        await kit.jobs.put(tx, "buddy.rounds", kit.now, key="buddy.rounds")


async def open_round(job: Job, kit: Kit) -> None:
    """A round is due: its successor first, then the note that there is one to be made."""
    async with kit.transaction() as tx:
        due = next_round(kit.config, kit.now)
        if due is not None:
            await kit.jobs.put(tx, KIND, due, key=KIND)
        await tx.execute("DELETE FROM buddy_rounds WHERE state = 'done'")
        await tx.execute("INSERT INTO buddy_rounds (id, due, state) VALUES (?1, ?2, 'open')", new_id(), ms(job.due))


async def finish(job: Job, kit: Kit) -> None:
    """Nothing: what follows makes the rounds that were cut off."""


async def make_rounds(job: Job, kit: Kit) -> None:
    """Make every round that is open. Outside of a transaction: it takes as long as it takes."""
    async with kit.transaction() as tx:
        rows = await tx.all("SELECT id FROM buddy_rounds WHERE state = 'open' ORDER BY due")
    if not rows:
        return
    await make_round(kit, rows[-1]["id"])
    async with kit.transaction() as tx:
        for row in rows:
            await tx.execute("UPDATE buddy_rounds SET state = 'done' WHERE id = ?1", row["id"])


async def make_round(kit: Kit, round_id: str) -> None:
    """Read, match, ask; each pair in a transaction of its own, looked at once more."""
    async with kit.transaction() as tx:
        await profiles.came_back(tx, kit.now)
    waiting, apart = await read(kit)
    met = await matched([one.member for one in waiting], apart, seed=ms(kit.now))
    met.sort(key=lambda pair: -weight(waiting[pair[0]].member, waiting[pair[1]].member))
    asked: set[int] = set()
    for one, other in met:
        if await asking.ask_both(kit, *(_one(waiting[index]) for index in (one, other))):
            asked |= {one, other}
    for index, someone in enumerate(waiting):
        if index not in asked:
            await _left_over(kit, someone.person)
    log.info("a round was made", extra={"waiting": len(waiting), "asked": len(asked)})


def _one(someone: Waiting) -> tuple[str, Profile, str]:
    return someone.person, someone.profile, someone.zone


async def read(kit: Kit) -> tuple[list[Waiting], list[tuple[int, int]]]:
    """Who waits and may be paired, and who of them must not meet."""
    config = kit.config.buddies
    async with kit.transaction() as tx:
        rows = await profiles.waiting(tx)
        held = await never.all_held(tx, kit.now)
        apart = [*await never.among(tx, kit.now), *await pairs.apart(tx)]
    out: list[Waiting] = []
    for number, row in enumerate(rows):
        if number % 100 == 0:
            await breathe()
        if row["person"] in held:
            continue
        try:
            profile = await profiles.opened(kit, row["person"], row["sealed"])
        except (Erased, Tampered):
            continue
        if profile.missing(config.minors) or row["taken"] >= min(profile.most, config.most):
            continue
        zone = row["zone"] or kit.config.community.zone
        since = moment(row["waiting"])
        as_numbers = member(len(out), profile, zone, kit.now, since, bool(row["first"]), config.topics)
        out.append(Waiting(row["person"], profile, zone, as_numbers))
    place = {one.person: index for index, one in enumerate(out)}
    return out, [(place[one], place[other]) for one, other in apart if one in place and other in place]


async def matched(members: Sequence[Member], apart: Sequence[tuple[int, int]], seed: int) -> Pairs:
    """The pairs; a large pool is matched in a process of its own, so that everybody else is answered meanwhile."""
    if len(members) <= INLINE:
        return await asyncio.to_thread(solve, members, apart, seed)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart_process:
        return await asyncio.get_running_loop().run_in_executor(apart_process, solve, members, apart, seed)


async def _left_over(kit: Kit, person: str) -> None:
    """Who found nobody comes first next time, and is told so once while they wait."""
    async with kit.transaction() as tx:
        seat = await profiles.seat(tx, person)
        if seat is None or seat.state != profiles.ACTIVE or seat.waiting is None:
            return
        await profiles.wait(tx, person, kit.now, first=True)
        if not seat.first:
            await voices.tell(kit, tx, person, _next_time(kit))


def _next_time(kit: Kit) -> Reply:
    first = _("This time I found nobody who fits, or the number was odd. You come first in the next round.")
    due = next_round(kit.config, kit.now)
    if due is None:
        return say(first)
    return say(first, _("It is on {at}.", at=Local(due, kit.config.community.zone)))
