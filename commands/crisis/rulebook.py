"""The rules in force: loaded all or nothing, kept when a newer file has mistakes, and counted where they are in shadow.

It knows no platform and no database. One book serves a process for each set of files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from safety import Engine, Verdict


class RuleBook:
    """An engine that can be exchanged for a newer one, or not at all."""

    def __init__(self, path: Path | None, packs: tuple[str, ...]) -> None:
        self.path = path
        self.packs = packs
        self.engine = self._load()
        self.stamp = self._stamp()
        self.problems: tuple[str, ...] = ()
        """What is wrong with the file as it lies there now; the rules before it stay in force."""
        self.shadow: Counter[str] = Counter()
        """How often each rule in shadow would have fired, since it was last asked."""

    def assess(self, text: str, *, channel: str, roles: frozenset[str], private: bool) -> Verdict:
        verdict = self.engine.assess(text, channel=channel, roles=roles, private=private)
        if verdict.shadow:
            self.shadow.update(verdict.shadow)
        return verdict

    def _load(self) -> Engine:
        return Engine.load([self.path] if self.path else [], packs=list(self.packs))

    def _stamp(self) -> tuple[int, int] | None:
        if self.path is None:
            return None
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size

    @property
    def changed(self) -> bool:
        """Whether the file is another one than was read last."""
        return self._stamp() != self.stamp

    def take_shadow(self) -> dict[str, int]:
        """The counts since this was last asked."""
        taken, self.shadow = dict(self.shadow), Counter()
        return taken


@cache
def book(path: Path | None, packs: Sequence[str]) -> RuleBook:
    """Raises what loading the rules raises."""
    return RuleBook(path, tuple(packs))
