"""What every section of the configuration is: frozen, and an error where a key is unknown."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """The base of all sections: frozen, and no key that we don't know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
