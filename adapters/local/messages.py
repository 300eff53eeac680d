"""The messages of the local platform's server side, their files, who has read them, and the keys they came under.

It must not know the bot, replies or commands.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.local.rows import File, Message
from adapters.local.schema import Database, millis, moment

_MESSAGE = "id, place, author, at, text, body, only_for, reply_to, notice, edited, deleted"
_VISIBLE = "(only_for IS NULL OR only_for = :account)"


class Messages:
    """What was said, as the server keeps it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def accepted(self, key: str) -> int | None:
        """The message that a key stands for, where it was accepted before."""
        row = self._db.execute("SELECT message FROM accepted WHERE key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])

    def accept(self, key: str, message: int) -> None:
        self._db.execute("INSERT OR IGNORE INTO accepted VALUES (?, ?)", (key, message))

    def add(self, message: Message, files: Sequence[File] = ()) -> int:
        """Keep a message and its files; the id it was given. The `id` it came with is not looked at."""
        with self._db.transaction():
            cursor = self._db.execute(
                "INSERT INTO messages (place, author, at, text, body, only_for, reply_to, notice)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    message.place,
                    message.author,
                    millis(message.at),
                    message.text,
                    json.dumps(dict(message.body), ensure_ascii=False),
                    message.only,
                    message.reply_to,
                    message.notice,
                ),
            )
            id = int(cursor.lastrowid or 0)
            self._add_files(id, files)
        return id

    def change(self, id: int, text: str, body: Mapping[str, Any] | None = None, files: Sequence[File] = ()) -> None:
        """Put something else in its place."""
        with self._db.transaction():
            self._db.execute("DELETE FROM files WHERE message = ?", (id,))
            self._db.execute(
                "UPDATE messages SET text = ?, body = ?, edited = 1 WHERE id = ?",
                (text, json.dumps(dict(body or {}), ensure_ascii=False), id),
            )
            self._add_files(id, files)

    def dress(self, id: int, body: Mapping[str, Any]) -> None:
        """Show it otherwise, without saying anything else."""
        self._db.execute("UPDATE messages SET body = ? WHERE id = ?", (json.dumps(dict(body), ensure_ascii=False), id))

    def _add_files(self, message: int, files: Sequence[File]) -> None:
        for file in files:
            self._db.execute(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?)", (file.id, message, file.name, file.media_type, file.data)
            )

    def remove(self, id: int) -> None:
        """Its words and files are gone; that there was one stays."""
        with self._db.transaction():
            self._db.execute("DELETE FROM files WHERE message = ?", (id,))
            self._db.execute("DELETE FROM signs WHERE message = ?", (id,))
            self._db.execute("UPDATE messages SET text = '', body = '{}', deleted = 1 WHERE id = ?", (id,))

    def message(self, id: int) -> Message | None:
        row = self._db.execute(f"SELECT {_MESSAGE} FROM messages WHERE id = ?", (id,)).fetchone()
        return None if row is None else _message(row)

    def messages(self, place: str, account: str, most: int = 300) -> list[Message]:
        """The latest ones that this account sees, oldest first."""
        rows = self._db.execute(
            f"SELECT {_MESSAGE} FROM messages WHERE place = :place AND {_VISIBLE} ORDER BY id DESC LIMIT :most",
            {"place": place, "account": account, "most": most},
        ).fetchall()
        return [_message(row) for row in reversed(rows)]

    def latest_asked(self, place: str, author: str) -> int | None:
        """The latest message of that author's there that has choices under it."""
        row = self._db.execute(
            "SELECT id FROM messages WHERE place = ? AND author = ? AND NOT deleted"
            " AND json_array_length(body, '$.presses') > 0 ORDER BY id DESC LIMIT 1",
            (place, author),
        ).fetchone()
        return None if row is None else int(row[0])

    def mark(self, message: int, author: str, sign: str, *, on: bool) -> bool:
        """Put somebody's sign under a message, or take it away. Whether that changed anything."""
        sql = "INSERT OR IGNORE INTO signs VALUES (?, ?, ?)"
        if not on:
            sql = "DELETE FROM signs WHERE message = ? AND author = ? AND sign = ?"
        return self._db.execute(sql, (message, author, sign)).rowcount > 0

    def signs(self, message: int) -> list[tuple[str, str]]:
        """The signs under a message, each with who put it there."""
        rows = self._db.execute("SELECT sign, author FROM signs WHERE message = ? ORDER BY rowid", (message,))
        return [(row["sign"], row["author"]) for row in rows]

    def file(self, id: str) -> File | None:
        row = self._db.execute("SELECT * FROM files WHERE id = ?", (id,)).fetchone()
        return None if row is None else File(row["id"], row["message"], row["name"], row["media_type"], row["data"])

    def unread(self, place: str, account: str) -> int:
        """How many messages of others came since the account looked. What should not notify is not counted."""
        row = self._db.execute(
            f"SELECT count(*) FROM messages WHERE place = :place AND {_VISIBLE} AND author != :account"
            " AND NOT deleted AND NOT notice"
            " AND id > coalesce((SELECT message FROM reads WHERE account = :account AND place = :place), 0)",
            {"place": place, "account": account},
        ).fetchone()
        return int(row[0])

    def mark_read(self, place: str, account: str) -> bool:
        """All that is there was seen. Whether that changed anything."""
        if not self.unread(place, account):
            return False
        self._db.execute(
            "INSERT OR REPLACE INTO reads SELECT ?, ?, coalesce(max(id), 0) FROM messages WHERE place = ?",
            (account, place, place),
        )
        return True


def _message(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        place=row["place"],
        author=row["author"],
        at=moment(row["at"]),
        text=row["text"],
        body=json.loads(row["body"]),
        only=row["only_for"],
        reply_to=row["reply_to"],
        notice=bool(row["notice"]),
        edited=bool(row["edited"]),
        deleted=bool(row["deleted"]),
    )
