"""The keys: one for each person, in a file of its own, wrapped by the master key; and what is sealed with them.

Destroying a person's key makes everything of theirs unreadable, in every copy of the data. What a key protects, the
vault does not know.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.state.clock import Clock, millis
from bot.state.database import Database
from bot.state.files import Migration
from bot.state.master import MasterKey
from bot.state.sealing import Erased, Tampered, Where, seal, unseal
from bot.state.tombstones import Tombstones
from bot.talk.errors import DataRefused

__all__ = ["Erased", "Tampered", "Vault", "Where"]

BACKUPS_KEPT = timedelta(days=7)
ORPHANS_KEPT = timedelta(days=7)
"""A key whose person has no row: left by a crash, or by an older copy of the data that may yet be replaced."""
MOST_CACHED = 4096
_STAMP = re.compile(r"-(\d{8}T\d{6})\.db$")

HISTORY = (
    Migration(
        1,
        "0001_keys",
        """
        CREATE TABLE house (name TEXT PRIMARY KEY, value BLOB NOT NULL);
        CREATE TABLE keys (
            person TEXT PRIMARY KEY,
            mark TEXT NOT NULL UNIQUE,
            wrapped BLOB NOT NULL,
            created INTEGER NOT NULL,
            orphan_since INTEGER
        );
        CREATE TABLE erasures (person TEXT PRIMARY KEY, begun INTEGER NOT NULL);
        """,
    ),
    # A key with an end is no person's but a thing's: a conversation's day, a report.
    Migration(2, "0002_lent", "ALTER TABLE keys ADD COLUMN until INTEGER;"),
)


class Vault:
    """An open key file. `await Vault.open(...)`, then `close()`."""

    def __init__(self, db: Database, master: MasterKey, tombstones: Tombstones) -> None:
        self.db = db
        self.clock = db.clock
        self.id = ""
        """Random, made with the file; the data file remembers it, so that the two are never mixed up with others."""
        self._wrap = AESGCM(master.derive("wrap"))
        self._common = AESGCM(master.derive("common"))
        self._lookup = master.derive("lookup")
        self._tombstones = tombstones
        self._cache: OrderedDict[str, AESGCM] = OrderedDict()
        self._destroyed: set[str] = set()

    @classmethod
    async def open(cls, path: Path, master: MasterKey, clock: Clock) -> Vault:
        """Open or create the key file, and destroy again what a restored copy brought back.

        Raises DataRefused where it is in use, damaged, newer, or belongs to another master key.
        """
        tombstones = await asyncio.to_thread(Tombstones.open, path.with_name(path.name + ".erased"), clock.now())
        db = await Database.open(path, clock=clock, history=HISTORY)
        vault = cls(db, master, tombstones)
        try:
            await vault._identify()
            await vault._destroy_again()
        except BaseException:
            await db.close()
            raise
        return vault

    async def close(self) -> None:
        self._cache.clear()
        await self.db.close()

    async def _identify(self) -> None:
        where = Where("house", "value", "id")
        async with self.db.transaction() as tx:
            row = await tx.one("SELECT value FROM house WHERE name = 'id'")
            if row is None:
                self.id = secrets.token_urlsafe(16)
                sealed = self.seal_common(where, self.id.encode())
                await tx.execute("INSERT INTO house (name, value) VALUES ('id', ?1)", sealed)
                return
        try:
            self.id = self.open_common(where, row["value"]).decode()
        except Tampered:
            raise DataRefused(
                f"The master key is not the one that {self.db.path.name} was made with. "
                "Use that key; without it nothing private can be read any more."
            ) from None

    async def _destroy_again(self) -> None:
        if not len(self._tombstones):
            return
        async with self.db.transaction() as tx:
            rows = await tx.all("SELECT person, mark FROM keys WHERE person NOT IN (SELECT person FROM erasures)")
            back = [row["person"] for row in rows if row["mark"] in self._tombstones]
        for person in back:
            await self._remove("person = ?1", person)

    # Keys of people

    async def create(self, person: str) -> None:
        """Make the person's key. It is durable when this returns, so their rows may be written."""
        key = AESGCM.generate_key(256)
        wrapped = seal(self._wrap, Where("keys", "wrapped", person).bound("master"), key)
        async with self.db.transaction() as tx:
            await tx.execute(
                "INSERT INTO keys (person, mark, wrapped, created) VALUES (?1, ?2, ?3, ?4)",
                person,
                self._mark(person),
                wrapped,
                tx.now_ms,
            )
        self._keep(person, AESGCM(key))

    async def lend(self, thing: str, until: datetime) -> None:
        """A key for something that is no person's alone, and that nobody can read after `until`. It is durable when
        this returns. Once more for the same thing changes nothing."""
        if thing in self._cache:
            return
        key = AESGCM.generate_key(256)
        wrapped = seal(self._wrap, Where("keys", "wrapped", thing).bound("master"), key)
        async with self.db.transaction() as tx:
            await tx.execute(
                "INSERT INTO keys (person, mark, wrapped, created, until) VALUES (?1, ?2, ?3, ?4, ?5)"
                " ON CONFLICT (person) DO NOTHING",
                thing,
                self._mark(thing),
                wrapped,
                tx.now_ms,
                millis(until),
            )

    async def call_in(self, thing: str) -> bool:
        """Destroy a thing's key before its end. False where a reader of the file delays its last bytes."""
        self._cache.pop(thing, None)
        return await self._remove("person = ?1 AND until IS NOT NULL", thing)

    async def seal(self, person: str, where: Where, data: bytes) -> bytes:
        """Encrypt with the person's key, bound to the place: 29 bytes longer. Raises Erased."""
        return seal(await self._key(person), where.bound(person), data)

    async def open_sealed(self, person: str, where: Where, sealed: bytes) -> bytes:
        """What was sealed there. Raises Erased where the key is gone, Tampered where the bytes are not what was put."""
        return unseal(await self._key(person), where.bound(person), sealed)

    async def _key(self, person: str) -> AESGCM:
        if (key := self._cache.get(person)) is not None:
            self._cache.move_to_end(person)
            return key
        async with self.db.transaction() as tx:
            row = await tx.one("SELECT wrapped FROM keys WHERE person = ?1", person)
        if row is None or person in self._destroyed:
            raise Erased
        key = AESGCM(unseal(self._wrap, Where("keys", "wrapped", person).bound("master"), row["wrapped"]))
        self._keep(person, key)
        return key

    def _keep(self, person: str, key: AESGCM) -> None:
        self._cache[person] = key
        while len(self._cache) > MOST_CACHED:
            self._cache.popitem(last=False)

    # Erasing

    async def condemn(self, person: str) -> None:
        """Write down that the person is being erased: from here on a crash only delays it. Their key still opens."""
        await self.bury(person)
        async with self.db.transaction() as tx:
            await tx.execute(
                "INSERT INTO erasures (person, begun) VALUES (?1, ?2) ON CONFLICT (person) DO NOTHING",
                person,
                tx.now_ms,
            )

    async def destroy(self, person: str) -> bool:
        """Remove the person's key from the file for good. False where a reader of the file delays its last bytes."""
        await self.condemn(person)
        self._destroyed.add(person)
        self._cache.pop(person, None)
        return await self._remove("person = ?1", person)

    async def _remove(self, which: str, *args: str | int) -> bool:
        """Remove keys so that no file holds a byte of them. False where a reader of the file delays that."""
        async with self.db.transaction() as tx:
            gone = [row["wrapped"] for row in await tx.all(f"DELETE FROM keys WHERE {which} RETURNING wrapped", *args)]
        return await self.db.expunge(gone)

    async def unfinished(self) -> list[str]:
        """People whose erasure was begun and not finished."""
        async with self.db.transaction() as tx:
            return [row["person"] for row in await tx.all("SELECT person FROM erasures ORDER BY begun")]

    async def finished(self, person: str) -> bool:
        """Nothing is left of the person: forget that there was an erasure, but for its keyed mark."""
        async with self.db.transaction() as tx:
            await tx.execute("DELETE FROM erasures WHERE person = ?1", person)
        self._destroyed.discard(person)
        return await self.db.expunge([person.encode()])

    async def people(self) -> set[str]:
        """Whose keys are here."""
        return {owner for owner in await self._owners() if "/" not in owner}

    async def things(self, kind: str) -> set[str]:
        """Keys of things instead of people, as "case/1f2e": those of that kind. Who makes them shreds them."""
        return {owner for owner in await self._owners() if owner.startswith(f"{kind}/")}

    async def _owners(self) -> set[str]:
        async with self.db.transaction() as tx:
            return {row["person"] for row in await tx.all("SELECT person FROM keys WHERE until IS NULL")}

    async def shred(self, things: Iterable[str]) -> None:
        """Destroy the keys of things for good, also in copies of the key file that are put back."""
        for thing in things:
            await self.bury(thing)
            self._destroyed.add(thing)
            self._cache.pop(thing, None)
            await self._remove("person = ?1", thing)

    async def bury(self, id: str) -> None:
        """Put a tombstone for a person or for what was erased with them; it is durable, and says nothing by itself."""
        await asyncio.to_thread(self._tombstones.add, self._mark(id), self.clock.now())

    def was_erased(self, id: str) -> bool:
        return self._mark(id) in self._tombstones

    async def sweep(self, known: Iterable[str]) -> int:
        """Remove keys whose person has had no row for a week, and those that were lent and are over; how many. `known`
        are all people who have a row."""
        here, known = await self.people(), set(known)
        async with self.db.transaction() as tx:
            for person in here - known:
                await tx.execute(
                    "UPDATE keys SET orphan_since = ?2 WHERE person = ?1 AND orphan_since IS NULL", person, tx.now_ms
                )
            for row in await tx.all("SELECT person FROM keys WHERE orphan_since IS NOT NULL"):
                if row["person"] in known:
                    await tx.execute("UPDATE keys SET orphan_since = NULL WHERE person = ?1", row["person"])
            before = tx.now_ms - ORPHANS_KEPT // timedelta(milliseconds=1)
            sql = "DELETE FROM keys WHERE orphan_since < ?1 OR until <= ?2 RETURNING wrapped"
            gone = [row["wrapped"] for row in await tx.all(sql, before, tx.now_ms)]
        if gone:
            self._cache.clear()
            await self.db.expunge(gone)
        return len(gone)

    # The bot's own key

    def seal_common(self, where: Where, data: bytes) -> bytes:
        """Encrypt with the bot's own key, for what belongs to no one person."""
        return seal(self._common, where.bound("common"), data)

    def open_common(self, where: Where, sealed: bytes) -> bytes:
        """What was sealed there. Raises Tampered."""
        return unseal(self._common, where.bound("common"), sealed)

    def lookup(self, kind: str, value: str) -> str:
        """A keyed hash under which a value is found again; without the master key it can't be told or guessed."""
        digest = hmac.digest(self._lookup, kind.encode() + b"\0" + value.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def _mark(self, person: str) -> str:
        return self.lookup("erased", person)

    async def backup(self, folder: Path) -> Path:
        """Copy the key file into the folder, and remove the copies there that are older than a week."""
        now = self.clock.now()
        to = folder / f"{self.db.path.stem}-{now:%Y%m%dT%H%M%S}.db"
        await self.db.backup(to)
        await asyncio.to_thread(_prune, folder, self.db.path.stem, now)
        return to


def _prune(folder: Path, stem: str, now: datetime) -> None:
    for file in folder.glob(f"{stem}-*.db"):
        stamp = _STAMP.search(file.name)
        if stamp and datetime.strptime(stamp[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) < now - BACKUPS_KEPT:
            file.unlink(missing_ok=True)
