"""What the rules, the second reader and both say of the functional suite, function by function; and the floors that CI
holds: `python -m tests.safety.measure` prints, `--write` also sets the floors to what is reached now.

Of the held part only shares are printed, never a case.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from safety import Engine, Verdict
from safety.load import shipped
from safety.tune import answered, passes

SUITE = Path(__file__).parent / "suite"
FLOORS = Path(__file__).with_name("floors.yaml")
HEAD = """\
# The share of a function's cases that must pass. It may rise, never fall; a fall needs a reason in its commit.
# The rules were tuned on the seen part: its figures hold what was reached, they prove nothing. Written by
# `python -m tests.safety.measure --write`.
"""
Assess = Callable[[str], Verdict]


@cache
def ways(language: str) -> dict[str, Assess]:
    rules = Engine.load(packs=[language], reader=False)
    both = Engine.load(packs=[language])
    alone = Engine.load(packs=[])
    return {"rules": rules.assess, "reader": alone.assess, "both": both.assess}


def suites(part: str) -> list[dict[str, Any]]:
    found = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((SUITE / part).glob("*.yaml"))]
    return [one for one in found if one["language"] in shipped()]


def ordinary(part: str, language: str) -> list[str]:
    path = SUITE / part / f"ordinary.{language}.jsonl"
    return [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def kinds(part: str) -> None:
    print(f"\n## {part}: answered (and, for at risk and other, to the right person)\n")
    print("| language | kind | cases | rules | reader | both |\n|---|---|---|---|---|---|")
    for suite in suites(part):
        language = suite["language"]
        for kind in ("at_risk", "other", "harmless", "sad_but_safe"):
            cases = [case for one in suite["functions"] if one["kind"] == kind for case in one["cases"]]
            cells = []
            for assess in ways(language).values():
                verdicts = [assess(case) for case in cases]
                share = sum(map(answered, verdicts)) / len(cases)
                subject = {"at_risk": "self", "other": "other"}.get(kind)
                right = sum(answered(one) and one.about.value == subject for one in verdicts) / len(cases)
                cells.append(f"{share:.3f} ({right:.3f})" if subject else f"{share:.3f}")
            print(f"| {language} | {kind} | {len(cases)} | {' | '.join(cells)} |")
        lines = ordinary(part, language)
        if lines:
            false = [
                1000 * sum(answered(assess(line)) for line in lines) / len(lines) for assess in ways(language).values()
            ]
            print(f"| {language} | ordinary, per 1,000 | {len(lines)} | {' | '.join(f'{one:.1f}' for one in false)} |")


def functions() -> None:
    print("\n## seen, function by function: the share that passes\n")
    print("| language | function | kind | rules | reader | both |\n|---|---|---|---|---|---|")
    for suite in suites("seen"):
        for one in suite["functions"]:
            cells = [f"{reached(one, assess):.2f}" for assess in ways(suite["language"]).values()]
            print(f"| {suite['language']} | {one['id']} | {one['kind']} | {' | '.join(cells)} |")


def reached(function: dict[str, Any], assess: Assess) -> float:
    return sum(passes(function["expect"], assess(case)) for case in function["cases"]) / len(function["cases"])


def floors() -> dict[str, Any]:
    """What both readers together reach now, a little under it where a share is of few cases."""
    out: dict[str, Any] = {"seen": {}, "answered": {}, "held": {}}
    for suite in suites("seen"):
        both = ways(suite["language"])["both"]
        out["seen"][suite["language"]] = {one["id"]: _down(reached(one, both)) for one in suite["functions"]}
        out["answered"][suite["language"]] = {
            kind: _up(_share(suite["functions"], kind, both)) for kind in ("harmless", "sad_but_safe")
        }
    for suite in suites("held"):
        both = ways(suite["language"])["both"]
        by: dict[str, list[bool]] = {}
        for one in suite["functions"]:
            by.setdefault(one["kind"], []).extend(passes(one["expect"], both(case)) for case in one["cases"])
        out["held"][suite["language"]] = {kind: _down(sum(some) / len(some)) for kind, some in by.items()}
    return out


def _share(some: Sequence[dict[str, Any]], kind: str, assess: Assess) -> float:
    cases = [case for one in some if one["kind"] == kind for case in one["cases"]]
    return sum(answered(assess(case)) for case in cases) / len(cases)


def _down(share: float) -> float:
    return int(share * 100) / 100


def _up(share: float) -> float:
    return -int(-share * 1000 // 1) / 1000 if share else 0.0


def main() -> None:
    for part in ("seen", "held"):
        kinds(part)
    if "--functions" in sys.argv:
        functions()
    if "--write" in sys.argv:
        FLOORS.write_text(HEAD + yaml.safe_dump(floors(), sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
