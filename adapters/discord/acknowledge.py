"""Acknowledging an interaction: once, within Discord's three seconds, whatever gets lost on the way.

It must not know what is acknowledged.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

import aiohttp
import discord

from adapters.discord import faults

TRIES = 3
"""How often an acknowledgement is sent whose answer got lost on the way; Discord gives three seconds."""


class Ours(Enum):
    """Whether an interaction is ours to answer: it is, somebody else answers it, or it can't be answered any more."""

    YES = "yes"
    NOT = "not"
    TOO_LATE = "too late"


async def acknowledge(how: Callable[[], Awaitable[Any]], log: logging.Logger) -> Ours:
    """Whether it is ours to answer now. An answer that got lost on the way is asked for again: by then "already
    acknowledged" means that it was us."""
    for attempt in range(TRIES):
        try:
            await how()
            return Ours.YES
        except discord.HTTPException as error:
            taken = error.code == faults.ALREADY_ACKNOWLEDGED
            if taken and attempt:
                return Ours.YES
            if error.status < 500:
                level = log.info if taken else log.warning
                level("an interaction could not be acknowledged", extra={"code": str(error.code)})
                return Ours.NOT if taken else Ours.TOO_LATE
        except (aiohttp.ClientError, OSError, TimeoutError):
            continue
    log.warning("an interaction could not be acknowledged", extra={"code": "connection"})
    return Ours.TOO_LATE
