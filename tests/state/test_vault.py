"""Keys of people, what is sealed with them, and the master key."""

from __future__ import annotations

import base64
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state.clock import ManualClock
from bot.state.master import MasterKey
from bot.state.sealing import Where
from bot.state.traces import walk
from bot.state.vault import Erased, Tampered, Vault
from bot.talk.errors import DataRefused

from .conftest import MASTER, House

HERE = Where("notes", "sealed", "1")


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def test_what_is_sealed_opens_for_that_person_in_that_place_only(house: House) -> None:
    vault = house.vault
    await vault.create("ana")
    await vault.create("ben")
    sealed = await vault.seal("ana", HERE, b"slept badly")
    assert await vault.open_sealed("ana", HERE, sealed) == b"slept badly"
    assert b"slept" not in sealed and len(sealed) == len(b"slept badly") + 29
    assert sealed != await vault.seal("ana", HERE, b"slept badly")
    for where in (Where("notes", "sealed", "2"), Where("notes", "other", "1"), Where("others", "sealed", "1")):
        with pytest.raises(Tampered):
            await vault.open_sealed("ana", where, sealed)
    with pytest.raises(Tampered):
        await vault.open_sealed("ben", HERE, sealed)
    with pytest.raises(Tampered):
        vault.open_common(HERE, sealed)


async def test_every_changed_byte_is_noticed(house: House) -> None:
    sealed = house.vault.seal_common(HERE, b"words")
    assert house.vault.open_common(HERE, sealed) == b"words"
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(Tampered):
            house.vault.open_common(HERE, bytes(changed))
    for short in range(len(sealed)):
        with pytest.raises(Tampered):
            house.vault.open_common(HERE, sealed[:short])


@given(st.lists(st.tuples(*[st.text(max_size=4)] * 4), min_size=2, max_size=2, unique=True))
def test_no_two_places_are_bound_alike(places: list[tuple[str, str, str, str]]) -> None:
    one, other = (Where(*place[1:]).bound(place[0]) for place in places)
    assert one != other


async def test_keys_outlive_a_restart_and_the_cache_is_bounded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.state.vault.MOST_CACHED", 3)
    sealed = {}
    for n in range(8):
        await house.vault.create(f"p{n}")
        sealed[f"p{n}"] = await house.vault.seal(f"p{n}", HERE, b"%d" % n)
    assert len(house.vault._cache) == 3
    for person, text in sealed.items():
        assert await house.vault.open_sealed(person, HERE, text) == person[1:].encode()
    await house.vault.close()
    house.vault = await Vault.open(house.folder / "keys.db", MASTER, house.clock)
    for person, text in sealed.items():
        assert await house.vault.open_sealed(person, HERE, text) == person[1:].encode()


async def test_a_destroyed_key_is_gone_from_memory_and_file(house: House) -> None:
    await house.vault.create("ana")
    sealed = await house.vault.seal("ana", HERE, b"words")
    async with house.vault.db.transaction() as tx:
        row = await tx.one("SELECT wrapped FROM keys")
    assert row is not None
    assert walk(house.folder / "keys.db", [row["wrapped"]]) != []
    assert await house.vault.destroy("ana")
    assert walk(house.folder / "keys.db", [row["wrapped"]]) == []
    with pytest.raises(Erased):
        await house.vault.open_sealed("ana", HERE, sealed)
    with pytest.raises(Erased):
        await house.vault.seal("ana", HERE, b"more")
    with pytest.raises(Erased):
        await house.vault.seal("nobody", HERE, b"more")
    assert await house.vault.unfinished() == ["ana"]
    await house.vault.finished("ana")
    assert await house.vault.unfinished() == []
    assert walk(house.folder / "keys.db", ["ana"]) == []
    assert house.vault.was_erased("ana") and not house.vault.was_erased("ben")


async def test_a_restored_copy_of_the_keys_does_not_bring_the_erased_back(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "keys.db"
    vault = await Vault.open(path, MASTER, clock)
    await vault.create("ana")
    await vault.create("ben")
    sealed = await vault.seal("ana", HERE, b"words")
    copy = await vault.backup(tmp_path / "copies")
    await vault.destroy("ana")
    await vault.finished("ana")
    await vault.close()
    shutil.copy(copy, path)
    vault = await Vault.open(path, MASTER, clock)
    assert await vault.people() == {"ben"}
    with pytest.raises(Erased):
        await vault.open_sealed("ana", HERE, sealed)
    await vault.close()


async def test_a_torn_tombstone_was_never_promised_and_the_rest_holds(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "keys.db"
    vault = await Vault.open(path, MASTER, clock)
    for person in ("ana", "ben"):
        await vault.create(person)
        await vault.condemn(person)
    await vault.close()
    stones = tmp_path / "keys.db.erased"
    assert b"ana" not in stones.read_bytes()
    stones.write_bytes(stones.read_bytes()[:-20])
    vault = await Vault.open(path, MASTER, clock)
    assert vault.was_erased("ana")
    assert await vault.unfinished() == ["ana", "ben"]
    await vault.close()
    await clock.advance(timedelta(days=91))
    vault = await Vault.open(path, MASTER, clock)
    assert not vault.was_erased("ana") and stones.read_bytes() == b""
    await vault.close()


async def test_copies_of_the_keys_are_kept_for_a_week(house: House) -> None:
    folder = house.folder / "copies"
    await house.vault.backup(folder)
    (folder / "keys-mine.db").touch()
    await house.clock.advance(timedelta(days=6))
    await house.vault.backup(folder)
    assert names(folder) == ["keys-20260301T120000.db", "keys-20260307T120000.db", "keys-mine.db"]
    await house.clock.advance(timedelta(days=2))
    await house.vault.backup(folder)
    assert names(folder) == ["keys-20260307T120000.db", "keys-20260309T120000.db", "keys-mine.db"]


async def test_another_master_key_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    await (await Vault.open(tmp_path / "keys.db", MASTER, clock)).close()
    with pytest.raises(DataRefused, match="not the one"):
        await Vault.open(tmp_path / "keys.db", MasterKey(bytes(32)), clock)
    await (await Vault.open(tmp_path / "keys.db", MASTER, clock)).close()


async def test_lookups_are_the_same_for_the_same_and_say_nothing(house: House, tmp_path: Path) -> None:
    lookup = house.vault.lookup
    assert lookup("account", "ana") == lookup("account", "ana")
    assert len({lookup("account", "ana"), lookup("place", "ana"), lookup("account", "ben")}) == 3
    assert "ana" not in lookup("account", "ana") and len(lookup("account", "ana")) == 43
    other = await Vault.open(tmp_path / "other" / "keys.db", MasterKey(bytes(32)), house.clock)
    assert other.lookup("account", "ana") != lookup("account", "ana")
    await other.close()


def test_a_new_master_key_is_for_the_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "master.key"
    made = MasterKey.create(file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert MasterKey.read(file=file).derive("x") == made.derive("x") != made.derive("y")
    assert MasterKey.read(value=file.read_text()).derive("x") == made.derive("x")
    with pytest.raises(DataRefused, match="there already"):
        MasterKey.create(file)
    assert file.read_text().strip() not in repr(made)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "master.key"
    MasterKey.create(file)
    file.chmod(mode)
    with pytest.raises(DataRefused, match=r"chmod 600 master\.key"):
        MasterKey.read(file=file)


@pytest.mark.parametrize("text", ["", "short", "not base64 at all!", base64.b64encode(bytes(31)).decode(), "é" * 44])
def test_a_key_that_is_none_is_refused_without_repeating_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "master.key"
    file.touch(0o600)
    file.write_text(text)
    for source in ({"file": file}, {"value": text}):
        with pytest.raises(DataRefused, match="32 bytes in base64") as refused:
            MasterKey.read(**source)
        assert not text or text not in str(refused.value)


def test_a_key_comes_from_one_place_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataRefused, match="one source"):
        MasterKey.read()
    with pytest.raises(DataRefused, match="one source"):
        MasterKey.read(value="x", credential="y")
    with pytest.raises(DataRefused, match="can't be read"):
        MasterKey.read(file=tmp_path / "none")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(DataRefused, match="LoadCredential"):
        MasterKey.read(credential="master")
    made = MasterKey.create(tmp_path / "master")
    (tmp_path / "master").chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert MasterKey.read(credential="master").derive("x") == made.derive("x")


async def test_keys_of_things_are_no_peoples_and_can_be_shredded_for_good(house: House) -> None:
    await house.vault.create("case/1f2e")
    await house.vault.create("case/3a4b")
    where = Where("crisis_signals", "sealed", "s")
    sealed = await house.vault.seal("case/1f2e", where, b"a reference")
    assert await house.vault.people() == set()
    assert await house.vault.things("case") == {"case/1f2e", "case/3a4b"}
    await house.vault.sweep([])
    await house.clock.advance(timedelta(days=30))
    await house.vault.sweep([])
    assert await house.vault.open_sealed("case/1f2e", where, sealed) == b"a reference"
    copy = await house.vault.backup(house.folder / "copies")
    await house.vault.shred(["case/1f2e"])
    with pytest.raises(Erased):
        await house.vault.open_sealed("case/1f2e", where, sealed)
    await house.close()
    shutil.copy(copy, house.vault.db.path)
    await house.reopen()
    with pytest.raises(Erased):
        await house.vault.open_sealed("case/1f2e", where, sealed)
    assert await house.vault.things("case") == {"case/3a4b"}


async def test_a_lent_key_opens_until_its_end_and_is_nobodys(house: House) -> None:
    where = Where("t", "c", "1")
    await house.vault.lend("talk/1/day", house.clock.now() + timedelta(days=8))
    await house.vault.lend("talk/1/day", house.clock.now() + timedelta(days=99))
    sealed = await house.vault.seal("talk/1/day", where, b"words")
    assert await house.vault.open_sealed("talk/1/day", where, sealed) == b"words"
    assert await house.vault.people() == set()
    await house.vault.sweep(set())
    assert await house.vault.open_sealed("talk/1/day", where, sealed) == b"words"
    await house.clock.advance(timedelta(days=9))
    await house.vault.sweep(set())
    with pytest.raises(Erased):
        await house.vault.open_sealed("talk/1/day", where, sealed)
    await house.vault.lend("report/2", house.clock.now() + timedelta(days=8))
    sealed = await house.vault.seal("report/2", where, b"words")
    assert await house.vault.call_in("report/2")
    with pytest.raises(Erased):
        await house.vault.open_sealed("report/2", where, sealed)
