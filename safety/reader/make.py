"""`make reader`: thresholds on hands that the models never saw, then the model from all that is written.

For training only.
"""

from __future__ import annotations

from collections import Counter

from safety.reader.heldout import scored, thresholds
from safety.reader.model import SHIPPED, Model
from safety.reader.train import Trained
from safety.reader.written import written


def main() -> None:
    sentences = list(written())
    limits = thresholds(scored(sentences))
    counts = Counter((one.language, one.label) for one in sentences)
    told = {f"{language} {label}": count for (language, label), count in sorted(counts.items())}
    Trained(sentences).write(SHIPPED, limits, sentences=told)
    model = Model.load()
    print(f"{SHIPPED.name}: {SHIPPED.stat().st_size:,} bytes, {len(model.gate)} words open the gate")
    print(limits)


if __name__ == "__main__":
    main()
