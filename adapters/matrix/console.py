"""`handrail matrix login` and `handrail matrix verify`, at the owner's terminal.

It must not know how the bot runs. What is heavy is imported when it is asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.config import read
from bot.talk.errors import StartRefused

if TYPE_CHECKING:
    from nio import AsyncClient

    from adapters.matrix.account import Files
    from adapters.matrix.crosssign import Signed
    from adapters.matrix.login import Credentials
    from bot.talk.platform import Clock

DEVICE = "Handrail"
PASSWORD = "HANDRAIL_MATRIX_PASSWORD"
TOKEN = "HANDRAIL_MATRIX_TOKEN"

STANDING = {
    "YES": "The bot's device is signed: clients show no warning, and the strictest can read it.",
    "NOT_YET": "The bot's device is not signed yet.",
    "NO_KEYS": "The account has no signing keys yet.",
    "OTHER_KEYS": "The account was signed elsewhere, with keys that are not in this folder.",
    "NO_DEVICE": "The bot's device is not published yet; that happens at the first start.",
    "OTHER_DEVICE": "The server knows other keys for this device: the key store was lost. Give the bot a new device: "
    "handrail matrix login",
}


def console(subparsers: Any, clock: Clock) -> None:
    """Add `matrix` with what it offers to the command line's subparsers; it lives by that clock."""
    matrix = subparsers.add_parser("matrix", help="the bot's account on Matrix", description="The account on Matrix.")
    offers = matrix.add_subparsers(required=True, metavar="WHAT")
    login = offers.add_parser("login", help="log in, and keep what that gives in the data folder")
    login.add_argument("account", help="the bot's account, as @handrail:example.org")
    login.add_argument(
        "--server", default=None, help="the homeserver's address, where the account's name does not tell"
    )
    login.add_argument("--token", action="store_true", help=f"use an access token (asked for, or from {TOKEN})")
    login.add_argument("--sso", action="store_true", help="use the login token of a single sign-on page (asked for)")
    login.add_argument("--device", default=DEVICE, help=f"the device's name, as others see it ({DEVICE})")
    verify = offers.add_parser("verify", help="say how the bot's device stands, and sign it where it is not signed")
    for one, run in ((login, _login), (verify, _verify)):
        one.add_argument("--config", type=Path, default=Path("config.yaml"), help="the configuration (config.yaml)")
        one.set_defaults(run=run, clock=clock)


def _login(args: argparse.Namespace) -> int:
    return _told(lambda: _log_in(args))


def _verify(args: argparse.Namespace) -> int:
    return _told(lambda: _look(args))


def _told(work: Callable[[], Awaitable[int]]) -> int:
    """A sentence instead of a trace for what the owner can mend."""
    from adapters.matrix.login import LoginFailed
    from adapters.matrix.secretfile import Exposed
    from adapters.matrix.wire import TokenRejected, WireError

    async def run() -> int:
        return await work()

    try:
        return asyncio.run(run())
    except (LoginFailed, TokenRejected, Exposed) as error:
        raise StartRefused(str(error)) from None
    except WireError as error:
        raise StartRefused(
            f"Matrix: the server gives no usable answer ({error.reason}). Try again in a while."
        ) from None


def _files(args: argparse.Namespace) -> Files:
    from adapters.matrix.account import Files

    return Files(read(args.config).data.folder / "matrix")


def _secret(variable: str, question: str) -> str:
    """From the environment, else asked for without showing it."""
    return os.environ.get(variable) or getpass.getpass(question)


async def _log_in(args: argparse.Namespace) -> int:
    from adapters.matrix.login import find_server, with_access_token, with_login_token, with_password

    files = _files(args)
    server = await find_server(args.server or args.account)
    password: str | None = None
    if args.token:
        credentials = await with_access_token(server, _secret(TOKEN, "Access token: "))
    elif args.sso:
        credentials = await with_login_token(server, getpass.getpass("Login token: "), device_name=args.device)
    else:
        password = _secret(PASSWORD, f"Password of {args.account}: ")
        credentials = await with_password(server, args.account, password, device_name=args.device)
    before = _known_before(files)
    credentials.save(files.credentials)
    if before is not None and before.access_token != credentials.access_token:
        await _sign_out(before)
    print(f"Logged in as {credentials.user_id}. Kept in {files.folder}, readable by you alone.")
    return await _signing(files, credentials, password, args.clock)


def _known_before(files: Files) -> Credentials | None:
    from adapters.matrix.login import Credentials, LoginFailed

    try:
        return Credentials.load(files.credentials)
    except LoginFailed:
        return None


async def _sign_out(old: Credentials) -> None:
    """The device that this login replaces is of no use to anybody any more."""
    from nio import AsyncClient

    from adapters.matrix.wire import TokenRejected, WireError, ask, path

    client = AsyncClient(old.homeserver)
    client.access_token = old.access_token
    try:
        await ask(client, "POST", path("logout"), {})
        print("The device that the bot had before was signed out.")
    except (WireError, TokenRejected):
        print("The device that the bot had before could not be signed out; it may be gone already.")
    finally:
        await client.close()


async def _look(args: argparse.Namespace) -> int:
    from adapters.matrix.login import Credentials

    files = _files(args)
    return await _signing(files, Credentials.load(files.credentials), None, args.clock)


async def _signing(files: Files, credentials: Credentials, password: str | None, clock: Clock) -> int:
    """Publish the device, sign it, and say how it stands. 0 where it is signed."""
    from adapters.matrix.account import LOST
    from adapters.matrix.client import close_client
    from adapters.matrix.crosssign import Signed
    from adapters.matrix.login import LoginFailed

    client = files.client(credentials)
    try:
        if not files.is_same_device(client):
            raise LoginFailed(LOST)
        standing = await _sign(files, client, password, clock)
    finally:
        await close_client(client)
    print(STANDING[standing.name])
    keys = files.signing_keys()
    if standing is Signed.YES and keys is not None:
        print(f"The account's master key, to compare with what a client shows: {keys.fingerprint}")
    return 0 if standing is Signed.YES else 1


async def _sign(files: Files, client: AsyncClient, password: str | None, clock: Clock) -> Signed:
    from adapters.matrix.crosssign import NeedsApproval, NeedsPassword, Signed, SigningKeys, how_signed, sign_device
    from adapters.matrix.keys import Keys

    await Keys(client, clock, _silent()).publish()
    keys = files.signing_keys()
    if keys is None:
        keys = SigningKeys.make()
        keys.save(files.signing)
    if await how_signed(client, keys) is Signed.OTHER_KEYS and password is not None:
        print("The account was signed elsewhere; those keys are replaced. Whoever verified it is told by their client.")
    try:
        return await sign_device(client, keys, password)
    except NeedsPassword as why:
        if not sys.stdin.isatty() and PASSWORD not in os.environ:
            print(f"Signing takes the account's password: {why}. Set {PASSWORD} or run this in a terminal.")
            return await how_signed(client, keys)
        print(f"Signing takes the account's password once: {why}.")
        return await sign_device(client, keys, _secret(PASSWORD, f"Password of {client.user_id}: "))
    except NeedsApproval as approval:
        print(f"Allow it on this page, then run `handrail matrix verify` again: {approval.url}")
        return await how_signed(client, keys)


def _silent() -> Any:
    import logging

    return logging.getLogger("handrail.matrix")
