"""The server side's file: what was accepted once stays accepted, and what is not ours is left alone."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.local import NotPossible, Store
from adapters.local.rows import BOT, Did, File, Message
from bot.talk.errors import DataRefused
from bot.talk.model import PlaceRef, Role
from bot.talk.reply import say
from tests.local.harbour import Harbour

AT = datetime(2026, 11, 23, 9, 0, 0, 123000, tzinfo=UTC)


def message(text: str, place: str = "d.general", author: str = "d.ana", only: str | None = None) -> Message:
    return Message(0, place, author, AT, text, {"blocks": []}, only=only)


def test_a_new_file_holds_the_harbour_and_is_its_owners_alone(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "local.db")
    assert [(one.id, one.role) for one in store.accounts() if one.id.startswith("d.")] == [
        ("d.ana", Role.MEMBER),
        ("d.ben", Role.MEMBER),
        ("d.mira", Role.MODERATOR),
        ("d.olu", Role.OWNER),
    ]
    assert {place.id for place in store.places() if place.owner is None} == {
        f"{side}.{name}" for side in "dm" for name in ("general", "support", "mods")
    }
    assert (tmp_path / "local.db").stat().st_mode & 0o077 == 0
    assert len(store.token) >= 32


async def test_a_key_means_the_same_message_after_the_file_was_closed(tmp_path: Path) -> None:
    place = PlaceRef("local", "d.general")
    before = Harbour(tmp_path / "local.db")
    ref = await before.platform.send(place, say("one"), key="k", language="en")
    token, id = before.store.token, before.store.id
    before.store.close()
    after = Harbour(tmp_path / "local.db")
    assert await after.platform.send(place, say("two"), key="k", language="en") == ref
    assert after.texts("d.ana", "d.general") == ["one"]
    assert (after.store.token, after.store.id) == (token, id)
    assert len(after.store.accounts()) == 8


def test_an_event_has_one_key_for_good_and_another_file_gives_others(tmp_path: Path) -> None:
    stores = [Store.open(tmp_path / name) for name in ("a.db", "b.db")]
    keys = [store.events.happened(Did.SAID, "d.ana", "d.general", AT, {"text": "x"}).key for store in stores]
    assert len(set(keys)) == 2
    stores[0].close()
    again = Store.open(tmp_path / "a.db")
    [event] = again.events.unhandled()
    assert (event.key, event.at, event.data) == (keys[0], AT, {"text": "x"})
    again.events.handled(event.id)
    assert again.events.unhandled() == []
    assert again.events.happened(Did.SAID, "d.ana", "d.general", AT, {}).key != keys[0]


def test_what_was_handled_or_deleted_leaves_no_word_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "local.db"
    store = Store.open(path)
    event = store.events.happened(Did.INVOKED, "d.ana", "d.general", AT, {"note": "zanzibar-one"})
    id = store.messages.add(message("zanzibar-two"), [File("f", 0, "zanzibar-three", "text/plain", b"zanzibar-four")])
    store.events.handled(event.id)
    store.messages.remove(id)
    store.close()
    assert b"zanzibar" not in path.read_bytes()
    assert Store.open(path).messages.message(id) is not None


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "local.db")
    with pytest.raises(RuntimeError), store.transaction():
        store.messages.add(message("one"))
        with store.transaction():
            store.events.happened(Did.SAID, "d.ana", "d.general", AT, {})
        raise RuntimeError
    assert store.messages.messages("d.general", "d.ana") == [] and store.events.unhandled() == []


def test_unread_counts_what_others_said_that_one_sees_and_that_notifies() -> None:
    store = Store.open(":memory:")
    store.messages.add(message("mine"))
    store.messages.add(message("for Ana", author=BOT, only="d.ana"))
    store.messages.add(message("for Ben", author=BOT, only="d.ben"))
    store.messages.add(Message(0, "d.general", BOT, AT, "chatter", notice=True))
    gone = store.messages.add(message("gone", author="d.mira"))
    store.messages.remove(gone)
    assert store.messages.unread("d.general", "d.ana") == 1
    assert store.messages.unread("d.general", "d.ben") == 2
    assert store.messages.mark_read("d.general", "d.ana") and not store.messages.mark_read("d.general", "d.ana")
    assert store.messages.unread("d.general", "d.ana") == 0 and store.messages.unread("d.general", "d.ben") == 2
    store.messages.add(message("new", author="d.ben"))
    assert store.messages.unread("d.general", "d.ana") == 1


def test_files_go_with_their_message_and_are_replaced_by_an_edit() -> None:
    store = Store.open(":memory:")
    id = store.messages.add(message("one"), [File("a", 0, "a.txt", "text/plain", b"a")])
    found = store.messages.file("a")
    assert found is not None and (found.message, found.data) == (id, b"a")
    store.messages.change(id, "two", {}, [File("b", 0, "b.txt", "text/plain", b"b")])
    assert store.messages.file("a") is None and store.messages.file("b") is not None
    changed = store.messages.message(id)
    assert changed is not None and changed.edited and changed.text == "two"
    store.messages.remove(id)
    assert store.messages.file("b") is None


def test_who_and_what_is_not_there() -> None:
    store = Store.open(":memory:")
    for look in (store.account, store.place, store.direct):
        with pytest.raises(NotPossible):
            look("d.nobody")
    with pytest.raises(NotPossible):
        store.add_person("ana", "Another", "en", Role.MEMBER)
    assert store.messages.message(5) is None and store.messages.file("x") is None


@pytest.mark.parametrize("made", ["newer", "other", "garbage"])
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path, made: str) -> None:
    path = tmp_path / "local.db"
    if made == "garbage":
        path.write_bytes(b"not a database, " * 100)
    else:
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE t (x)")
        db.execute(f"PRAGMA user_version={99 if made == 'newer' else 1}")
        db.close()
    before = path.read_bytes()
    with pytest.raises(DataRefused) as refused:
        Store.open(path)
    assert "Nothing was changed" in str(refused.value)
    assert path.read_bytes() == before
