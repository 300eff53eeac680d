"""What becomes of each place where a phrase stands: whether its rule listens here, what the context of its language
makes of it, what the community's own settings do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from safety import text
from safety.context import Context, Judged
from safety.cues import Cues
from safety.fired import Fired, rerouted
from safety.reading import Reading, span_of
from safety.regions import regions
from safety.rule import OWN, Rule, RuleFile
from safety.search import Found
from safety.tuning import tunes_of
from safety.verdict import Level

MOST_JUDGED = 16
"""Places of one rule in one text that are looked at closely."""


class Judge:
    """The contexts of all files, compiled, and what the community tuned."""

    def __init__(self, files: Mapping[str, RuleFile], own: RuleFile) -> None:
        self._contexts = {
            code: Context(file.context, file.subjects, (*file.rules, *own.rules) if code else file.rules)
            for code, file in files.items()
        }
        rules = [rule for file in files.values() for rule in file.rules]
        self._tunes = {rule.id: tunes for rule in rules if (tunes := tunes_of(rule, own.tune))}
        self.tuned = frozenset(self._tunes)

    def fired(
        self, cut: str, found: Sequence[Found], *, channel: str, roles: frozenset[str], language: str, quiet: bool
    ) -> list[Fired]:
        """What fired. `quiet`: a concern is only watched here."""
        wanted = [one for one in _few(found) if _listens(one.rule, channel, roles, language)]
        return self._judged(cut, wanted, channel, quiet) if wanted else []

    def _judged(
        self,
        cut: str,
        found: Sequence[Found],
        channel: str,
        quiet: bool,
    ) -> list[Fired]:
        places = text.Places(cut)
        parts = regions(cut)
        cues: dict[tuple[int, str], Cues] = {}
        out: dict[tuple[str, int, int], Fired] = {}
        for reading, rule, start, end in found:
            if not reading.ends:
                reading.prepare()
            judged = Judged(rule, start, end, rule.level, rule.about, rule.topic)
            span = span_of(reading, places, start, end, rule.id, len(cut))
            inside = frozenset(one.kind for one in parts if one.start <= span.start and span.end <= one.end)
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


def _few(found: Sequence[Found]) -> list[Found]:
    """At most MOST_JUDGED places of each rule, the first and the last."""
    if len(found) <= MOST_JUDGED:
        return list(found)
    by_rule: dict[str, list[Found]] = {}
    for one in found:
        by_rule.setdefault(one.rule.id, []).append(one)
    out = []
    for places in by_rule.values():
        places.sort(key=lambda one: (one.start, one.end))
        half = MOST_JUDGED // 2
        out += places if len(places) <= MOST_JUDGED else places[:half] + places[-half:]
    return out


def _listens(rule: Rule, channel: str, roles: frozenset[str], language: str) -> bool:
    return (
        (not rule.channels or channel in rule.channels)
        and channel not in rule.not_channels
        and (not rule.roles or bool(rule.roles & roles))
        and (not rule.languages or not language or _base(language) in rule.languages)
    )


def _base(language: str) -> str:
    return language.replace("_", "-").partition("-")[0].casefold()
