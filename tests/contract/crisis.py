"""A town for bad hours: with moderators' rooms on both sides, and what its rows say."""

from __future__ import annotations

from pathlib import Path

from bot.talk.model import Role
from tests.contract.local import LocalTown

WISH = "i want to die"
HOPELESS = "i feel so hopeless"
WORRIED = "my friend wants to die"

MODERATED = {"moderation": {"places": {"local": ["d.mods", "m.mods"]}}}


async def open_town(folder: Path, side: str, settings) -> LocalTown:
    town = await LocalTown.open(folder, side, settings)
    await town.person("mod", role=Role.MODERATOR)
    return town


async def agree_to_be_written_to(someone) -> None:
    await someone.ask("start")
    await someone.press("Yes: Write to me privately")
    await someone.hears("That is on now")


def said_in(town: LocalTown, place: str, who: str | None = None) -> list[str]:
    """What the bot said there that stands there now, for everybody."""
    reader = who or (f"{town.side}.mod" if place.endswith("mods") else f"{town.side}.ana")
    seen = town.platform.seen(reader, place)
    return [one.text for one in seen if one.author == "bot" and not one.deleted and not one.only_you]


async def signals(town: LocalTown):
    async with town.app.house.db.transaction() as tx:
        return await tx.all("SELECT * FROM crisis_signals ORDER BY at, level DESC")


async def cases(town: LocalTown):
    async with town.app.house.db.transaction() as tx:
        return await tx.all("SELECT * FROM crisis_cases ORDER BY opened")
