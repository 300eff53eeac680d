"""Kill -9 and a full disk at random points, and a second bot: nothing lost, doubled, halved or out of order."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.state.clock import ManualClock
from bot.state.database import Database
from bot.state.erasure import resume
from bot.state.traces import walk

from .conftest import START, House

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by SIGKILL and forks")
ROUNDS = [pytest.param(12, id="quick"), pytest.param(1000, id="thorough", marks=pytest.mark.slow)]
KILLED = -signal.SIGKILL


class Worker:
    """The process that forks what is killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def play(self, scenario: str, folder: Path, seed: int = 0, life: float | None = None) -> int:
        """The child's exit code, negative for a signal."""
        assert self._process.stdin is not None and self._process.stdout is not None
        order = {"scenario": scenario, "folder": str(folder), "seed": seed, "life": life}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        return -(status & 0x7F) if status & 0x7F else status >> 8


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    script = Path(__file__).with_name("crash_worker.py")
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as own:
        yield Worker(own)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def life(rng: random.Random) -> float:
    """Often short, so that opening is hit as often as working."""
    return rng.uniform(0.01, rng.choice([0.06, 0.25]))


async def whole(house: House) -> None:
    for db in (house.db, house.vault.db):
        async with db.transaction() as tx:
            row = await tx.one("PRAGMA integrity_check")
            assert row is not None and row[0] == "ok"


async def pairs(house: House) -> set[str]:
    """The names whose two rows are there; one without the other is a half-written transaction."""
    async with house.db.transaction() as tx:
        rows = [row["key"] for row in await tx.all("SELECT key FROM effects")]
        joined = {row["id"] for row in await tx.all("SELECT id FROM people")}
        for person in joined:
            assert await house.people.accounts(tx, person) != [], "somebody's key or account was lost"
    counted = Counter(row.rpartition("/")[0] for row in rows)
    assert set(counted.values()) <= {2}
    return set(counted)


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_what_was_acknowledged_survives_every_kill_and_nothing_is_there_by_half(
    worker: Worker, tmp_path: Path, rounds: int
) -> None:
    rng = random.Random(1)
    ends = [worker.play("transactions", tmp_path, seed, life(rng)) for seed in range(rounds)]
    assert set(ends) == {KILLED}
    house = await House.open(tmp_path, ManualClock(START))
    await resume(house.db, house.vault)
    await whole(house)
    acknowledged = set(lines(tmp_path / "acks"))
    assert acknowledged <= await pairs(house)
    await house.close()
    assert len(acknowledged) > rounds


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_reminders_and_messages_are_neither_lost_nor_doubled_nor_out_of_order(
    worker: Worker, tmp_path: Path, rounds: int
) -> None:
    rng = random.Random(2)
    ends = [worker.play("reminders", tmp_path, seed, life(rng)) for seed in range(rounds)]
    assert set(ends) == {KILLED}
    assert worker.play("finish", tmp_path) == 0
    house = await House.open(tmp_path, ManualClock(START))
    await whole(house)
    async with house.db.transaction() as tx:
        effects = [row["key"] for row in await tx.all("SELECT key FROM effects ORDER BY at")]
        jobs = {row["key"]: json.loads(row["payload"]) for row in await tx.all("SELECT * FROM jobs")}
        assert await tx.all("SELECT * FROM outbox") == []
    await house.close()
    arrived = lines(tmp_path / "platform")
    first = list(dict.fromkeys(arrived))
    assert len(jobs) == 5 and sum(payload["n"] for payload in jobs.values()) == len(effects) > rounds
    for payload in jobs.values():
        expected = [f"{payload['series']}:{n}" for n in range(payload["n"])]
        assert [key for key in effects if key.startswith(f"{payload['series']}:")] == expected
        assert [key for key in first if key.startswith(f"{payload['series']}:")] == expected
    # Sent again under the same key only where a kill came between sending and writing that down: 5 at a time, a round.
    assert len(arrived) - len(first) <= 5 * rounds


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_an_erasure_is_whole_whenever_it_was_cut_off(worker: Worker, tmp_path: Path, rounds: int) -> None:
    rng = random.Random(3)
    ends = [worker.play("erasures", tmp_path, seed, life(rng)) for seed in range(rounds)]
    assert set(ends) == {KILLED}
    house = await House.open(tmp_path, ManualClock(START))
    await resume(house.db, house.vault)
    await whole(house)
    assert await house.vault.unfinished() == []
    promised = lines(tmp_path / "acks")
    async with house.db.transaction() as tx:
        there = {row["id"] for row in await tx.all("SELECT id FROM people")}
        for person in there:
            assert len(await house.people.accounts(tx, person)) == 1
        assert {row["person"] for row in await tx.all("SELECT person FROM outbox")} <= there
    joined = [line.split() for line in lines(tmp_path / "joined")]
    gone = [words for words in joined if words[0] not in there]
    assert {tuple(line.split()) for line in promised} <= {tuple(words) for words in gone}
    found = [word for words in gone for word in words]
    assert found and walk(house.db.path, found) == walk(house.vault.db.path, found) == []
    await house.close()


async def test_a_disk_that_is_full_at_any_point_pauses_and_keeps_every_promise(worker: Worker, tmp_path: Path) -> None:
    for seed in range(3):
        assert worker.play("full_disk", tmp_path, seed) == 0
    house = await House.open(tmp_path, ManualClock(START))
    await whole(house)
    there = await pairs(house)
    await house.close()
    assert set(lines(tmp_path / "acks")) == there
    refused = set(lines(tmp_path / "refused"))
    assert len(refused) > 50 and not refused & there


async def test_a_second_process_is_turned_away_with_a_sentence(worker: Worker, tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "handrail.db", clock=ManualClock(START))
    assert worker.play("second", tmp_path) == 0
    await db.close()
    (said,) = lines(tmp_path / "acks")
    assert said.startswith("Another Handrail is already running on handrail.db.")


async def test_a_killed_bot_leaves_its_place_free(worker: Worker, tmp_path: Path) -> None:
    assert worker.play("transactions", tmp_path, 0, 0.2) == KILLED
    house = await House.open(tmp_path, ManualClock(START))
    await house.close()
