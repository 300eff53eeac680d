"""What stands around a place where a rule fired: phrases that each mean something there, looked for as they are asked
for; and which words are one sentence. It judges nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter

from safety.matcher import MOST_PLACES, Matcher
from safety.rule import Phrase

SHORT = 120
"""Words of a text in which everything that may matter is looked for at once; in a longer one sentence by sentence."""

Meaning = tuple[int, int]
Places = dict[Meaning, list[tuple[int, int]]]


class Cued:
    """Phrases, each of which means something: its kind and which step or rule it belongs to."""

    def __init__(self, entries: Sequence[tuple[int, int, Phrase]]) -> None:
        self._meaning = [(kind, index) for kind, index, _phrase in entries]
        self._matcher = Matcher([(key, phrase.node) for key, (_kind, _index, phrase) in enumerate(entries)])

    def find(self, line: str, offset: int = 0, most: int = MOST_PLACES) -> Places:
        """Where each of them stands, in order; `offset`: words before the line."""
        out: Places = {}
        for key, start, end in sorted(self._matcher.find(line, most), key=itemgetter(1, 2)):
            out.setdefault(self._meaning[key], []).append((start + offset, end + offset))
        return out


class Cues:
    """Where each cue stands in a line: (kind, index) to places in words, in order."""

    def __init__(self, line: str, near: Cued, everywhere: Cued) -> None:
        self._line, self._near, self._everywhere = line, near, everywhere
        self._words = line.split()
        self._there: Places | None = None
        self._found: dict[tuple[int, int], Places] = {}
        self._here: Places = {}

    def look(self, first: int, last: int) -> None:
        """From now on it is about these words, a sentence."""
        # In steps, so that sentences that nothing ends share what was found.
        where = (first - first % SENTENCE, last + -last % SENTENCE)
        if len(self._words) <= SHORT:
            where = (0, len(self._words))
        if where not in self._found:
            short = len(self._words) <= SHORT
            line = self._line if short else f" {' '.join(self._words[slice(*where)])} "
            self._found[where] = self._near.find(line, where[0])
        self._here = self._found[where]

    def anywhere(self, kind: int, index: int) -> Sequence[tuple[int, int]]:
        """Those in the whole line, of steps and guards that are about a whole text; the first of each phrase."""
        if self._there is None:
            self._there = self._everywhere.find(self._line, most=1)
        return self._there.get((kind, index), ())

    def within(self, kind: int, index: int, first: int, last: int) -> Sequence[tuple[int, int]]:
        """Those that lie wholly between two words of the sentence."""
        found = self._here.get((kind, index))
        if not found:
            return ()
        low = bisect_left(found, (first, 0))
        high = bisect_left(found, (last, 0))
        return [place for place in found[low:high] if place[1] <= last]


SENTENCE = 60
"""Words before and after that are looked at where nothing ends a sentence."""


def sentence(ends: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The words from the END before `start` to the END after `end`, both included. `ends`: where END stands."""
    before = bisect_right(ends, start) - 1
    after = bisect_left(ends, max(end - 1, start + (ends[before] == start)))
    first = ends[before] if before >= 0 else 0
    last = ends[after] + 1 if after < len(ends) else end
    return max(first, start - SENTENCE), min(last, end + SENTENCE)
