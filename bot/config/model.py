"""What can be configured, with its defaults and what each thing means. Frozen; an unknown key is an error.

The descriptions here are what `handrail config schema` gives to editors and what `config.example.yaml` says.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.config.secret import Secret


class Settings(BaseModel):
    """The base of all sections: frozen, and no key that we don't know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Safety(Settings):
    """What the safety rules read, and what they offer."""

    packs: tuple[str, ...] = Field(("en",), description="The shipped rules to use, one for each language spoken.")
    rules: Path | None = Field(None, description="The community's own rules, written by moderators.")
    helplines: Path | None = Field(None, description="The community's own helplines, on top of the shipped ones.")


Places = dict[Literal["discord", "matrix", "local"], tuple[str, ...]]
"""Channels and rooms by their platform's own ids."""


class Moderation(Settings):
    """Who looks after the community, and when."""

    places: Places = Field(default_factory=dict, description="Moderators' rooms, by platform; alerts go to them all.")


class Buddies(Settings):
    """Who is paired with whom, and how often."""

    topics: tuple[str, ...] = Field(
        ("grief", "anxiety", "depression", "loneliness", "addiction", "illness", "relationships", "family", "work"),
        description="What people may have lived through, to choose from; known words are translated, others shown.",
        min_length=1,
        max_length=24,
    )
    rounds: Literal["daily", "weekly", "never"] = Field("weekly", description="How often pairs are made.")
    day: int = Field(6, ge=0, le=6, description="The day of weekly rounds, 0 for Monday to 6 for Sunday.")
    hour: int = Field(18, ge=0, le=23, description="The hour of rounds, in the community's time zone.")
    minors: bool = Field(False, description="Whether people under 18 may be paired, only among themselves.")
    most: int = Field(3, ge=1, le=5, description="How many buddies one person may have.")
    answer_hours: int = Field(72, ge=24, le=168, description="How long both have to say yes to a pairing.")
    new_a_day: int = Field(100, ge=1, description="How many new pairings a day there may be at most.")
    prompts: bool = Field(True, description="Whether buddies are now and then reminded to listen and take turns.")

    @field_validator("topics")
    @classmethod
    def _topics(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for word in value:
            if not 1 <= len(word) <= 30 or any(sign in word for sign in "|=@#<>`\n"):
                raise ValueError(f"{word!r} must be up to 30 characters, without signs such as @ # < > | =")
        if len(set(value)) != len(value):
            raise ValueError("a topic is said twice; keep one")
        return value


class Local(Settings):
    """The local page, where one plays a small community alone."""

    port: int = Field(8765, ge=0, le=65535, description="The port on 127.0.0.1; 0 takes any free one.")


class Platforms(Settings):
    """Where the bot is. At least one."""

    local: Local | None = Field(None, description="The local page, for trying things out.")


class Config(Settings):
    """Handrail's configuration."""

    community: Community = Field(default_factory=lambda: Community(), description="Who this bot is for.")
    data: Data = Field(default_factory=lambda: Data(), description="Where the bot keeps its files.")
    log: Log = Field(default_factory=lambda: Log(), description="What the logs say.")
    platforms: Platforms = Field(default_factory=lambda: Platforms(), description="Where the bot is.")
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
        key = self.data.key
        if key.file is not None:
            key = key.model_copy(update={"file": folder / key.file})
        data = self.data.model_copy(update={"folder": folder / self.data.folder, "key": key})
        own = {name: folder / path for name in ("rules", "helplines") if (path := getattr(self.safety, name))}
        safety = self.safety.model_copy(update=own)
        return self.model_copy(update={"data": data, "safety": safety})
