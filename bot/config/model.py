"""What can be configured, with its defaults and what each thing means. Frozen; an unknown key is an error.

The descriptions here are what `handrail config schema` gives to editors and what `config.example.yaml` says.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

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


class Local(Settings):
    """The local page, where one plays a small community alone."""

    port: int = Field(8765, ge=0, le=65535, description="The port on 127.0.0.1; 0 takes any free one.")


class Scale(Settings):
    """Something beside the mood that members may put a number on."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,30}$", description="A short name that stays the same, as sleep.")
    name: str | dict[str, str] = Field(description="What members read: a text, or one for each language.")
    low: float = Field(1, ge=-100_000, le=100_000, description="The smallest value.")
    high: float = Field(5, ge=-100_000, le=100_000, description="The largest value.")

    @model_validator(mode="after")
    def _bounds(self) -> Scale:
        if self.low >= self.high:
            raise ValueError("low must be smaller than high")
        names = self.name if isinstance(self.name, dict) else {"": self.name}
        if not names or any(not 1 <= len(name) <= 40 for name in names.values()):
            raise ValueError("a name has 1 to 40 characters")
        return self

    def named(self, language: str) -> str:
        """Its name in that language, else in the same language elsewhere, else the first that was given."""
        if isinstance(self.name, str):
            return self.name
        return self.name.get(language) or self.name.get(language.split("-")[0]) or next(iter(self.name.values()))


class Checkins(Settings):
    """What members may note beside a mood."""

    scales: tuple[Scale, ...] = Field((), max_length=10, description="Scales offered to everyone, all optional.")

    @field_validator("scales")
    @classmethod
    def _scales(cls, value: tuple[Scale, ...]) -> tuple[Scale, ...]:
        ids = [one.id for one in value]
        double = next((id for id in ids if ids.count(id) > 1), None)
        if double:
            raise ValueError(f"the id {double} is given twice; every scale needs its own")
        return value


class Platforms(Settings):
    """Where the bot is. At least one."""

    local: Local | None = Field(None, description="The local page, for trying things out.")


class Config(Settings):
    """Handrail's configuration."""

    community: Community = Field(default_factory=lambda: Community(), description="Who this bot is for.")
    data: Data = Field(default_factory=lambda: Data(), description="Where the bot keeps its files.")
    log: Log = Field(default_factory=lambda: Log(), description="What the logs say.")
    platforms: Platforms = Field(default_factory=lambda: Platforms(), description="Where the bot is.")
    checkins: Checkins = Field(default_factory=lambda: Checkins(), description="What members may note beside a mood.")
    safety: Safety = Field(default_factory=lambda: Safety(), description="What the safety rules read and offer.")
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
