"""`handrail rules check|test|explain|scan` and `handrail helplines check`: the rules and lines on a terminal.

Nothing here connects anywhere or stores anything. A configuration that is not there means the shipped packs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TextIO

from bot.config import Config, read
from bot.talk.errors import StartRefused
from safety import Engine
from safety.engine import Explanation, failing
from safety.helplines import Finding, Helpline, age_of, findings
from safety.load import shipped
from safety.phonebook import HelplinesError
from safety.phonebook import load as load_lines
from safety.source import RulesError

CONFIG = Path("config.yaml")
WORDS = {
    "stale": "was vouched for more than a year ago",
    "undated": "no day is known on which anybody vouched for it",
    "one-source": "one source only",
    "unconfirmed": "no source that people keep",
    "number": "sources differ about the number",
    "hours": "sources differ about the hours",
}


def add(commands: Any) -> None:
    """Put the commands onto the command line."""
    rules = _group(commands, "rules", "about the safety rules")
    check = _command(
        rules, "check", _check, "check the packs and a rules file: every mistake, with what would be right"
    )
    check.add_argument("file", nargs="*", type=Path, help="rules files (else: that of the configuration)")
    test = _command(rules, "test", _test, "run the examples of every rule")
    test.add_argument("file", nargs="*", type=Path, help="rules files (else: that of the configuration)")
    explain = _command(rules, "explain", _explain, "say which rule fires on a text, and what context does")
    explain.add_argument("text", help="the text; - reads it from standard input")
    explain.add_argument("--channel", default="", help="as if it was written there")
    scan = _command(rules, "scan", _scan, "read JSON Lines on standard input and say what the rules make of each")
    scan.add_argument("--packs", default=None, help="shipped packs, with commas (else: those of the configuration)")
    helplines = _group(commands, "helplines", "about the helplines")
    lines = _command(helplines, "check", _helplines, "check the helplines and report what is old or in doubt")
    lines.add_argument("file", nargs="?", type=Path, help="own helplines (else: those of the configuration)")
    lines.add_argument("--all", action="store_true", help="show every entry with its age, not only those in doubt")
    lines.add_argument("--today", type=date.fromisoformat, default=None, help="the day to count ages from")


def _group(commands: Any, name: str, about: str) -> Any:
    one = commands.choices.get(name) or commands.add_parser(name, help=about, description=about)
    if not hasattr(one, "inner"):
        one.inner = one.add_subparsers(required=True, metavar="WHAT")
    return one.inner


def _command(group: Any, name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = group.add_parser(name, help=about, description=about)
    one.add_argument("--config", type=Path, default=CONFIG, help="the configuration (config.yaml, if it is there)")
    one.set_defaults(run=run)
    return one


def _config(args: argparse.Namespace) -> Config:
    return read(args.config) if args.config.exists() or args.config != CONFIG else _usual()


def _usual() -> Config:
    """Without a configuration: all shipped packs."""
    usual = Config()
    return usual.model_copy(update={"safety": usual.safety.model_copy(update={"packs": shipped()})})


def _engine(args: argparse.Namespace) -> Engine:
    """Raises StartRefused with every mistake at its place."""
    config = _config(args)
    own = list(getattr(args, "file", None) or ([config.safety.rules] if config.safety.rules else []))
    try:
        return Engine.load(own, packs=list(config.safety.packs))
    except RulesError as error:
        raise StartRefused(str(error)) from None


# --- rules -----------------------------------------------------------------------------------------------------------


def _check(args: argparse.Namespace) -> int:
    engine = _engine(args)
    print(f"{len(engine.rules)} rules, no mistakes.")
    for code, file in engine.files.items():
        shadow = sum(rule.shadow for rule in file.rules)
        kept = f", {shadow} in shadow" if shadow else ""
        print(f"  {code or 'own'}: {len(file.rules)} rules{kept}")
        if code:
            print(f"    written by: {file.author or 'not said'}\n    reviewed: {file.reviewed or 'not said'}")
    return 0


def _test(args: argparse.Namespace) -> int:
    """Loading runs the examples already and refuses a rule that breaks its own; what is left is how many there are."""
    engine = _engine(args)
    broken = failing(engine)
    examples = [rule.examples for rule in engine.rules]
    kept = sum(len(one.match) + len(one.other) + len(one.ignore) for one in examples)
    for mistake in broken:
        print(mistake, file=sys.stderr)
    print(f"{kept} examples of {len(engine.rules)} rules: {len(broken)} broken.")
    without = [rule.id for rule in engine.rules if not (rule.examples.match or rule.examples.other)]
    if without:
        print(f"Without an example: {', '.join(without)}")
    return 1 if broken else 0


def _explain(args: argparse.Namespace) -> int:
    text = sys.stdin.read() if args.text == "-" else args.text
    print("\n".join(explained(_engine(args).explain(text, channel=args.channel))))
    return 0


def explained(found: Explanation) -> Iterator[str]:
    """Why a text got its verdict, line by line."""
    verdict = found.verdict
    yield f"{verdict.level.name.lower()}, {verdict.topic.value}, about {verdict.about.value}"
    for code, line in found.read_as.items():
        yield f"read by {code or 'own rules'} as: {line}"
    for one in found.fired:
        shadow = " (shadow)" if one.rule.shadow else ""
        yield f"{one.rule.id}{shadow} fired on “{one.said}”: {one.rule.level.name.lower()}"
        for taken in one.taken:
            yield f"  {taken.step}: {taken.because or 'as the pack says'} -> {taken.level.name.lower()}"
        if one.tuned:
            yield f"  {one.tuned}"
        left = "dropped" if not one.level else f"{one.level.name.lower()}, about {one.about.value}"
        yield f"  = {left}"
    if not found.fired:
        yield "no rule fired"


def _scan(args: argparse.Namespace) -> int:
    config = _config(args)
    packs = args.packs.split(",") if args.packs else list(config.safety.packs)
    own = [config.safety.rules] if config.safety.rules else []
    try:
        engine = Engine.load(own, packs=packs)
    except RulesError as error:
        raise StartRefused(str(error)) from None
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return scan(engine, sys.stdin, sys.stdout)


def scan(engine: Engine, lines: Iterable[str], out: TextIO) -> int:
    """A verdict for each line. A line that can't be read is told on standard error and has none; then the code is 1."""
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            text, name = given["text"], given.get("id", number)
            if not isinstance(text, str):
                raise TypeError("text")
        except (ValueError, KeyError, TypeError, AttributeError):
            print(f'line {number}: needs a JSON object with "text", as {{"id": 1, "text": "…"}}', file=sys.stderr)
            code = 1
            continue
        language, channel = str(given.get("lang") or ""), str(given.get("channel") or "")
        verdict = engine.assess(text, channel=channel, language=language)
        said = {
            "id": name,
            "level": verdict.level.name.lower(),
            "about": verdict.about.value,
            "topic": verdict.topic.value,
            "rules": list(verdict.rules),
        }
        print(json.dumps(said), file=out)
    return code


# --- helplines -------------------------------------------------------------------------------------------------------


def _helplines(args: argparse.Namespace) -> int:
    own = args.file or _config(args).safety.helplines
    try:
        lines = load_lines(own)
    except HelplinesError as error:
        raise StartRefused(str(error)) from None
    today = args.today or datetime.now(UTC).date()
    found = findings(lines.entries, today)
    print("\n".join(report(lines.entries, found, today, whole=args.all)))
    return 0


def report(entries: Iterable[Helpline], found: list[Finding], today: date, *, whole: bool) -> Iterator[str]:
    """Every entry that a person should look after, with its age, and how many there are of each kind."""
    by_entry: dict[str, list[str]] = {}
    for one in found:
        by_entry.setdefault(one.entry.id, []).append(one.what)
    entries = list(entries)
    for entry in entries:
        about = by_entry.get(entry.id, [])
        if not about and not whole:
            continue
        age = age_of(entry, today)
        old = "no day known" if age is None else f"{age} days old"
        what = "; ".join(WORDS[one] for one in about) or "nothing to look after"
        dial = ", ".join((*entry.call, *(text.to for text in entry.text))) or entry.url or ""
        yield f"{entry.place}: {entry.country} {entry.name} ({dial}): {old}; {what}"
        if whole:
            yield from (f"    {note}" for note in entry.notes)
    kinds = ", ".join(f"{sum(one.what == kind for one in found)} {kind}" for kind in WORDS)
    yield f"{len(entries)} entries, {len(by_entry)} to look after: {kinds}. Nothing was dialled."
