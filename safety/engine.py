"""The rules, compiled once; a text assessed in one pass.

`glance` and `assess` are pure and safe to call from any thread. A chat message costs some tens of microseconds, and
more characters linearly more; few need the encoder, which takes milliseconds. Texts longer than `LONG` belong off the
event loop: `glance` says so. Those longer than `MOST` are read in part, their
beginning and their end.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from pathlib import Path

from safety import load
from safety.beside import Beside
from safety.examples import failing, unknown
from safety.fired import Explanation, Fired, verdict_of
from safety.judging import Judge
from safety.nets import nets
from safety.reader.encoder.encoder import Encoder, shipped_encoder
from safety.reader.model import Model, Thresholds, shipped_model
from safety.reader.model import Reading as Read
from safety.reader.policy import Policy
from safety.reading import shortened
from safety.rule import OWN, Rule, RuleFile, channel_name
from safety.search import Found, Search
from safety.source import RulesError
from safety.tuning import tuned, tunes_of
from safety.verdict import NOTHING, Level, Verdict

LONG = 4_000
"""Characters up to which `glance` reads."""


@contextmanager
def pausing() -> Iterator[None]:
    """Meanwhile nothing looks for garbage: what is built here is many, small and kept, and walking it again and again
    as it grows takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class Engine:
    """Rules, compiled. Build it with `load` (files) or `of` (values)."""

    def __init__(
        self, files: Mapping[str, RuleFile], model: Model | None = None, encoder: Encoder | None = None
    ) -> None:
        self.own = files.get(OWN, RuleFile())
        self.files = files = {
            code: replace(file, rules=tuple(tuned(rule, self.own.tune) for rule in file.rules))
            for code, file in files.items()
        }
        self.rules: tuple[Rule, ...] = tuple(rule for file in files.values() for rule in file.rules)
        policy = self.own.reader or Policy()
        self._beside = None if model is None or policy.silent else Beside(model, policy, encoder)
        self._judge = Judge(files, self.own)
        self.tuned = self._judge.tuned
        leveled = [tune for tune in self.own.tune if tune.level is not None]
        self._ours = {rule.id for rule in self.rules if tunes_of(rule, leveled)}
        """Of the packs' rules those to which the community gave a level: the reader lowers none, as none of its own."""
        self._search = Search(files, self.rules, nets(files) - self._ours if self._beside is not None else ())

    @classmethod
    def load(cls, paths: Sequence[Path] = (), *, packs: Sequence[str], reader: bool = True) -> Engine:
        """The shipped packs by name and a community's own files; beside them the second reader, unless it is left out
        or there is none. Raises RulesError with every mistake; a rule that fails its own examples is a mistake."""
        with pausing():
            readers = (shipped_model(), shipped_encoder()) if reader else ()
            return cls.of(load.load_all(paths, packs), *readers)

    @classmethod
    def of(cls, files: Mapping[str, RuleFile], model: Model | None = None, encoder: Encoder | None = None) -> Engine:
        """From files that were read: packs by their code, own rules under "". Raises RulesError."""
        engine = cls(files, model, encoder)
        mistakes = [*unknown(engine), *failing(engine)]
        if mistakes:
            raise RulesError(mistakes)
        return engine

    @property
    def learns(self) -> bool:
        """Whether the community wants verdicts to move the second reader's thresholds."""
        return self._beside is not None and self._beside.learns

    @property
    def thresholds(self) -> Thresholds | None:
        """The second reader's, as they are in force; None where it does not read."""
        return None if self._beside is None else self._beside.thresholds

    def stepped(self, step: int) -> Engine:
        """The same rules, sharing all that was compiled, with the second reader's thresholds moved by so many steps."""
        if self._beside is None or not step:
            return self
        out = copy(self)
        out._beside = self._beside.stepped(step)
        return out

    def glance(
        self, text: str, *, channel: str = "", roles: frozenset[str] = frozenset(), private: bool = False
    ) -> Verdict | None:
        """As `assess`, where that takes milliseconds at the most; else None, and it is for `assess` in a thread."""
        return None if len(text) > LONG else self.assess(text, channel=channel, roles=roles, private=private)

    def assess(
        self,
        text: str,
        *,
        channel: str = "",
        roles: frozenset[str] = frozenset(),
        private: bool = False,
        language: str = "",
        support: bool = False,
    ) -> Verdict:
        """What the rules say of a text. `channel` is its name or id; `support` treats it as a support channel, where a
        concern is only watched; `language`, where it is known, leaves rules for other languages out. Never raises."""
        cut = shortened(text)
        pieces = cut.split()
        words = self._search.words(cut, pieces)
        parts = self._search.look(words)
        loud = None
        if parts:
            parts |= self._search.look_for_nets(words)
        elif self._beside is None:
            parts = self._search.look_for_nets(words)
        else:
            loud = self._beside.loud(text, pieces, channel_name(channel))
            count = len(pieces) if cut is text else len(text.split())
            if self._beside.drops(text, count, loud, surely=True):
                return NOTHING
            parts = self._search.look_for_nets(words)
            if parts and self._beside.drops(text, count, loud, surely=False):
                return NOTHING
        found = self._search.find(cut, parts) if parts else ()
        fired = self._fired(cut, found, channel, roles, private, language, support) if found else []
        if not fired:
            return self._alone(text, pieces, loud, channel, private, support)
        return self._both(text, verdict_of(fired), fired, channel, private, support)[0]

    def explain(
        self,
        text: str,
        *,
        channel: str = "",
        roles: frozenset[str] = frozenset(),
        private: bool = False,
        language: str = "",
        support: bool = False,
    ) -> Explanation:
        """As `assess`, with the reasons: the same code, nothing estimated."""
        cut = shortened(text)
        found = self._search.every(cut)
        fired = self._fired(cut, found, channel, roles, private, language, support)
        fired.sort(key=lambda one: (-one.level, one.span.start, one.rule.id, one.span.end))
        readings = self._search.readings(cut)
        read = {code: reading.line.strip(" .") for reading in readings for code in reading.files}
        ruled = verdict_of(fired) if fired else NOTHING
        verdict, reading = self._both(text, ruled, fired, channel, private, support, whole=True)
        weighed = self._beside.weighed(text) if self._beside is not None and reading and reading.most else ()
        return Explanation(verdict, read, tuple(fired), ruled, reading, weighed)

    def _alone(
        self,
        text: str,
        pieces: Sequence[str],
        loud: float | None,
        channel: str,
        private: bool,
        support: bool,
    ) -> Verdict:
        """What the reader says where no rule says anything."""
        if self._beside is None:
            return NOTHING
        if loud is None:
            loud = self._beside.loud(text, pieces, channel_name(channel))
        if not self._beside.speaks_alone(loud):
            return NOTHING
        return self._both(text, NOTHING, (), channel, private, support)[0]

    def _fired(
        self,
        cut: str,
        found: Sequence[Found],
        channel: str,
        roles: frozenset[str],
        private: bool,
        language: str,
        support: bool,
    ) -> list[Fired]:
        name = channel_name(channel)
        quiet = self._quiet(name, private, support)
        return self._judge.fired(cut, found, channel=name, roles=roles, language=language, quiet=quiet)

    def _quiet(self, channel: str, private: bool, support: bool) -> bool:
        """Whether sadness is the subject here, so that a concern is only watched."""
        return not private and (support or channel in self.own.support_channels)

    def _both(
        self,
        text: str,
        ruled: Verdict,
        fired: Sequence[Fired],
        channel: str,
        private: bool,
        support: bool,
        *,
        whole: bool = False,
    ) -> tuple[Verdict, Read | None]:
        """One verdict from the rules and the second reader, and what that one made of the text; None where it has
        nothing to say here."""
        if self._beside is None:
            return ruled, None
        name = channel_name(channel)
        both, reading = self._beside.both(
            text, ruled, fired, name, self._chosen, lambda: self._repaired(text), whole=whole
        )
        if self._quiet(name, private, support) and both.level is Level.CONCERN:
            both = replace(both, level=Level.WATCH)
        return both, reading

    def _chosen(self, one: Fired) -> bool:
        return not one.rule.pack or one.rule.id in self._ours

    def _repaired(self, text: str) -> list[str]:
        """A text as the rules read it, where they repaired words."""
        return [" ".join(one.words) for one in self._search.readings(shortened(text)) if one.origin is not None]

    def tried(self, rule: Rule, sentence: str) -> list[Fired]:
        """What one rule makes of a sentence where it listens, beside the other rules of its pack; a community's own
        beside all."""
        cut = shortened(sentence)
        found = self._search.every(cut, rule.pack or None)
        channel = next(iter(sorted(rule.channels)), "")
        fired = self._fired(cut, found, channel, rule.roles, False, "", False)
        fired.sort(key=lambda one: (-one.level, one.span.start, one.rule.id, one.span.end))
        return [one for one in fired if one.rule.id == rule.id]

    def read(self, text: str, language: str) -> str:
        """How a pack reads a text: its words, folded and repaired, on one line."""
        readings = self._search.readings(shortened(text))
        return next((reading.line for reading in readings if language in reading.files), readings[0].line)

    def responses(self, rule_id: str) -> Mapping[str, str]:
        """A rule's own wording of the reply by language; empty where it has none."""
        return next((rule.responses for rule in self.rules if rule.id == rule_id), {})
