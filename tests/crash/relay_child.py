"""A bot that is killed while two people write to each other: `python -m tests.crash.relay_child FOLDER NOW MOST`.

It prints a line for each thing they did once it is accepted, and ends by itself when MOST things were done and all
arrived.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from adapters.local import LocalPlatform, Store
from bot.__main__ import master_key
from bot.app import App
from bot.state.clock import ManualClock
from commands import FEATURES
from tests.contract.town import UNRULED, config_for

PEOPLE = ("d.ana", "m.ben")
STEP = timedelta(seconds=1)


def said(folder: Path, account: str) -> list[tuple[int, str, bool]]:
    """What somebody wrote to their buddy and what became of it, oldest first: id, words, whether it was taken back."""
    with closing(sqlite3.connect(folder / "local.db")) as db:
        return [
            (row[0], row[1], bool(row[2]))
            for row in db.execute(
                "SELECT id, text, deleted FROM messages WHERE author = ? AND (text LIKE 'n%' OR deleted) ORDER BY id",
                (account,),
            )
        ]


async def live(folder: Path, now: datetime, most: int) -> None:
    store = Store.open(folder / "local.db")
    begun = sum(len(said(folder, account)) for account in PEOPLE)
    clock = ManualClock(now + STEP * begun)
    config = config_for(folder, "local", {**UNRULED, "buddies": {"prompts": False}})
    app = await App.open(
        config, FEATURES, {"local": lambda _config, ports: LocalPlatform(ports, store)}, clock, master_key(config)
    )
    platform = app.house.platforms["local"]
    assert isinstance(platform, LocalPlatform)
    running = asyncio.create_task(app.run())
    while not platform.running:
        await asyncio.sleep(0)
    own = next(place.id for place in store.places() if place.owner == "m.ben" and place.about)
    places = {"d.ana": "d.dm.ana", "m.ben": own}
    for number in range(begun, most):
        account = PEOPLE[number % 2]
        platform.enqueue(platform.people.say(account, places[account], f"n{number}"))
        mine = [one for one in said(folder, account) if not one[2]]
        if number % 7 == 0:
            platform.enqueue(platform.people.edit(account, str(mine[-1][0]), f"n{number} changed"))
        if number % 11 == 0 and len(mine) > 1:
            platform.enqueue(platform.people.delete(account, str(mine[-2][0])))
        print(number, flush=True)
        await clock.advance(STEP)
        await asyncio.sleep(0.002)
    for _each in range(4000):
        await asyncio.sleep(0.005)
        async with app.house.db.transaction() as tx:
            waiting = await app.house.outbox.waiting(tx)
        if not waiting and not store.events.unhandled():
            break
        await clock.advance(STEP)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await app.close()
    store.close()
    print("settled", flush=True)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), int(sys.argv[3])))
