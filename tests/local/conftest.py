"""The community that the tests of the local platform play in."""

from collections.abc import AsyncIterator

import pytest

from tests.local.harbour import Harbour, serving


@pytest.fixture
async def harbour() -> AsyncIterator[Harbour]:
    made = Harbour()
    async with serving(made.platform, made.bot):
        yield made
    made.store.close()
