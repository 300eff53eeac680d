"""What can be configured of the safety rules, of what they lead to, and of who looks after the community."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from bot.config.section import Settings
from safety.opening import parse_span

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
