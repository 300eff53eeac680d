"""Pointing discord.py at a server of ours, and back. The library itself stays as it is: three addresses are set.

A bot in a process of its own calls `aim(url)` with the server's `url` before it logs in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

from .rest import PREFIX


def aim(url: str) -> None:
    """From now on discord.py speaks with the server at `url` ("http://127.0.0.1:1234")."""
    Route.BASE = url + PREFIX
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1) + "/gateway")
    Asset.BASE = url


@contextmanager
def pointed(url: str) -> Iterator[None]:
    """The same for a while."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE
    aim(url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE = before
