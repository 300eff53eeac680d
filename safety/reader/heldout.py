"""What a model says of hands that it never saw: the passes in folds, each read by a model of the others.

For training only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from tempfile import TemporaryDirectory

from safety.reader.concepts import Concepts
from safety.reader.model import Model, Reading, Thresholds
from safety.reader.train import KEPT, Kept, Trained
from safety.reader.written import ORDINARY, Written

FOLDS = 4
WIDE_OPEN = Thresholds(1.0, 1.0, 1.0, 1.0, 0.0)
ANSWERED, QUEUED, WATCHED = 0.0015, 0.02, 0.03
"""Shares of ordinary chat by which the reader alone is told of in the report, and from which on it may queue."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence and what a model that never saw its pass says of it."""

    sentence: Written
    reading: Reading


def folds(sentences: Sequence[Written], count: int = FOLDS) -> list[set[str]]:
    """The passes in groups of about equal size, each language spread over all."""
    sizes: dict[str, int] = defaultdict(int)
    for one in sentences:
        sizes[one.group] += 1
    out: list[set[str]] = [set() for _each in range(count)]
    load = [0] * count
    for group in sorted(sizes, key=lambda name: (-sizes[name], name)):
        least = load.index(min(load))
        out[least].add(group)
        load[least] += sizes[group]
    return [one for one in out if one]


def scored(sentences: Sequence[Written], concepts: Concepts) -> list[Scored]:
    """Every sentence, read by a model trained on the passes of other folds; a process for each core."""
    with ProcessPoolExecutor(cpu_count()) as pool:
        each = pool.map(_scored, *zip(*[(sentences, concepts, held) for held in folds(sentences)], strict=True))
        return [one for some in each for one in some]


def _scored(sentences: Sequence[Written], concepts: Concepts, held: set[str]) -> list[Scored]:
    model = made([one for one in sentences if one.group not in held], concepts)
    return [Scored(one, model.read(one.text)) for one in sentences if one.group in held]


def made(sentences: Sequence[Written], concepts: Concepts, kept: Kept = KEPT) -> Model:
    """A model as it would be loaded: through its file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.bin"
        Trained(sentences, concepts, kept=kept).write(path, WIDE_OPEN, {})
        return Model.load(path)


def threshold(found: Sequence[Scored], share: float) -> float:
    """The lowest threshold at which at most that share of ordinary chat is above it."""
    ordinary = sorted((one.reading.most for one in found if one.sentence.function == ORDINARY), reverse=True)
    return ordinary[int(share * len(ordinary))] if ordinary else 1.0
