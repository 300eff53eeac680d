"""Erasing leaves nothing: in no table, no file, no copy of the keys that is put back."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state import files
from bot.state.clock import ManualClock
from bot.state.database import Transaction
from bot.state.erasure import erase, resume, walk
from bot.state.jobs import Jobs
from bot.state.memory import Memories
from bot.state.outbox import Outbox
from bot.state.vault import Vault, Where
from bot.talk.errors import DataRefused
from bot.talk.model import PlaceRef, UserRef
from bot.talk.reply import say

from .conftest import MASTER, House

ANA, ANA_TOO = UserRef("local", "ana-the-first"), UserRef("matrix", "@ana:example.org")
BEN = UserRef("local", "ben-the-second")
WORDS = "a very particular sentence"


async def fill(house: House, user: UserRef) -> str:
    """Somebody who uses everything that there is."""
    memory = Memories(house.db, house.vault).for_platform(user.platform)
    await memory.put(f"direct/{user.id}", f"!room-of-{user.id}")
    async with house.db.transaction() as tx:
        id = (await house.people.join(tx, user, language="de", country="AT", zone="Europe/Vienna")).id
        await house.people.grant(tx, id, "checkins", 1)
        await Jobs().put(tx, "remind", house.clock.now(), {"reminder": f"r-{id}"}, key=f"remind/{id}", person=id)
        await Outbox(house.vault).put(tx, user, say(WORDS), key=f"out/{id}")
        await Outbox(house.vault).put(tx, PlaceRef("local", "dm"), say(WORDS), key=f"dm/{id}", person=id)
        await tx.execute(
            "INSERT INTO checkin_entries (id, person, at, zone, sealed, created) VALUES (?1, ?2, 1, 'UTC', ?3, 1)",
            f"e-{id}",
            id,
            await house.vault.seal(id, Where("checkin_entries", "sealed", f"e-{id}"), WORDS.encode()),
        )
        await tx.execute(
            "INSERT INTO checkin_reminders (id, person, schedule, zone, created) VALUES (?1, ?2, '20:00', 'UTC', 1)",
            f"r-{id}",
            id,
        )
        await tx.execute(
            "INSERT INTO checkin_occurrences (id, reminder, person, due, answered_entry, state) "
            "VALUES (?1, ?2, ?3, 1, ?4, 'answered')",
            f"o-{id}",
            f"r-{id}",
            id,
            f"e-{id}",
        )
        for table in ("checkin_scales", "checkin_helped"):
            await tx.execute(
                f"INSERT INTO {table} (id, person, sealed, created) VALUES (?1, ?2, ?3, 1)",
                f"s-{id}",
                id,
                await house.vault.seal(id, Where(table, "sealed", f"s-{id}"), WORDS.encode()),
            )
        await tx.execute("INSERT INTO checkin_settings (person, keep_days) VALUES (?1, 365)", id)
        await fill_buddies(house, tx, id)
    return id


async def fill_buddies(house: House, tx: Transaction, id: str) -> None:
    """A buddy that is gone already, and everything that was kept of the person's part in it."""
    pair = secrets.token_hex(8)
    sealed = await house.vault.seal(id, Where("buddies", "sealed", id), WORDS.encode())
    await tx.execute(
        "INSERT INTO buddy_profiles (person, state, platform, language, sealed, changed)"
        " VALUES (?1, 'active', 'local', 'en', ?2, 1)",
        id,
        sealed,
    )
    await tx.execute("INSERT INTO buddy_pairs (id, state, made, expires) VALUES (?1, 'met', 1, 2)", pair)
    await tx.execute(
        "INSERT INTO buddy_sides (pair, side, person, about, name, colour, sealed)"
        " VALUES (?1, 0, ?2, ?1, 'Quiet Otter', '4f7cac', ?3)",
        pair,
        id,
        sealed,
    )
    await tx.execute("INSERT INTO buddy_marks (mark, person) VALUES (?1, ?2)", f"mark-{pair}", id)
    await tx.execute("INSERT INTO buddy_avoids (id, person, sealed, made) VALUES (?1, ?2, ?3, 1)", pair, id, sealed)
    await tx.execute(
        "INSERT INTO buddy_messages (mark, pair, side, person, lookup, sealed, at) VALUES (?1, ?1, 0, ?2, ?1, ?3, 1)",
        pair,
        id,
        sealed,
    )
    await tx.execute(
        "INSERT INTO buddy_evidence (id, pair, person, thing, at, sealed) VALUES (?1, ?1, ?2, 'talk', 1, ?3)",
        pair,
        id,
        sealed,
    )
    await tx.execute("INSERT INTO buddy_talks (person, about, until) VALUES (?1, ?2, 1)", id, pair)
    await tx.execute("INSERT INTO buddy_drafts (id, person, sealed, at) VALUES (?1, ?2, ?3, 1)", pair, id, sealed)
    await tx.execute(
        "INSERT INTO buddy_shares (mark, pair, person, sealed, at) VALUES (?1, ?1, ?2, ?3, 1)", pair, id, sealed
    )
    await tx.execute(
        "INSERT INTO delivered (mark, person, lookup, sealed, expires) VALUES (?1, ?2, ?1, ?3, 1)", pair, id, sealed
    )
    await tx.execute("INSERT INTO links (code, person, sealed, expires) VALUES (?1, ?2, ?3, 1)", pair, id, sealed)


async def needles(house: House, person: str) -> list[str | bytes]:
    """Everything by which the person could be told from the files: ids, look-ups, sealed bytes, the wrapped key."""
    found: list[str | bytes] = [person, ANA.id, ANA_TOO.id, WORDS]
    async with house.db.transaction() as tx:
        for row in await tx.all("SELECT * FROM accounts WHERE person = ?1", person):
            found += [row["lookup"], row["sealed"]]
        for row in await tx.all("SELECT * FROM outbox WHERE person = ?1", person):
            found += [row["sealed"], row["sealed_target"]]
        for table in (
            "checkin_entries",
            "checkin_scales",
            "checkin_helped",
            "buddy_profiles",
            "buddy_sides",
            "buddy_evidence",
            "delivered",
            "links",
        ):
            for row in await tx.all(f"SELECT sealed FROM {table} WHERE person = ?1", person):
                found.append(row["sealed"])
    async with house.vault.db.transaction() as tx:
        for row in await tx.all("SELECT * FROM keys WHERE person = ?1", person):
            found.append(row["wrapped"])
    return found


def traces(house: House, found: list[str | bytes]) -> list[str]:
    return walk(house.db.path, found) + walk(house.vault.db.path, found)


async def test_nothing_is_left_of_the_erased_and_everything_of_the_others(house: House) -> None:
    await resume(house.db, house.vault)
    ana, ben = await fill(house, ANA), await fill(house, BEN)
    async with house.db.transaction() as tx:
        await house.people.link(tx, ana, ANA_TOO)
        await Outbox(house.vault).put(tx, ANA_TOO, say(WORDS), key="linked")
    await Memories(house.db, house.vault).for_platform("matrix").put("dm", f"room with {ANA_TOO.id}")
    of_ana = await needles(house, ana)
    before = traces(house, [of_ana[0]])
    assert {"people.id", "accounts.person", "checkin_entries.person", "jobs.person", "keys.person"} <= set(before)
    assert await erase(house.db, house.vault, ana)
    assert traces(house, of_ana) == []
    assert await house.vault.unfinished() == []
    async with house.db.transaction() as tx:
        assert await house.people.find(tx, ANA) is None
        assert await house.people.accounts(tx, ben) == [BEN]
        for table, column in await person_columns(tx):
            rows = await tx.all(f"SELECT {column} AS person FROM {table}")
            assert {row["person"] for row in rows} == {ben}, f"{table}.{column} keeps others or lost ben"
    assert await Memories(house.db, house.vault).for_platform("local").all() == {
        f"direct/{BEN.id}": f"!room-of-{BEN.id}"
    }
    assert await Memories(house.db, house.vault).for_platform("matrix").all() == {}


async def person_columns(tx: Transaction) -> list[tuple[str, str]]:
    """Every column of the schema that refers to a person; a new feature's table must be filled by `fill`, or ignored
    here when it has no row."""
    found = [("people", "id")]
    for row in await tx.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for key in await tx.all(f"PRAGMA foreign_key_list({row['name']})"):
            if key["table"] == "people" and await tx.one(f"SELECT 1 FROM {row['name']}"):
                assert key["on_delete"] == "CASCADE", row["name"]
                found.append((row["name"], key["from"]))
    return found


async def test_every_column_that_names_a_person_goes_with_them_and_is_indexed(house: House) -> None:
    async with house.db.transaction() as tx:
        for row in await tx.all("SELECT name FROM sqlite_master WHERE type = 'table'"):
            table = row["name"]
            columns = {column["name"] for column in await tx.all(f"PRAGMA table_info({table})")}
            keys = {
                key["from"]: key
                for key in await tx.all(f"PRAGMA foreign_key_list({table})")
                if key["table"] == "people"
            }
            assert "person" not in columns or "person" in keys, f"{table}.person refers to nobody"
            for column, key in keys.items():
                assert key["on_delete"] == "CASCADE", f"{table}.{column}"
                plan = await tx.all(f"EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = 'x'")
                assert "SEARCH" in plan[0]["detail"], f"{table}.{column} has no index"


async def test_features_forget_in_a_transaction_of_their_own_and_one_that_fails_is_asked_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await resume(house.db, house.vault)
    ana = await fill(house, ANA)
    asked: list[str] = []

    async def good(tx: Transaction, person: str) -> None:
        asked.append(person)
        await tx.execute("INSERT INTO counts (name, day, n) VALUES ('forgot', '2026', 1) ON CONFLICT DO NOTHING")

    async def bad(tx: Transaction, person: str) -> None:
        await tx.execute("INSERT INTO counts (name, day, n) VALUES ('half', '2026', 1)")
        if len(asked) < 2:
            raise ValueError(person)

    assert not await erase(house.db, house.vault, ana, [bad, good])
    async with house.db.transaction() as tx:
        assert await house.people.get(tx, ana) is None
        assert [row["name"] for row in await tx.all("SELECT name FROM counts")] == ["forgot"]
    assert ana not in caplog.text
    assert await house.vault.unfinished() == [ana]
    assert await resume(house.db, house.vault, [good, bad]) == 1
    assert asked == [ana, ana] and await house.vault.unfinished() == []
    assert await resume(house.db, house.vault, [good, bad]) == 0


async def test_a_copy_being_taken_delays_the_last_bytes_and_no_more(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.state.database._CHECKPOINT_TRIES", 1)
    await resume(house.db, house.vault)
    ana = await fill(house, ANA)
    of_ana = await needles(house, ana)
    with closing(files.read_only(house.db.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM people").fetchone()
        assert not await erase(house.db, house.vault, ana)
        assert traces(house, of_ana) != []
    assert await resume(house.db, house.vault) == 1
    assert traces(house, of_ana) == []


async def test_a_kill_after_the_last_row_and_before_the_last_bytes_leaves_nothing_at_the_next_start(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.state.database._CHECKPOINT_TRIES", 1)
    await resume(house.db, house.vault)
    ana = await fill(house, ANA)
    of_ana = await needles(house, ana)
    await house.vault.db.checkpoint()
    assert await house.vault.destroy(ana) and await erase(house.db, house.vault, ana)
    await house.vault.condemn(ana)
    await house.vault.db.checkpoint()
    with closing(files.read_only(house.vault.db.path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM keys").fetchone()
        assert not await house.vault.finished(ana) and await house.vault.unfinished() == []
        killed = tmp_path / "killed"
        killed.mkdir()
        for file in tmp_path.glob("*.db*"):
            if not file.name.endswith(("-shm", ".lock")):
                shutil.copy(file, killed)
    again = await House.open(killed)
    assert walk(again.vault.db.path, of_ana) == ["keys.db"]
    await resume(again.db, again.vault)
    assert traces(again, of_ana) == []
    await again.close()


STEPS = [
    "condemned",
    "accounts forgotten",
    "destroyed",
    "rows removed",
]


@pytest.mark.parametrize("step", STEPS)
async def test_an_erasure_that_was_cut_off_is_finished_at_the_next_start(house: House, step: str) -> None:
    from bot.state import erasure

    await resume(house.db, house.vault)
    ana = await fill(house, ANA)
    of_ana = await needles(house, ana)
    await house.vault.condemn(ana)
    if STEPS.index(step) >= 1:
        await erasure._forget_accounts(house.db, house.vault, ana)
    if STEPS.index(step) >= 2:
        await house.vault.destroy(ana)
    if STEPS.index(step) >= 3:
        async with house.db.transaction() as tx:
            await tx.execute("DELETE FROM people WHERE id = ?1", ana)
    await house.close()
    await house.reopen()
    assert await resume(house.db, house.vault) == 1
    assert traces(house, of_ana) == []


async def test_an_older_copy_of_the_data_is_unreadable_for_the_erased_and_forgets_them_again(house: House) -> None:
    await resume(house.db, house.vault)
    ana, ben = await fill(house, ANA), await fill(house, BEN)
    of_ana = await needles(house, ana)
    await house.db.backup(house.folder / "copy.db")
    await erase(house.db, house.vault, ana)
    await house.close()
    shutil.copy(house.folder / "copy.db", house.db.path)
    await house.reopen()
    assert await resume(house.db, house.vault) == 1
    assert traces(house, of_ana) == []
    assert list(await Memories(house.db, house.vault).for_platform("local").all()) == [f"direct/{BEN.id}"]
    assert not (house.folder / "backups").exists()
    async with house.db.transaction() as tx:
        assert await house.people.accounts(tx, ben) == [BEN]


async def test_people_whose_key_is_lost_are_forgotten_after_a_copy(house: House) -> None:
    await resume(house.db, house.vault)
    ben = await fill(house, BEN)
    older = await house.vault.backup(house.folder / "copies")
    ana = await fill(house, ANA)
    await house.close()
    shutil.copy(older, house.vault.db.path)
    await house.reopen()
    assert await resume(house.db, house.vault) == 1
    async with house.db.transaction() as tx:
        assert [row["id"] for row in await tx.all("SELECT id FROM people")] == [ben]
    assert people_in(house.folder / "backups") == [{ana, ben}]


def people_in(folder: Path) -> list[set[str]]:
    found = []
    for file in folder.iterdir():
        with closing(sqlite3.connect(file)) as connection:
            found.append({row[0] for row in connection.execute("SELECT id FROM people")})
    return found


async def test_keys_and_data_that_do_not_belong_together_are_refused(tmp_path: Path, clock: ManualClock) -> None:
    house = await House.open(tmp_path / "one", clock)
    await resume(house.db, house.vault)
    ana = await fill(house, ANA)
    await house.vault.close()
    new = await Vault.open(tmp_path / "new" / "keys.db", MASTER, clock)
    with pytest.raises(DataRefused, match="other data"):
        await resume(house.db, new)
    async with house.db.transaction() as tx:
        await tx.execute("DELETE FROM house")
    with pytest.raises(DataRefused, match="not made together"):
        await resume(house.db, new)
    await new.close()
    vault = await Vault.open(tmp_path / "one" / "keys.db", MASTER, clock)
    other = await House.open(tmp_path / "other", clock)
    with pytest.raises(DataRefused, match="not made together"):
        await resume(other.db, vault)
    assert await vault.people() == {ana}
    await other.close()
    await vault.close()
    await house.db.close()


async def test_keys_of_nobody_are_swept_after_a_week(house: House) -> None:
    await resume(house.db, house.vault)
    ben = await fill(house, BEN)
    await house.vault.create("nobody")
    await resume(house.db, house.vault)
    assert await house.vault.people() == {ben, "nobody"}
    await house.clock.advance(timedelta(days=8))
    await resume(house.db, house.vault)
    assert await house.vault.people() == {ben}


@given(st.binary(max_size=40), st.text(min_size=12, max_size=20), st.binary(max_size=9))
def test_the_walk_finds_words_however_they_are_written(before: bytes, words: str, after: bytes) -> None:
    import base64
    import json

    from bot.state.traces import _forms, _holds

    forms = set(_forms(words))
    whole = before + words.encode("utf-8") + after
    for written in (
        whole,
        whole.hex().encode(),
        base64.b64encode(whole),
        base64.urlsafe_b64encode(whole),
        json.dumps({"x": words}).encode(),
    ):
        assert _holds(written, forms)


async def test_the_walk_finds_what_lies_in_a_cell_in_the_log_and_in_free_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE notes (id, note)")
        connection.execute("INSERT INTO notes VALUES (1, 'plain words here')")
        connection.commit()
        assert walk(path, ["plain words here"]) == ["notes.note", "a.db-wal"]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("DELETE FROM notes")
        connection.commit()
        assert walk(path, ["plain words here"]) == ["a.db"]
    with pytest.raises(ValueError, match="nothing to look for"):
        walk(path, [""])
