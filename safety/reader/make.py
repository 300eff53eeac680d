"""`make reader`: thresholds beside the rules, on hands the models never saw; then the model from all that is written.

For training only.
"""

from __future__ import annotations

from collections import Counter

from safety.engine import Engine
from safety.reader import concepts
from safety.reader.heldout import scored
from safety.reader.level import levelled, offsets
from safety.reader.model import SHIPPED, Model
from safety.reader.settle import ruled, settled
from safety.reader.train import Trained
from safety.reader.written import written


def main() -> None:
    sentences = list(written())
    known = concepts.written()
    raw = scored(sentences, known)
    by = offsets(raw)
    found = levelled(raw, by)
    engines = {code: Engine.load(packs=[code], reader=False) for code in sorted({one.language for one in sentences})}
    limits = settled(found, ruled([one.sentence for one in found], engines))
    counts = Counter((one.language, one.label) for one in sentences)
    told = {f"{language} {label}": count for (language, label), count in sorted(counts.items())}
    Trained(sentences, known).write(SHIPPED, limits, by, sentences=told)
    model = Model.load()
    print(f"{SHIPPED.name}: {SHIPPED.stat().st_size:,} bytes, in {len(model.head['concepts'])} languages")
    print(limits, by)


if __name__ == "__main__":
    main()
