"""The towns in which every dialogue of the contract suite is played.

A real homeserver takes its time: of the two Matrix towns each dialogue is played in one by `make test`, in turns, and
in both by `make contract`.
"""

from __future__ import annotations

import zlib

import pytest

from tests.contract.discord import DiscordTown
from tests.contract.local import LocalTown
from tests.contract.matrix import MatrixTown

MAKERS = {
    "local-discord": lambda request, folder, settings: LocalTown.open(folder, "d", settings),
    "discord": lambda request, folder, settings: DiscordTown.open(folder, settings),
    "local-matrix": lambda request, folder, settings: LocalTown.open(folder, "m", settings),
    "matrix-plain": lambda request, folder, settings: _matrix(request, folder, settings, encrypted=False),
    "matrix-encrypted": lambda request, folder, settings: _matrix(request, folder, settings, encrypted=True),
}


def _matrix(request, folder, settings, *, encrypted):
    return MatrixTown.open(folder, request.getfixturevalue("synapse"), settings, encrypted=encrypted)


def _marked(name):
    """What a platform's own marker selects; the local one is always there."""
    platform = name.partition("-")[0]
    return pytest.param(name, marks=[] if platform == "local" else [getattr(pytest.mark, platform)])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        town = getattr(item, "callspec", None) and item.callspec.params.get("town")
        turn = ("matrix-plain", "matrix-encrypted")[zlib.crc32(item.nodeid.partition("[")[0].encode()) % 2]
        if town in ("matrix-plain", "matrix-encrypted") and town != turn:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(params=[_marked(name) for name in MAKERS])
async def town(request, tmp_path):
    settings = getattr(request.node.get_closest_marker("settings"), "kwargs", {})
    made = await MAKERS[request.param](request, tmp_path, settings)
    yield made
    await made.close()
