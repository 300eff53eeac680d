"""The whole bot on Discord and Matrix as a process of its own, to be killed: `python -m tests.wire.relay.child FOLDER`.

FOLDER/bot.json says where it is to be and by how many hours its clock is behind. It prints a line when it serves, and
stops in good order when it is asked to.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

from adapters.discord.platform import DiscordPlatform
from adapters.matrix.platform import MatrixPlatform
from bot.__main__ import build, serve_until_stopped
from bot.app import App, Maker
from bot.config import Config
from bot.state.clock import SystemClock
from bot.talk.platform import Ports
from tests.contract.discord import READY
from tests.contract.town import UNRULED, config_for
from tests.wire.discord import point


class Behind(SystemClock):
    """The machine's clock, some hours late: what is put off until tomorrow is due when it is right again."""

    def __init__(self, hours: float) -> None:
        super().__init__()
        self._behind = timedelta(hours=hours)

    def now(self) -> datetime:
        return super().now() - self._behind


async def live(folder: Path) -> None:
    said = json.loads((folder / "bot.json").read_text())
    made: dict[str, Maker] = {}

    def discord(config: Config, ports: Ports) -> DiscordPlatform:
        assert config.platforms.discord is not None
        token = said["token"]
        return DiscordPlatform(config.platforms.discord, ports, tell=print, token=token, guild_ready_timeout=READY)

    def matrix(config: Config, ports: Ports) -> MatrixPlatform:
        assert config.platforms.matrix is not None
        return MatrixPlatform(ports, config.platforms.matrix, folder / "matrix", poll=5.0)

    if "discord" in said["platforms"]:
        point.aim(said["url"])
        made["discord"] = discord
    if "matrix" in said["platforms"]:
        made["matrix"] = matrix
    buddies = {"rounds": "daily", "prompts": False}
    config = config_for(folder, "", {**UNRULED, "platforms": said["platforms"], "buddies": buddies})
    app = await build(config, Behind(said["behind"]), made)
    telling = asyncio.create_task(serves(app))
    await serve_until_stopped(app)
    telling.cancel()


async def serves(app: App) -> None:
    """Tell when all of it is there."""
    discord, matrix = app.house.platforms.get("discord"), app.house.platforms.get("matrix")
    if isinstance(discord, DiscordPlatform):
        await asyncio.gather(discord.ready.wait(), discord.caught_up.wait())
    while isinstance(matrix, MatrixPlatform) and (matrix.session is None or not matrix.session.ready):
        await asyncio.sleep(0.01)
    print("serving", flush=True)


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
