"""A longer look is taken beside the event loop, and nothing of the same place overtakes it."""

from __future__ import annotations

import asyncio
import gc
import threading
from datetime import UTC, datetime

from bot.looking import Looks
from bot.talk.model import Incoming, MessageRef, PlaceRef, UserRef
from safety.verdict import About, Level, Topic, Verdict

HERE, THERE = PlaceRef("local", "here"), PlaceRef("local", "there")
FOUND = Verdict(Level.CONCERN, Topic.SUICIDE, About.SELF, ("a",))


class Guard:
    """Looks longer at what begins with "slow", until it is told to go on."""

    def __init__(self) -> None:
        self.on_the_loop: list[bool] = []
        self.go_on = threading.Event()

    def glance(self, text, *, place, roles, private):
        return None if text.startswith("slow") else Verdict()

    def assess(self, text, *, place, roles, private):
        self.on_the_loop.append(threading.current_thread() is threading.main_thread())
        assert self.go_on.wait(10)
        return FOUND


def message(text: str, place: PlaceRef = HERE) -> Incoming:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Incoming(text, UserRef("local", "ana"), place, text, at, MessageRef(place, text))


async def test_what_is_said_later_in_a_place_waits_and_elsewhere_does_not():
    guard = Guard()
    looks, order = Looks(guard), []

    async def say(text: str, place: PlaceRef = HERE) -> None:
        verdict = await looks.assess(message(text, place), text, private=False)
        order.append((text, bool(verdict)))

    async def gone(place: PlaceRef) -> None:
        await looks.turn(place)
        order.append(("gone", False))

    first = [asyncio.create_task(say(text)) for text in ("quick a", "slow b", "quick c", "slow d", "quick e")]
    first.append(asyncio.create_task(gone(HERE)))
    await asyncio.wait([asyncio.create_task(say("quick f", THERE)), asyncio.create_task(gone(THERE))])
    assert order == [("quick a", False), ("quick f", False), ("gone", False)]
    guard.go_on.set()
    await asyncio.gather(*first)
    later = [("slow b", True), ("quick c", False), ("slow d", True), ("quick e", False), ("gone", False)]
    assert order[3:] == later and guard.on_the_loop == [False, False]
    del first
    gc.collect()
    assert not looks._turns


async def test_a_look_that_is_given_up_holds_up_nobody():
    guard = Guard()
    looks = Looks(guard)
    look = asyncio.create_task(looks.assess(message("slow"), "slow", private=False))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(looks.assess(message("quick"), "quick", private=False))
    await asyncio.sleep(0)
    look.cancel()
    assert not await asyncio.wait_for(waiting, 5)
    guard.go_on.set()
