"""The first look says “perhaps” in vain, and never “no” in vain."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety import load, text
from safety.engine import Engine
from safety.rules import load_text
from safety.search import Search
from tests.safety.sentences import written

SIGNS = "abciI .,!?*@$|#'’\n>\t\u00a0é\u0301😂…ﷺ<12/:_-ß\u200b"


@given(st.text(st.sampled_from(SIGNS) | st.characters(exclude_characters="+"), max_size=60), st.booleans())
def test_pieces_between_blanks_are_folded_as_in_the_whole(written: str, strict: bool) -> None:
    def folded(of: str) -> list[str]:
        return [word for word in text.words(of, strict=strict) if word != text.END]

    assert folded(written) == [word for piece in written.split() for word in folded(piece)]


PACKS = load.shipped()


@pytest.fixture(scope="module")
def both() -> tuple[Search, Search]:
    files = load.load_all([], PACKS)
    quick, careful = Engine(files)._search, Engine(files)._search
    careful.look = lambda _words: set(PACKS)
    return quick, careful


def mixed(chance: random.Random) -> str:
    """Two sentences as one, with a sign or a blank where none was."""
    signs = list(f"{chance.choice(written())}{chance.choice(('. ', ' ', chr(10)))}{chance.choice(written())}")
    for _ in range(3):
        at = chance.randrange(len(signs))
        signs[at : at + chance.randrange(2)] = chance.choice(["+", " ", *SIGNS])
    return "".join(signs)


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_what_it_passes_over_holds_no_phrase(both: tuple[Search, Search], every: int) -> None:
    quick, careful = both
    chance = random.Random(3)
    passed = 0
    for sentence in [*written()[::every], *(mixed(chance) for _ in range(4_000))]:
        packs = quick.look(quick.words(sentence, sentence.split()))
        if len(packs) < len(PACKS):
            passed += not packs
            assert places(quick, sentence) == places(careful, sentence), sentence
    assert passed > 3_000


def test_letters_written_one_by_one_are_put_together(both: tuple[Search, Search]) -> None:
    quick, careful = both
    chance = random.Random(9)
    found = 0
    for sentence in chance.sample(written(), 1_500):
        first, *words = sentence.split()
        cut = chance.randrange(4)
        letters = [
            chance.choice(("", "", "… ", "' ", "ʰ ", "a-")) + letter for word in words[cut : cut + 4] for letter in word
        ]
        text = " ".join([first, *words[:cut], *letters, *words[cut + 4 :]])
        found += bool(places(careful, text))
        assert places(quick, text) == places(careful, text), text
    assert found > 100


def test_a_long_text_is_looked_at_in_parts(both: tuple[Search, Search]) -> None:
    quick, careful = both
    chance = random.Random(5)
    for _ in range(150):
        sentence = chance.choice((". ", " ", " — ")).join(chance.choice(written()) for _ in range(40))
        assert places(quick, sentence) == places(careful, sentence), sentence


def places(search: Search, sentence: str) -> set[tuple[str, int, int, str]]:
    found = search.every(sentence)
    return {(one.rule.id, one.start, one.end, one.reading.line) for one in found}


def test_expressions_of_a_community_are_always_looked_for() -> None:
    own = "version: 1\nrules: [{id: a, topic: custom, level: watch, regexes: ['(rain|snow) falls']}]"
    assert Engine.of({"": load_text(own)}).assess("the snow falls")
