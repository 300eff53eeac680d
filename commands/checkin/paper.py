"""A summary that one can take along: its words, and the same as Markdown. Pure; `document.py` knows how pages look.

It holds what was noted and nothing that was concluded from it. A person's own words are in it where they chose them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

QUESTIONS = 5
"""Blank lines for what one wants to ask."""
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_STARTS = re.compile(r"^(\s*)([-+]|\d+[.)])(\s)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Noted:
    """One entry as a row: when, the mood in words, numbers, tags."""

    when: str
    mood: str
    numbers: str
    tags: str


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, and when."""

    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """Every word of a summary, in its person's language."""

    title: str
    period: str
    about: str
    said: tuple[str, ...]
    own_heading: str
    own: tuple[Words, ...]
    no_own: str
    cut: str
    questions: str
    noted_heading: str
    columns: tuple[str, str, str, str]
    noted: tuple[Noted, ...]


def markdown(paper: Paper) -> str:
    """The whole summary as text. Nothing that a person wrote can become markup."""
    lines = [f"# {paper.title}", "", escaped(paper.period), "", f"*{paper.about}*", ""]
    lines += [f"- {escaped(sentence)}" for sentence in paper.said]
    lines += ["", f"## {paper.own_heading}", ""]
    if not paper.own:
        lines += [paper.no_own, ""]
    for one in paper.own:
        quoted = "\n".join(f"> {part}".rstrip() for part in escaped(one.text).splitlines())
        lines += [f"**{one.when}**", "", quoted, ""]
    lines += [f"## {paper.questions}", ""]
    lines += [f"{number}. " for number in range(1, QUESTIONS + 1)]
    lines += ["", f"## {paper.noted_heading}", "", _row(paper.columns), _row(["---"] * 4)]
    lines += [_row([escaped(cell) for cell in (one.when, one.mood, one.numbers, one.tags)]) for one in paper.noted]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(cell.split()) for cell in cells)} |"


def escaped(text: str) -> str:
    """A text that Markdown shows as it stands."""
    return _STARTS.sub(r"\1\\\2\3", _MARKS.sub(r"\\\1", text))
