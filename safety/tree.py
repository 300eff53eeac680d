"""The tree of a phrase, and what it becomes: literals for Aho-Corasick where there are few, else one regular expression
without anything that could be slow; the words that must be there for it to match at all. Pure; it knows no language.

Sets of words stand in hundreds of phrases, as one and the same node: what words and alternatives become is worked out
once and kept with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from safety import text
from safety.group import Group
from safety.kept import kept

MOST_LITERALS = 48
MOST_WHOLE = 12
"""Ways to say one alternative that are looked for as a whole, rather than its rarest words."""

Ways = list[tuple[str, ...]]


@dataclass(frozen=True)
class Word:
    """A word. `prefix`: with any ending. `elided`: what may stand glued before it (“l”, “d”: lenvie, denvie)."""

    text: str
    prefix: bool = False
    elided: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash(self.text)

    @kept
    def forms(self) -> tuple[str, ...]:
        """Itself, and with each of what may be glued before it."""
        return (self.text, *(before + self.text for before in self.elided))

    @property
    def patterns(self) -> list[str]:
        """What stands in a padded line where it does."""
        return [f" {form}" + ("" if self.prefix else " ") for form in self.forms]

    @kept
    def expression(self) -> str:
        before = f"(?:{'|'.join(map(re.escape, self.elided))})?" if self.elided else ""
        return before + re.escape(self.text) + ("[^ .]* " if self.prefix else " ")

    @property
    def least(self) -> int:
        return int(self.text != text.END)

    @property
    def longest(self) -> int:
        return 1

    @property
    def ways(self) -> Ways | None:
        return None if self.prefix or len(self.elided) >= MOST_LITERALS else [(form,) for form in self.forms]

    @kept
    def groups(self) -> list[Group]:
        return [Group((self,))] if self.text != text.END else []


@dataclass(frozen=True, slots=True)
class Gap:
    shortest: int
    most: int

    @property
    def expression(self) -> str:
        return f"(?:[^ .]+ ){{{self.shortest},{self.most}}}"

    @property
    def least(self) -> int:
        return 0

    @property
    def longest(self) -> int:
        return self.most

    @property
    def ways(self) -> Ways | None:
        return None

    @property
    def groups(self) -> list[Group]:
        return []


@dataclass(frozen=True, slots=True)
class Seq:
    items: tuple[Node, ...]

    @property
    def expression(self) -> str:
        return "".join([item.expression for item in self.items])

    @property
    def least(self) -> int:
        return sum([item.least for item in self.items])

    @property
    def longest(self) -> int:
        return sum([item.longest for item in self.items])

    @property
    def ways(self) -> Ways | None:
        whole: Ways = [()]
        for item in self.items:
            ways = item.ways
            if ways is None or len(whole) * len(ways) > MOST_LITERALS:
                return None
            whole = [one + way for one in whole for way in ways]
        return list(dict.fromkeys(whole))

    @property
    def groups(self) -> list[Group]:
        return sorted([group for item in self.items for group in item.groups], key=attrgetter("commonness"))


@dataclass(frozen=True)
class Alt:
    options: tuple[Node, ...]

    @kept
    def expression(self) -> str:
        return f"(?:{'|'.join([option.expression for option in self.options])})"

    @kept
    def least(self) -> int:
        return min([option.least for option in self.options])

    @kept
    def longest(self) -> int:
        return max([option.longest for option in self.options])

    @kept
    def ways(self) -> Ways | None:
        out: Ways = []
        for option in self.options:
            ways = option.ways
            if ways is None or len(out) + len(ways) > MOST_LITERALS:
                return None
            out += ways
        return list(dict.fromkeys(out))

    @kept
    def groups(self) -> list[Group]:
        out: dict[Word, None] = {}
        patterns: set[str] = set()
        single: list[Word] = []
        longer: list[list[Group]] = []
        for option in self.options:
            if isinstance(option, Word) and option.text != text.END:
                out[option] = None
                single.append(option)
                patterns.update(option.patterns)
                continue
            found = option.groups
            if not found:
                return []
            out.update(dict.fromkeys(found[0]))
            longer.append(found)
            ways = option.ways
            if ways is not None and len(ways) <= MOST_WHOLE:
                patterns.update([f" {' '.join(way)} " for way in ways])
            else:
                patterns.update(found[0].patterns)
        group = Group(out)
        group.patterns = tuple(sorted(patterns))
        group.longer, group.single = longer, single
        return [group]


Node = Word | Gap | Seq | Alt
NONE = Seq(())


def least(node: Node) -> int:
    """How many words of its own it has at least; gaps and sentence ends do not count."""
    return node.least


def longest(node: Node) -> int:
    """How many words it spans at most."""
    return node.longest


def literals(node: Node) -> Ways | None:
    """Every way to say it; None where there are more than MOST_LITERALS, or a gap or an open ending."""
    return node.ways


def expression(node: Node) -> str:
    """As a regular expression over a padded line, without its leading space; each word brings the space after it."""
    return node.expression


def groups_of(node: Node) -> list[Group]:
    """Groups of words of which one each must be there for the phrase to match, the rarest first."""
    return node.groups


def vocabulary(nodes: Iterable[Node]) -> set[str]:
    """Every whole word in them."""
    out: set[str] = set()
    seen: set[int] = set()
    left = list(nodes)
    while left:
        node = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        match node:
            case Word():
                if not node.prefix and node.text != text.END:
                    out.update(node.forms)
            case Seq():
                left += node.items
            case Alt():
                left += node.options
    return out
