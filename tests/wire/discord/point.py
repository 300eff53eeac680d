"""Pointing discord.py at a server of ours, and back. The library itself stays as it is: three addresses are set.

A bot in a process of its own calls `aim(url)` with the server's `url` before it logs in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .rest import PREFIX


def aim(url: str) -> None:
    """From now on discord.py speaks with the server at `url` ("http://127.0.0.1:1234")."""
    _set(url + PREFIX, url.replace("http", "ws", 1) + "/gateway", url)


@contextmanager
def pointed(url: str) -> Iterator[None]:
    """The same for a while."""
    before = _get()
    aim(url)
    try:
        yield
    finally:
        _set(*before)


# discord.py is imported late: the server also serves where another library is installed instead.


def _get() -> tuple[str, str, str]:
    from discord.asset import Asset
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    return Route.BASE, str(DiscordWebSocket.DEFAULT_GATEWAY), Asset.BASE


def _set(rest: str, gateway: str, assets: str) -> None:
    import yarl
    from discord.asset import Asset
    from discord.gateway import DiscordWebSocket
    from discord.http import Route

    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE = rest, yarl.URL(gateway), assets
