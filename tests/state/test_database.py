"""Transactions: all or nothing, one after another, a commit for those who wait."""

from __future__ import annotations

import asyncio
import logging
import random
from pathlib import Path

import pytest

from bot.state.clock import ManualClock
from bot.state.database import Database, Transaction
from bot.state.traces import walk
from bot.talk.errors import Paused

INSERT = "INSERT INTO effects (key, at) VALUES (?1, ?2)"


async def keys(db: Database) -> set[str]:
    async with db.transaction() as tx:
        return {row["key"] for row in await tx.all("SELECT key FROM effects")}


def files_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


async def test_it_is_set_up_to_keep_what_it_promised(db: Database) -> None:
    async with db.transaction() as tx:
        found = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
            row = await tx.one(f"PRAGMA {name}")
            assert row is not None
            found[name] = row[0]
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


async def test_files_are_for_the_owner_alone(db: Database, tmp_path: Path) -> None:
    async with db.transaction() as tx:
        await tx.execute(INSERT, "a", 1)
    await db.backup(tmp_path / "copies" / "copy.db")
    found = files_in(tmp_path)
    assert {file.name for file in found} >= {"handrail.db", "handrail.db-wal", "handrail.db.lock", "copy.db"}
    assert [file.name for file in found if file.stat().st_mode & 0o077] == []


async def test_rows_come_by_name_and_counts_come_back(db: Database) -> None:
    async with db.transaction() as tx:
        assert await tx.execute(INSERT, "a", 1) == 1
        assert await tx.execute(INSERT, "b", 2) == 1
        assert await tx.execute("UPDATE effects SET at = at + 1") == 2
        row = await tx.one("SELECT key, at FROM effects WHERE key = ?1", "b")
        assert row is not None and (row["key"], row["at"]) == ("b", 3)
        assert await tx.one("SELECT * FROM effects WHERE key = 'c'") is None
        made = await tx.one(INSERT + " RETURNING key", "c", 5)
        assert made is not None and made["key"] == "c"


async def test_an_exception_undoes_everything(db: Database) -> None:
    with pytest.raises(KeyError):
        async with db.transaction() as tx:
            await tx.execute(INSERT, "a", 1)
            raise KeyError
    assert await keys(db) == set()


async def test_a_cancellation_undoes_everything(db: Database) -> None:
    entered = asyncio.Event()

    async def hang() -> None:
        async with db.transaction() as tx:
            await tx.execute(INSERT, "a", 1)
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.ensure_future(hang())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await keys(db) == set()


async def test_a_failed_statement_can_be_caught_and_the_rest_kept(db: Database) -> None:
    import sqlite3

    async with db.transaction() as tx:
        await tx.execute(INSERT, "a", 1)
        with pytest.raises(sqlite3.IntegrityError):
            await tx.execute(INSERT, "a", 2)
        await tx.execute(INSERT, "b", 1)
    assert await keys(db) == {"a", "b"}


async def test_foreign_keys_hold(db: Database) -> None:
    import sqlite3

    with pytest.raises(sqlite3.IntegrityError):
        async with db.transaction() as tx:
            await tx.execute(
                "INSERT INTO consents (person, purpose, version, given) VALUES (?1, ?2, ?3, ?4)", "nobody", "x", 1, 1
            )


async def test_callbacks_come_after_the_commit_and_only_then(db: Database) -> None:
    heard: list[str] = []
    async with db.transaction() as tx:
        await tx.execute(INSERT, "a", 1)
        tx.after_commit(lambda: heard.append("done"))
        tx.wake("something")
        assert heard == [] and not db.event("something").is_set()
    assert heard == ["done"] and db.event("something").is_set()
    with pytest.raises(KeyError):
        async with db.transaction() as tx:
            await tx.execute(INSERT, "b", 1)
            tx.after_commit(lambda: heard.append("never"))
            raise KeyError
    async with db.transaction() as tx:
        tx.after_commit(lambda: heard.append("read"))
    assert heard == ["done", "read"]


async def test_a_transaction_does_not_outlive_its_block(db: Database) -> None:
    async with db.transaction() as tx:
        kept = tx
    with pytest.raises(RuntimeError, match="over"):
        await kept.execute(INSERT, "a", 1)
    with pytest.raises(RuntimeError, match="over"):
        await kept.one("SELECT 1")


async def test_a_second_transaction_in_the_same_task_is_refused_instead_of_waiting_for_ever(db: Database) -> None:
    async with db.transaction():
        with pytest.raises(RuntimeError, match="already"):
            async with db.transaction():
                pass


async def test_transactions_do_not_see_each_others_half(db: Database) -> None:
    async def step(n: int) -> None:
        async with db.transaction() as tx:
            row = await tx.one("SELECT COUNT(*) AS n FROM effects")
            assert row is not None and row["n"] % 2 == 0
            await tx.execute(INSERT, f"{n}a", row["n"])
            await asyncio.sleep(0)
            await tx.execute(INSERT, f"{n}b", row["n"])

    await asyncio.gather(*(step(n) for n in range(50)))
    assert len(await keys(db)) == 100


async def test_those_who_wait_share_a_commit(db: Database) -> None:
    commits = 0
    commit = db.raw.commit

    async def counting() -> None:
        nonlocal commits
        commits += 1
        await commit()

    db.raw.commit = counting  # type: ignore[method-assign]

    async def write(n: int) -> None:
        async with db.transaction() as tx:
            await tx.execute(INSERT, f"k{n}", n)

    await asyncio.gather(*(write(n) for n in range(100)))
    assert len(await keys(db)) == 100
    assert commits < 10


@pytest.mark.parametrize("seed", range(6))
async def test_any_mix_of_ends_keeps_exactly_what_was_promised(db: Database, seed: int) -> None:
    """Tasks that return, raise, catch, only read or are cancelled at some point, all at once."""
    rng = random.Random(seed)
    promised: set[str] = set()
    undone: set[str] = set()

    async def one(n: int, end: str) -> None:
        mine = {f"{n}:{part}" for part in range(3)}
        try:
            async with db.transaction() as tx:
                if end == "read":
                    await tx.one("SELECT COUNT(*) FROM effects")
                    return
                for key in sorted(mine):
                    await tx.execute(INSERT, key, n)
                if end == "raise":
                    raise KeyError
        except KeyError:
            undone.update(mine)
        else:
            promised.update(mine)

    ends = [rng.choice(["return", "return", "raise", "read", "cancel"]) for _ in range(60)]
    tasks = [asyncio.ensure_future(one(n, end)) for n, end in enumerate(ends)]
    for task, end in zip(tasks, ends, strict=True):
        for _ in range(rng.randrange(3)):
            await keys(db) if rng.random() < 0.2 else await asyncio.sleep(0)
        if end == "cancel":
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    there = await keys(db)
    assert promised <= there
    assert not undone & there
    halves = {key.split(":")[0] for key in there}
    assert there == {f"{n}:{part}" for n in halves for part in range(3)}


async def test_a_full_database_pauses_and_goes_on_by_itself(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with db.transaction() as tx:
        await tx.execute(INSERT, "before", 1)
    await _limit(db, (await _pages(db)) + 2)

    async def write(n: int) -> bool:
        try:
            async with db.transaction() as tx:
                await tx.execute(INSERT, f"{n}a", n)
                await tx.execute(INSERT, f"{n}b" + "x" * 3000, n)
        except Paused:
            return False
        return True

    kept = await asyncio.gather(*(write(n) for n in range(20)))
    assert db.paused and not all(kept)
    there = {key.rstrip("x") for key in await keys(db)}
    assert there == {"before"} | {f"{n}{half}" for n in range(20) if kept[n] for half in "ab"}
    refused = [n for n in range(100, 110) if not await write(n)]
    assert refused and db.paused
    await _limit(db, 1_000_000)
    assert await write(refused[0])
    assert not db.paused
    levels = [record.levelname for record in caplog.records]
    assert levels == ["ERROR", "INFO"] * (len(levels) // 2)
    assert "SQLITE_FULL" in caplog.text and "xxx" not in caplog.text


async def _pages(db: Database) -> int:
    async with db.transaction() as tx:
        row = await tx.one("PRAGMA page_count")
    assert row is not None
    return int(row[0])


async def _limit(db: Database, pages: int) -> None:
    async with db.transaction() as tx:
        await tx.one(f"PRAGMA max_page_count = {pages}")


async def test_what_people_said_is_in_no_log(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    import sqlite3

    caplog.set_level(logging.DEBUG)
    async with db.transaction() as tx:
        await tx.execute(INSERT, "very private words", 1)
        with pytest.raises(sqlite3.IntegrityError) as raised:
            await tx.execute(INSERT, "very private words", 1)
    assert "private" not in caplog.text and "private" not in str(raised.value)


async def test_a_backup_is_one_whole_file_taken_while_others_write(db: Database, tmp_path: Path) -> None:
    stop = False

    async def write() -> None:
        n = 0
        while not stop:
            async with db.transaction() as tx:
                await tx.execute(INSERT, f"{n}a", n)
                await tx.execute(INSERT, f"{n}b", n)
            n += 1

    writing = asyncio.ensure_future(write())
    for copy in range(5):
        to = tmp_path / "copies" / f"{copy}.db"
        await db.backup(to)
        assert [file.name for file in files_in(to.parent)] == [to.name]
        restored = await Database.open(to, clock=db.clock)
        found = await keys(restored)
        assert len(found) % 2 == 0
        await restored.close()
        for file in files_in(to.parent):
            file.unlink()
    stop = True
    await writing


async def test_a_checkpoint_empties_the_log(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(INSERT, "a", 1)
    wal = db.path.with_name(db.path.name + "-wal")
    assert wal.stat().st_size > 0
    assert await db.checkpoint()
    assert wal.stat().st_size == 0


async def test_what_sqlite_leaves_of_deleted_rows_in_its_pages_is_expunged(db: Database) -> None:
    """Rows of changing places: now and then a page keeps an old copy of one, which its DELETE doesn't overwrite."""
    for seed in range(60):
        rng, there, gone = random.Random(seed), list[str](), list[str]()
        async with db.transaction() as tx:
            for n in range(1500):
                there.append(f"{seed}-{rng.randbytes(20).hex()}")
                await tx.execute(INSERT, there[-1], n)
                if rng.random() < 0.6:
                    gone.append(there.pop(rng.randrange(len(there))))
                    await tx.execute("DELETE FROM effects WHERE key = ?1", gone[-1])
        assert await db.checkpoint()
        if walk(db.path, gone):
            break
    else:
        pytest.skip("this SQLite leaves nothing behind")
    assert await db.expunge([key.encode() for key in gone])
    assert walk(db.path, gone) == []
    assert set(there) <= await keys(db)
    async with db.transaction() as tx:
        await tx.execute(INSERT, "after it", 1)
    assert "after it" in await keys(db)


async def test_a_clean_end_leaves_one_file(tmp_path: Path, clock: ManualClock) -> None:
    db = await Database.open(tmp_path / "a.db", clock=clock)
    writing = [asyncio.ensure_future(_write(db, n)) for n in range(5)]
    await asyncio.sleep(0)
    await asyncio.gather(*writing)
    await db.close()
    assert {file.name for file in files_in(tmp_path)} == {"a.db", "a.db.lock"}
    again = await Database.open(tmp_path / "a.db", clock=clock)
    assert await keys(again) == {str(n) for n in range(5)}
    await again.close()


async def _write(db: Database, n: int) -> None:
    async with db.transaction() as tx:
        assert isinstance(tx, Transaction)
        await tx.execute(INSERT, str(n), n)
