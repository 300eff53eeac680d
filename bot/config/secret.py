"""Secrets: named in the configuration, kept elsewhere: environment, a file of mode 0600, or a systemd credential."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.talk.errors import StartRefused


class Secret(BaseModel):
    """Where a secret lies: exactly one of `env`, `file`, `credential`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    env: str | None = Field(None, description="The name of an environment variable that holds it.")
    file: Path | None = Field(None, description="A file of mode 0600 that holds it and nothing else.")
    credential: str | None = Field(None, description="The name of a systemd credential (LoadCredential=).")

    @model_validator(mode="after")
    def _one(self) -> Secret:
        if sum(source is not None for source in (self.env, self.file, self.credential)) != 1:
            raise ValueError("say exactly one of env, file and credential")
        return self

    def based_on(self, folder: Path) -> Secret:
        """The same, with a relative path taken from that folder."""
        return self if self.file is None else self.model_copy(update={"file": folder / self.file})

    def reveal(self, what: str, environ: Mapping[str, str] = os.environ) -> str:
        """The secret itself. Raises StartRefused with what to do; the sentence never holds the secret."""
        if self.env is not None:
            value = environ.get(self.env, "").strip()
            if not value:
                raise StartRefused(f"{what}: the environment variable {self.env} is not set. Set it and start again.")
            return value
        if self.credential is not None:
            folder = environ.get("CREDENTIALS_DIRECTORY")
            if not folder:
                raise StartRefused(f"{what}: systemd gave no credentials. Add LoadCredential={self.credential}:PATH.")
            return _read(Path(folder) / self.credential, what, private=False)
        assert self.file is not None
        return _read(self.file, what, private=True)


def _read(path: Path, what: str, *, private: bool) -> str:
    try:
        mode = path.stat().st_mode
        if private and os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise StartRefused(f"{what}: others on this machine can read {path}. Run: chmod 600 {path}")
        value = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StartRefused(f"{what}: {path} can't be read ({error.strerror}).") from None
    if not value:
        raise StartRefused(f"{what}: {path} is empty.")
    return value
