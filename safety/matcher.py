"""Many phrases, found in one line of folded words in one pass: where each of them stands.

Literals, and the rarest words of every phrase with a gap, go into one automaton. Only where such a word was seen are
the phrases around it asked, as one set of linear-time expressions for each group of words; and only of those that
occur are the places asked for. A line without any of these words costs the automaton alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from safety import backends, text, tree
from safety.kept import kept
from safety.phrases import MOST_WORDS
from safety.tree import Node

PART = 400
OVERLAP = MOST_WORDS + 9
"""A long line is read in parts of so many words, which overlap by more than the longest phrase: what is asked of a part
depends on the words in that part."""

MOST_PLACES = 24
"""Places of one expression that are looked at in one text; the first and the last say enough."""


Hit = tuple[int, int, int]
"""Phrase `key` stands at words `start` to `end` (excluded) of the line."""


@dataclass(slots=True)
class _Group:
    """Phrases that share their rarest words. `each`: for each phrase the words of which one each must be there too."""

    keys: list[int]
    sources: list[str]
    each: list[list[frozenset[str]]] = field(default_factory=list)
    compiled: backends.Expressions | None = None

    def may_hold(self, there: frozenset[str]) -> bool:
        """Whether one of them may be among these words."""
        for each in self.each:
            for words in each:
                if words.isdisjoint(there):
                    break
            else:
                return True
        return False


class Matcher:
    """Compiled once. `entries`: keys with their phrases; `regexes`: keys with expressions over the padded line."""

    def __init__(self, entries: Sequence[tuple[int, Node]], regexes: Sequence[tuple[int, str]] = ()) -> None:
        said: dict[str, tuple[list[int], list[int]]] = {}
        groups: dict[tuple[str, ...], _Group] = {}
        order: list[_Group] = []
        always = _Group([], [])
        for key, node in entries:
            ways = tree.literals(node)
            if ways is not None:
                for way in ways:
                    if way:
                        said.setdefault(f" {' '.join(way)} ", ([], []))[0].append(key)
                continue
            asked, source = tree.groups_of(node), " " + tree.expression(node)
            if not asked:
                always.keys.append(key)
                always.sources.append(source)
                continue
            patterns = asked[0].patterns
            if patterns not in groups:
                groups[patterns] = _Group([], [])
                order.append(groups[patterns])
                for pattern in patterns:
                    said.setdefault(pattern, ([], []))[1].append(len(order) - 1)
            group = groups[patterns]
            group.keys.append(key)
            group.sources.append(source)
            group.each.append([one.forms for one in asked[1:] if not one.open])
        for key, source in regexes:
            always.keys.append(key)
            always.sources.append(source)
        self._groups = order
        self._always = always if always.keys else None
        self._meaning = [(tuple(dict.fromkeys(keys)), tuple(asked)) for keys, asked in said.values()]
        self._automaton = backends.automaton(list(said))

    def find(self, line: str, most: int = MOST_PLACES) -> list[Hit]:
        """Every place of every phrase, in no order, without repetition; of an expression at most so many in a part."""
        words = line.split()
        if len(words) <= PART:
            found = self._automaton.find(line)
            if not found and self._always is None:
                return []
            return list(dict.fromkeys(self._places(_Line(line, words), found, most, self._always)))
        out: dict[Hit, None] = {}
        if self._always is not None:
            out.update(dict.fromkeys(_asked(self._always, _Line(line, words), most)))
        for start in range(0, len(words) - OVERLAP, PART - OVERLAP):
            part = words[start : start + PART]
            piece = f" {' '.join(part)} "
            for key, first, last in self._places(_Line(piece, part), self._automaton.find(piece), most):
                out[key, first + start, last + start] = None
        return list(out)

    def _places(
        self, line: _Line, found: Sequence[tuple[int, int, int]], most: int, also: _Group | None = None
    ) -> list[Hit]:
        """What the automaton found, and what it says must be asked; and what another group says."""
        out: list[Hit] = []
        asked: set[int] = set()
        meaning = self._meaning
        for which, start, end in found:
            keys, groups = meaning[which]
            asked.update(groups)
            if keys:
                # A literal has the space before and after it.
                first, last = line.begins[start + 1], line.begins[end]
                out += [(key, first, last) for key in keys]
        there = frozenset(line.words) if asked else frozenset()
        for index in asked:
            group = self._groups[index]
            if group.may_hold(there):
                out += _asked(group, line, most)
        return out if also is None else [*out, *_asked(also, line, most)]


class _Line:
    """A line that is searched, and what is worked out of it at most once."""

    def __init__(self, line: str, words: Sequence[str]) -> None:
        self.text, self.words = line, words

    @kept
    def coded(self) -> bytes:
        return self.text.encode()

    @kept
    def begins(self) -> dict[int, int]:
        """Which word begins at a position; one more would begin at the end."""
        return dict(zip(text.starts(self.words), range(len(self.words) + 1), strict=True))

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The words between two positions, as far as they are words at all."""
        first, last = self.begins.get(start + 1), self.begins.get(end)
        if first is None or last is None:
            begins = list(self.begins)
            first, last = text.nearest(begins, start + 1), text.nearest(begins, max(start + 1, end - 1)) + 1
        return first, last


def _asked(group: _Group, line: _Line, most: int) -> list[Hit]:
    out: list[Hit] = []
    if group.compiled is None:
        group.compiled = backends.expressions(group.sources)
    for index in group.compiled.which(line.coded):
        for start, end in islice(group.compiled.places(index, line.text), most):
            out.append((group.keys[index], *line.within(start, end)))
    return out
