"""What people did and the bot has not handled yet, and the dialogs they have open.

It must not know the bot or what a command means.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.local.rows import Did, Event, OpenForm
from adapters.local.schema import Database, millis, moment


class Events:
    """A queue that survives whoever serves it."""

    def __init__(self, db: Database, store: str) -> None:
        self._db = db
        self._store = store

    def happened(self, did: Did, account: str, place: str, at: datetime, data: Mapping[str, Any]) -> Event:
        """Take it for good, under a key that will always mean it."""
        cursor = self._db.execute(
            "INSERT INTO events (did, account, place, at, data) VALUES (?, ?, ?, ?, ?)",
            (did.value, account, place, millis(at), json.dumps(dict(data), ensure_ascii=False)),
        )
        id = int(cursor.lastrowid or 0)
        return Event(id, self._key(id), did, account, place, at, dict(data))

    def unhandled(self) -> list[Event]:
        """What the bot has not handled, in the order in which it happened."""
        return [
            Event(
                row["id"],
                self._key(row["id"]),
                Did(row["did"]),
                row["account"],
                row["place"],
                moment(row["at"]),
                json.loads(row["data"]),
                row["tries"],
            )
            for row in self._db.execute("SELECT * FROM events ORDER BY id")
        ]

    def tried(self, event: int) -> None:
        self._db.execute("UPDATE events SET tries = tries + 1 WHERE id = ?", (event,))

    def read_as(self, event: int, data: Mapping[str, Any]) -> None:
        """Remember how it was understood, so that it means the same when it is read again."""
        self._db.execute("UPDATE events SET data = ? WHERE id = ?", (json.dumps(dict(data), ensure_ascii=False), event))

    def handled(self, event: int) -> None:
        """It is done; what stood in it is not kept."""
        self._db.execute("DELETE FROM events WHERE id = ?", (event,))

    def _key(self, event: int) -> str:
        return f"local:{self._store}:{event}"

    # --- open forms -----------------------------------------------------------------------------------------------

    def open_form(self, id: str, account: str, place: str, command: str, data: Mapping[str, Any]) -> None:
        """Remember what a dialog is for. One dialog a person: an older one is closed."""
        with self._db.transaction():
            self._db.execute("DELETE FROM forms WHERE account = ?", (account,))
            values = (id, account, place, command, json.dumps(dict(data), ensure_ascii=False))
            self._db.execute("INSERT INTO forms VALUES (?, ?, ?, ?, ?)", values)

    def form(self, account: str) -> OpenForm | None:
        row = self._db.execute("SELECT * FROM forms WHERE account = ?", (account,)).fetchone()
        return None if row is None else OpenForm(row["id"], row["place"], row["command"], json.loads(row["data"]))

    def close_form(self, account: str, id: str) -> None:
        self._db.execute("DELETE FROM forms WHERE account = ? AND id = ?", (account, id))
