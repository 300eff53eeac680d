"""All sentences that the second reader was trained on, as texts to try the rules with: one look at everything people
write, harmless or not, in every language."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "safety" / "reader" / "corpus"


@cache
def written() -> list[str]:
    lines = (line for path in sorted(CORPUS.glob("*/*.jsonl")) for line in path.read_text("utf-8").splitlines())
    return [json.loads(line)["text"] for line in lines if line.strip()]
