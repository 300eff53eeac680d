"""A town for bad hours: with moderators' rooms on both sides, and what its rows say."""

from __future__ import annotations

from pathlib import Path

from bot.talk.model import Role
from tests.contract.local import LocalTown

WISH = "i want to die"
HOPELESS = "i feel so hopeless"
WORRIED = "my friend wants to die"

MODERATED = {"moderation": {"places": {"local": ["d.mods", "m.mods"]}}}


RULES = """
version: 1
packs: []
reader: {mode: off}
rules:
  - {id: plain-wish, topic: suicide, level: urgent, phrases: ["i want to die"]}
  - {id: friend, topic: suicide, about: other, level: urgent, phrases: ["my friend wants to die"]}
  - {id: hopeless, topic: suicide, level: concern, phrases: ["i feel so hopeless"]}
  - {id: told-off, topic: harassment, about: none, level: urgent, phrases: ["go away for good"]}
  - {id: tired, topic: suicide, level: concern, mode: shadow, phrases: ["so tired of it all"]}
  - {id: in-danger, topic: emergency, level: urgent, phrases: ["somebody is breaking in"]}
  - id: ours
    topic: custom
    level: concern
    cooldown: 2 h
    phrases: ["lost at sea"]
    responses: {en: "Even far out at sea, there are lights."}
"""


async def open_town(folder: Path, side: str, settings, rules: str = RULES) -> LocalTown:
    """With own rules alone, so that what is tested here does not hang on how the packs grow."""
    file = folder / "rules.yaml"
    file.write_text(rules, encoding="utf-8")
    safety = {"packs": [], "rules": str(file), **settings.get("safety", {})}
    town = await LocalTown.open(folder, side, {**settings, "safety": safety})
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
