"""Killed at random moments while two buddies write, the bot passes everything on: in order, once, as it last stood."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from tests.contract.local import LocalTown
from tests.contract.pairs import joined, met
from tests.crash.relay_child import PEOPLE, said

ROOT = Path(__file__).parents[2]


async def two_who_met(folder: Path) -> datetime:
    town = await LocalTown.open(folder, "d", {"buddies": {"prompts": False}})
    ana, ben = await joined(town, "ana", "d"), await joined(town, "ben", "m")
    await met(town, ana, ben)
    await ana.ask("buddy talk", direct=True)
    now = town.clock.now()
    await town.close()
    return now


def spawn(folder: Path, now: datetime, most: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.crash.relay_child", str(folder), now.isoformat(), str(most)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def copies(folder: Path, reader: str) -> list[str]:
    """What the bot passed on to somebody and still stands, in its order."""
    with closing(sqlite3.connect(folder / "local.db")) as db:
        rows = db.execute(
            "SELECT m.text FROM messages m JOIN places p ON p.id = m.place WHERE p.owner = ? AND m.author = 'bot'"
            " AND NOT m.deleted AND m.text LIKE 'n%' ORDER BY m.id",
            (reader,),
        )
        return [row[0] for row in rows]


def kill_often(folder: Path, rounds: int, seed: int) -> None:
    now = asyncio.run(two_who_met(folder))
    chance = random.Random(seed)
    done = 0
    for _round in range(rounds):
        child = spawn(folder, now, 100_000)
        assert child.stdout is not None and child.stderr is not None
        for _line in range(chance.randint(1, 12)):
            line = child.stdout.readline()
            assert line, child.stderr.read()
            done = int(line) + 1
        time.sleep(chance.random() * 0.03)
        child.kill()
        rest, _err = child.communicate()
        done = max([done, *(int(line) + 1 for line in rest.split() if line.isdigit())])
    child = spawn(folder, now, done)
    out, err = child.communicate(timeout=200)
    assert "settled" in out, err
    for author, reader in (PEOPLE, PEOPLE[::-1]):
        wanted = [text for _id, text, gone in said(folder, author) if not gone]
        assert copies(folder, reader) == wanted
        assert len(wanted) > rounds / 2


def test_twenty_kills(tmp_path):
    kill_often(tmp_path, 20, seed=11)


@pytest.mark.slow
def test_a_thousand_kills(tmp_path):
    kill_often(tmp_path, 1000, seed=int(time.time()))
