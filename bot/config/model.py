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
from safety.opening import parse_span


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


Way = Literal["reply", "dm", "panel", "queue"]
Places = dict[Literal["discord", "matrix", "local"], tuple[str, ...]]
"""Channels and rooms by their platform's own ids."""


class Ways(Settings):
    """How a message that the rules answer is answered, by level. Whoever agreed to be written to is, with each."""

    urgent: Way = Field("reply", description="reply: privately, else one short line. dm: privately, else that line.")
    concern: Way = Field(
        "reply", description="reply; dm: privately or not at all; panel: the panel is there; queue: moderators alone."
    )


class SomeWays(Settings):
    """Other ways in one place; what is left out stays as everywhere."""

    urgent: Way | None = Field(None, description="As safety.ways.urgent, in this place.")
    concern: Way | None = Field(None, description="As safety.ways.concern, in this place.")


class Panel(Settings):
    """A standing message that says where help is, for places that want no visible answer."""

    places: Places = Field(default_factory=dict, description="Where it stands, by platform.")
    every: Literal["day", "week", "month"] = Field("week", description="How often it is put anew, at the bottom.")


class Safety(Settings):
    """What the safety rules read, and what they offer."""

    packs: tuple[str, ...] = Field(("en",), description="The shipped rules to use, one for each language spoken.")
    rules: Path | None = Field(None, description="The community's own rules, written by moderators.")
    helplines: Path | None = Field(None, description="The community's own helplines, on top of the shipped ones.")
    ways: Ways = Field(default_factory=lambda: Ways(), description="How a message is answered, by level.")
    channels: dict[str, SomeWays] = Field(default_factory=dict, description="Other ways in some places, by their id.")
    support: Places = Field(
        default_factory=dict, description="Support channels, where sadness is the subject: concern is only watched."
    )
    cooldown: int = Field(60, ge=0, le=1440, description="Minutes in which a person is not answered again at a level.")
    panel: Panel = Field(default_factory=lambda: Panel(), description="A standing message that says where help is.")


class Moderation(Settings):
    """Who looks after the community, and when."""

    places: Places = Field(default_factory=dict, description="Moderators' rooms, by platform; alerts go to them all.")
    escalate_minutes: int = Field(
        15, ge=0, le=1440, description="Minutes until an alert nobody took is raised; 0: never."
    )
    escalate_to: Places = Field(
        default_factory=dict, description="Who is called then, by platform: account ids, or role:ID on Discord."
    )
    hours: tuple[str, ...] = Field(
        (), description="When moderators usually read, in the community's zone; none given: no promise either way."
    )
    quote: bool = Field(False, description="Whether alerts quote the message. A link is kinder to its author.")

    @field_validator("hours")
    @classmethod
    def _hours(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            parse_span(one)
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
