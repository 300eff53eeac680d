"""Discord: slash commands, buttons, forms, direct messages and channels, by discord.py.

Imports of ours only the vocabulary and the configuration. It must not know any feature, nor how the bot keeps anything.
discord.py is loaded when a platform is made, not before.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

from bot.config import Config
from bot.talk.platform import Ports

if TYPE_CHECKING:
    from adapters.discord.platform import DiscordPlatform

__all__ = ["make"]


def make(config: Config, ports: Ports) -> DiscordPlatform:
    """The platform of a configuration. Raises StartRefused where the token can't be read."""
    from adapters.discord.platform import DiscordPlatform

    settings = config.platforms.discord
    assert settings is not None
    token = settings.token.reveal("platforms.discord.token")
    return DiscordPlatform(settings, ports, tell=_tell, token=token)


_tell = functools.partial(print, "discord:", file=sys.stderr, flush=True)
