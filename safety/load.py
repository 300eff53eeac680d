"""Finding and reading the files an engine is built from: shipped packs by name, a community's own. All or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from safety.rule import RuleFile
from safety.rules import load_file
from safety.source import Mistake, RulesError, close

PACKS = Path(__file__).parent / "packs"


def shipped() -> tuple[str, ...]:
    """The names of the shipped packs."""
    return tuple(sorted(path.stem for path in PACKS.glob("*.yaml")))


def load_all(paths: Sequence[Path], packs: Sequence[str]) -> dict[str, RuleFile]:
    """Packs by their code, own rules under "". Raises RulesError with the mistakes of all files."""
    mistakes: list[Mistake] = []
    files: dict[str, RuleFile] = {}
    own: list[RuleFile] = []
    for path in paths:
        try:
            own.append(load_file(path))
        except RulesError as error:
            mistakes += error.mistakes
    said = [file.packs for file in own if file.packs is not None]
    for code in said[-1] if said else packs:
        if code not in shipped():
            file = str(paths[0]) if said and paths else "packs"
            mistakes.append(Mistake(file, 1, 1, f"no pack is called “{code}”{close(code, shipped())}"))
            continue
        try:
            files[code] = load_file(PACKS / f"{code}.yaml", pack=code)
        except RulesError as error:
            mistakes += error.mistakes
    if mistakes:
        raise RulesError(mistakes)
    if own:
        files[""] = merged(own)
    return files


def merged(own: Sequence[RuleFile]) -> RuleFile:
    """Several own files as one, in order."""
    out = own[0]
    for one in own[1:]:
        out = replace(
            out,
            spelling={**out.spelling, **one.spelling},
            keywords=(*out.keywords, *one.keywords),
            context=(*out.context, *one.context),
            rules=(*out.rules, *one.rules),
            support_channels=out.support_channels | one.support_channels,
            reader=one.reader or out.reader,
            tune=(*out.tune, *one.tune),
            doubts=(*out.doubts, *one.doubts),
        )
    return out
