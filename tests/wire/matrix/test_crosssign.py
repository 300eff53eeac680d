"""The bot's device is signed, and others can check it without trusting the bot's own code."""

from __future__ import annotations

import base64
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signedjson.key import decode_verify_key_bytes
from signedjson.sign import SignatureVerifyException, verify_signed_json

from adapters.matrix.crosssign import KeysDamaged, NeedsApproval, NeedsPassword, Signed, SigningKeys, how_signed
from adapters.matrix.crosssign import sign_device as sign
from adapters.matrix.secretfile import Exposed
from adapters.matrix.wire import Refused, ask, path

from .people import Person

UPLOAD = "/keys/device_signing/upload"


async def chain_holds(person: Person, user: str, device: str) -> bool:
    """What another client does before it trusts a device: master signs self-signing, self-signing signs the device."""
    said: dict[str, Any] = await person.asks("POST", "/keys/query", {"device_keys": {user: []}})
    try:
        master, own = said["master_keys"][user], said["self_signing_keys"][user]
        verify_signed_json(own, user, _verifier(master))
        verify_signed_json(said["device_keys"][user][device], user, _verifier(own))
        return True
    except (KeyError, SignatureVerifyException):
        return False


def _verifier(body: dict[str, Any]) -> Any:
    (name, key), *_ = body["keys"].items()
    return decode_verify_key_bytes(name, base64.b64decode(key + "="))


def _own_keys(said: dict[str, Any], user: str, device: str) -> dict[str, Any]:
    name = f"ed25519:{device}"
    return {"keys": {name: said["device_keys"][user][device]["keys"][name]}}


async def published(bot) -> None:
    """Wait until its device keys are there."""
    await bot.keys.publish()


async def test_a_new_account_is_signed_and_others_can_check_it(station, ana) -> None:
    bot = await station(started=False)
    keys = SigningKeys.make()
    assert await how_signed(bot.client, keys) is Signed.NO_DEVICE
    assert await sign(bot.client, keys) is Signed.NO_DEVICE
    await published(bot)
    device = bot.credentials.device_id
    assert await how_signed(bot.client, keys) is Signed.NO_KEYS
    assert not await chain_holds(ana, bot.id, device)
    assert await sign(bot.client, keys) is Signed.YES
    assert await chain_holds(ana, bot.id, device)
    said = await ask(bot.client, "POST", path("keys", "query"), {"device_keys": {bot.id: []}})
    verify_signed_json(said["user_signing_keys"][bot.id], bot.id, _verifier(said["master_keys"][bot.id]))
    verify_signed_json(said["master_keys"][bot.id], bot.id, _verifier(_own_keys(said, bot.id, device)))
    assert await how_signed(bot.client, None) is Signed.OTHER_KEYS


async def test_kept_keys_serve_the_next_run_and_the_next_device(station, server, ana, proxy, tmp_path: Path) -> None:
    from .station import Station

    bot = await station(started=False, kept=True)
    await published(bot)
    file = tmp_path / "secrets" / "signing.json"
    assert SigningKeys.load(file) is None
    keys = SigningKeys.make()
    keys.save(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    await sign(bot.client, keys)
    kept = SigningKeys.load(file)
    assert kept is not None and kept.fingerprint == keys.fingerprint
    again = await station(proxy.url, again=bot, started=False)
    assert await sign(again.client, kept) is Signed.YES
    assert proxy.count(UPLOAD) == 0
    other = await Station.log_in(server.url, bot.id, tmp_path / "other")
    try:
        await published(other)
        assert await how_signed(other.client, kept) is Signed.NOT_YET
        assert await sign(other.client, kept) is Signed.YES
        assert await chain_holds(ana, bot.id, other.credentials.device_id)
        assert await chain_holds(ana, bot.id, bot.credentials.device_id)
    finally:
        await other.stop()


async def test_keys_that_are_not_ours_are_replaced_only_with_the_password(station, ana) -> None:
    bot = await station(started=False)
    await published(bot)
    await sign(bot.client, SigningKeys.make())
    mine = SigningKeys.make()
    assert await how_signed(bot.client, mine) is Signed.OTHER_KEYS
    with pytest.raises(NeedsPassword):
        await sign(bot.client, mine)
    with pytest.raises(Refused):
        await sign(bot.client, mine, "a wrong password")
    assert await how_signed(bot.client, mine) is Signed.OTHER_KEYS
    assert await sign(bot.client, mine, "a password") is Signed.YES
    assert await chain_holds(ana, bot.id, bot.credentials.device_id)


async def test_a_server_that_wants_approval_names_the_page(station, proxy) -> None:
    from aiohttp import web

    async def approval(request: web.Request, forward: object) -> web.Response:
        flows = [{"stages": ["m.oauth"]}]
        params = {"m.oauth": {"url": "https://account.example/reset"}}
        return web.json_response({"session": "x", "flows": flows, "params": params}, status=401)

    bot = await station(proxy.url, started=False)
    await published(bot)
    proxy.does(approval, on=UPLOAD)
    with pytest.raises(NeedsApproval) as caught:
        await sign(bot.client, SigningKeys.make())
    assert caught.value.url == "https://account.example/reset"


async def test_a_lost_key_store_is_told_and_never_signed(station, tmp_path: Path) -> None:
    bot = await station(started=False, kept=True)
    await published(bot)
    keys = SigningKeys.make()
    await sign(bot.client, keys)
    await bot.stop()
    bot.store = tmp_path / "an empty folder"
    bot = await station(again=bot, started=False)
    assert await how_signed(bot.client, keys) is Signed.OTHER_DEVICE
    assert await sign(bot.client, keys) is Signed.OTHER_DEVICE


async def test_a_device_that_the_server_changed_is_not_signed(station, proxy) -> None:
    from .proxy import rewritten

    bot = await station(proxy.url, started=False)
    await published(bot)

    def meddle(said: dict) -> None:
        said["device_keys"][bot.id][bot.credentials.device_id]["algorithms"].append("m.of-mine")

    proxy.does(rewritten(meddle), on="/keys/query", times=None)
    assert await sign(bot.client, SigningKeys.make()) is Signed.OTHER_DEVICE


def test_a_file_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "signing.json"
    SigningKeys.make().save(file)
    file.chmod(0o644)
    with pytest.raises(Exposed, match="chmod 600"):
        SigningKeys.load(file)


@given(st.binary(max_size=200))
def test_damaged_keys_say_so(kept: bytes) -> None:
    with pytest.raises(KeysDamaged):
        SigningKeys.from_bytes(kept)


def test_nothing_secret_shows() -> None:
    keys = SigningKeys.make()
    assert "Private" not in repr(keys) and keys.to_bytes().decode() not in f"{keys} {keys!r}"
    assert SigningKeys.from_bytes(keys.to_bytes()).fingerprint == keys.fingerprint
    assert len(keys.fingerprint.replace(" ", "")) == 43
