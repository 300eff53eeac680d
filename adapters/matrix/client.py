"""Making the matrix-nio client that everything here works with. Knows nothing of what is done with it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig
from nio.store import SqliteMemoryStore, SqliteStore

from adapters.matrix.keyrequests import takes_from_its_maker
from adapters.matrix.login import Credentials


class KeyStore(SqliteStore):  # type: ignore[misc]  # matrix-nio has no types
    """matrix-nio's own store, written ahead and flushed at each commit: as durable, with one flush instead of three."""

    def _create_database(self) -> Any:
        database = super()._create_database()
        pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
        database.init(self.database_path, pragmas=pragmas)
        return database

    def save_encrypted_rooms(self, rooms: Collection[str]) -> None:
        """As matrix-nio does, which asks this after every sync, mostly for no room at all: then the file is let be."""
        if rooms:
            super().save_encrypted_rooms(rooms)


def make_client(credentials: Credentials, store: Path | None, pickle_key: str) -> AsyncClient:
    """A client that is logged in, with its encryption keys in the folder `store`, sealed with `pickle_key`.

    Without a folder the keys live in memory. The retries of matrix-nio are switched off: an error is told at once, and
    whoever asked decides. End it with `close_client`.
    """
    if store is not None:
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = AsyncClientConfig(
        store=SqliteMemoryStore if store is None else KeyStore,
        store_name="matrix-keys.db",
        pickle_key=pickle_key,
        encryption_enabled=True,
        store_sync_tokens=False,
        max_limit_exceeded=0,
        max_timeouts=0,
    )
    client = AsyncClient(
        credentials.homeserver,
        credentials.user_id,
        device_id=credentials.device_id,
        store_path=str(store) if store is not None else "",
        config=config,
    )
    client.restore_login(credentials.user_id, credentials.device_id, credentials.access_token)
    takes_from_its_maker(client)
    if store is not None:
        for file in store.glob("matrix-keys.db*"):
            file.chmod(0o600)
    return client


async def close_client(client: AsyncClient) -> None:
    """Close its connections and its key store."""
    await client.close()
    if client.store is not None:
        client.store.database.close()
