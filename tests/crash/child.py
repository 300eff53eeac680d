"""A bot that is killed: people check in as fast as they can, reminders ring, and nothing is said goodbye to.

Run as a process of its own: `python -m tests.crash.child FOLDER MOST`. It goes on where the last one was killed, prints
a line for each thing a person did once it is accepted, and ends by itself when MOST things were done and all settled.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.local import LocalPlatform, Store
from bot.__main__ import master_key
from bot.app import App
from bot.state.clock import ManualClock
from commands import FEATURES
from tests.contract.town import UNRULED, config_for

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STEP = timedelta(minutes=20)
ACCOUNTS = ("d.ana", "m.ben")
FIRST = (
    ("start agree", {"purpose": "checkins"}),
    ("start agree", {"purpose": "write_first"}),
    ("checkin remind", {"schedule": "daily 20:00"}),
)


def doing(number: int) -> tuple[str, str, dict[str, object]]:
    """What is done as the so-manieth thing: by whom, which command, with what."""
    account = ACCOUNTS[number % 2]
    step = number // 2
    if step < len(FIRST):
        return (account, *FIRST[step])
    return account, "checkin", {"mood": 1 + number % 5, "note": f"note-{number}"}


def did(folder: Path) -> int:
    """How many things people ever did there."""
    with closing(sqlite3.connect(folder / "local.db")) as db:
        row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    return int(row[0]) if row else 0


async def live(folder: Path, most: int) -> None:
    store = Store.open(folder / "local.db")
    store.change_account("m.ben", locale="en")
    done = did(folder)
    clock = ManualClock(START + STEP * done)
    config = config_for(folder, "local", UNRULED)
    app = await App.open(
        config, FEATURES, {"local": lambda _config, ports: LocalPlatform(ports, store)}, clock, master_key(config)
    )
    platform = app.house.platforms["local"]
    assert isinstance(platform, LocalPlatform)
    running = asyncio.create_task(app.run())
    while not platform.running:
        await asyncio.sleep(0)
    for number in range(done, most):
        account, command, args = doing(number)
        place = f"{account[0]}.dm.{account[2:]}"
        accepted = platform.people.invoke(account, place, command, args)
        platform.enqueue(accepted)
        print(number, flush=True)
        await clock.advance(STEP)
        await asyncio.sleep(0.002)
    for _each in range(2000):
        await asyncio.sleep(0.005)
        async with app.house.db.transaction() as tx:
            waiting = await app.house.outbox.waiting(tx)
            due = await app.house.jobs.next_due(tx)
        if not waiting and not store.events.unhandled() and (due is None or due > clock.now()):
            break
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await app.close()
    store.close()
    print("settled", flush=True)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), int(sys.argv[2])))
