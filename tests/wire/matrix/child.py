"""The whole bot on Matrix as a process of its own, to be killed: `python -m tests.wire.matrix.child FOLDER [SETTINGS]`.

Its time runs ten times as fast as ours, so that its pauses after faults do not fill a test. It prints a line when it
serves.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.matrix.platform import MatrixPlatform
from bot.__main__ import master_key
from bot.app import App
from bot.config import Config
from bot.talk.platform import Ports
from commands import FEATURES
from tests.contract.town import UNRULED, config_for

SPEED = 10


class Hasty:
    """A clock that runs fast."""

    def __init__(self) -> None:
        self._began = datetime.now(UTC)
        self._real = time.monotonic()

    def now(self) -> datetime:
        return self._began + timedelta(seconds=(time.monotonic() - self._real) * SPEED)

    def monotonic(self) -> float:
        return time.monotonic() * SPEED

    async def sleep_until(self, when: datetime) -> None:
        await asyncio.sleep(max((when - self.now()).total_seconds(), 0) / SPEED)

    async def wait(self, event: asyncio.Event, until: datetime | None) -> None:
        left = None if until is None else max((until - self.now()).total_seconds(), 0) / SPEED
        try:
            async with asyncio.timeout(left):  # `wait_for` swallows a cancellation on 3.11
                await event.wait()
        except TimeoutError:
            return


def configured(folder: Path, settings: str) -> Config:
    return config_for(folder, "matrix", {**UNRULED, "platforms": {"matrix": json.loads(settings)}})


async def live(folder: Path, settings: str) -> None:
    def make(config: Config, ports: Ports) -> MatrixPlatform:
        assert config.platforms.matrix is not None
        return MatrixPlatform(ports, config.platforms.matrix, folder / "matrix", poll=5.0)

    config = configured(folder, settings)
    app = await App.open(config, FEATURES, {"matrix": make}, Hasty(), master_key(config))
    platform = app.house.platforms["matrix"]
    assert isinstance(platform, MatrixPlatform)
    running = asyncio.create_task(app.run())
    while platform.session is None or not platform.session.ready:
        await asyncio.sleep(0.01)
    print("serving", flush=True)
    await running


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "{}"))
