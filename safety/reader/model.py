"""The reader's model: a small file of pieces and weights, and what it says of a text.

A softmax over three answers (nobody, oneself, somebody else) on TF-IDF of `pieces` and `concepts`; the weights are
whole numbers times a scale. Plain Python, loaded once. It reads a text and knows no person; what follows from it is
`policy`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise, repeat
from math import copysign, exp, inf, log, sqrt
from pathlib import Path

from safety.reader.concepts import Concepts
from safety.reader.gate import Gate
from safety.reader.memory import Letters, Remembered, Words
from safety.reader.pieces import LONGEST, SILENT, WINDOW, runs, spoken, windows, words
from safety.reader.stored import ModelRefused, Stored, stored
from safety.reader.weights import unpacked

SHIPPED = Path(__file__).with_name("model.bin")
SLACK = 1.2
"""How much a text may sound louder than its runs of words and the letters of each word by itself say (`bound`):
words may share letters. Over the sentences of the corpus, also mistyped and mixed, it was 0.8 at the most for one that
the quiet queue would hold; a test asks that none is lost."""
_Run = str | tuple[str, ...]
SELF, OTHER = "self", "other"


@dataclass(frozen=True, slots=True)
class Reading:
    """How much a text sounds like its author being at risk, or like worry about somebody else: 0 to 1 each. It says
    something of the text alone, is never stored, and is no measure of a person."""

    self: float = 0.0
    other: float = 0.0
    read: bool = True
    """Whether anything can be said of the text: it may be in a language that was not learned."""

    @property
    def most(self) -> float:
        return max(self.self, self.other)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which readings on something follows (see `policy`), measured on chat that the model never saw."""

    queue: float
    concern: float
    lift: float
    route: float
    doubt: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A piece of the text and how much it spoke for `self` or `other` (negative: against)."""

    piece: str
    weight: float


NOTHING = Reading(read=False)
KNOWN = 0.34
"""The share of its words that the model must have met before it reads a text: else it is in no language it learned."""


class Model:
    """A loaded model. Made by `load`."""

    def __init__(self, file: Stored) -> None:
        head, words, letters, numbers = file.head, file.words, file.letters, file.numbers
        self.head = head
        at = len(words) + len(letters)
        self._of_run = dict(zip(words, numbers, strict=False))
        self._numbers = numbers[len(words) : at]
        self._runs_of_letters = letters
        self._letters = Letters(dict(zip(letters, range(len(letters)), strict=True)))
        self._of_letters = Remembered(lambda word: sum(map(self._numbers.__getitem__, self._letters[word])))
        self._concepts = Concepts(head["concepts"])
        self._of_meant = dict(zip(file.meant, numbers[at:], strict=True))
        self._scale: tuple[float, float] = tuple(head["scale"])
        mine, other = head["bias"]
        self._bias = [(mine + offset, other + offset) for offset in head["offsets"] or [0.0]]
        self.thresholds = Thresholds(**head["thresholds"])
        self._step: float = head["square_step"]
        single = head["words"][0]
        alone = dict(zip(map(str, words[:single]), file.gate[:single], strict=True))
        self.gate = Gate(alone, dict(zip(letters, file.gate[single:], strict=True)), head["gate"])
        self._of_piece = Words()

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Model:
        """Raises ModelRefused for a file that is not a model of this version, OSError where there is none."""
        return cls(stored(path.read_bytes(), path.name))

    def bound(self, text: str, pieces: Sequence[str]) -> float | None:
        """How loud `read` may find a text at the most, as log odds (`asked`), told in a fraction of the time; `pieces`
        are what stands between its blanks. None where it does not read it, infinite where only reading tells. Most
        chat ends here."""
        if len(pieces) > WINDOW or len(text) > LONGEST or "\n" in text:
            return inf
        found = [*chain.from_iterable(map(self._of_piece.__getitem__, pieces))]
        if len(found) > WINDOW:
            return inf
        if not self.gate.opens(pieces):
            return -inf
        return self._bound(found) if self._understands(found) else None

    def _bound(self, found: Sequence[str]) -> float:
        """With the letters of each word by itself, not with those that several words share."""
        mine, other = self._without_letters(found if SILENT.isdisjoint(found) else spoken(found))
        my_letters, other_letters = self._say(sum(map(self._of_letters.__getitem__, set(found) - SILENT)))
        return SLACK + max(mine + my_letters, other + other_letters)

    def _without_letters(self, found: Sequence[str]) -> tuple[float, float]:
        """What the words of one thought say for either answer, and what they mean."""
        language = self._concepts.language(found)
        mine, other = self._bias[language]
        for numbers in (self._in_runs(found), self._in_concepts(found, language)):
            my_share, other_share = self._say(numbers)
            mine, other = mine + my_share, other + other_share
        return mine, other

    def _say(self, numbers: int) -> tuple[float, float]:
        """What pieces say for either answer, by the sum of their numbers."""
        squares, mine, other = unpacked(numbers)
        if not squares:
            return 0.0, 0.0
        norm = sqrt(squares * self._step)
        return self._scale[0] * mine / norm, self._scale[1] * other / norm

    def _in_runs(self, found: Sequence[str]) -> int:
        """The numbers of the runs of words, each once."""
        every: Iterable[_Run] = chain(found, pairwise(found), zip(found, found[1:], found[2:], strict=False))
        if len(set(found)) < len(found):
            every = set(every)
        return sum(map(self._of_run.get, every, repeat(0)))

    def _in_concepts(self, found: Sequence[str], language: int) -> int:
        """The numbers of the runs of concepts, each once."""
        return sum(map(self._of_meant.get, set(self._concepts.runs(found, language)), repeat(0)))

    def read(self, text: str, least: float = 0.0) -> Reading:
        """What the text sounds like. Thoughts that don't open the gate are not read, those that can't sound like
        `least` passed over. Never raises for a string."""
        if "\n" in text or len(text) > LONGEST:
            found = words(text)
        else:
            found = [*chain.from_iterable(map(self._of_piece.__getitem__, text.split()))]
        thoughts = [window for window in windows(found) if self.gate.opens(window)]
        if thoughts and not self._understands(found):
            return NOTHING
        mine = other = 0.0
        for window in thoughts:
            one = self._of(window, least)
            mine, other = max(mine, one.self), max(other, one.other)
        return Reading(mine, other)

    def explain(self, text: str, most: int = 8) -> list[Weighed]:
        """The pieces of the window that spoke loudest, words before letters, most weight first."""
        found = words(text)
        loudest = max(windows(found), key=lambda window: self._of(window).most, default=[])
        reading = self._of(loudest)
        mine = reading.self >= reading.other
        out = []
        for some in self._told(loudest):
            norm = sqrt(self._step * sum(unpacked(number)[0] for number in some.values()))
            for piece, number in some.items():
                _square, *both = unpacked(number)
                out.append(Weighed(piece, both[not mine] * self._scale[not mine] / norm))
        return sorted(out, key=lambda one: -abs(one.weight))[:most]

    def _told(self, window: Sequence[str]) -> Iterator[dict[str, int]]:
        """The pieces of a thought as people read them, with their numbers: words, what they mean, letters."""
        yield {run: number for run in runs(window) if (number := self._of_run.get(_run(run))) is not None}
        meant = self._concepts.runs(window, self._concepts.language(window))
        yield {self._concepts.told(run): number for run in meant if (number := self._of_meant.get(run)) is not None}
        yield {self._runs_of_letters[id]: self._numbers[id] for id in self._shared_letters(window)}

    def _understands(self, found: Sequence[str]) -> bool:
        met = sum(map(self._of_run.__contains__, found))
        return met >= KNOWN * len(found)

    def _of(self, window: Sequence[str], least: float = 0.0) -> Reading:
        """What one thought sounds like; nothing where it can't be `least` (as `_bound` says)."""
        mine, other = self._without_letters(window)
        if least > 0:
            my_letters, other_letters = self._say(sum(map(self._of_letters.__getitem__, set(window))))
            if max(mine + my_letters, other + other_letters) + SLACK < asked(least):
                return Reading()
        my_letters, other_letters = self._say(sum(map(self._numbers.__getitem__, self._shared_letters(window))))
        mine, other = exp(min(mine + my_letters, 60.0)), exp(min(other + other_letters, 60.0))
        whole = 1.0 + mine + other
        return Reading(mine / whole, other / whole)

    def _shared_letters(self, window: Sequence[str]) -> set[int]:
        return set().union(*map(self._letters.__getitem__, window))


def _run(piece: str) -> _Run:
    """A run of words as it is looked up: without being written out."""
    return tuple(piece.split(" ")) if " " in piece else piece


@cache
def asked(share: float) -> float:
    """The log odds of a share."""
    return log(share / (1 - share)) if 0 < share < 1 else copysign(inf, share - 0.5)


@cache
def shipped_model() -> Model | None:
    """The model that comes with the bot; None where it is not there or not ours: everything works without it."""
    try:
        return Model.load()
    except (OSError, ModelRefused):
        return None
