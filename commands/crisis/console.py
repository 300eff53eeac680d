"""`handrail rules check|test|explain|scan` and `handrail helplines check`: the rules and lines on a terminal.

Nothing here connects anywhere or stores anything. A configuration that is not there means the shipped packs.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bot.config import Config, read
from bot.state.clock import SystemClock
from bot.talk.errors import StartRefused
from safety import Engine, console
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
    test.add_argument("--verbose", action="store_true", help="show how many each rule has")
    test.add_argument("file", nargs="*", type=Path, help="rules files (else: that of the configuration)")
    explain = _command(rules, "explain", _explain, "say which rule fires on a text, and what context does")
    explain.add_argument("text", help="the text; - reads it from standard input")
    explain.add_argument("--channel", default="", help="as if it was written there")
    explain.add_argument("--language", default="", help="as if it was known to be in it")
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


def _own(args: argparse.Namespace, config: Config) -> list[Path]:
    """The rules files to read beside the packs."""
    return list(getattr(args, "file", None) or ([config.safety.rules] if config.safety.rules else []))


def _engine(args: argparse.Namespace) -> Engine:
    """Raises StartRefused with every mistake at its place."""
    config = _config(args)
    packs = args.packs.split(",") if getattr(args, "packs", None) else list(config.safety.packs)
    try:
        return Engine.load(_own(args, config), packs=packs)
    except RulesError as error:
        raise StartRefused(str(error)) from None


# --- rules -----------------------------------------------------------------------------------------------------------


def _check(args: argparse.Namespace) -> int:
    config = _config(args)
    return console.check(_own(args, config), packs=list(config.safety.packs), out=sys.stdout)


def _test(args: argparse.Namespace) -> int:
    config = _config(args)
    return console.test(_own(args, config), packs=list(config.safety.packs), out=sys.stdout, verbose=args.verbose)


def _explain(args: argparse.Namespace) -> int:
    text = sys.stdin.read() if args.text == "-" else args.text
    return console.explain(_engine(args), text, out=sys.stdout, channel=args.channel, language=args.language)


def _scan(args: argparse.Namespace) -> int:
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    return console.scan(_engine(args), sys.stdin, sys.stdout, sys.stderr)


# --- helplines -------------------------------------------------------------------------------------------------------


def _helplines(args: argparse.Namespace) -> int:
    own = args.file or _config(args).safety.helplines
    try:
        lines = load_lines(own)
    except HelplinesError as error:
        raise StartRefused(str(error)) from None
    today = args.today or SystemClock().now().date()
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
