"""Making the matrix-nio client that everything here works with. Knows nothing of what is done with it."""

from __future__ import annotations

from pathlib import Path

from nio import AsyncClient, AsyncClientConfig
from nio.store import SqliteMemoryStore, SqliteStore

from adapters.matrix.login import Credentials


def make_client(credentials: Credentials, store: Path | None, pickle_key: str) -> AsyncClient:
    """A client that is logged in, with its encryption keys in the folder `store`, sealed with `pickle_key`.

    Without a folder the keys live in memory. The retries of matrix-nio are switched off: an error is told at once, and
    whoever asked decides. Close it with `await client.close()`.
    """
    if store is not None:
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = AsyncClientConfig(
        store=SqliteMemoryStore if store is None else SqliteStore,
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
    if store is not None:
        (store / "matrix-keys.db").chmod(0o600)
    return client
