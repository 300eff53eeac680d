"""The functional suite, function by function, each with a floor that may rise and never fall (`floors.yaml`).

A floor is the share of a function's cases that pass. The rules were tuned on the seen part, so it proves nothing but
that nothing was lost; the held part is read by nobody who writes rules, only its shares stand here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from safety.load import shipped
from safety.tune import answered, passes
from tests.safety.conftest import engine_of

HERE = Path(__file__).parent
FLOORS = yaml.safe_load((HERE / "floors.yaml").read_text("utf-8"))
LEAST_CASES = 8
HARMLESS = ("harmless", "sad_but_safe")


def functions(part: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((HERE / "suite" / part).glob("*.yaml")):
        suite = yaml.safe_load(path.read_text("utf-8"))
        for function in suite["functions"]:
            yield suite["language"], function


def share(language: str, function: dict[str, Any]) -> tuple[float, list[str]]:
    engine = engine_of(language)
    failed = [case for case in function["cases"] if not passes(function["expect"], engine.assess(case))]
    return 1 - len(failed) / len(function["cases"]), failed


@pytest.mark.parametrize(
    ("language", "function"), functions("seen"), ids=lambda value: value if isinstance(value, str) else value["id"]
)
def test_a_function_keeps_its_floor(language: str, function: dict[str, Any]) -> None:
    if language not in shipped():
        pytest.skip(f"no pack for {language} yet")
    if language not in FLOORS["seen"]:
        pytest.skip(f"no floors for {language} yet")
    floor = FLOORS["seen"][language].get(function["id"])
    assert floor is not None, f"{language}/{function['id']} has no floor: add it to floors.yaml"
    reached, failed = share(language, function)
    assert reached >= floor, f"{reached:.2f} < {floor}: " + "\n".join(failed)


@pytest.mark.parametrize("language", sorted(FLOORS["seen"]))
def test_every_floor_names_a_function(language: str) -> None:
    known = {function["id"] for spoken, function in functions("seen") if spoken == language}
    assert set(FLOORS["seen"][language]) <= known


@pytest.mark.parametrize("language", sorted(FLOORS["answered"]))
def test_harmless_words_are_hardly_ever_answered(language: str) -> None:
    """The share of harmless cases that somebody would be answered for, over all functions of a kind."""
    for kind in HARMLESS:
        cases = [
            case
            for spoken, one in functions("seen")
            if spoken == language and one["kind"] == kind
            for case in one["cases"]
        ]
        rate = sum(answered(engine_of(language).assess(case)) for case in cases) / len(cases)
        assert rate <= FLOORS["answered"][language][kind]


def test_every_class_of_false_alarm_has_its_function() -> None:
    """The classes that the evidence page names, and the function of the English suite that holds each of them."""
    classes = {
        "wanting to die after eating too much": "hyperbole-food-body",
        "of embarrassment": "hyperbole-embarrassment",
        "of lag": "lag-and-tech",
        "game moves called suicide": "game-moves",
        "a bereaved relative": "grief",
        "advice to others": "advice-to-anyone",
        "awareness tags": "awareness-tags",
        "recovery anniversaries": "recovery-anniversary",
    }
    known = {function["id"]: function for spoken, function in functions("seen") if spoken == "en"}
    for function in classes.values():
        assert known[function]["kind"] in HARMLESS
        assert len(known[function]["cases"]) >= LEAST_CASES


@pytest.mark.skipif(not list((HERE / "suite" / "held").glob("*.yaml")), reason="the held part is not here")
def test_the_held_part_keeps_its_floors() -> None:
    """Shares per language and kind; the cases are never printed."""
    kinds: dict[tuple[str, str], list[bool]] = {}
    for language, function in functions("held"):
        if language in shipped():
            verdicts = [engine_of(language).assess(case) for case in function["cases"]]
            kinds.setdefault((language, function["kind"]), []).extend(
                passes(function["expect"], one) for one in verdicts
            )
    for (language, kind), results in sorted(kinds.items()):
        reached = sum(results) / len(results)
        print(f"held {language} {kind}: {reached:.2f} of {len(results)}")
        assert reached >= FLOORS.get("held", {}).get(language, {}).get(kind, 0.0)
