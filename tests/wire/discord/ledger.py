"""What the bot sent: every REST call, and every complaint about one."""

from __future__ import annotations

from typing import Any

from .calls import Call
from .faults import matches


class Ledger:
    """`complaints` are sentences; `requests` the calls, oldest first; `invalid_requests` counts 401, 403 and 429.

    `syncs` names each bulk overwrite of commands by its guild's id, None for the global ones.
    """

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.requests: list[Call] = []
        self.invalid_requests = 0
        self.syncs: list[int | None] = []
        self.creations: dict[int | None, int] = {}

    def complain(self, where: str, what: str) -> None:
        self.complaints.append(f"{where}: {what}")

    def complain_about_identify(self, data: Any) -> None:
        properties = data.get("properties") or {}
        if not {"os", "browser", "device"} <= {key.lstrip("$") for key in properties}:
            self.complain("gateway", "IDENTIFY without os, browser and device")
        if not 50 <= data.get("large_threshold", 50) <= 250:
            self.complain("gateway", "large_threshold: 50 to 250")

    def forgive(self, part: str) -> list[str]:
        """Take out the complaints that hold these words, at least one."""
        found = [one for one in self.complaints if part in one]
        assert found, f"no complaint about {part!r}: {self.complaints}"
        self.complaints = [one for one in self.complaints if part not in one]
        return found

    def check(self) -> None:
        """Fail if anything was complained about."""
        assert not self.complaints, "the bot's requests:\n" + "\n".join(self.complaints)

    def calls(self, pattern: str) -> list[Call]:
        """The REST calls so far that fit ("POST /channels/*/messages"), oldest first."""
        return [call for call in self.requests if matches(pattern, call.name)]
