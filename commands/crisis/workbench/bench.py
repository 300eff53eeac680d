"""What the workbench can do, as plain values in and out: read the file, check it, try a message, compare, save.

It must not know HTTP. Messages that are tried are never kept.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.config import Config
from bot.talk.platform import Words
from commands.crisis.keeping import helplines
from commands.crisis.workbench.sent import Sent, would_send
from safety import Engine, Verdict
from safety.fired import Explanation
from safety.helplines import Helplines
from safety.load import load_all
from safety.reader.encoder.encoder import shipped_encoder
from safety.reader.model import shipped_model
from safety.rule import RuleFile
from safety.rules import load_text
from safety.source import Mistake, RulesError

NAME = "rules.yaml"
BEGINNING = """\
version: 1
rules:
  - id: first-rule
    topic: custom
    level: watch
    phrases: ["words you look for"]
    examples:
      match: ["a sentence with words you look for"]
"""
MOST_SAMPLES = 2000
LONGEST_SAMPLE = 4000


class ChangedMeanwhile(Exception):
    """Somebody else saved the file since it was opened."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The file as it lies there. `stamp` names what was read, so that nobody overwrites another's work."""

    text: str
    stamp: str
    new: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What loading the text would say. `rules` and `examples` count those that were tried; 0 after a mistake."""

    mistakes: tuple[Mistake, ...]
    rules: int = 0
    examples: int = 0


@dataclass(frozen=True, slots=True)
class Tried:
    """What a message would meet: the verdict with its reasons, and what would be sent."""

    explained: Explanation
    sent: Sent


@dataclass(frozen=True, slots=True)
class Compared:
    """One sample under the rules in force and under those on the bench."""

    index: int
    was: Verdict
    now: Verdict

    @property
    def changed(self) -> bool:
        return (self.was.level, self.was.about, self.was.topic) != (self.now.level, self.now.about, self.now.topic)


class Bench:
    """The community's own rules on the bench. `path` need not be there yet. Nothing here is fast enough for an event
    loop: call it in a thread."""

    def __init__(self, path: Path, packs: Sequence[str], lines: Helplines, words: Words) -> None:
        self.path = path
        self.packs = tuple(packs)
        self.lines = lines
        self.words = words
        self._packs: Mapping[str, RuleFile] | None = None
        self._made: OrderedDict[str, Engine] = OrderedDict()

    @classmethod
    def of(cls, config: Config, words: Words) -> Bench:
        """The file that the configuration names, or `rules.yaml` beside the data where it names none."""
        path = config.safety.rules or config.data.folder / NAME
        return cls(path, config.safety.packs, helplines(config), words)

    # --- the file -------------------------------------------------------------------------------------------------

    def open(self) -> Opened:
        """The file's text, or a first rule to begin with where there is none."""
        text = self._there()
        return Opened(BEGINNING, "", True) if text is None else Opened(text, stamp_of(text), False)

    def save(self, text: str, stamp: str) -> Opened:
        """Put it in the file's place, whole or not at all. Raises RulesError for rules that can't be loaded and
        ChangedMeanwhile where the file is not the one that was opened."""
        self.engine(text)
        there = self._there()
        if ("" if there is None else stamp_of(there)) != stamp:
            raise ChangedMeanwhile()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=self.path.parent, prefix=f".{NAME}.", delete=False) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(self.path)
        return self.open()

    def _there(self) -> str | None:
        try:
            return self.path.read_text("utf-8")
        except FileNotFoundError:
            return None

    # --- the rules ------------------------------------------------------------------------------------------------

    def engine(self, text: str) -> Engine:
        """The packs with this text as own rules. Raises RulesError with every mistake."""
        key = stamp_of(text)
        if key not in self._made:
            own = load_text(text, self.path.name)
            packs = self._shipped() if own.packs is None else load_all([], own.packs)
            self._made[key] = Engine.of({**packs, "": own}, shipped_model(), shipped_encoder())
            while len(self._made) > 3:
                self._made.popitem(last=False)
        self._made.move_to_end(key)
        return self._made[key]

    def _shipped(self) -> Mapping[str, RuleFile]:
        if self._packs is None:
            self._packs = load_all([], self.packs)
        return self._packs

    def in_force(self) -> Engine:
        """What the saved file gives; the packs alone where there is none or it has mistakes."""
        there = self._there()
        try:
            return self.engine(there or "version: 1\n")
        except RulesError:
            return self.engine("version: 1\n")

    def check(self, text: str) -> Checked:
        """Every mistake, examples that fail among them."""
        try:
            engine = self.engine(text)
        except RulesError as error:
            return Checked(error.mistakes)
        own = [rule for rule in engine.rules if not rule.pack]
        examples = sum(len(rule.examples.match) + len(rule.examples.other) + len(rule.examples.ignore) for rule in own)
        return Checked((), len(own), examples)

    def attempt(
        self, text: str, message: str, *, channel: str, private: bool, language: str, country: str | None, now: datetime
    ) -> Tried:
        """A message under the rules on the bench, and what its author would read. Raises RulesError."""
        explained = self.engine(text).explain(message, channel=channel, private=private)
        return Tried(explained, would_send(explained.verdict, self.lines, self.words, language, country, now))

    def compare(self, text: str, samples: Sequence[str], *, channel: str) -> list[Compared]:
        """What a change would newly see or stop seeing, for each sample. Raises RulesError."""
        before, after = self.in_force(), self.engine(text)
        return [
            Compared(index, before.assess(sample, channel=channel), after.assess(sample, channel=channel))
            for index, sample in enumerate(samples)
        ]


def samples_of(pasted: str) -> list[str]:
    """A line a sample; empty ones left out."""
    lines = [line.strip()[:LONGEST_SAMPLE] for line in pasted.splitlines()]
    return [line for line in lines if line][:MOST_SAMPLES]


def stamp_of(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
