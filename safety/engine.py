"""The rules, compiled once; a text assessed in one pass.

`assess` is pure and safe to call from any thread. It costs some tens of microseconds for a chat message and grows
linearly; texts longer than `LONG` characters belong off the event loop, those longer than `MOST` are read in part:
their beginning and their end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from safety import load, text
from safety.context import Context, Cues, Judged
from safety.examples import failing, unknown
from safety.fired import Explanation, Fired, rerouted, verdict_of
from safety.glance import Glance
from safety.matcher import Matcher
from safety.reader.model import Model, shipped_model
from safety.reader.model import Reading as Read
from safety.reader.policy import Policy, decide, may_speak
from safety.reading import Reading, repairs_of, shortened, span_of
from safety.repair import Repairer
from safety.rule import Rule, RuleFile, channel_name
from safety.source import RulesError
from safety.tree import Node
from safety.tuning import tuned, tunes_of
from safety.verdict import NOTHING, Level, Verdict

LONG = 4_000
"""Characters from which a text is better assessed off the event loop (`asyncio.to_thread`)."""

MOST_JUDGED = 16
"""Places of one rule in one text that are looked at closely."""

OWN = ""


class Engine:
    """Rules, compiled. Build it with `load` (files) or `of` (values)."""

    def __init__(self, files: Mapping[str, RuleFile], model: Model | None = None) -> None:
        self.own = files.get(OWN, RuleFile())
        self.files = files = {
            code: replace(file, rules=tuple(tuned(rule, self.own.tune) for rule in file.rules))
            for code, file in files.items()
        }
        self.rules: tuple[Rule, ...] = tuple(rule for file in files.values() for rule in file.rules)
        self._policy = self.own.reader or Policy()
        self._model = None if self._policy.silent else model
        self._tunes = {rule.id: tunes for rule in self.rules if (tunes := tunes_of(rule, self.own.tune))}
        self.tuned = frozenset(self._tunes)
        repairs = {code: repairs_of(file) for code, file in files.items() if code}
        if self.own.spelling or self.own.keywords:
            repairs[OWN] = repairs_of(self.own)
        self._repairer = Repairer({code: one for code, one in repairs.items() if one is not None})
        self._contexts = {
            code: Context(file.context, file.subjects, (*file.rules, *self.own.rules) if code else file.rules)
            for code, file in files.items()
        }
        self._codes = tuple(self._contexts)
        self._all = _matcher(self.rules, loose=True)
        self._each = {
            code: _matcher(tuple(rule for rule in self.rules if rule.pack in (code, OWN)), loose=True) for code in files
        }
        self._strict = _matcher(self.rules, loose=False) if any(rule.strict for rule in self.rules) else None
        phrased = [phrase.node for rule in self.rules for phrase in rule.phrases]
        announced = not any(rule.regexes for rule in self.rules)
        self._glance = Glance(phrased, self._repairer, strict=self._strict is not None) if announced else None

    @classmethod
    def load(cls, paths: Sequence[Path] = (), *, packs: Sequence[str], reader: bool = True) -> Engine:
        """The shipped packs by name and a community's own files; beside them the second reader, unless it is left out
        or there is none. Raises RulesError with every mistake; a rule that fails its own examples is a mistake."""
        return cls.of(load.load_all(paths, packs), shipped_model() if reader else None)

    @classmethod
    def of(cls, files: Mapping[str, RuleFile], model: Model | None = None) -> Engine:
        """From files that were read: packs by their code, own rules under "". Raises RulesError."""
        engine = cls(files, model)
        mistakes = [*unknown(engine), *failing(engine)]
        if mistakes:
            raise RulesError(mistakes)
        return engine

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
        fired = self._fired(text, channel, roles, private, language, support)
        ruled = verdict_of(fired) if fired else NOTHING
        return ruled if self._model is None else self._both(text, ruled, fired, channel, private, support)[0]

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
        fired = self._fired(text, channel, roles, private, language, support)
        fired.sort(key=lambda one: (-one.level, one.span.start, one.rule.id, one.span.end))
        readings = self._readings(shortened(text))
        read = {code: reading.line.strip(" .") for reading in readings for code in reading.files}
        ruled = verdict_of(fired) if fired else NOTHING
        verdict, reading = self._both(text, ruled, fired, channel, private, support)
        weighed = self._model.explain(text) if reading and self._model is not None else ()
        return Explanation(verdict, read, tuple(fired), ruled, reading, tuple(weighed))

    def _both(
        self, text: str, ruled: Verdict, fired: Sequence[Fired], channel: str, private: bool, support: bool
    ) -> tuple[Verdict, Read | None]:
        """One verdict from the rules and the second reader, and what that one made of the text; None where it has
        nothing to say here."""
        name = channel_name(channel)
        if self._model is None or not may_speak(ruled, self._policy, name):
            return ruled, None
        reading = self._model.read(text)
        loud = [one for one in fired if one.level is ruled.level and one.level > Level.NONE]
        explicit = any(one.rule.explicit for one in fired if one.level > Level.NONE)
        named = explicit or any(one.own or one.rule.given for one in loud)
        both = decide(
            ruled, reading, self._policy, self._model.thresholds, channel=name, explicit=explicit, named=named
        )
        quiet = not private and (support or name in self.own.support_channels)
        if quiet and both.level is Level.CONCERN:
            both = replace(both, level=Level.WATCH)
        return both, reading

    def read(self, text: str, language: str) -> str:
        """How a pack reads a text: its words, folded and repaired, on one line."""
        readings = self._readings(shortened(text))
        return next((reading.line for reading in readings if language in reading.files), readings[0].line)

    # --- one text ------------------------------------------------------------------------------------------------

    def _readings(self, cut: str) -> list[Reading]:
        words = text.words(cut)
        line = text.padded(words)
        variants = self._repairer.variants(line, words)
        if not variants:
            return [Reading(words, None, self._codes, line)]
        same = tuple(code for code in self._codes if code not in variants)
        out = [Reading(words, None, same, line)]
        for code, (repaired, origin) in variants.items():
            out.append(Reading(repaired, origin, (code,), text.padded(repaired)))
        return out

    def _fired(
        self, whole: str, channel: str, roles: frozenset[str], private: bool, language: str, support: bool
    ) -> list[Fired]:
        cut = shortened(whole)
        if self._glance is not None and not self._glance.may_hold(cut):
            return []
        found: list[tuple[Reading, Rule, int, int]] = []
        for reading in self._readings(cut):
            whole_line = reading.origin is None
            matcher = self._all if whole_line else self._each[reading.files[0]]
            rules = matcher.rules
            for key, start, end in matcher.inner.find(reading.line):
                rule = rules[key]
                if not whole_line or rule.pack in reading.files or rule.pack == OWN:
                    found.append((reading, rule, start, end))
        if self._strict is not None:
            found += self._accented(cut)
        if not found:
            return []
        name = channel_name(channel)
        wanted = [one for one in _few(found) if self._listens(one[1], name, roles, language)]
        if not wanted:
            return []
        quiet = not private and (support or name in self.own.support_channels)
        return self._judged(cut, wanted, name, quiet)

    def _accented(self, cut: str) -> list[tuple[Reading, Rule, int, int]]:
        """Places of rules that tell accents apart. Their words stand where the loose words stand."""
        assert self._strict is not None
        words = text.words(cut, strict=True)
        loose = text.words(cut)
        if len(words) != len(loose):
            return []
        reading = Reading(loose, None, tuple(self._contexts), text.padded(loose))
        rules = self._strict.rules
        return [(reading, rules[key], start, end) for key, start, end in self._strict.inner.find(text.padded(words))]

    def _listens(self, rule: Rule, channel: str, roles: frozenset[str], language: str) -> bool:
        return (
            (not rule.channels or channel in rule.channels)
            and channel not in rule.not_channels
            and (not rule.roles or bool(rule.roles & roles))
            and (not rule.languages or not language or _base(language) in rule.languages)
        )

    def _judged(
        self,
        cut: str,
        found: Sequence[tuple[Reading, Rule, int, int]],
        channel: str,
        quiet: bool,
    ) -> list[Fired]:
        places = text.spans(cut)
        regions = text.regions(cut)
        cues: dict[tuple[int, str], Cues] = {}
        out: dict[tuple[str, int, int], Fired] = {}
        for reading, rule, start, end in found:
            if not reading.ends:
                reading.prepare()
            judged = Judged(rule, start, end, rule.level, rule.about, rule.topic)
            span = span_of(reading, places, start, end, rule.id, len(cut))
            inside = frozenset(one.kind for one in regions if one.start <= span.start and span.end <= one.end)
            for code in self._reads(rule, reading):
                if (id(reading), code) not in cues:
                    cues[id(reading), code] = self._contexts[code].cues(reading.line)
                self._contexts[code].judge(judged, reading.ends, cues[id(reading), code], inside)
            tuned = self._tune(judged, channel, quiet)
            said = " ".join(reading.words[max(0, start - 1) : end - 1]).strip(" .")
            taken = tuple(judged.taken)
            one = Fired(rule, span, said, judged.level, judged.about, judged.topic, taken, tuned, judged.own)
            key = (rule.id, span.start, span.end)
            if key not in out or one.level < out[key].level:
                out[key] = one
        return rerouted(list(out.values()))

    def _reads(self, rule: Rule, reading: Reading) -> Iterable[str]:
        """Whose context judges a rule: its pack's; for own rules that of every language that reads the text so."""
        if rule.pack:
            return (rule.pack,)
        return tuple(
            code
            for code in (*reading.files, *((OWN,) if OWN not in reading.files and OWN in self._contexts else ()))
            if not rule.languages or code in rule.languages or code == OWN
        )

    def _tune(self, judged: Judged, channel: str, quiet: bool) -> str:
        """What the community's own settings make of it, and why."""
        why = ""
        for tune in self._tunes.get(judged.rule.id, ()):
            if channel in tune.channels:
                at_most = tune.channels[channel] or Level.NONE
                if judged.level > at_most:
                    judged.level, why = at_most, "tuned for this channel"
        if quiet and judged.level is Level.CONCERN:
            judged.level, why = Level.WATCH, "a support channel"
        return why

    def responses(self, rule_id: str) -> Mapping[str, str]:
        """A rule's own wording of the reply by language; empty where it has none."""
        return next((rule.responses for rule in self.rules if rule.id == rule_id), {})


@dataclass(frozen=True, slots=True)
class _Compiled:
    rules: tuple[Rule, ...]
    inner: Matcher


def _matcher(rules: Sequence[Rule], *, loose: bool) -> _Compiled:
    owners: list[Rule] = []
    entries: list[tuple[int, Node]] = []
    regexes: list[tuple[int, str]] = []
    for rule in rules:
        if rule.strict is loose:
            continue
        for phrase in rule.phrases:
            entries.append((len(owners), phrase.node))
            owners.append(rule)
        for source in rule.regexes:
            regexes.append((len(owners), source))
            owners.append(rule)
    return _Compiled(tuple(owners), Matcher(entries, regexes))


def _few(found: Sequence[tuple[Reading, Rule, int, int]]) -> list[tuple[Reading, Rule, int, int]]:
    """At most MOST_JUDGED places of each rule, the first and the last."""
    if len(found) <= MOST_JUDGED:
        return list(found)
    by_rule: dict[str, list[tuple[Reading, Rule, int, int]]] = {}
    for one in found:
        by_rule.setdefault(one[1].id, []).append(one)
    out = []
    for places in by_rule.values():
        places.sort(key=lambda one: (one[2], one[3]))
        half = MOST_JUDGED // 2
        out += places if len(places) <= MOST_JUDGED else places[:half] + places[-half:]
    return out


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()
