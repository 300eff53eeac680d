"""The rules, compiled once; a text assessed in one pass.

`assess` is pure and safe to call from any thread. It costs some tens of microseconds for a chat message and grows
linearly; texts longer than `LONG` characters belong off the event loop, those longer than `MOST` are read in part:
their beginning and their end.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from math import inf
from pathlib import Path

from safety import load
from safety.examples import failing, unknown
from safety.fired import Explanation, Fired, verdict_of
from safety.judging import Judge
from safety.nets import nets
from safety.reader.learning import moved
from safety.reader.model import Model, Thresholds, asked, shipped_model
from safety.reader.model import Reading as Read
from safety.reader.policy import FAINT, Mode, Policy, decide, in_force, least, may_speak
from safety.reading import shortened
from safety.rule import OWN, Rule, RuleFile, channel_name
from safety.search import Found, Search
from safety.source import RulesError
from safety.tuning import tuned, tunes_of
from safety.verdict import NOTHING, Level, Verdict

LONG = 4_000
"""Characters from which a text is better assessed off the event loop (`asyncio.to_thread`)."""


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


FAINTLY = asked(FAINT)
FEW = 2
"""Words of which the reader can't tell that nothing is there: “help” stays watched."""


class Engine:
    """Rules, compiled. Build it with `load` (files) or `of` (values)."""

    def __init__(self, files: Mapping[str, RuleFile], model: Model | None = None) -> None:
        self.own = files.get(OWN, RuleFile())
        self.files = files = {
            code: replace(file, rules=tuple(tuned(rule, self.own.tune) for rule in file.rules))
            for code, file in files.items()
        }
        self.rules: tuple[Rule, ...] = tuple(rule for file in files.values() for rule in file.rules)
        policy = self.own.reader or Policy()
        self._model = None if policy.silent else model
        self._agree(policy)
        self._judge = Judge(files, self.own)
        self.tuned = self._judge.tuned
        leveled = [tune for tune in self.own.tune if tune.level is not None]
        self._ours = {rule.id for rule in self.rules if tunes_of(rule, leveled)}
        """Of the packs' rules those to which the community gave a level: the reader lowers none, as none of its own."""
        self._search = Search(files, self.rules, nets(files) - self._ours if self._model is not None else ())

    @classmethod
    def load(cls, paths: Sequence[Path] = (), *, packs: Sequence[str], reader: bool = True) -> Engine:
        """The shipped packs by name and a community's own files; beside them the second reader, unless it is left out
        or there is none. Raises RulesError with every mistake; a rule that fails its own examples is a mistake."""
        with pausing():
            return cls.of(load.load_all(paths, packs), shipped_model() if reader else None)

    @classmethod
    def of(cls, files: Mapping[str, RuleFile], model: Model | None = None) -> Engine:
        """From files that were read: packs by their code, own rules under "". Raises RulesError."""
        engine = cls(files, model)
        mistakes = [*unknown(engine), *failing(engine)]
        if mistakes:
            raise RulesError(mistakes)
        return engine

    @property
    def learns(self) -> bool:
        """Whether the community wants verdicts to move the second reader's thresholds."""
        return self._policy.learn and self._model is not None

    @property
    def thresholds(self) -> Thresholds | None:
        """The second reader's, as they are in force; None where it does not read."""
        return None if self._model is None else in_force(self._policy, self._model.thresholds)

    def stepped(self, step: int) -> Engine:
        """The same rules, sharing all that was compiled, with the second reader's thresholds moved by so many steps."""
        if self._model is None or self.thresholds is None or not step:
            return self
        to, out = moved(self.thresholds, step), copy(self)
        out._agree(replace(self._policy, queue=to.queue, concern=to.concern, lift=to.lift))
        return out

    def _agree(self, policy: Policy) -> None:
        """Put a policy in force. `_least`: what a text must sound like for anything to follow; `_asked`: how loud it
        must be for the reader to speak alone; `_drops`: whether what only nets watch is dropped. A text that the reader
        would queue alone is never faint."""
        self._policy = policy
        self._everywhere = not policy.channels and policy.mode is not Mode.OFF
        self._least = (0.0, 0.0) if self._model is None else least(policy, self._model.thresholds)
        self._doubt = 0.0 if self._model is None else in_force(policy, self._model.thresholds).doubt
        self._asked = asked(self._least[1])
        self._drops = self._model is not None and self._least[1] >= FAINT

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
        if parts:
            parts |= self._search.look_for_nets(words)
        else:
            loud = self._loud(text, pieces, channel)
            drops = loud is not None and self._drops and len(pieces if cut is text else text.split()) > FEW
            if drops and loud is not None and loud < FAINTLY:
                return NOTHING
            parts = self._search.look_for_nets(words)
            if not parts:
                return self._alone(text, loud, channel, private, support)
            if drops and self._hears_nothing(text, FAINT if loud == inf else 0.0):
                return NOTHING
        found = self._search.find(cut, parts)
        fired = self._fired(cut, found, channel, roles, private, language, support) if found else []
        if fired:
            ruled = verdict_of(fired)
            return self._both(text, ruled, fired, channel, private, support, self._least[0])[0]
        return self._alone(text, self._loud(text, pieces, channel), channel, private, support)

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
        verdict, reading = self._both(text, ruled, fired, channel, private, support)
        weighed = self._model.explain(text) if reading and reading.most and self._model is not None else ()
        return Explanation(verdict, read, tuple(fired), ruled, reading, tuple(weighed))

    def _loud(self, text: str, pieces: Sequence[str], channel: str) -> float | None:
        """How loud the reader may find a text at the most (`Model.bound`); None where it says nothing of it."""
        if self._model is None or not (self._everywhere or may_speak(NOTHING, self._policy, channel_name(channel))):
            return None
        return self._model.bound(text, pieces)

    def _hears_nothing(self, text: str, least: float) -> bool:
        """Whether the reader finds so little in a text that what a wide net watches there is dropped (`decide`)."""
        assert self._model is not None
        reading = self._model.read(text, least)
        return reading.read and reading.most < FAINT

    def _alone(self, text: str, loud: float | None, channel: str, private: bool, support: bool) -> Verdict:
        """What the reader says where no rule says anything."""
        if loud is None or loud < self._asked:
            return NOTHING
        return self._both(text, NOTHING, (), channel, private, support, self._least[1])[0]

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
        least: float = 0.0,
    ) -> tuple[Verdict, Read | None]:
        """One verdict from the rules and the second reader, and what that one made of the text; None where it has
        nothing to say here. `least`: where it says less, it is not asked how much."""
        name = channel_name(channel)
        if self._model is None or not may_speak(ruled, self._policy, name):
            return ruled, None
        reading = self._model.read(text, least)
        if ruled.level is Level.CONCERN and reading.read and reading.most < self._doubt:
            reading = self._repaired(text, reading)
        loud = [one for one in fired if one.level is ruled.level and one.level > Level.NONE]
        explicit = any(one.rule.explicit for one in fired if one.level > Level.NONE)
        named = explicit or any(one.own or one.rule.given for one in loud)
        ours = any(not one.rule.pack or one.rule.id in self._ours for one in loud)
        net = ruled.level is Level.WATCH and not ours and all(one.rule.level is Level.WATCH for one in loud)
        both = decide(
            ruled,
            reading,
            self._policy,
            self._model.thresholds,
            channel=name,
            explicit=explicit or ours,
            named=named,
            net=net and not explicit and len(text.split()) > FEW,
        )
        if self._quiet(name, private, support) and both.level is Level.CONCERN:
            both = replace(both, level=Level.WATCH)
        return both, reading

    def _repaired(self, text: str, reading: Read) -> Read:
        """What the reader makes of a text as the rules read it: of words that hide or were mistyped it can't say that
        there is nothing in them."""
        assert self._model is not None
        others = [one.words for one in self._search.readings(shortened(text)) if one.origin is not None]
        return max([reading, *(self._model.read(" ".join(words)) for words in others)], key=lambda one: one.most)

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
