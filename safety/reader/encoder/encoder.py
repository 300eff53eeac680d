"""What a text sounds like on a closer look: the network's reading and the quick reader's, weighed together.

It reads a text and knows no person; what follows from it is `policy`'s. Loaded once.
"""

from __future__ import annotations

from functools import cache
from math import exp, log
from pathlib import Path

from safety.reader.encoder.network import network
from safety.reader.encoder.stored import Stored, stored
from safety.reader.encoder.subwords import Subwords
from safety.reader.model import Model, Reading, Thresholds, shipped_model
from safety.reader.stored import ModelRefused

SHIPPED = Path(__file__).with_name("encoder.bin")
MOST_PARTS = 2
"""Parts of a long text that are looked at: those that the quick reader finds loudest."""
_LEAST = 1e-6


class Encoder:
    """A loaded one, beside the quick reader that it was settled with. Made by `load`."""

    def __init__(self, file: Stored, quick: Model) -> None:
        head = file.head
        self._quick = quick
        self._subwords = Subwords(file.pieces, file.arrays["likely"].tolist(), head["unknown"])
        self._network = network(file.arrays, heads=head["heads"], ends=(head["first"], head["last"]))
        self._share: float = head["share"]
        self.look: float = head["look"]
        """The quick reading from which on a text that no rule speaks of is looked at."""
        self.thresholds = Thresholds(**head["thresholds"])

    @classmethod
    def load(cls, quick: Model, path: Path = SHIPPED) -> Encoder:
        """Raises ModelRefused for a file that is not an encoder of this version, OSError where there is none."""
        return cls(stored(path.read_bytes(), path.name), quick)

    def read(self, text: str, quick: Reading) -> Reading:
        """`quick` is what the quick reader finds in it. Never raises for a string."""
        if not quick.read:
            return quick
        parts = [*self._subwords.parts(text)]
        heard = [(quick if len(parts) == 1 else self._quick.read(part), numbers) for part, numbers in parts]
        heard.sort(key=lambda one: -one[0].most)
        looked = [self._looked(numbers, one) for one, numbers in heard[:MOST_PARTS]]
        return max(looked, key=lambda one: one.most, default=quick)

    def _looked(self, numbers: list[int], quick: Reading) -> Reading:
        nobody, mine, other = self._network(numbers).tolist()
        none = max(1 - quick.self - quick.other, _LEAST)
        mine = self._together(mine - nobody, log(max(quick.self, _LEAST) / none))
        other = self._together(other - nobody, log(max(quick.other, _LEAST) / none))
        return Reading(mine / (1 + mine + other), other / (1 + mine + other))

    def _together(self, closer: float, quick: float) -> float:
        """The odds that both readings give."""
        return exp(self._share * closer + (1 - self._share) * quick)


@cache
def shipped_encoder() -> Encoder | None:
    """The one that comes with the bot; None where it is not there or not ours: everything works without it."""
    quick = shipped_model()
    try:
        return None if quick is None else Encoder.load(quick)
    except (OSError, ModelRefused):
        return None
