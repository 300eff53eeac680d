"""Where the phrases of all rules stand in a text, as each language reads it: the first look, then the readings, then
one search of each. It judges nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from safety import text
from safety.glance import Glance
from safety.matcher import Matcher
from safety.reading import Reading, repairs_of
from safety.repaired import Repairer
from safety.rule import OWN, Rule, RuleFile
from safety.tree import Node


class Found(NamedTuple):
    """A phrase of a rule stands at words `start` to `end` (excluded) of a reading's line."""

    reading: Reading
    rule: Rule
    start: int
    end: int


NETS = "nets/"
"""Before the code of a pack: its wide nets, which are looked for apart from its other rules."""


class Search:
    """All rules, compiled; those of `nets` apart from the others of their pack. Where a text is looked for the rules of
    some packs, their codes stand for their rules without the nets."""

    def __init__(self, files: Mapping[str, RuleFile], rules: Sequence[Rule], nets: Collection[str] = ()) -> None:
        repairs = {code: repairs_of(file) for code, file in files.items() if code}
        own = files.get(OWN, RuleFile())
        if own.spelling or own.keywords:
            repairs[OWN] = repairs_of(own)
        self._repairer = Repairer({code: one for code, one in repairs.items() if one is not None})
        self._codes = tuple(files)
        apart: dict[str, list[Rule]] = {code: [] for code in files}
        for rule in rules:
            apart.setdefault(NETS + rule.pack if rule.id in nets else rule.pack, []).append(rule)
        self._each = {part: _matcher(some, loose=True) for part, some in apart.items()}
        self._strict = _matcher(rules, loose=False) if any(rule.strict for rule in rules) else None
        phrases = {part: [phrase.node for rule in some for phrase in rule.phrases] for part, some in apart.items()}
        always = {rule.pack for rule in rules if rule.regexes}
        cast = [part for part in apart if part.startswith(NETS)]
        self._glance = Glance(phrases, self._repairer, always, apart=cast, strict=self._strict is not None)
        self.words, self.look, self.look_for_nets = self._glance.words, self._glance.packs, self._glance.apart

    def find(self, cut: str, parts: Collection[str]) -> list[Found]:
        """Every place of every rule of these packs, and of these nets."""
        return self._in(cut, parts) if parts else []

    def every(self, cut: str, pack: str | None = None) -> list[Found]:
        """Every place of every rule, at leisure; `pack`: of the rules of this one."""
        words = self.words(cut, cut.split())
        parts = self.look(words) | self.look_for_nets(words)
        if pack is None:
            return self.find(cut, parts)
        return [one for one in self.find(cut, parts & {pack, NETS + pack}) if one.rule.pack == pack]

    def _in(self, cut: str, parts: Collection[str]) -> list[Found]:
        """A community's own rules are looked for as each language reads the text."""
        out: list[Found] = []
        for reading in self.readings(cut, None if OWN in parts else {part.removeprefix(NETS) for part in parts}):
            for code in dict.fromkeys((*reading.files, OWN)):
                for part in (code, NETS + code):
                    if part in parts and part in self._each:
                        rules, matcher = self._each[part]
                        out += [Found(reading, rules[key], *place) for key, *place in matcher.find(reading.line)]
        if self._strict is not None:
            out += self._accented(cut, self._strict)
        return out

    def readings(self, cut: str, of: Collection[str] | None = None) -> list[Reading]:
        """The text as the languages read it: as it stands, and anew for each that repairs something in it. `of`: as
        these read it, and no other."""
        words = text.words(cut)
        line = text.padded(words)
        variants = self._repairer.variants(line, words, self._codes if of is None else of)
        same = tuple(code for code in self._codes if code not in variants and (of is None or code in of))
        out = [Reading(words, None, same, line)] if same or of is None else []
        for code, (repaired, origin) in variants.items():
            out.append(Reading(repaired, origin, (code,), text.padded(repaired)))
        return out

    def _accented(self, cut: str, strict: _Compiled) -> list[Found]:
        """Places of rules that tell accents apart. Their words stand where the loose words stand."""
        words = text.words(cut, strict=True)
        loose = text.words(cut)
        if len(words) != len(loose):
            return []
        reading = Reading(loose, None, self._codes, text.padded(loose))
        rules, matcher = strict
        return [Found(reading, rules[key], *place) for key, *place in matcher.find(text.padded(words))]


class _Compiled(NamedTuple):
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
