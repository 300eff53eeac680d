"""What can be configured, with its defaults and what each thing means. Frozen; an unknown key is an error.

The descriptions here are what `handrail config schema` gives to editors and what `config.example.yaml` says.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from babel import Locale
from pydantic import Field, field_validator

from bot.config.buddies import Buddies
from bot.config.checkins import Checkins
from bot.config.platforms import Platforms
from bot.config.safety import Moderation, Safety
from bot.config.secret import Secret
from bot.config.section import Settings


class Community(Settings):
    """Who this bot is for."""

    name: str = Field("our community", max_length=80, description="What members call the community.")
    language: str = Field("en", description="The language of public places and of people whose own is not known.")
    country: str | None = Field(None, description="Where most members live (two letters, as DE); used for helplines.")
    zone: str = Field("UTC", description="The time zone of the community, as Europe/Berlin.")

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no time zone; write it as Europe/Berlin")
        return value

    @field_validator("country", mode="before")
    @classmethod
    def _country(cls, value: object) -> object:
        if value is False:
            raise ValueError('write Norway as "NO", in quotes: YAML reads a bare NO as false')
        if isinstance(value, str) and (len(value) != 2 or value.upper() not in Locale("en").territories):
            raise ValueError(f"{value!r} is no country; write its two letters, as DE")
        return value.upper() if isinstance(value, str) else value


class Data(Settings):
    """Where the bot keeps its files."""

    folder: Path = Field(Path("data"), description="The folder of the database, the keys and their backups.")
    key: Secret = Field(
        default_factory=lambda: Secret(file=Path("data/master.key")),
        description="The master key that locks people's own keys. A missing key file is made at the first start.",
    )


class Log(Settings):
    """What the logs say. They never hold content, names or ids."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")


class Config(Settings):
    """Handrail's configuration."""

    community: Community = Field(default_factory=lambda: Community(), description="Who this bot is for.")
    data: Data = Field(default_factory=lambda: Data(), description="Where the bot keeps its files.")
    log: Log = Field(default_factory=lambda: Log(), description="What the logs say.")
    platforms: Platforms = Field(default_factory=lambda: Platforms(), description="Where the bot is.")
    checkins: Checkins = Field(default_factory=lambda: Checkins(), description="What members may note beside a mood.")
    safety: Safety = Field(default_factory=lambda: Safety(), description="What the safety rules read and offer.")
    moderation: Moderation = Field(default_factory=lambda: Moderation(), description="Who looks after the community.")
    buddies: Buddies = Field(default_factory=lambda: Buddies(), description="Who is paired with whom, and how often.")
    prefix: str = Field("!", min_length=1, max_length=3, description="What a typed command starts with.")

    @field_validator("prefix")
    @classmethod
    def _prefix(cls, value: str) -> str:
        if value.startswith("/") or value[0].isalnum() or value[0].isspace():
            raise ValueError("a prefix is a sign such as !; Element keeps / for itself")
        return value

    def based_on(self, folder: Path) -> Config:
        """The same, with relative paths taken from the folder of the file."""
        data = self.data.model_copy(update={"folder": folder / self.data.folder, "key": self.data.key.based_on(folder)})
        own = {name: folder / path for name in ("rules", "helplines") if (path := getattr(self.safety, name))}
        safety = self.safety.model_copy(update=own)
        platforms = self.platforms
        if platforms.discord is not None:
            discord = platforms.discord.model_copy(update={"token": platforms.discord.token.based_on(folder)})
            platforms = platforms.model_copy(update={"discord": discord})
        return self.model_copy(update={"data": data, "safety": safety, "platforms": platforms})
