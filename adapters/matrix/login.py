"""Getting into an account, and keeping what that gives in a file that only its owner may read.

Errors are sentences for the person at the terminal. Knows nothing of rooms or messages.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nio import AsyncClient

from adapters.matrix import secretfile
from adapters.matrix.wire import NoAnswer, Refused, SlowDown, TokenRejected, ask, path


class LoginFailed(Exception):
    """Why, and what to do, for the person at the terminal. It quotes no secret."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A device that is logged in. The token never shows in a repr."""

    homeserver: str
    user_id: str
    device_id: str
    access_token: str = field(repr=False)

    def save(self, file: Path) -> None:
        """Keep them in a file of mode 0600."""
        secretfile.write(file, json.dumps(asdict(self), indent=1).encode())

    @classmethod
    def load(cls, file: Path) -> Credentials:
        """What `save` kept. Raises LoginFailed."""
        try:
            raw = secretfile.read(file)
        except secretfile.Exposed as error:
            raise LoginFailed(f"Matrix: {error}") from None
        except OSError as error:
            raise LoginFailed(f"Matrix: {file} can't be read ({error.strerror}).") from None
        if raw is None:
            raise LoginFailed(f"Matrix: {file} is not there. Log in first: handrail matrix login")
        try:
            said = json.loads(raw)
            return cls(*(_text(said, name) for name in ("homeserver", "user_id", "device_id", "access_token")))
        except (ValueError, KeyError, TypeError):
            raise LoginFailed(f"Matrix: {file} is damaged. Log in again: handrail matrix login") from None


async def find_server(server: str) -> str:
    """The address of the homeserver of `example.org`, `@user:example.org` or a URL. Raises LoginFailed.

    A name is looked up in the `.well-known` file of its domain; without one, the domain itself is the server.
    """
    server = server.strip()
    if server.startswith("@") and ":" in server:
        server = server.split(":", 1)[1]
    if "://" in server:
        parts = urlsplit(server)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise LoginFailed(f"Matrix: {server!r} is no address of a server. Write it as https://matrix.example.org")
        found = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    else:
        found = await _well_known(f"https://{server}") or f"https://{server}"
    client = AsyncClient(found)
    try:
        said = await _told(ask(client, "GET", "/_matrix/client/versions"), found)
    finally:
        await client.close()
    if not isinstance(said.get("versions"), list):
        raise LoginFailed(f"Matrix: {found} answers, but not as a Matrix server. Is the address right?")
    return found


async def _well_known(address: str) -> str | None:
    client = AsyncClient(address)
    try:
        said = await ask(client, "GET", "/.well-known/matrix/client")
    except (NoAnswer, Refused):
        return None
    finally:
        await client.close()
    server = said.get("m.homeserver")
    base = server.get("base_url") if isinstance(server, Mapping) else None
    return base.rstrip("/") if isinstance(base, str) and base.startswith(("https://", "http://")) else None


async def with_password(
    homeserver: str, user: str, password: str, *, device_name: str, device_id: str | None = None
) -> Credentials:
    """Log in with a name (`bot` or `@bot:example.org`) and a password. Raises LoginFailed."""
    identifier = {"type": "m.id.user", "user": user}
    return await _login(
        homeserver,
        {"type": "m.login.password", "identifier": identifier, "password": password},
        device_name,
        device_id,
    )


async def with_login_token(homeserver: str, token: str, *, device_name: str) -> Credentials:
    """Log in with the single-use token of a single sign-on page. Raises LoginFailed."""
    return await _login(homeserver, {"type": "m.login.token", "token": token}, device_name, None)


async def with_access_token(homeserver: str, access_token: str) -> Credentials:
    """Use an access token that somebody gave us. It needs a device of its own, or nothing can be encrypted."""
    client = AsyncClient(homeserver)
    client.access_token = access_token
    try:
        said = await _told(ask(client, "GET", path("account", "whoami")), homeserver)
    except TokenRejected:
        raise LoginFailed("Matrix: the server does not know this access token. Copy it again, whole.") from None
    finally:
        await client.close()
    if not isinstance(said.get("device_id"), str):
        raise LoginFailed("Matrix: this access token has no device, so nothing can be encrypted. Log in by password.")
    return Credentials(homeserver, _text(said, "user_id"), _text(said, "device_id"), access_token)


async def _login(homeserver: str, how: Mapping[str, Any], device_name: str, device_id: str | None) -> Credentials:
    body = {**how, "initial_device_display_name": device_name, **({"device_id": device_id} if device_id else {})}
    client = AsyncClient(homeserver)
    try:
        offered = await _told(ask(client, "GET", path("login")), homeserver)
        flows = {flow.get("type") for flow in offered.get("flows", ()) if isinstance(flow, Mapping)}
        if how["type"] not in flows:
            raise LoginFailed(
                "Matrix: this server does not take a password. Make an access token on its account page and use that."
                if how["type"] == "m.login.password"
                else "Matrix: this server does not take single sign-on tokens. Log in by password."
            )
        said = await ask(client, "POST", path("login"), body)
    except SlowDown as error:
        raise LoginFailed(f"Matrix: the server wants us to wait {error.after:.0f} s before trying again.") from None
    except NoAnswer as error:
        raise LoginFailed(f"Matrix: {homeserver} gives no answer ({error.reason}).") from None
    except Refused as error:
        if error.code == "M_FORBIDDEN":
            raise LoginFailed("Matrix: the server says that name and password don't belong together.") from None
        raise LoginFailed(f"Matrix: the server refused ({error.reason}).") from None
    except TokenRejected as error:
        raise LoginFailed(f"Matrix: the server refused ({error.code}).") from None
    finally:
        await client.close()
    return Credentials(homeserver, _text(said, "user_id"), _text(said, "device_id"), _text(said, "access_token"))


async def _told(asking: Awaitable[dict[str, Any]], server: str) -> dict[str, Any]:
    try:
        return await asking
    except NoAnswer as error:
        raise LoginFailed(f"Matrix: {server} gives no answer ({error.reason}). Is the address right?") from None
    except Refused as error:
        raise LoginFailed(f"Matrix: {server} refused ({error.reason}). Is the address right?") from None


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said[name]
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value
