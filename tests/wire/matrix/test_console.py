"""`handrail matrix login` and `verify` at the owner's terminal, and what a lost folder leads to."""

from __future__ import annotations

import asyncio
import shutil
import stat
from pathlib import Path

import pytest

from adapters.matrix.account import Files
from adapters.matrix.crosssign import Signed, SigningKeys, how_signed
from adapters.matrix.login import Credentials
from adapters.matrix.platform import MatrixPlatform
from bot.__main__ import main
from bot.config.platforms import Matrix
from bot.state.clock import SystemClock
from bot.talk.errors import PlatformStopped
from bot.talk.platform import Ports
from bot.words import Catalogues

from .bench import LOG
from .station import Notes

PASSWORD = "a password"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs the command line in a folder with a configuration; the exit code and what was said."""
    (tmp_path / "config.yaml").write_text("data: {folder: data}\n")
    monkeypatch.setenv("HANDRAIL_MATRIX_PASSWORD", PASSWORD)

    async def run(*args: str) -> tuple[int, str]:
        code = await asyncio.to_thread(main, ["matrix", *args, "--config", str(tmp_path / "config.yaml")])
        said = capsys.readouterr()
        assert PASSWORD not in said.out + said.err
        return code, said.out + said.err

    return run


async def served(folder: Path) -> None:
    """Start the platform, until it ends or settles."""
    ports = Ports(SystemClock(), Notes(), Catalogues(), LOG)

    async def inbox() -> None: ...

    platform = MatrixPlatform(ports, Matrix(), folder, poll=1.0)
    running = asyncio.create_task(platform.run(inbox, ()))  # type: ignore[arg-type]
    async with asyncio.timeout(20):
        while not running.done() and not (platform.session and platform.session.settled):
            await asyncio.sleep(0.02)
    if running.done():
        running.result()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_logging_in_signs_the_device_and_keeps_everything_to_its_owner(server, desk, tmp_path) -> None:
    account = await server.account("bot")
    code, said = await desk("login", account, "--server", server.url)
    files = Files(tmp_path / "data" / "matrix")
    assert code == 0 and "clients show no warning" in said
    assert Credentials.load(files.credentials).access_token not in said
    for file in files.folder.rglob("*"):
        if file.is_file():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    code, said = await desk("verify")
    keys = SigningKeys.load(files.signing)
    assert code == 0 and keys is not None and keys.fingerprint in said
    await served(files.folder)


async def test_a_lost_folder_is_told_and_a_new_login_mends_it(server, desk, tmp_path) -> None:
    account = await server.account("bot")
    await desk("login", account, "--server", server.url)
    files = Files(tmp_path / "data" / "matrix")
    first = Credentials.load(files.credentials)
    shutil.rmtree(files.store(first))
    with pytest.raises(PlatformStopped, match="handrail matrix login"):
        await served(files.folder)
    code, said = await desk("login", account, "--server", server.url)
    assert code == 0 and "signed out" in said
    second = Credentials.load(files.credentials)
    assert second.device_id != first.device_id
    client = files.client(second)
    try:
        assert await how_signed(client, files.signing_keys()) is Signed.YES
    finally:
        await client.close()
    await served(files.folder)


async def test_a_store_of_another_time_is_told(server, desk, tmp_path) -> None:
    account = await server.account("bot")
    await desk("login", account, "--server", server.url)
    files = Files(tmp_path / "data" / "matrix")
    store = files.store(Credentials.load(files.credentials))
    shutil.rmtree(store)
    files.client(Credentials.load(files.credentials))  # made anew, as a restored half of a backup would be
    with pytest.raises(PlatformStopped, match="encryption keys of this device are gone"):
        await served(files.folder)
    code, said = await desk("verify")
    assert code == 1 and "keys of this device are gone" in said


async def test_an_account_that_was_signed_elsewhere(server, desk, tmp_path) -> None:
    account = await server.account("bot")
    await desk("login", account, "--server", server.url)
    files = Files(tmp_path / "data" / "matrix")
    files.signing.unlink()
    code, said = await desk("login", account, "--server", server.url)
    assert code == 0 and "signed elsewhere" in said


async def test_mistakes_are_sentences(server, desk, tmp_path, monkeypatch) -> None:
    account = await server.account("bot")
    code, said = await desk("verify")
    assert code == 1 and "Log in first" in said
    monkeypatch.setenv("HANDRAIL_MATRIX_PASSWORD", "another word")
    code, said = await desk("login", account, "--server", server.url)
    assert code == 1 and "don't belong together" in said and "Traceback" not in said
    code, said = await desk("login", account, "--server", "http://127.0.0.1:9")
    assert code == 1 and "no answer" in said
    monkeypatch.setenv("HANDRAIL_MATRIX_TOKEN", "made up")
    code, said = await desk("login", account, "--server", server.url, "--token")
    assert code == 1 and "access token" in said
