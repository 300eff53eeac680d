"""The rules in force: loaded all or nothing, exchanged while the bot runs, kept when a newer file has mistakes.

It knows no platform and no database. One book serves a process for each set of files. A copy of the last own rules
without mistakes lies with the data, so that a mistake saved in the night takes nothing away at the next start.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from safety import Engine, Verdict
from safety.changes import Changes, reload
from safety.reader.model import Thresholds
from safety.rule import Rule
from safety.source import RulesError

log = logging.getLogger("handrail.crisis")

LAST_GOOD = "rules-last-good.yaml"


@dataclass(frozen=True, slots=True)
class Taught:
    """By how many steps verdicts moved the second reader, counted from these thresholds and from no others."""

    step: int = 0
    concern: float = 0.0
    lift: float = 0.0

    def fits(self, base: Thresholds) -> bool:
        return (self.concern, self.lift) == (base.concern, base.lift)


class RuleBook:
    """An engine that can be exchanged for a newer one, or not at all. `problems` are the mistakes of the file as it
    lies there now; while there are any, the rules before them stay in force. `written` is the engine as the files say,
    `engine` the same with what verdicts taught its reader."""

    def __init__(self, path: Path | None, packs: tuple[str, ...], folder: Path | None = None) -> None:
        self.path = path
        self.packs = packs
        self._good = folder / LAST_GOOD if folder is not None else None
        self.problems: tuple[str, ...] = ()
        self.stamp = self._stamp()
        self.taught = Taught()
        self._exchange = threading.Lock()
        self.engine = self.written = self._first()
        self.shadow: Counter[str] = Counter()

    def glance(self, text: str, *, channel: str, roles: frozenset[str], private: bool) -> Verdict | None:
        verdict = self.engine.glance(text, channel=channel, roles=roles, private=private)
        if verdict is not None:
            self.shadow.update(verdict.shadow)
        return verdict

    def assess(self, text: str, *, channel: str, roles: frozenset[str], private: bool) -> Verdict:
        verdict = self.engine.assess(text, channel=channel, roles=roles, private=private)
        self.shadow.update(verdict.shadow)
        return verdict

    def reload(self) -> Changes | None:
        """Read the files anew: what changed, or None where they have mistakes and nothing was changed. Takes a while;
        safe beside the event loop."""
        self.stamp = self._stamp()
        read = reload(self.written, [self.path] if self.path else [], packs=list(self.packs))
        self.problems = tuple(map(str, read.mistakes))
        with self._exchange:
            self.written = read.engine
            self.engine = self._stepped()
        if self.problems:
            return None
        self._keep()
        return read.changes

    def teach(self, taught: Taught) -> None:
        """Put what verdicts taught the second reader in force, now and with every later file that it fits."""
        with self._exchange:
            self.taught = taught
            self.engine = self._stepped()

    def _stepped(self) -> Engine:
        base = self.written.thresholds
        fits = base is not None and self.written.learns and self.taught.fits(base)
        return self.written.stepped(self.taught.step) if fits else self.written

    @property
    def outdated(self) -> bool:
        """Whether the file is another one than was read last."""
        return self._stamp() != self.stamp

    def cooldown(self, verdict: Verdict) -> int | None:
        """Seconds for which the first of the rules is quiet for the same person, where it says so itself."""
        found = self.rule(verdict.rules[0]) if verdict.rules else None
        return found.cooldown if found else None

    def wording(self, verdict: Verdict, language: str) -> str | None:
        """The community's own first words of a reply, where the first of the rules has some in that language."""
        said = self.engine.responses(verdict.rules[0]) if verdict.rules else {}
        return said.get(language) or said.get(language.split("-")[0])

    def rule(self, id: str) -> Rule | None:
        return next((rule for rule in self.engine.rules if rule.id == id), None)

    def take_shadow(self) -> dict[str, int]:
        """How often each rule in shadow would have fired since this was last asked."""
        taken, self.shadow = dict(self.shadow), Counter()
        return taken

    def _first(self) -> Engine:
        """At the start: the file; with mistakes in it the last good one; without such a copy the packs alone."""
        try:
            engine = self._load(self.path)
        except RulesError as error:
            if self.path is None or self._good is None:
                raise
            self.problems = tuple(map(str, error.mistakes))
            log.error("the own rules have %s mistakes; the last good ones are used", len(self.problems))
            try:
                return self._load(self._good if self._good.exists() else None)
            except RulesError:
                return self._load(None)
        self._keep()
        return engine

    def _load(self, path: Path | None) -> Engine:
        return Engine.load([path], packs=list(self.packs)) if path else _packs_alone(self.packs)

    def _keep(self) -> None:
        if self.path is None or self._good is None:
            return
        try:
            self._good.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(self.path, self._good)
        except OSError:
            log.exception("the rules in force could not be kept for the next start")

    def _stamp(self) -> tuple[int, int] | None:
        if self.path is None:
            return None
        try:
            stat = self.path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size


@cache
def _packs_alone(packs: tuple[str, ...]) -> Engine:
    """The shipped packs don't change while a process lives."""
    return Engine.load([], packs=list(packs))


@cache
def book(path: Path | None, packs: tuple[str, ...], folder: Path) -> RuleBook:
    """Raises RulesError where even the shipped packs can't be loaded, or the file is not there to begin with."""
    return RuleBook(path, packs, folder)
