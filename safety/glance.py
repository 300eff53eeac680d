"""The first look at a text: whether any phrase could be in it at all. Most chat ends here.

A phrase needs one word of each of its groups. So a text is cut at its blanks, each piece is looked up among those seen
before (what its words are folded and repaired to, in any language), and only where some phrase has all its groups is
the text read properly. It may say "perhaps" in vain, never "no" in vain: pieces between blanks are folded as they are
in the whole text, order and sentences are not looked at, and letters written one by one are always read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set

from safety import text, tree
from safety.common import share
from safety.phrases import MOST_WORDS
from safety.repaired import Repairer
from safety.tree import Group, Node

REMEMBERED = 30_000
LONGEST = 60
"""Pieces up to so many characters are remembered."""

PART = 100
OVERLAP = MOST_WORDS + 9
"""A long text is looked at in parts of so many words, which overlap by more than the longest phrase."""

SINGLE = "\x01"
"""Before a letter that stands alone."""
EITHER = "! "
"""What makes the folding of a piece depend on other pieces: a sign that hides letters anywhere lets + hide them too."""


class _Need:
    """Phrases of one pack whose rarest words are the same: of which other words one must be there, and then which
    groups."""

    __slots__ = ("any_of", "each_of", "pack")

    def __init__(self, pack: str) -> None:
        self.pack = pack
        self.any_of: frozenset[str] | None = frozenset()
        self.each_of: list[Sequence[_Group]] = []

    def add(self, groups: Sequence[_Group]) -> None:
        others = self.any_of
        self.any_of = others | groups[1].marked if len(groups) > 1 and others is not None else None
        self.each_of.append([*groups[1:], groups[0]])

    def met(self, there: Set[str]) -> bool:
        for groups in self.each_of:
            for group in groups:
                if not group.stands(there):
                    break
            else:
                return True
        return False


class _Index:
    """The phrases of some packs by the rarest of their words."""

    def __init__(self) -> None:
        self.by_word: dict[str, list[_Need]] = {}
        self.firsts: frozenset[str] = frozenset()

    def add(self, needs: Iterable[tuple[frozenset[str], _Need]]) -> None:
        for first, need in needs:
            for word in first:
                self.by_word.setdefault(word, []).append(need)
        self.firsts = frozenset(self.by_word)

    def look(self, there: Set[str], found: set[str]) -> None:
        """Add the packs of which a phrase may be among these words."""
        for word in self.firsts & there:
            for need in self.by_word[word]:
                if need.pack in found:
                    continue
                if need.any_of is None or (not need.any_of.isdisjoint(there) and need.met(there)):
                    found.add(need.pack)


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
        for way, pack in phrases:
            found = sorted(way, key=common.__getitem__)
            needs.setdefault((found[0].marked, pack), _Need(pack)).add(found)
        self._index, self._apart = _Index(), _Index()
        self._index.add((first, need) for (first, pack), need in needs.items() if pack not in apart)
        self._apart.add((first, need) for (first, pack), need in needs.items() if pack in apart)
        words: set[str] = set().union(*[group.vocabulary for group in groups])
        endings = {word[:-1] for word in words if word.endswith("*")}
        self._pieces = _Pieces(repairer, words, endings, strict)
        self._singles = self._pieces.singles

    def words(self, whole: str, pieces: Sequence[str]) -> Sequence[Set[str]]:
        """What words of a text any phrase needs; of a long one in parts. `pieces`: what stands between its blanks."""
        if len(self._pieces) > REMEMBERED:
            self._pieces.clear()
        if len(pieces) <= PART:
            there: set[str] = set().union(*map(self._pieces.__getitem__, pieces))
            if len(self._singles & there) > 1:
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


class _Pieces(dict[str, frozenset[str]]):
    """What each piece between blanks holds of the words that phrases need."""

    def __init__(self, repairer: Repairer, words: Collection[str], endings: Collection[str], strict: bool) -> None:
        super().__init__()
        self._repairer = repairer
        self._words = frozenset(words)
        self._endings = frozenset(endings)
        self._lengths = sorted({len(ending) for ending in endings})
        self._strict = strict
        self.singles = frozenset(SINGLE + letter for letter in repairer.letters)

    def __missing__(self, piece: str) -> frozenset[str]:
        found = text.words(piece)
        if "+" in piece:
            found += text.words(EITHER + piece)
        for word in tuple(found):
            for way in (self._repairer.word(word) or {}).values():
                found += way.split()
        out = {word for word in found if word in self._words}
        out |= self.singles.intersection(SINGLE + word for word in found if len(word) == 1)
        if self._strict:
            strictly = text.words(piece, strict=True)
            out |= self._words.intersection(strictly)
            found += strictly
        for size in self._lengths:
            out |= {word[:size] + "*" for word in found if word[:size] in self._endings}
        held = frozenset(out)
        if len(piece) <= LONGEST:
            self[piece] = held
        return held


class _Word:
    """A group of one word."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.marked = self.vocabulary = frozenset((word,))

    def stands(self, there: Set[str]) -> bool:
        return self.word in there


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
