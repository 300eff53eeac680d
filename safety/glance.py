"""The first look at a text: whether any phrase could be in it at all. Most chat ends here.

A phrase needs one word of each of its groups. So a text is cut at its blanks, each piece is looked up among those seen
before (what its words are folded and repaired to, in any language), and only where some phrase has all its groups is
the text read properly. It may say "perhaps" in vain, never "no" in vain: pieces between blanks are folded as they are
in the whole text, order and sentences are not looked at, and letters written one by one are always read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from safety import text, tree
from safety.common import share
from safety.group import Group
from safety.kept import kept
from safety.phrases import MOST_WORDS
from safety.repaired import Repairer
from safety.seen import Pieces
from safety.tree import Node

REMEMBERED = 30_000

PART = 100
OVERLAP = MOST_WORDS + 9
"""A long text is looked at in parts of so many words, which overlap by more than the longest phrase."""


class _Asked(NamedTuple):
    """A group as it is asked for: words that are all of an alternative; the rarest words of longer ones, and for each
    of those what else must be there."""

    alone: frozenset[str]
    heads: frozenset[str]
    more: Mapping[str, Sequence[Sequence[_Asked]]]

    @classmethod
    def of(cls, group: _Group, known: dict[_Group, _Asked]) -> _Asked:
        if group not in known:
            more = {
                word: tuple(tuple(cls.of(one, known) for one in groups) for groups in ways)
                for word, ways in group.more.items()
            }
            known[group] = cls(group.alone, frozenset(more), more)
        return known[group]


def _one_stands(ways: Sequence[Sequence[_Asked]], there: Set[str]) -> bool:
    """Whether all groups of one of these ways may be among these words. Most chat asks this."""
    for groups in ways:
        for alone, heads, more in groups:
            if not alone.isdisjoint(there):
                continue
            for word in heads & there:
                if _one_stands(more[word], there):
                    break
            else:
                break
        else:
            return True
    return False


class _Need:
    """Phrases of one pack whose rarest words are the same, `first`: of which words one must be there besides, and then
    which groups. `known`: groups as they were asked for before."""

    def __init__(self, pack: str, first: frozenset[str], known: dict[_Group, _Asked]) -> None:
        self.pack = pack
        self.first = first
        self.any_of: frozenset[str] = frozenset()
        self._known = known
        self._groups: list[Sequence[_Group]] = []

    def add(self, groups: Sequence[_Group]) -> None:
        self.any_of |= groups[1].marked if len(groups) > 1 else self.first
        self._groups.append(groups)

    @kept
    def each_of(self) -> Sequence[Sequence[_Asked]]:
        """What of each phrase is asked for, last what is known to be there."""
        return [[_Asked.of(group, self._known) for group in (*one[2:], *one[1::-1])] for one in self._groups]


class _Index:
    """The phrases of some packs by the rarest of their words."""

    def __init__(self, needs: Iterable[_Need]) -> None:
        self._needs: dict[str, list[_Need]] = {}
        for need in needs:
            for word in need.first:
                self._needs.setdefault(word, []).append(need)
        self._firsts = frozenset(self._needs)
        self._besides: dict[str, frozenset[str]] = {}

    def look(self, there: Set[str], found: set[str]) -> None:
        """Add the packs of which a phrase may be among these words."""
        for word in self._firsts & there:
            besides = (self._besides.get(word) or self._beside(word)) & there
            if besides:
                for need in self._needs[word]:
                    if (
                        not need.any_of.isdisjoint(besides)
                        and need.pack not in found
                        and _one_stands(need.each_of, there)
                    ):
                        found.add(need.pack)

    def _beside(self, word: str) -> frozenset[str]:
        """Words of which one must be there besides for any phrase; worked out when asked for: few are ever met."""
        found = self._besides[word] = frozenset().union(*[need.any_of for need in self._needs[word]])
        return found


class Glance:
    """Built once from the phrases of each pack. `always`: packs that are looked through whatever the words are. Those
    of `apart` are looked for when asked for."""

    def __init__(
        self,
        packs: Mapping[str, Iterable[Node]],
        repairer: Repairer,
        always: Iterable[str],
        *,
        apart: Collection[str] = (),
        strict: bool = False,
    ) -> None:
        self._repairer = repairer
        self._always = frozenset(always)
        alone: dict[str, _Word] = {}
        phrases = dict.fromkeys(
            [(way, pack) for pack, nodes in packs.items() for node in nodes for way in _ways(node, alone)]
        )
        usual: Counter[str] = Counter()
        for group, times in Counter(group for way, _pack in phrases for group in way).items():
            for word in group.marked:
                usual[word] += times
        for word, meant in repairer.spelling():
            usual[meant] += int(share(word))
        groups = {group for way, _pack in phrases for group in way}
        common = {group: sum([share(word) + usual[word] / 50 for word in group.marked]) for group in groups}
        needs: dict[tuple[frozenset[str], str], _Need] = {}
        known: dict[_Group, _Asked] = {}
        for way, pack in phrases:
            found = sorted(way, key=common.__getitem__)
            first = found[0].marked
            if (first, pack) not in needs:
                needs[first, pack] = _Need(pack, first, known)
            needs[first, pack].add(found)
        self._index = _Index(need for need in needs.values() if need.pack not in apart)
        self._apart = _Index(need for need in needs.values() if need.pack in apart)
        words: set[str] = set().union(*[group.vocabulary for group in groups])
        endings = {word[:-1] for word in words if word.endswith("*")}
        self._pieces = Pieces(repairer, words, endings, strict)
        self._singles = self._pieces.singles

    def words(self, whole: str, pieces: Sequence[str]) -> Sequence[Set[str]]:
        """What words of a text any phrase needs; of a long one in parts. `pieces`: what stands between its blanks."""
        if len(self._pieces) > REMEMBERED:
            self._pieces.clear()
        if len(pieces) <= PART:
            there: set[str] = set().union(*map(self._pieces.__getitem__, pieces))
            if len(self._singles & there) > 1 and self._in_a_row(pieces):
                there |= self._spelt(text.words(whole))[1]
            return (there,)
        words, always = self._spelt(text.words(whole))
        parts = range(0, max(1, len(words) - OVERLAP), PART - OVERLAP)
        return [always.union(*map(self._pieces.__getitem__, words[start : start + PART])) for start in parts]

    def packs(self, words: Sequence[Set[str]]) -> set[str]:
        """The packs of which a phrase may be in the text, without those that stand apart."""
        found = set(self._always)
        for there in words:
            self._index.look(there, found)
        return found

    def apart(self, words: Sequence[Set[str]]) -> set[str]:
        """Those that stand apart."""
        found: set[str] = set()
        for there in words:
            self._apart.look(there, found)
        return found

    def _in_a_row(self, pieces: Sequence[str]) -> bool:
        """Whether three letters that stand alone may follow each other; a piece may hold several, or no word."""
        letters = 0
        for piece in pieces:
            if not self._singles.isdisjoint(self._pieces[piece]):
                letters += (len(piece) + 1) // 2
                if letters > 2:
                    return True
            elif piece.isascii() and any(map(str.isalnum, piece)):
                letters = 0
        return False

    def _spelt(self, words: list[str]) -> tuple[list[str], set[str]]:
        """The words without those written letter by letter; and what those hold, put together or not."""
        put = self._repairer.put_together(words)
        if not put:
            return words, set()
        held: set[str] = set()
        for start, end, ways in reversed(put):
            held = held.union(*map(self._pieces.__getitem__, (*words[start:end], *ways)))
            words[start:end] = []
        return words, held


class _Word:
    """A group of one word."""

    more: Mapping[str, Sequence[Sequence[Group]]] = {}

    def __init__(self, word: str) -> None:
        self.alone = self.marked = self.vocabulary = frozenset((word,))


_Group = Group | _Word


def _ways(node: Node, alone: dict[str, _Word]) -> list[tuple[_Group, ...]]:
    """The groups of a phrase; of each way to say it where those are few. “suicid*” stands for all with that ending.
    `alone`: groups of one word, which are made once."""
    ways = tree.literals(node)
    if ways is None:
        return [tuple(dict.fromkeys(tree.groups_of(node)))]
    for word in {word for way in ways for word in way}:
        if word not in alone:
            alone[word] = _Word(word)
    return [tuple(dict.fromkeys([alone[word] for word in way if word != text.END])) for way in ways]
