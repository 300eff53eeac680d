"""Telling Discord the commands, only when they changed; and under which ids Discord knows them. It must not know what
they do.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

import discord

from adapters.discord.declare import CHAT_INPUT, Payload, fingerprint
from bot.talk.platform import Memory

GLOBAL = "everywhere"
KEY = "commands:"


class Sync:
    """The set of commands, everywhere or in single servers. `ids` are those of slash commands by their first name."""

    def __init__(self, memory: Memory, log: logging.Logger) -> None:
        self._memory = memory
        self._log = log
        self.ids: dict[str, int] = {}

    async def tell(self, client: discord.Client, declared: Sequence[Payload], guilds: Sequence[int]) -> None:
        """Make it so: in these servers, or everywhere where there are none. What was told elsewhere before is taken
        back. Raises what discord.py raises; what was told until then stays remembered."""
        assert client.application_id is not None
        wanted = [str(guild) for guild in guilds] or [GLOBAL]
        told = await self._memory.all(KEY)
        for key in told:
            if key.removeprefix(KEY) not in wanted:
                await self._put(client, key.removeprefix(KEY), [])
                await self._memory.delete(key)
        print_ = fingerprint([{"application": client.application_id}, *declared])
        self.ids = {}
        for scope in wanted:
            known = _read(told.get(KEY + scope))
            if known.get("print") != print_:
                answer = await self._put(client, scope, declared)
                ids = {str(one["name"]): int(one["id"]) for one in answer if one.get("type", CHAT_INPUT) == CHAT_INPUT}
                known = {"print": print_, "ids": ids}
                await self._memory.put(KEY + scope, json.dumps(known))
                self._log.info("told Discord the commands", extra={"commands": len(declared)})
            self.ids.update({name: int(id) for name, id in known["ids"].items()})

    async def _put(self, client: discord.Client, scope: str, declared: Sequence[Payload]) -> Sequence[Any]:
        assert client.application_id is not None
        payload: Any = list(declared)
        if scope == GLOBAL:
            return await client.http.bulk_upsert_global_commands(client.application_id, payload)
        return await client.http.bulk_upsert_guild_commands(client.application_id, int(scope), payload)


def _read(stored: str | None) -> dict[str, Any]:
    try:
        known = json.loads(stored or "{}")
    except ValueError:
        return {}
    return known if isinstance(known, dict) and isinstance(known.get("ids"), dict) else {}
