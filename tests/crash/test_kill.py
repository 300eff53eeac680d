"""Killed at random moments, the bot loses nothing and doubles nothing: commands, reminders, messages to be sent."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.local import LocalPlatform, Store
from bot.__main__ import master_key
from bot.app import App
from bot.kit import Kit
from bot.state.clock import ManualClock
from bot.talk.model import UserRef
from commands import FEATURES
from commands.checkin import tables
from tests.contract.town import UNRULED, config_for
from tests.crash.child import ACCOUNTS, FIRST, START, STEP, did

ROOT = Path(__file__).parents[2]


def spawn(folder: Path, most: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.crash.child", str(folder), str(most)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill_often(folder: Path, rounds: int, seed: int) -> int:
    """Start it, kill it at a random moment, again and again; then let it finish. How many things were done."""
    chance = random.Random(seed)
    done, most = 0, 10_000
    for _round in range(rounds):
        child = spawn(folder, most)
        until = chance.randint(1, 12)
        assert child.stdout is not None
        for _line in range(until):
            line = child.stdout.readline()
            assert line, child.stderr.read() if child.stderr else ""
            done = int(line) + 1
        time.sleep(chance.random() * 0.03)
        child.kill()
        rest, _err = child.communicate()
        done = max([done, *(int(line) + 1 for line in rest.split() if line.isdigit())])
    child = spawn(folder, done)
    out, err = child.communicate(timeout=120)
    assert "settled" in out, err
    return done


async def look(folder: Path, done: int) -> None:
    store = Store.open(folder / "local.db")
    config = config_for(folder, "local", UNRULED)
    clock = ManualClock(START + STEP * done)
    app = await App.open(
        config, FEATURES, {"local": lambda _config, ports: LocalPlatform(ports, store)}, clock, master_key(config)
    )
    kit = Kit(app.house)
    try:
        total = did(folder)
        assert total >= done
        for index, account in enumerate(ACCOUNTS):
            wanted = [f"note-{n}" for n in range(total) if n % 2 == index and n // 2 >= len(FIRST)]
            async with app.house.db.transaction() as tx:
                person = await app.house.people.find(tx, _ref(account))
                assert person is not None
                entries = await tables.since(kit, tx, person.id, datetime.fromtimestamp(0, UTC))
                rung = await tx.all("SELECT due FROM checkin_occurrences WHERE person = ?1", person.id)
            counted = Counter(entry.note for entry in entries)
            assert counted == Counter(wanted), "an entry was lost or doubled"
            there = store.messages.messages(f"{account[0]}.dm.{account[2:]}", account, most=1_000_000)
            said = [one.text for one in there if one.author == "bot"]
            answers = sum(text.startswith(("Noted.", "That is done already.")) for text in said)
            assert len(wanted) <= answers <= len(wanted) + len(FIRST), "an answer was lost or doubled"
            asked = sum(text.startswith("How are you right now?") for text in said)
            # What rang is forgotten after thirty days; a thousand kills take longer than that.
            if clock.now() - START < timedelta(days=30):
                assert asked == len(rung) == len({row["due"] for row in rung}), "a reminder was lost or doubled"
            first = START + STEP * (2 * 2 + index)
            evenings = [START.replace(hour=20) + timedelta(days=day) for day in range(400)]
            expected = sum(first < evening <= clock.now() for evening in evenings)
            # Whoever notes something every day is heard from, so it never stops by itself.
            assert expected - 1 <= asked <= expected, (asked, expected)
    finally:
        await app.close()
        store.close()


def _ref(account: str) -> UserRef:
    return UserRef("local", account)


def test_forty_kills(tmp_path):
    done = kill_often(tmp_path, 40, seed=7)
    asyncio.run(look(tmp_path, done))


@pytest.mark.slow
def test_a_thousand_kills(tmp_path):
    done = kill_often(tmp_path, 1000, seed=int(time.time()))
    asyncio.run(look(tmp_path, done))
