"""What the tests of the rules share: the engine of each shipped language, and own rules from a text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from safety.engine import Engine
from safety.load import PACKS
from safety.rule import RuleFile
from safety.rules import load_file, load_text


@cache
def pack(code: str) -> RuleFile:
    return load_file(PACKS / f"{code}.yaml", pack=code)


@cache
def engine_of(*codes: str) -> Engine:
    return Engine.load(packs=list(codes))


@pytest.fixture
def english() -> Engine:
    return engine_of("en")


@pytest.fixture
def own() -> Callable[..., Engine]:
    """Own rules, written as in a file, alone or beside packs."""

    def build(source: str, *packs: str) -> Engine:
        return Engine.of({**{code: pack(code) for code in packs}, "": load_text("version: 1\n" + source, "own.yaml")})

    return build
