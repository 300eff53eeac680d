"""A real Synapse on loopback, from its PyPI package, for tests alone. Knows nothing of the bot.

server = await Synapse.start(folder)
ana = await server.user("ana")
await server.stop()
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import importlib.util
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession

from .people import Person

WHY_NOT = "matrix-synapse is not installed (it is in the dev group of pyproject.toml)"
UNLIMITED = {"per_second": 100_000, "burst_count": 100_000}


def installed() -> bool:
    """Whether there is a Synapse to start."""
    return importlib.util.find_spec("synapse") is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Synapse:
    """One server. Users of the same name in different tests are different accounts."""

    def __init__(self, folder: Path, port: int, secret: str, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self._secret = secret
        self._process = process
        self._numbers = count(1)
        self._people: list[Person] = []

    @classmethod
    async def start(cls, folder: Path, *, patience: float = 60.0) -> Synapse:
        """Start it and wait until it is ready. Raises RuntimeError with the end of its log where it does not come."""
        port, secret = free_port(), secrets.token_hex(16)
        config = _configuration(folder, port, secret)
        server = cls(folder, port, secret, _spawn(folder, config))
        try:
            async with asyncio.timeout(patience):
                await server._ready()
        except BaseException:
            await server.stop()
            raise
        return server

    async def _ready(self) -> None:
        async with ClientSession() as session:
            while True:
                if self._process.poll() is not None:
                    raise RuntimeError(f"Synapse ended by itself:\n{self.last_words()}")
                with contextlib.suppress(ClientError, OSError):
                    async with session.get(f"{self.url}/health") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)

    def last_words(self) -> str:
        """The end of what it logged."""
        logs = (self.folder / name for name in ("stderr.log", "homeserver.log"))
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())

    async def stop(self) -> None:
        """End it and wait until it is gone."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, 10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def register(self, name: str, password: str = "a password") -> str:
        """Make an account and return its id; the server's own admin way, without a captcha."""
        where = f"{self.url}/_synapse/admin/v1/register"
        async with ClientSession() as session:
            async with session.get(where) as answer:
                nonce = (await answer.json())["nonce"]
            said = "\0".join((nonce, name, password, "notadmin")).encode()
            mac = hmac.new(self._secret.encode(), said, hashlib.sha1).hexdigest()
            body = {"nonce": nonce, "username": name, "password": password, "mac": mac, "admin": False}
            async with session.post(where, json=body) as answer:
                made: dict[str, Any] = await answer.json()
                assert answer.status == 200, made
                return str(made["user_id"])

    async def user(self, name: str, password: str = "a password", *, encrypted: bool = True) -> Person:
        """A person with an account of their own, logged in. The number after the name keeps tests apart."""
        person = await Person.enter(self.url, await self.account(name, password), password, encrypted=encrypted)
        self._people.append(person)
        return person

    async def everybody_leaves(self) -> None:
        """Close the connections of all people."""
        while self._people:
            await self._people.pop().goodbye()

    async def account(self, name: str, password: str = "a password") -> str:
        """An account of its own, without anybody logged in."""
        return await self.register(f"{name}-{next(self._numbers)}", password)


def _spawn(folder: Path, config: Path) -> subprocess.Popen[bytes]:
    with (folder / "stderr.log").open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "synapse.app.homeserver", "-c", str(config)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env={**os.environ, "SYNAPSE_CACHE_FACTOR": "1.0"},
        )


def _configuration(folder: Path, port: int, secret: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    (folder / "signing.key").write_text(f"ed25519 a_1 {seed}\n")
    log = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"file": {"class": "logging.FileHandler", "filename": str(folder / "homeserver.log")}},
        "root": {"level": "WARNING", "handlers": ["file"]},
    }
    (folder / "log.json").write_text(json.dumps(log))
    config = {
        "server_name": "localhost",
        "pid_file": str(folder / "pid"),
        "listeners": [
            {
                "port": port,
                "type": "http",
                "tls": False,
                "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["client"], "compress": False}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": ":memory:"}},
        "stats": {"enabled": False},
        "enable_search": False,
        "log_config": str(folder / "log.json"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": secret,
        "macaroon_secret_key": secrets.token_hex(16),
        "form_secret": secrets.token_hex(16),
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        "presence": {"enabled": False},
        "push": {"enabled": False},
        "report_stats": False,
        "enable_registration": False,
        "bcrypt_rounds": 4,
        "user_directory": {"enabled": False},
        "caches": {"sync_response_cache_duration": "0s"},
        "rc_message": UNLIMITED,
        "rc_registration": UNLIMITED,
        "rc_login": {"address": UNLIMITED, "account": UNLIMITED, "failed_attempts": UNLIMITED},
        "rc_admin_redaction": UNLIMITED,
        "rc_joins": {"local": UNLIMITED, "remote": UNLIMITED},
        "rc_joins_per_room": UNLIMITED,
        "rc_invites": {"per_room": UNLIMITED, "per_user": UNLIMITED, "per_issuer": UNLIMITED},
        "rc_room_creation": UNLIMITED,
        "rc_key_requests": UNLIMITED,
    }
    file = folder / "homeserver.json"
    file.write_text(json.dumps(config))
    return file
