"""For who writes a pack: the functional suite against it, function by function, and the cases that fail.

python -m safety.tune LANG [SUITE-FILE] [--function ID] [--chat FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from safety.engine import Engine
from safety.source import RulesError
from safety.verdict import Level, Topic, Verdict

SUITE = Path("tests/safety/suite/seen")


def passes(expect: Mapping[str, Any], verdict: Verdict) -> bool:
    """Whether a verdict is what a function of the suite expects."""
    if "level" in expect and verdict.level.name.lower() not in expect["level"]:
        return False
    if "topic" in expect and verdict.topic.value != expect["topic"]:
        return False
    return "about" not in expect or verdict.about.value == expect["about"]


def answered(verdict: Verdict) -> bool:
    """Whether somebody gets an answer: harassment is shown to moderators, its writer is offered nothing."""
    return verdict.level >= Level.CONCERN and verdict.topic is not Topic.HARASSMENT


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m safety.tune")
    parser.add_argument("language")
    parser.add_argument("suite", nargs="?", type=Path)
    parser.add_argument("--function")
    parser.add_argument("--chat", type=Path, help="a file of harmless chat, one JSON {'text': …} or plain line each")
    args = parser.parse_args(argv)
    try:
        engine = Engine.load(packs=[args.language])
    except RulesError as error:
        print(error)
        return 1
    for doubt in engine.files[args.language].doubts:
        print(doubt)
    path = args.suite or SUITE / f"{args.language}.yaml"
    functions = yaml.safe_load(path.read_text(encoding="utf-8"))["functions"]
    kinds: dict[str, list[tuple[bool, bool]]] = {}
    for function in functions:
        if args.function in (None, function["id"]):
            kinds.setdefault(function["kind"], []).extend(_function(engine, function))
    print()
    for kind, results in kinds.items():
        passed, spoke = sum(one for one, _ in results), sum(one for _, one in results)
        print(
            f"{kind:14} passed {passed}/{len(results)} = {passed / len(results):.1%},"
            f" answered {spoke / len(results):.1%}"
        )
    if args.chat:
        _chat(engine, args.chat)
    return 0


def _function(engine: Engine, function: Mapping[str, Any]) -> list[tuple[bool, bool]]:
    out, failed = [], []
    for case in function["cases"]:
        verdict = engine.assess(case)
        out.append((passes(function["expect"], verdict), answered(verdict)))
        if not out[-1][0]:
            failed.append(f"      {verdict.level.name:7} {verdict.about.value:5} {verdict.topic.value:10}"
                          f" {','.join(verdict.rules)[:40]:40} {case[:180]!r}")  # fmt: skip
    print(f"{len(out) - len(failed):3}/{len(out):<3} {function['kind']:13} {function['id']}")
    print(*failed, sep="\n", end="\n" if failed else "")
    return out


def _chat(engine: Engine, path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] if line.startswith("{") else line for line in lines if line.strip()]
    hits = [(text, verdict) for text in texts if answered(verdict := engine.assess(text))]
    for text, verdict in hits:
        print(f"      {verdict.level.name} {','.join(verdict.rules)} {text[:180]!r}")
    print(f"chat: {len(hits)} answered of {len(texts)}")


if __name__ == "__main__":
    sys.exit(main())
