"""The training sentences as they lie in the repository: `corpus/<language>/<pass>.jsonl`, a pass by one hand each.

For training and tests only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")
LABELS = ("none", "self", "other")
ORDINARY = "ordinary"
"""The function of plain community chat, on which thresholds are set."""


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence: `label` says whom it worries about, `function` what kind it is, `group` who wrote it."""

    text: str
    label: str
    function: str
    language: str
    group: str


def written(folder: Path = CORPUS) -> Iterator[Written]:
    """Every sentence. Raises ValueError with file and line for one that is not in the format."""
    for path in sorted(folder.glob("*/*.jsonl")):
        language = path.parent.name
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                data = json.loads(line)
                text, label, function = data["text"], data["label"], data["function"]
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path.name}:{number}: needs text, label and function ({error})") from None
            if label not in LABELS or not isinstance(text, str) or not text.strip():
                raise ValueError(f"{path.name}:{number}: label is one of {', '.join(LABELS)}, text is not empty")
            yield Written(text, label, function, language, f"{language}/{path.stem}")
