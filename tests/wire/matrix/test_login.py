"""Getting into an account, in words that a person at a terminal understands."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from aiohttp import web

from adapters.matrix.client import make_client
from adapters.matrix.login import (
    Credentials,
    LoginFailed,
    _well_known,
    find_server,
    with_access_token,
    with_login_token,
    with_password,
)
from adapters.matrix.wire import ask, path

from .homeserver import free_port
from .proxy import bad_gateway, error, page, slow_down


async def test_a_password_gives_a_named_device_that_works(server, tmp_path: Path) -> None:
    account = await server.account("bot")
    found = await with_password(server.url, account, "a password", device_name="Handrail")
    assert found.user_id == account and found.homeserver == server.url
    client = make_client(found, tmp_path / "keys", "a key")
    try:
        devices = await ask(client, "GET", path("devices"))
    finally:
        await client.close()
    names = {each["device_id"]: each["display_name"] for each in devices["devices"]}
    assert names[found.device_id] == "Handrail"
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "keys" / "matrix-keys.db").stat().st_mode) == 0o600


async def test_the_same_device_can_log_in_again(server) -> None:
    account = await server.account("bot")
    first = await with_password(server.url, account, "a password", device_name="Handrail")
    local = account.removeprefix("@").split(":")[0]
    second = await with_password(server.url, local, "a password", device_name="Handrail", device_id=first.device_id)
    assert second.device_id == first.device_id and second.access_token != first.access_token


async def test_an_access_token_tells_whose_it_is(server) -> None:
    account = await server.account("bot")
    first = await with_password(server.url, account, "a password", device_name="Handrail")
    assert await with_access_token(server.url, first.access_token) == first
    with pytest.raises(LoginFailed, match="does not know this access token"):
        await with_access_token(server.url, "syt_not_a_token")


async def test_what_goes_wrong_is_said_plainly(server, proxy) -> None:
    account = await server.account("bot")
    with pytest.raises(LoginFailed, match="name and password don't belong together") as caught:
        await with_password(server.url, account, "a guess", device_name="Handrail")
    assert "a guess" not in str(caught.value)
    with pytest.raises(LoginFailed, match="gives no answer"):
        await with_password(f"http://127.0.0.1:{free_port()}", account, "a password", device_name="Handrail")
    for fault, words in (
        (bad_gateway(), "gives no answer"),
        (slow_down(12_000), "wait 12 s"),
        (error(403, "M_USER_DEACTIVATED"), "refused"),
        (error(400, "M_BAD_JSON"), "refused"),
    ):
        proxy.does(fault, on="/login", method="POST")
        with pytest.raises(LoginFailed, match=words):
            await with_password(proxy.url, account, "a password", device_name="Handrail")


async def test_a_way_that_the_server_does_not_offer_is_not_tried(server, proxy) -> None:
    async def only_sso(request: web.Request, forward: object) -> web.Response:
        return web.json_response({"flows": [{"type": "m.login.sso"}]})

    proxy.does(only_sso, on="/login", method="GET", times=2)
    with pytest.raises(LoginFailed, match="does not take a password"):
        await with_password(proxy.url, "bot", "a password", device_name="Handrail")
    with pytest.raises(LoginFailed, match="does not take single sign-on"):
        await with_login_token(proxy.url, "a token", device_name="Handrail")
    assert proxy.count("/login", "POST") == 0


async def test_the_server_is_found_and_recognised(server, proxy) -> None:
    assert await find_server(server.url + "/") == server.url
    proxy.does(page(), on="/versions")
    with pytest.raises(LoginFailed, match="Is the address right"):
        await find_server(proxy.url)
    with pytest.raises(LoginFailed, match="no address of a server"):
        await find_server("ftp://example.org")

    async def pointer(request: web.Request, forward: object) -> web.Response:
        return web.json_response({"m.homeserver": {"base_url": f"{server.url}/"}})

    proxy.does(pointer, on="/.well-known/matrix/client")
    assert await _well_known(proxy.url) == server.url
    for nonsense in (page(), bad_gateway(404)):
        proxy.does(nonsense, on="/.well-known/matrix/client")
        assert await _well_known(proxy.url) is None


def test_credentials_are_kept_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "matrix.json"
    kept = Credentials("https://example.org", "@bot:example.org", "DEVICE", "a secret")
    kept.save(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Credentials.load(file) == kept
    assert "a secret" not in repr(kept)
    assert [each.name for each in file.parent.iterdir()] == ["matrix.json"]
    file.chmod(0o640)
    with pytest.raises(LoginFailed, match="chmod 600"):
        Credentials.load(file)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"homeserver": 3}', json.dumps({"homeserver": "x"})])
def test_damaged_or_missing_credentials_say_what_to_do(tmp_path: Path, content: str) -> None:
    with pytest.raises(LoginFailed, match="Log in first: handrail matrix login"):
        Credentials.load(tmp_path / "nothing")
    file = tmp_path / "matrix.json"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(LoginFailed, match="damaged"):
        Credentials.load(file)
