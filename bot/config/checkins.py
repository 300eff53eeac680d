"""What can be configured of check-ins."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from bot.config.section import Settings


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
