"""`make encoder`: fine-tune it on most passes; settle it beside the quick reader and the rules on the others, which
neither has seen.

For training only.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safety.engine import Engine
from safety.reader import concepts
from safety.reader.encoder import stored
from safety.reader.encoder.base import FILE, Base, base, folder
from safety.reader.encoder.encoder import SHIPPED, Encoder
from safety.reader.encoder.subwords import Subwords
from safety.reader.heldout import WIDE_OPEN, Scored, folds, scored
from safety.reader.level import levelled, offsets
from safety.reader.model import Model
from safety.reader.settle import CLOSER, ruled, settled
from safety.reader.written import ORDINARY, Written, written

FOLD = 3
"""Of the passes in folds: the one that it is settled on, and never learns from."""
SUBWORDS = 32_000
EASY, EASY_KEPT = 0.02, 0.4
"""Ordinary lines that the quick reader finds less than that in teach little: so many of them are kept."""
SHARE, LOOK = 0.6, 0.15


def main() -> None:
    from safety.reader.encoder.train import HEADS, tuned

    sentences = list(written())
    raw = scored(sentences, concepts.written())
    quick = levelled(raw, offsets(raw))
    held = folds(sentences)[FOLD]
    began = _cut(base(folder() / FILE), sentences)
    arrays: dict[str, NDArray[Any]] = dict(tuned(began, _learned(quick, held)))
    arrays["places"] = arrays["places"].astype(np.float16)
    arrays |= {"meanings.packed": began.packed, "meanings.scales": began.scales, "likely": began.likely}
    ends = {"first": began.first, "last": began.last, "unknown": began.unknown, "heads": HEADS}
    head: dict[str, Any] = {**ends, "share": SHARE, "look": LOOK}
    settle(head, began.pieces, arrays, [one for one in quick if one.sentence.group in held])


def settle(
    head: dict[str, Any], pieces: Sequence[str], arrays: dict[str, NDArray[Any]], quick: Sequence[Scored]
) -> None:
    """Write the file, with thresholds for what both readers say together where the closer look is taken."""
    stored.write(SHIPPED, {**head, "thresholds": asdict(WIDE_OPEN)}, pieces, arrays)
    encoder = Encoder.load(Model.load())
    engines = {code: Engine.load(packs=[code], reader=False) for code in {one.sentence.language for one in quick}}
    spoken = ruled([one.sentence for one in quick], engines)
    found = [
        replace(one, reading=encoder.read(one.sentence.text, one.reading))
        if said.level or one.reading.most >= LOOK
        else one
        for one, said in zip(quick, spoken, strict=True)
    ]
    limits = settled(found, spoken, CLOSER)
    stored.write(SHIPPED, {**head, "thresholds": asdict(limits)}, pieces, arrays)
    print(f"{SHIPPED.name}: {SHIPPED.stat().st_size:,} bytes; {limits}")


def _cut(whole: Base, sentences: Sequence[Written]) -> Base:
    """Down to the subwords that the sentences need and the likeliest others."""
    subwords = Subwords(whole.pieces, whole.likely.tolist(), whole.unknown)
    return whole.cut({at for one in sentences for _part, some in subwords.parts(one.text) for at in some}, SUBWORDS)


def _learned(quick: Sequence[Scored], held: set[str]) -> list[Written]:
    rng = random.Random(9)
    return [
        one.sentence
        for one in quick
        if one.sentence.group not in held
        and (one.sentence.function != ORDINARY or one.reading.most >= EASY or rng.random() < EASY_KEPT)
    ]


if __name__ == "__main__":
    main()
