"""People and stations on the session's Synapse, who leave when their test is over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from .homeserver import Synapse
from .people import Person
from .proxy import FaultProxy
from .station import Station


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.matrix)


@pytest.fixture
async def server(synapse: Synapse) -> AsyncIterator[Synapse]:
    yield synapse
    await synapse.everybody_leaves()


@pytest.fixture
async def ana(server: Synapse) -> Person:
    return await server.user("ana")


@pytest.fixture
async def carl(server: Synapse) -> Person:
    """Somebody whose client has no encryption. Where a test needs none, this saves time."""
    return await server.user("carl", encrypted=False)


@pytest.fixture
async def bert(server: Synapse) -> Person:
    return await server.user("bert")


@pytest.fixture
async def proxy(server: Synapse) -> AsyncIterator[FaultProxy]:
    async with FaultProxy(server.url) as between:
        yield between


@pytest.fixture
async def station(server: Synapse, tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Station]]]:
    """Makes a started station: `bot = await station()`, through a proxy with `station(proxy.url)`.

    Only one that is `kept` has its encryption keys on disk; `station(again=bot)` is its next run.
    """
    made: list[Station] = []

    async def make(
        url: str | None = None,
        *,
        again: Station | None = None,
        started: bool = True,
        limit: int = 100,
        kept: bool = False,
    ) -> Station:
        if again is not None:
            bot = again.again(url, limit=limit)
        else:
            account = await server.account("bot")
            store = tmp_path / f"keys-{len(made)}" if kept else None
            bot = await Station.log_in(server.url, account, store, through=url, limit=limit)
        made.append(bot)
        return await bot.start() if started else bot

    yield make
    for bot in made:
        await bot.stop()
