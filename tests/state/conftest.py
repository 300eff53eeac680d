"""A house of its own for each test: a clock that is moved by hand, a data file, a key file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.state.clock import ManualClock
from bot.state.database import Database
from bot.state.master import MasterKey
from bot.state.people import People
from bot.state.vault import Vault

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MASTER = MasterKey(bytes(range(32)))


@dataclass
class House:
    folder: Path
    clock: ManualClock
    db: Database
    vault: Vault
    people: People

    @classmethod
    async def open(cls, folder: Path, clock: ManualClock | None = None) -> House:
        clock = clock or ManualClock(START)
        db = await Database.open(folder / "handrail.db", clock=clock)
        try:
            vault = await Vault.open(folder / "keys.db", MASTER, clock)
        except BaseException:
            await db.close()
            raise
        return cls(folder, clock, db, vault, People(vault))

    async def close(self) -> None:
        await self.vault.close()
        await self.db.close()

    async def reopen(self) -> None:
        """As after a restart; call `close` before it to change the files between."""
        again = await House.open(self.folder, self.clock)
        self.db, self.vault, self.people = again.db, again.vault, again.people


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def house(tmp_path: Path, clock: ManualClock) -> AsyncIterator[House]:
    opened = await House.open(tmp_path, clock)
    yield opened
    await opened.close()


@pytest.fixture
async def db(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "handrail.db", clock=clock)
    yield opened
    await opened.close()
