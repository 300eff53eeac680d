"""The parts of a text that are somebody else's words, or none: code, block quotes, quotation marks, songs, tags."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the text that is somebody else's words or none: offsets into the original."""

    start: int
    end: int
    kind: str


_REGIONS = (
    ("code", "`", re.compile(r"```[^`]{0,20000}```|`[^`\n]{1,2000}`")),
    ("quoted", ">", re.compile(r"(?m)^>[^\n]{0,20000}")),
    ("said", '"“„', re.compile(r"\"[^\"\n]{1,600}\"|“[^”\n]{1,600}”|„[^“”\"\n]{1,600}[“”\"]")),
    ("said", "«»", re.compile(r"«[^»\n]{1,600}»|»[^«\n]{1,600}«")),
    ("said", "'‘", re.compile(r"(?<!\w)'[^'\n]{2,300}(?:'\w[^'\n]{0,300}){0,3}'(?!\w)|(?<!\w)‘[^’\n]{2,300}’(?!\w)")),
    ("sung", "♪♫🎵🎶", re.compile(r"[♪♫🎵🎶][^♪♫🎵🎶\n]{1,300}[♪♫🎵🎶]")),
    ("named", "#", re.compile(r"#\w{2,100}")),
)


def regions(text: str) -> list[Region]:
    """Code, block quotes, quotation marks, songs and tags. For what fired."""
    out: list[Region] = []
    for kind, opened_by, pattern in _REGIONS:
        if not any(sign in text for sign in opened_by):
            continue
        out += [Region(found.start(), found.end(), kind) for found in pattern.finditer(text)]
    return out
