"""The towns in which every dialogue of the contract suite is played."""

from __future__ import annotations

import pytest

from tests.contract.local import LocalTown
from tests.contract.matrix import MatrixTown

MAKERS = {
    "local-discord": lambda request, folder, settings: LocalTown.open(folder, "d", settings),
    "local-matrix": lambda request, folder, settings: LocalTown.open(folder, "m", settings),
    "matrix-plain": lambda request, folder, settings: _matrix(request, folder, settings, encrypted=False),
    "matrix-encrypted": lambda request, folder, settings: _matrix(request, folder, settings, encrypted=True),
}


def _matrix(request, folder, settings, *, encrypted):
    return MatrixTown.open(folder, request.getfixturevalue("synapse"), settings, encrypted=encrypted)


def _marked(name):
    return pytest.param(name, marks=[pytest.mark.matrix] if name.startswith("matrix") else [])


@pytest.fixture(params=[_marked(name) for name in MAKERS])
async def town(request, tmp_path):
    settings = getattr(request.node.get_closest_marker("settings"), "kwargs", {})
    made = await MAKERS[request.param](request, tmp_path, settings)
    yield made
    await made.close()
