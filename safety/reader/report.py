"""How good the reader is, measured honestly: `make reader-report`. Every figure is on sentences by hands that the model
of that round never saw (grouped by pass), with 95% intervals by resampling; a learning curve and an ablation beside.

For training only.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from safety.reader import concepts
from safety.reader.heldout import ANSWERED, QUEUED, WATCHED, Scored, folds, made, scored, threshold
from safety.reader.level import levelled, offsets
from safety.reader.train import KEPT, KEPT_CONCEPTS, KEPT_LETTERS, KEPT_WORDS, Kept
from safety.reader.written import ORDINARY, Written, written

RESAMPLES = 400


def rate(found: Sequence[Scored], at: float, label: str) -> tuple[float, float, float]:
    """The share that is answered, with its 95% interval. For `other` the answer must be the right one."""

    def hit(one: Scored) -> bool:
        if label == "other":
            return one.reading.other >= at and one.reading.other >= one.reading.self
        return one.reading.most >= at

    hits = np.array([hit(one) for one in found if one.sentence.label == label], dtype=float)
    if not len(hits):
        return 0.0, 0.0, 0.0
    chance = np.random.default_rng(1)
    means = hits[chance.integers(0, len(hits), (RESAMPLES, len(hits)))].mean(axis=1)
    return float(hits.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def told(name: str, found: Sequence[Scored], at: float) -> str:
    def one(label: str) -> str:
        mean, low, high = rate(found, at, label)
        return f"{mean:.3f} [{low:.3f}–{high:.3f}]"

    hard = [one for one in found if one.sentence.function != ORDINARY]
    ordinary = [each for each in found if each.sentence.function == ORDINARY]
    false = 1000 * sum(each.reading.most >= at for each in ordinary) / max(1, len(ordinary))
    return f"| {name} | {one('self')} | {one('other')} | {rate(hard, at, 'none')[0]:.3f} | {false:.1f} |"


HEAD = (
    "| | self answered | other answered and routed | hard harmless answered | ordinary per 1,000 |\n"
    "|---|---|---|---|---|"
)


def main() -> None:
    sentences = list(written())
    known = concepts.written()
    raw = scored(sentences, known)
    found = levelled(raw, offsets(raw))
    for share, name in ((ANSWERED, "concern"), (QUEUED, "queue"), (WATCHED, "lift")):
        at = threshold(found, share)
        print(f"\n### Threshold for {name}: {at:.3f}\n\n{HEAD}\n{told('all', found, at)}")
        for language in sorted({one.language for one in sentences}):
            print(told(language, [one for one in found if one.sentence.language == language], at))
        if "--functions" in sys.argv:
            _functions(found, at)
    if "--curve" in sys.argv:
        _varied("Learning curve", sentences, [(f"{part:.0%} of the writing", _part(part), None) for part in PARTS])
        kept: dict[str, Kept] = {
            "words alone": (KEPT_WORDS, 1, 1),
            "letters alone": (1, KEPT_LETTERS, 1),
            "concepts alone": (1, 1, KEPT_CONCEPTS),
            "without concepts": (KEPT_WORDS, KEPT_LETTERS, 1),
            "half the pieces": HALF,
        }
        _varied("Ablation", sentences, [(name, lambda all_: all_, some) for name, some in kept.items()])


PARTS = (0.25, 0.5, 0.75, 1.0)
HALF = (KEPT_WORDS // 2, KEPT_LETTERS // 2, KEPT_CONCEPTS // 2)
Choose = Callable[[Sequence[Written]], Sequence[Written]]


def _part(share: float) -> Choose:
    def choose(sentences: Sequence[Written]) -> Sequence[Written]:
        order = np.random.default_rng(7).permutation(len(sentences))
        return [sentences[index] for index in order[: int(share * len(sentences))]]

    return choose


def _varied(title: str, sentences: Sequence[Written], ways: Sequence[tuple[str, Choose, Kept | None]]) -> None:
    """One held-out fold, read by models that were made in different ways."""
    known = concepts.written()
    held = folds(sentences)[0]
    test = [one for one in sentences if one.group in held]
    rest = [one for one in sentences if one.group not in held]
    print(f"\n### {title}\n\n{HEAD}")
    for name, choose, kept in ways:
        model = made(choose(rest), known, kept or KEPT)
        found = [Scored(one, model.read(one.text)) for one in test]
        print(told(name, found, threshold(found, QUEUED)))


def _functions(found: Sequence[Scored], at: float) -> None:
    by: dict[str, list[Scored]] = defaultdict(list)
    for one in found:
        by[f"{one.sentence.function} ({one.sentence.label})"].append(one)
    print("\n| function | sentences | answered |\n|---|---|---|")
    for name, some in sorted(by.items()):
        answered = sum(one.reading.most >= at for one in some) / len(some)
        print(f"| {name} | {len(some)} | {answered:.2f} |")


if __name__ == "__main__":
    main()
