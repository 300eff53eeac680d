"""Which files are opened, which are refused untouched, and how a file grows up."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.state import files
from bot.state.clock import ManualClock
from bot.state.database import Database
from bot.state.files import HISTORY, Migration
from bot.talk.errors import DataRefused

from .conftest import START


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def leftovers(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if "partial" in file.name]


def schema(path: Path) -> dict[tuple[str, str], str]:
    with closing(files.read_only(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {(kind, name): " ".join(sql.split()) for kind, name, sql in rows}


async def made(path: Path, history: tuple[Migration, ...] | list[Migration] = HISTORY, keys: int = 0) -> Path:
    db = await Database.open(path, clock=ManualClock(START), history=history)
    async with db.transaction() as tx:
        for n in range(keys):
            await tx.execute("INSERT INTO effects (key, at) VALUES (?1, 1)", f"key {n}")
    await db.close()
    return path


async def refused(path: Path, words: str) -> None:
    """It is refused in words, before and after looking the same, and can be opened by whoever may."""
    before = digest(path)
    with pytest.raises(DataRefused, match=words):
        await Database.open(path, clock=ManualClock(START))
    assert digest(path) == before
    lock = files.FileLock(path)
    lock.take()
    lock.free()


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"Dear diary, " * 1000)
    await refused(path, "not a database")


async def test_a_database_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name)")
    await refused(path, "something else")


async def test_a_newer_database(tmp_path: Path) -> None:
    newer = (*HISTORY, Migration(len(HISTORY) + 1, "9999_newer", "CREATE TABLE newer (x);"))
    await refused(await made(tmp_path / "a.db", newer), "newer Handrail")


async def test_a_database_with_another_history(tmp_path: Path) -> None:
    other = [*HISTORY[:-1], Migration(len(HISTORY), "9999_other", "CREATE TABLE other (x);")]
    await refused(await made(tmp_path / "a.db", other), "another history")


@pytest.mark.parametrize("where", ["header", "schema", "leaf", "end"])
async def test_a_damaged_database(tmp_path: Path, where: str) -> None:
    path = await made(tmp_path / "a.db", keys=500)
    whole = bytearray(path.read_bytes())
    match where:
        case "header":
            whole[16:100] = os.urandom(84)
        case "schema":
            whole[100:4096] = bytes(3996)
        case "leaf":
            whole[-8192:-4096] = b"\xff" * 4096
        case "end":
            del whole[-6000:]
    path.write_bytes(whole)
    await refused(path, "damaged|can't be read|not a database|something else")


async def test_a_large_file_is_read_through_only_after_an_unclean_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CHECKED_ALWAYS", 0)
    path = await made(tmp_path / "a.db", keys=500)
    whole = bytearray(path.read_bytes())
    whole[-8192:-4096] = b"\xff" * 4096
    path.write_bytes(whole)
    assert files.check(path, HISTORY) == len(HISTORY)
    path.with_name("a.db-wal").write_bytes(b"left over by a crash")
    await refused(path, "damaged")


async def test_a_folder_that_nothing_can_be_written_to(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(DataRefused, match="can't be used"):
        await Database.open(blocked / "a.db", clock=ManualClock(START))


async def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    await made(path)
    assert schema(path) == schema(await made(tmp_path / "b.db"))


async def test_a_second_bot_is_turned_away_and_a_copy_is_let_in(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    db = await Database.open(path, clock=ManualClock(START))
    with pytest.raises(DataRefused, match="already running"):
        await Database.open(path, clock=ManualClock(START))
    await Database.copy_of(path, tmp_path / "copy.db")
    await db.close()
    assert schema(tmp_path / "copy.db") == schema(path)
    again = await Database.open(path, clock=ManualClock(START))
    await again.close()


async def test_copying_what_is_not_there_or_to_where_nothing_can_be(tmp_path: Path) -> None:
    with pytest.raises(DataRefused, match="nothing to copy"):
        await Database.copy_of(tmp_path / "a.db", tmp_path / "b.db")
    path = await made(tmp_path / "a.db")
    (tmp_path / "b.db").mkdir()
    with pytest.raises(DataRefused, match="can't be copied"):
        await Database.copy_of(path, tmp_path / "b.db")
    assert not leftovers(tmp_path)


@pytest.mark.parametrize("version", range(1, len(HISTORY)))
async def test_every_old_version_becomes_what_a_new_one_is(tmp_path: Path, version: int) -> None:
    path = await made(tmp_path / "old.db", HISTORY[:version], keys=3)
    db = await Database.open(path, clock=ManualClock(START), backups=tmp_path / "kept")
    async with db.transaction() as tx:
        assert len(await tx.all("SELECT * FROM effects")) == 3
        assert await tx.all("PRAGMA foreign_key_check") == []
        numbers = [row["number"] for row in await tx.all("SELECT number FROM migrations ORDER BY number")]
    assert numbers == list(range(1, len(HISTORY) + 1))
    await db.close()
    assert schema(path) == schema(await made(tmp_path / "new.db"))
    (backup,) = (tmp_path / "kept").iterdir()
    assert backup.name == f"old-before-{version + 1:04}-20260301T120000.db"
    assert files.check(backup, HISTORY) == version


async def test_a_step_that_fails_leaves_the_file_at_the_step_before(tmp_path: Path) -> None:
    path = await made(tmp_path / "a.db", HISTORY[:1], keys=3)
    broken = (*HISTORY[:1], Migration(2, "0002_broken", "CREATE TABLE half (x); DELETE FROM effects; CREATE oops;"))
    with pytest.raises(DataRefused, match="can't be used"):
        await Database.open(path, clock=ManualClock(START), history=broken)
    assert files.check(path, HISTORY[:1]) == 1
    assert ("table", "half") not in schema(path)
    db = await Database.open(path, clock=ManualClock(START))
    async with db.transaction() as tx:
        assert len(await tx.all("SELECT * FROM effects")) == 3
    await db.close()


async def test_a_step_may_rebuild_a_table_but_not_leave_rows_that_refer_to_nothing(tmp_path: Path) -> None:
    orphan = "INSERT INTO consents (person, purpose, version, given) VALUES ('nobody', 'x', 1, 1);"
    history = [HISTORY[0], Migration(2, "0002_orphan", orphan)]
    await made(tmp_path / "a.db", HISTORY[:1])
    with pytest.raises(DataRefused, match="refer to nothing"):
        await Database.open(tmp_path / "a.db", clock=ManualClock(START), history=history)
    assert files.check(tmp_path / "a.db", HISTORY[:1]) == 1


async def test_every_torn_log_opens_with_whole_transactions_only(tmp_path: Path) -> None:
    """What a power cut may leave: the main file, and the log beside it cut off anywhere."""
    db = await Database.open(tmp_path / "a.db", clock=ManualClock(START))
    await db.checkpoint()
    for n in range(20):
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO effects (key, at) VALUES (?1, 1)", f"{n} a")
            await tx.execute("INSERT INTO effects (key, at) VALUES (?1, 1)", f"{n} b")
    torn = tmp_path / "torn" / "a.db"
    log = (tmp_path / "a.db-wal").read_bytes()
    seen = set()
    for cut in range(0, len(log) + 1, len(log) // 23):
        shutil.rmtree(torn.parent, ignore_errors=True)
        torn.parent.mkdir()
        shutil.copy(tmp_path / "a.db", torn)
        torn.with_name("a.db-wal").write_bytes(log[:cut])
        again = await Database.open(torn, clock=ManualClock(START))
        async with again.transaction() as tx:
            found = [row["key"] for row in await tx.all("SELECT key FROM effects ORDER BY CAST(key AS INTEGER), key")]
        assert found == [f"{n} {half}" for n in range(len(found) // 2) for half in "ab"]
        seen.add(len(found))
        await again.close()
    await db.close()
    assert min(seen) == 0 and len(seen) > 10


def test_a_script_is_split_into_statements() -> None:
    script = "-- words; with a semicolon\nCREATE TABLE a (x); -- after\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
    script += "  SELECT 1; SELECT 3;\n  SELECT 2;\nEND;\nINSERT INTO a VALUES ('one;\ntwo');\n-- the end\n"
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in files.statements(script):
            connection.execute(statement)
        assert connection.execute("SELECT x FROM a").fetchall() == [("one;\ntwo",)]
    with pytest.raises(ValueError, match="within a statement"):
        files.statements("CREATE TABLE a (x)")


def test_steps_are_numbered_without_gaps(tmp_path: Path) -> None:
    (tmp_path / "0001_a.sql").write_text("SELECT 1;")
    (tmp_path / "0003_c.sql").write_text("SELECT 1;")
    with pytest.raises(ValueError, match="without gaps"):
        files.read_history(tmp_path)
