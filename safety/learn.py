"""Counts the weights of `safety.evidence` from sentences that were written for it, beside ordinary chat.

    python -m safety.learn en OUT.tsv --written A.jsonl B.yaml … --ordinary C.txt …

`written`: JSON Lines {"text", "label": self|other|none}, or a file of the functional suite. `ordinary`: a harmless line
each. Needs scikit-learn, which only development has. Nothing of a sentence is kept but how words weigh.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from safety.engine import Engine
from safety.evidence import LONGEST, SCALE

KINDS = {"at_risk": "self", "other": "other"}
LEAST = 2
SMALLEST = 60
"""Weights below this many thousandths decide nothing and are left out."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m safety.learn")
    parser.add_argument("language")
    parser.add_argument("out", type=Path)
    parser.add_argument("--written", nargs="+", type=Path, required=True)
    parser.add_argument("--ordinary", nargs="*", type=Path, default=[])
    parser.add_argument("--strength", type=float, default=5.0)
    args = parser.parse_args(argv)
    engine = Engine.load(packs=[args.language])
    written = [pair for path in args.written for pair in _written(path)]
    ordinary = [line for path in args.ordinary for line in path.read_text("utf-8", "replace").splitlines() if line]
    lines = [engine.read(text, args.language) for text, _ in written]
    labels = [label for _, label in written] + ["none"] * len(ordinary)
    rows = _weights(lines, [*lines, *(engine.read(text, args.language) for text in ordinary)], labels, args.strength)
    head = f"# Weights of words for safety.evidence, {args.language}: {len(written)} sentences written for it,"
    head += f" {len(ordinary)} ordinary lines. Made by safety/learn.py; not for editing."
    args.out.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    print(f"{len(rows)} weights")
    return 0


def _written(path: Path) -> Iterator[tuple[str, str]]:
    if path.suffix == ".yaml":
        for function in yaml.safe_load(path.read_text("utf-8"))["functions"]:
            for case in function["cases"]:
                yield case, KINDS.get(function["kind"], "none")
        return
    for line in path.read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        yield row["text"], row.get("label", "none")


def _weights(known: Sequence[str], lines: Sequence[str], labels: Sequence[str], strength: float) -> list[str]:
    from sklearn.feature_extraction.text import CountVectorizer  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from sklearn.preprocessing import normalize  # type: ignore[import-untyped]

    counter = CountVectorizer(
        token_pattern=r"\S+", ngram_range=(1, LONGEST), min_df=LEAST, binary=True, lowercase=False
    ).fit(known)
    model = LogisticRegression(C=strength, max_iter=1000).fit(
        normalize(counter.transform(lines).astype(float)), list(labels)
    )
    order = list(model.classes_)
    none, own, other = (model.coef_[order.index(name)] for name in ("none", "self", "other"))
    base = [model.intercept_[order.index(name)] - model.intercept_[order.index("none")] for name in ("self", "other")]
    rows = [f"\t{round(base[0] * SCALE)}\t{round(base[1] * SCALE)}"]
    for gram, index in sorted(counter.vocabulary_.items()):
        mine, theirs = round((own[index] - none[index]) * SCALE), round((other[index] - none[index]) * SCALE)
        if max(abs(mine), abs(theirs)) >= SMALLEST:
            rows.append(f"{gram}\t{mine}\t{theirs}")
    return rows


if __name__ == "__main__":
    sys.exit(main())
