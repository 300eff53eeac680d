"""The tree of a phrase, and what it becomes: literals for Aho-Corasick where there are few, else one regular expression
without anything that could be slow; the words that must be there for it to match at all. Pure; it knows no language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce

from safety import text
from safety.common import share

MOST_LITERALS = 48


@dataclass(frozen=True, slots=True)
class Word:
    """A word. `prefix`: with any ending. `elided`: what may stand glued before it (“l”, “d”: lenvie, denvie)."""

    text: str
    prefix: bool = False
    elided: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """Itself, and with each of what may be glued before it."""
        return (self.text, *(before + self.text for before in self.elided))


@dataclass(frozen=True, slots=True)
class Gap:
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Seq:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    options: tuple[Node, ...]


Node = Word | Gap | Seq | Alt
NONE = Seq(())


def least(node: Node) -> int:
    """How many words of its own it has at least; gaps and sentence ends do not count."""
    match node:
        case Word():
            return int(node.text != text.END)
        case Gap():
            return 0
        case Seq():
            return sum(map(least, node.items))
        case Alt():
            return min(map(least, node.options))


def longest(node: Node) -> int:
    """How many words it spans at most."""
    match node:
        case Word():
            return 1
        case Gap():
            return node.most
        case Seq():
            return sum(map(longest, node.items))
        case Alt():
            return max(map(longest, node.options))


def literals(node: Node, most: int = MOST_LITERALS) -> list[tuple[str, ...]] | None:
    """Every way to say it; None where there are more than `most`, or a gap or an open ending."""
    match node:
        case Word():
            return None if node.prefix or len(node.elided) >= most else [(form,) for form in node.forms]
        case Gap():
            return None
        case Alt():
            out: list[tuple[str, ...]] = []
            for option in node.options:
                ways = literals(option, most)
                if ways is None or len(out) + len(ways) > most:
                    return None
                out += ways
            return list(dict.fromkeys(out))
        case Seq():
            whole: list[tuple[str, ...]] = [()]
            for item in node.items:
                ways = literals(item, most)
                if ways is None or len(whole) * len(ways) > most:
                    return None
                whole = [one + way for one in whole for way in ways]
            return list(dict.fromkeys(whole))


def expression(node: Node) -> str:
    """As a regular expression over a padded line, without its leading space; each word brings the space after it."""
    match node:
        case Word():
            before = f"(?:{'|'.join(map(re.escape, node.elided))})?" if node.elided else ""
            return before + re.escape(node.text) + ("[^ .]* " if node.prefix else " ")
        case Gap():
            return f"(?:[^ .]+ ){{{node.least},{node.most}}}"
        case Seq():
            return "".join(map(expression, node.items))
        case Alt():
            return f"(?:{'|'.join(map(expression, node.options))})"


def anchors(node: Node) -> tuple[Word, ...] | None:
    """Words of which one must be there for the phrase to match; the rarest such group. None: there is no such group."""
    groups = groups_of(node)
    return groups[0] if groups else None


def groups_of(node: Node) -> list[tuple[Word, ...]]:
    """Groups of words of which one each must be there for the phrase to match, the rarest first."""
    match node:
        case Word():
            return [(node,)] if node.text != text.END else []
        case Gap():
            return []
        case Alt():
            out: dict[Word, None] = {}
            for option in node.options:
                found = anchors(option)
                if found is None:
                    return []
                out.update(dict.fromkeys(found))
            return [tuple(out)]
        case Seq():
            return sorted((group for item in node.items for group in groups_of(item)), key=_commonness)


def _commonness(group: tuple[Word, ...]) -> float:
    return sum(share(form) + 10 / len(form) ** 2 for word in group for form in word.forms)


def vocabulary(node: Node) -> frozenset[str]:
    """Every whole word in it."""
    match node:
        case Word():
            return frozenset() if node.prefix or node.text == text.END else frozenset(node.forms)
        case Gap():
            return frozenset()
        case Seq():
            return reduce(frozenset.union, map(vocabulary, node.items), frozenset())
        case Alt():
            return reduce(frozenset.union, map(vocabulary, node.options), frozenset())
