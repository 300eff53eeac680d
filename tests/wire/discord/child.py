"""The whole bot in a process of its own, to be killed: `python -m tests.wire.discord.child URL TOKEN FOLDER`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from adapters.discord.platform import DiscordPlatform
from bot.__main__ import master_key
from bot.app import App
from bot.config import Config
from bot.state.clock import SystemClock
from commands import FEATURES
from tests.contract.discord import READY, SETTINGS
from tests.contract.town import UNRULED, config_for
from tests.wire.discord import point


async def main(url: str, token: str, folder: Path) -> None:
    point.aim(url)
    config = config_for(folder, "discord", {**UNRULED, "platforms": {"discord": SETTINGS}})

    def make(config: Config, ports: Any) -> DiscordPlatform:
        assert config.platforms.discord is not None
        return DiscordPlatform(config.platforms.discord, ports, tell=print, token=token, guild_ready_timeout=READY)

    app = await App.open(config, FEATURES, {"discord": make}, SystemClock(), master_key(config))
    await app.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
