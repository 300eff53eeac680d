"""The towns in which every dialogue of the contract suite is played."""

from __future__ import annotations

import pytest

from tests.contract.discord import DiscordTown
from tests.contract.local import LocalTown

MAKERS = {
    "local-discord": lambda folder, settings: LocalTown.open(folder, "d", settings),
    "discord": lambda folder, settings: DiscordTown.open(folder, settings),
    "local-matrix": lambda folder, settings: LocalTown.open(folder, "m", settings),
}


@pytest.fixture(params=list(MAKERS))
async def town(request, tmp_path):
    settings = getattr(request.node.get_closest_marker("settings"), "kwargs", {})
    made = await MAKERS[request.param](tmp_path, settings)
    yield made
    await made.close()
