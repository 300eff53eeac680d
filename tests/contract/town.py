"""What a dialogue test needs of a platform: a whole bot on it, people who use it, and a clock that is set by hand.

Each platform brings a maker of such a town (`makers.py`). The same dialogues then run on every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.app import App
from bot.config import Config
from bot.state.clock import ManualClock
from bot.talk.model import Role

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Heard:
    """A message of the bot's as one person has it before their eyes."""

    text: str
    choices: tuple[str, ...]
    private: bool
    files: tuple[str, ...] = ()


class Someone(Protocol):
    """An account of one person on one platform."""

    name: str

    async def say(self, text: str, *, direct: bool = False) -> None:
        """Write a message, in the common room or in the direct one with the bot."""

    async def ask(self, command: str, *, direct: bool = False, **args: object) -> None:
        """Use a command as the platform has it: a slash command with options, or a typed line."""

    async def press(self, label: str) -> None:
        """Take the newest choice that shows this label: press it, or type its number."""

    async def fill(self, **values: object) -> None:
        """Send the form that is open; where there are no forms, the command's line with these arguments."""

    async def hears(self, *words: str, private: bool | None = None) -> Heard:
        """The bot said something new to this person that holds all these words. Fails with what was said instead."""

    async def hears_nothing(self) -> None:
        """The bot said nothing new that this person can see."""

    async def download(self, name: str) -> bytes:
        """The newest file of that name."""


class Town(Protocol):
    """A whole bot on a platform."""

    clock: ManualClock
    app: App

    async def person(self, name: str, *, role: Role = Role.MEMBER, locale: str = "en") -> Someone: ...

    async def settle(self) -> None:
        """Until nothing is under way and nothing is due."""

    async def later(self, by: timedelta) -> None:
        """Let that much time pass, stopping at everything that becomes due."""

    async def restart(self) -> None:
        """Stop the bot and start it anew on the same files."""

    async def close(self) -> None: ...


UNRULED = {"safety": {"packs": []}}
"""Settings without the shipped rules: for bots that are begun again and again, and are not about what rules say."""


def config_for(folder: object, platform: str, settings: Mapping[str, object] | None = None) -> Config:
    """A small community's configuration with its data in a folder."""
    return Config.model_validate(
        {
            "community": {"name": "Harbour", "language": "en", "country": "GB", "zone": "Europe/London"},
            "data": {"folder": str(folder), "key": {"file": f"{folder}/master.key"}},
            **(settings or {}),
        }
    )
