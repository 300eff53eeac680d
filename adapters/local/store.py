"""The server side of the local platform: who is there, what was said, and what was already accepted, in one file.

It plays the part that Discord or a homeserver plays for the other adapters, so it goes on existing when the bot was
killed: a key that it accepted once means the same message for good. It must not know the bot, replies or commands.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from adapters.local.events import Events
from adapters.local.messages import Messages
from adapters.local.rows import Account, Kind, NotPossible, Place, Side
from adapters.local.schema import Database, connect
from bot.talk.model import Role

HARBOUR = (
    ("ana", "Ana", "en", Role.MEMBER),
    ("ben", "Ben", "de", Role.MEMBER),
    ("mira", "Mira", "en", Role.MODERATOR),
    ("olu", "Olu", "en", Role.OWNER),
)


class Store:
    """Accounts and places, with what was said (`messages`) and what waits for the bot (`events`)."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.id = str(self._about("id"))
        """Random, so that a new file never gives out the keys of an older one again."""
        self.token = str(self._about("token"))
        """What the page's address holds, the same after a restart."""
        self.messages = Messages(db)
        self.events = Events(db, self.id)

    @classmethod
    def open(cls, path: Path | str) -> Store:
        """Open the file, or make one with the community "Harbour" in it. Raises DataRefused."""
        store = cls(Database(connect(path)))
        if not store.accounts():
            store._settle_harbour()
        return store

    def close(self) -> None:
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All of it or nothing. May be nested; the outermost commits."""
        return self._db.transaction()

    def _about(self, name: str) -> object:
        return self._db.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()[0]

    def _settle_harbour(self) -> None:
        with self.transaction():
            for sort, side in enumerate(Side):
                for number, (id, name, kind) in enumerate(
                    (("general", "general", Kind.ROOM), ("support", "support", Kind.ROOM), ("mods", "mods", Kind.MODS))
                ):
                    self._db.execute(
                        "INSERT INTO places (id, name, kind, owner, sort) VALUES (?, ?, ?, NULL, ?)",
                        (f"{side.value}.{id}", name, kind.value, sort * 10 + number),
                    )
            for person, name, locale, role in HARBOUR:
                self.add_person(person, name, locale, role)

    # --- who and where --------------------------------------------------------------------------------------------

    def add_person(self, person: str, name: str, locale: str, role: Role) -> None:
        """An account on each side, each with its direct room with the bot. Raises NotPossible for a name in use."""
        with self.transaction():
            sort = self._db.execute("SELECT count(*) FROM accounts").fetchone()[0]
            for side in Side:
                account = f"{side.value}.{person}"
                if self._db.execute("SELECT 1 FROM accounts WHERE id = ?", (account,)).fetchone():
                    raise NotPossible("name-taken")
                self._db.execute("INSERT INTO accounts VALUES (?, ?, ?, ?, 1, ?)", (account, name, locale, role, sort))
                direct = (f"{side.value}.dm.{person}", name, Kind.DIRECT.value, account, 100 + sort)
                self._db.execute("INSERT INTO places (id, name, kind, owner, sort) VALUES (?, ?, ?, ?, ?)", direct)

    def accounts(self) -> list[Account]:
        rows = self._db.execute("SELECT * FROM accounts ORDER BY sort, id")
        return [Account(row["id"], row["name"], row["locale"], Role(row["role"]), bool(row["here"])) for row in rows]

    def account(self, id: str) -> Account:
        """Raises NotPossible where there is no such account."""
        found = next((account for account in self.accounts() if account.id == id), None)
        if found is None:
            raise NotPossible("unknown")
        return found

    def change_account(
        self, id: str, *, locale: str | None = None, role: Role | None = None, here: bool | None = None
    ) -> None:
        for column, value in (("locale", locale), ("role", role), ("here", here)):
            if value is not None:
                self._db.execute(f"UPDATE accounts SET {column} = ? WHERE id = ?", (value, id))

    def places(self) -> list[Place]:
        rows = self._db.execute("SELECT * FROM places ORDER BY sort")
        return [Place(row["id"], row["name"], Kind(row["kind"]), row["owner"], row["about"]) for row in rows]

    def place(self, id: str) -> Place:
        """Raises NotPossible where there is no such place."""
        row = self._db.execute("SELECT * FROM places WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise NotPossible("unknown")
        return Place(row["id"], row["name"], Kind(row["kind"]), row["owner"], row["about"])

    def direct(self, account: str) -> Place:
        row = self._db.execute("SELECT id FROM places WHERE owner = ? AND kind = 'direct'", (account,)).fetchone()
        if row is None:
            raise NotPossible("unknown")
        return self.place(row["id"])

    def own(self, account: str, about: str, name: str | None) -> Place:
        """The account's private room with the bot for that one thing, made where there is none. Who speaks in it gives
        it its name."""
        direct = self.direct(account)
        id = f"{direct.id}.{about}"
        values = (id, name or about, Kind.OWN.value, account, 1_000, about)
        self._db.execute("INSERT OR IGNORE INTO places VALUES (?, ?, ?, ?, ?, ?)", values)
        if name is not None:
            self._db.execute("UPDATE places SET name = ? WHERE id = ?", (name, id))
        return self.place(id)
