"""`handrail discord …`: what the server owner asks on the command line. It connects to nothing."""

from __future__ import annotations

import argparse
import base64
import binascii
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bot.config import Config, read
from bot.talk.errors import StartRefused

INVITE = "https://discord.com/oauth2/authorize"
SCOPES = "bot applications.commands"


def console(subparsers: Any, default: Path) -> None:
    """Add the commands to the command line; `default` is the usual configuration."""
    about = "about Discord"
    found = subparsers.add_parser("discord", help=about, description=about)
    commands = found.add_subparsers(required=True, metavar="WHAT")
    _add(commands, "invite", "print the link that invites the bot, with exactly what it needs", _invite, default)


def _add(commands: Any, name: str, about: str, run: Callable[[argparse.Namespace], int], default: Path) -> None:
    one = commands.add_parser(name, help=about, description=about)
    one.add_argument("--config", type=Path, default=default, help="the configuration (config.yaml)")
    one.set_defaults(run=run)


def _invite(args: argparse.Namespace) -> int:
    from adapters.discord.checks import ASKED, NEEDED

    print(invitation(application(read(args.config)), NEEDED.value))
    print(f"It asks for: {', '.join(ASKED.values())}.")
    return 0


def invitation(application: int, permissions: int) -> str:
    """The link that invites the application's bot with these permissions."""
    asked = {"client_id": application, "scope": SCOPES, "permissions": permissions}
    return f"{INVITE}?{urlencode(asked)}"


def application(config: Config) -> int:
    """The application's id, which is the first part of its token. Raises StartRefused."""
    settings = config.platforms.discord
    if settings is None:
        raise StartRefused("Discord is not configured. Say how to reach it, under platforms: discord: in the file.")
    first = settings.token.reveal("platforms.discord.token").partition(".")[0]
    try:
        id = base64.b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        id = ""
    if not id.isdecimal():
        raise StartRefused(
            "platforms.discord.token is no token of a Discord bot. Open discord.com/developers/applications, choose "
            "the application, Bot, Reset Token, and put it where the configuration says."
        )
    return int(id)
