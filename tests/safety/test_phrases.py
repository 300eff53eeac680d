"""The phrase language: what each form matches, and what is said of each mistake."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety import phrases, text, tree
from safety.matcher import Matcher
from safety.phrases import Language, PhraseError

GRAMMAR = Language(
    sets={"me": phrases.parse("(myself|my self)")},
    inflections={"die": ["dies", "died", "dying"]},
    endings=["s", "ed", "ing"],
    spelling={"wanna": "want to"},
)


def found(phrase: str, written: str) -> list[str]:
    words = text.words(written)
    line = text.padded(words)
    hits = Matcher([(0, phrases.parse(phrase, GRAMMAR))]).find(line)
    return sorted(" ".join(line.split()[start:end]) for _key, start, end in hits)


@pytest.mark.parametrize(
    ("phrase", "written", "hits"),
    [
        ("want to die", "I WANT to... die", ["want to die"]),
        ("want to die", "I want. to die", []),
        ("(done|finished with) life", "finished with life, done life", ["done life", "finished with life"]),
        ("want to (just)? die", "want to die want to just die", ["want to die", "want to just die"]),
        ("want to just? die", "want to die", ["want to die"]),
        ("want {2} die", "want to really die", ["want to really die"]),
        ("want {2} die", "want to really really die", []),
        ("want {1-2} die", "want die", []),
        ("want {2} die", "want x. die", []),
        ("cross {on,in} it", "cross in it cross on it cross it", ["cross in it", "cross on it"]),
        ("suicid*", "suicide suicidal", ["suicidal", "suicide"]),
        ("die~ now", "dying now die now died now", ["die now", "died now", "dying now"]),
        ("kill~ <me>", "killing myself killed my self", ["killed my self", "killing myself"]),
        ("wanna die", "want to die", ["want to die"]),
        ("^die$", "no. die. yes", [". die ."]),
        ("^die$", "i die", []),
        ("@ bye", "bye @sam bye", []),
        ("@ sam", "hello @sam", ["@ sam"]),
        ("💀 now", "💀now", ["💀 now"]),
        ("don't GO", "dont go", ["dont go"]),
    ],
)
def test_what_a_phrase_matches(phrase: str, written: str, hits: list[str]) -> None:
    assert found(phrase, written) == hits


FRENCH = Language(
    sets={"die": phrases.parse("(mourir|disparaitre)")},
    endings=["e", "er"],
    elisions=["l", "d", "m", "qu"],
    not_elided=["larme", "larmes"],
)


@pytest.mark.parametrize(
    ("phrase", "written", "hits"),
    [
        (
            "envie de <die>",
            "l'envie de mourir, pas d’envie de disparaître",
            ["denvie de disparaitre", "lenvie de mourir"],
        ),
        ("envie de <die>", "envie de mourir; lenvie de mourir", ["envie de mourir", "lenvie de mourir"]),
        ("besoin {0-1} aide", "besoin d'aide, besoin vraiment d'aide", ["besoin daide", "besoin vraiment daide"]),
        ("automutil*", "m'automutiler", ["mautomutiler"]),
        ("étouff~", "il m'étouffe, étouffer", ["etouffer", "metouffe"]),
        ("hopital", "à l'hôpital", ["lhopital"]),
        ("arme", "une larme, l'arme, des larmes", []),
        ("arme", "d'arme", ["darme"]),
        ("arme*", "une larme d'armes", ["darmes"]),
        ("larme", "une larme", ["larme"]),
        ("on dit", "mon dit", []),
        ("xenvie", "l'xenvie", []),
    ],
)
def test_what_stands_after_an_elision(phrase: str, written: str, hits: list[str]) -> None:
    words = text.words(written)
    found = Matcher([(0, phrases.parse(phrase, FRENCH))]).find(text.padded(words))
    said = [" ".join(text.padded(words).split()[start:end]) for _key, start, end in found]
    assert sorted(said) == hits


def test_accents_do_not_hide_an_elision() -> None:
    node = phrases.parse("étouffe", replace(FRENCH, strict=True))
    assert Matcher([(0, node)]).find(text.padded(text.words("ça m'étouffe", strict=True)))


def test_a_question_mark_after_a_bare_word_is_doubted() -> None:
    assert list(phrases.hasty("my friends? (left)? {a,b}? just? x? <me>? ^?")) == [("friends", 3), ("just", 27)]


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("(a|b", "a “(” without its “)”"),
        ("a)", "a “)” without its “(”"),
        ("? a", "follows the word or bracket that may be missing"),
        ("a {x} b", "is no gap"),
        ("a {5-2} b", "the smaller number first"),
        ("a {99} b", "a gap holds at most"),
        ("<mee> a", "no set is called “mee”"),
        ("di*", "at least three letters"),
        ("d*e", "stands at the end of a word"),
        ("(a)?", "would match anything"),
        ("{2}", "would match anything"),
        ("^$", "would match anything"),
        (r"\bdie\b", "regular expression"),
        ("[ab] die", "regular expression"),
        ("a {1 b", "without its partner"),
        ("((((((((a))))))))", "brackets inside one another"),
        (" ".join("abcdefghijklmnopqrstuvwxyz"), "longer than"),
        (",,, a", "holds no letter"),
    ],
)
def test_what_is_said_of_a_mistake(phrase: str, said: str) -> None:
    with pytest.raises(PhraseError) as raised:
        phrases.parse(phrase, GRAMMAR, lambda name, names: "")
    assert said in str(raised.value)


WORD = st.sampled_from(["a", "bc", "def", "gh"])
NODES = st.recursive(
    WORD,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        inner.map(lambda part: f"({part})? x"),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]} {{0-2}} {pair[1]}"),
    ),
    max_leaves=5,
)


@given(NODES, st.lists(st.sampled_from(["a", "bc", "def", "gh", "x", "."]), max_size=12))
def test_literals_expressions_and_anchors_agree(phrase: str, words: list[str]) -> None:
    """However a phrase is searched for, the same lines hold it."""
    import re

    node = phrases.parse(phrase)
    line = text.padded(words)
    plain = re.search(" " + tree.expression(node), line) is not None
    assert bool(Matcher([(7, node)]).find(line)) == plain
    ways = tree.literals(node)
    if ways is not None:
        assert any(f" {' '.join(way)} " in line for way in ways) == plain
    if plain:
        for group in tree.groups_of(node):
            assert any(word.text in words for word in group)
