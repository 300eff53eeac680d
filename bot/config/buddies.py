"""What can be configured of buddies."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from bot.config.section import Settings


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
