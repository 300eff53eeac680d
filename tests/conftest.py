"""What tests of several folders share: one real Synapse for the whole session, and no test against the watch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings

from tests.wire.matrix.homeserver import WHY_NOT, Synapse, installed

settings.register_profile("handrail", parent=settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("handrail")  # a busy machine is no failure; CI keeps what hypothesis sets for it


def _apart(work: Callable[[], Awaitable[object]]) -> object:
    """In a thread of its own: whoever asks may be in the middle of an event loop."""

    async def run() -> object:
        return await work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(run())).result()


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    if not installed():
        pytest.skip(WHY_NOT)
    folder = tmp_path_factory.mktemp("synapse")
    server = _apart(lambda: Synapse.start(folder))
    assert isinstance(server, Synapse)
    yield server
    _apart(server.stop)
