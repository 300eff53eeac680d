"""Saying something in every moderators' room. What is said there may be read by anybody who moderates."""

from __future__ import annotations

from dataclasses import replace

from bot.kit import Kit
from bot.state.database import Transaction
from bot.talk.model import PlaceRef
from bot.talk.reply import Reply


async def tell_moderators(kit: Kit, tx: Transaction, reply: Reply, *, key: str) -> None:
    said = replace(reply, language=kit.config.community.language)
    for platform, places in kit.config.moderation.places.items():
        for index, place in enumerate(places):
            if platform in kit.house.platforms:
                await kit.tell(tx, PlaceRef(platform, place), said, key=f"{key}:{platform}:{index}", urgent=True)
