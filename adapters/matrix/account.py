"""The bot's account on disk: credentials, encryption keys and signing keys, in one folder beside the database.

Errors are sentences for the server owner. It must not know rooms or messages.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from nio import AsyncClient

from adapters.matrix import secretfile
from adapters.matrix.client import make_client
from adapters.matrix.crosssign import KeysDamaged, SigningKeys
from adapters.matrix.login import Credentials, LoginFailed
from bot.talk.errors import PlatformStopped

LOST = (
    "Matrix: the encryption keys of this device are gone, so nothing private could be read or said. Give the bot a new "
    "device: handrail matrix login"
)


@dataclass(frozen=True, slots=True)
class Files:
    """Where everything lies. Each file has mode 0600, the folder 0700."""

    folder: Path

    @property
    def credentials(self) -> Path:
        return self.folder / "account.json"

    @property
    def signing(self) -> Path:
        return self.folder / "signing.json"

    @property
    def pickle(self) -> Path:
        return self.folder / "store.key"

    def store(self, credentials: Credentials) -> Path:
        """A folder for each device: a new one never meets an old one's keys."""
        safe = "".join(sign for sign in credentials.device_id if sign.isalnum())
        return self.folder / f"device-{safe}"

    def pickle_key(self) -> str:
        """The key that seals the key store; made at the first use."""
        kept = secretfile.read(self.pickle)
        if kept is None:
            kept = secrets.token_urlsafe(32).encode()
            secretfile.write(self.pickle, kept)
        return kept.decode()

    def signing_keys(self) -> SigningKeys | None:
        """Raises LoginFailed."""
        try:
            return SigningKeys.load(self.signing)
        except (KeysDamaged, secretfile.Exposed, OSError) as error:
            raise LoginFailed(f"Matrix: {self.signing} can't be used ({error}).") from None

    def client(self, credentials: Credentials) -> AsyncClient:
        """A client of that device, with its keys."""
        return make_client(credentials, self.store(credentials), self.pickle_key())

    def is_same_device(self, client: AsyncClient) -> bool:
        """Whether the key store holds the keys that this device always had; remembered at its first use.

        A store that was made anew would publish other keys under the same name. Synapse takes them; people's clients,
        which remember the first ones, never would.
        """
        kept = self.folder / f"{self.store(credentials_of(client)).name}.key"
        own = str(client.olm.account.identity_keys["ed25519"]).encode()
        before = secretfile.read(kept)
        if before is None:
            secretfile.write(kept, own)
        return before is None or before == own

    def opened(self) -> AsyncClient:
        """A client of the account that was logged in. Raises PlatformStopped with what its owner can do."""
        try:
            credentials = Credentials.load(self.credentials)
            if not (self.store(credentials) / "matrix-keys.db").exists():
                raise LoginFailed(LOST)
            client = self.client(credentials)
            if not self.is_same_device(client):
                client.store.database.close()
                raise LoginFailed(LOST)
            return client
        except (LoginFailed, secretfile.Exposed) as error:
            raise PlatformStopped(str(error)) from None


def credentials_of(client: AsyncClient) -> Credentials:
    """What a client was logged in with."""
    return Credentials(client.homeserver, client.user_id, client.device_id, client.access_token)
