"""Words of which one must be there for a phrase to match: how a phrase is looked for before it is matched. Pure; it
knows no language.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from safety.common import share
from safety.kept import kept

if TYPE_CHECKING:
    from safety.tree import Word


class Group(tuple["Word", ...]):
    """Words of which one must be there for a phrase to match: the rarest of each alternative. `longer`: the groups of
    each alternative that is more than a word, its rarest first; `single`: the others."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__
    longer: Sequence[Sequence[Group]] = ()
    single: Sequence[Word] = ()

    @kept
    def alone(self) -> frozenset[str]:
        """Words that are all of an alternative, “*” after those that may have any ending."""
        if not self.longer:
            return self.marked
        return Group(self.single).marked.union(*[groups[0].alone for groups in self.longer if len(groups) == 1])

    @kept
    def more(self) -> dict[str, list[Sequence[Group]]]:
        """The rarest word of each longer alternative, and the groups of what must be there besides, in any order."""
        out: dict[str, list[Sequence[Group]]] = {}
        for first, *others in self.longer:
            for word in first.alone if others else ():
                out.setdefault(word, []).append(others)
            for word, ways in first.more.items():
                out.setdefault(word, []).extend([(*groups, *others) for groups in ways])
        return out

    @kept
    def vocabulary(self) -> frozenset[str]:
        """Every word of it that may have to be there."""
        others = [group.vocabulary for groups in self.longer for group in groups]
        return self.marked.union(*others)

    @kept
    def forms(self) -> frozenset[str]:
        return frozenset([form for word in self for form in word.forms])

    @kept
    def marked(self) -> frozenset[str]:
        """The same, with “*” after those that may have any ending."""
        if not self.open:
            return self.forms
        return frozenset([form + "*" * word.prefix for word in self for form in word.forms])

    @kept
    def patterns(self) -> tuple[str, ...]:
        """What of the phrase stands in a padded line where one of them does: the words, and the whole of what they
        are the rarest of where there are few ways to say it."""
        return tuple(sorted([pattern for word in self for pattern in word.patterns]))

    @kept
    def open(self) -> bool:
        """Whether one of them may have any ending."""
        return any(word.prefix for word in self)

    @kept
    def commonness(self) -> float:
        return sum([_commonness(form) for word in self for form in word.forms])


@cache
def _commonness(form: str) -> float:
    return share(form) + 10 / len(form) ** 2
