"""What `handrail rules check | test | explain | scan` do: streams and paths in, an exit code and text out. Who wires
them to a command line decides where rules come from; nothing here knows the configuration.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from safety.engine import Engine
from safety.fired import Explanation
from safety.source import RulesError
from safety.verdict import Level, Verdict

LONGEST_LINE = 4 * 1024 * 1024


def check(paths: Sequence[Path], *, packs: Sequence[str], out: TextIO) -> int:
    """Read everything; say every mistake, one a line. 0 where all is well, else 1."""
    engine = _load(paths, packs, out)
    if engine is None:
        return 1
    own = [rule for rule in engine.rules if not rule.pack]
    shadow = sum(rule.shadow for rule in engine.rules)
    count, mine = len(engine.rules), len(own)
    quiet = f", {shadow} of them in shadow" if shadow else ""
    print(f"{count} rules are in order: {mine} of your own, {count - mine} shipped{quiet}.", file=out)
    for doubt in engine.own.doubts:
        print(f"{doubt}", file=out)
    for code, file in engine.files.items():
        if code:
            print(f"{code}: {file.author}. {file.reviewed}.", file=out)
    return 0


def test(paths: Sequence[Path], *, packs: Sequence[str], out: TextIO, verbose: bool = False) -> int:
    """Run every example of every rule (a failing one is a mistake at its rule's place). 0 where all hold, else 1."""
    engine = _load(paths, packs, out)
    if engine is None:
        return 1
    told = 0
    for rule in engine.rules:
        sentences = [*rule.examples.match, *rule.examples.other, *rule.examples.ignore]
        told += len(sentences)
        if verbose and sentences:
            print(f"{rule.id}: {len(sentences)}", file=out)
    without = [
        rule.id for rule in engine.rules if not rule.pack and not any((rule.examples.match, rule.examples.ignore))
    ]
    print(f"{told} examples hold.", file=out)
    if without:
        print(f"Without any example: {', '.join(without)}.", file=out)
    return 0


def explain(engine: Engine, text: str, *, out: TextIO, channel: str = "", language: str = "") -> int:
    """Say which rule fired on which words, what context did, what remains."""
    print(told(engine.explain(text, channel=channel, language=language), text), file=out)
    return 0


def told(explained: Explanation, text: str) -> str:
    """An explanation as lines of text."""
    lines = []
    for one in explained.fired:
        lines.append(f"{one.rule.id} on “{_short(text[one.span.start : one.span.end])}”: {_level(one.rule.level)}")
        lines += [
            f"    {taken.step}: {taken.because} → {_level(taken.level)}, {taken.about.value}" for taken in one.taken
        ]
        if one.tuned:
            lines.append(f"    {one.tuned} → {_level(one.level)}")
        if one.rule.shadow:
            lines.append("    in shadow: it only counts")
    if not lines:
        lines.append("No rule fired.")
    lines += _read(explained)
    return "\n".join([*lines, f"= {summary(explained.verdict)}"])


def _read(explained: Explanation) -> list[str]:
    """What the second reader made of it, where it was asked."""
    reading = explained.reading
    if reading is None or not reading.read:
        return []
    said = "reader: it hears nothing in these words"
    if explained.weighed:
        pieces = ", ".join(f"“{one.piece}” {one.weight:+.1f}" for one in explained.weighed)
        said = f"reader: {reading.self:.2f} about its author, {reading.other:.2f} about somebody else; {pieces}"
    if explained.verdict.level is explained.ruled.level:
        return [said]
    return [said, f"    it changes {_level(explained.ruled.level)} to {_level(explained.verdict.level)}"]


def summary(verdict: Verdict) -> str:
    """A verdict in one line."""
    if not verdict:
        return "none: nobody is answered"
    answer = {
        Level.WATCH: "a line in the quiet queue",
        Level.CONCERN: "a gentle offer, and a line in the quiet queue",
        Level.URGENT: "an answer at once, and an alert to the moderators",
    }[verdict.level]
    return f"{_level(verdict.level)}, about {verdict.about.value}, {verdict.topic.value}: {answer}"


def scan(engine: Engine, lines: Iterable[str], out: TextIO, err: TextIO) -> int:
    """JSON Lines in, {"id", "text", "lang"?, "channel"?}; JSON Lines out, {"id", "level", "about", "topic", "rules"},
    in the same order. A line that is none is told on `err` with its number and skipped; then the code is 1."""
    wrong = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = _row(line)
        if isinstance(row, str):
            wrong += 1
            print(f"line {number}: {row}", file=err)
            continue
        verdict = engine.assess(row["text"], channel=row.get("channel") or "", language=row.get("lang") or "")
        print(
            json.dumps(
                {
                    "id": row["id"],
                    "level": _level(verdict.level),
                    "about": verdict.about.value,
                    "topic": verdict.topic.value,
                    "rules": list(verdict.rules),
                },
                ensure_ascii=False,
            ),
            file=out,
        )
    return 1 if wrong else 0


def _row(line: str) -> dict[str, Any] | str:
    """The row, or what is wrong with it."""
    if len(line) > LONGEST_LINE:
        return "longer than 4 MiB"
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return 'no JSON: each line is one object, as in {"id": 1, "text": "…"}'
    if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("text"), str):
        return "an object with “id” and a “text” is needed"
    for key in ("lang", "channel"):
        if row.get(key) is not None and not isinstance(row[key], str):
            return f"“{key}” is a text"
    return row


def _load(paths: Sequence[Path], packs: Sequence[str], out: TextIO) -> Engine | None:
    try:
        return Engine.load(paths, packs=packs)
    except RulesError as error:
        for mistake in error.mistakes:
            print(mistake, file=out)
        count = len(error.mistakes)
        print(f"{count} mistake{'s' if count > 1 else ''}; nothing was loaded.", file=out)
        return None


def _level(level: Level) -> str:
    return level.name.lower()


def _short(text: str, most: int = 120) -> str:
    return text if len(text) <= most else f"{text[:60]} … {text[-50:]}"
