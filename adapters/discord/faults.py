"""What Discord answers when it does not do something, in the words of the port. Codes from its reference, "JSON error
codes", and from what was seen. It must not know what was asked for.
"""

from __future__ import annotations

import asyncio

import aiohttp
import discord

from bot.talk.errors import HandrailError, PlatformStopped, TryLater, Unreachable

CLOSED = 50007
"""They take no direct messages from the bot."""
ALREADY_ACKNOWLEDGED = 40060
UNKNOWN_INTERACTION = 10062
TOKEN_EXPIRED = 50027
UNKNOWN_WEBHOOK = 10015
NO_ACCESS, NO_PERMISSION = 50001, 50013
AUTOMOD = frozenset({200000, 200001})

NO_PERMISSION_PAUSE = 300.0
"""Seconds. The owner may mend it meanwhile; every refused request counts towards Discord's ban of an address."""
FAULTS: tuple[type[Exception], ...] = (
    discord.HTTPException,
    discord.RateLimited,
    aiohttp.ClientError,
    asyncio.TimeoutError,
    OSError,
)
NEW_TOKEN = (
    "Discord refuses the token. Open discord.com/developers/applications, choose the application, Bot, Reset Token, "
    "and put the new token where the configuration says."
)


def unsure(error: BaseException) -> bool:
    """Whether the request may have had its effect all the same."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500
    return not isinstance(error, discord.RateLimited)


def told(error: Exception) -> HandrailError:
    """The error of the port that says what to do next."""
    if isinstance(error, discord.RateLimited):
        return TryLater("rate limit", error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return TryLater(type(error).__name__)
    if error.status == 401:
        return PlatformStopped(NEW_TOKEN)
    if error.status == 429:
        return TryLater("rate limit", 60.0)
    if error.status >= 500:
        return TryLater("server error")
    if error.code == CLOSED:
        return Unreachable("closed")
    if error.code in (NO_ACCESS, NO_PERMISSION):
        return TryLater("permission", NO_PERMISSION_PAUSE)
    if error.status in (403, 404) or error.code in AUTOMOD:
        return Unreachable(f"refused {error.code}")
    return TryLater(f"not taken {error.code}")
