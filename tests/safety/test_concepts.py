"""Which words mean alike: the lists as they lie in the repository, and how a text is read by them."""

from __future__ import annotations

import pytest

from safety.load import shipped
from safety.reader.concepts import FOLDER, Concepts, written
from safety.reader.pieces import words

KNOWN = written()
SMALL = Concepts(
    {
        "en": {"I": "i me", "not": "not dont", "vanish": "vanish disappear", "want": "want wanna"},
        "es": {"I": "yo me", "not": "no", "vanish": "desaparecer", "want": "quiero querria"},
    }
)


def told(text: str) -> list[str]:
    found = words(text)
    return [SMALL.told(run) for run in SMALL.runs(found, SMALL.language(found))]


def test_what_is_said_in_other_words_or_another_language_means_the_same():
    assert told("i want to vanish") == told("i wanna disappear")
    assert set(told("yo quiero desaparecer")) == set(told("i want to vanish")) == {
        "(I)", "(want)", "(vanish)", "(I) (want)", "(want) (vanish)", "(I) (want) (vanish)", "(I) … (vanish)",
    }  # fmt: skip
    assert told("i dont want to vanish") != told("i want to vanish")
    assert "(I) … … (vanish)" in told("i dont want to vanish")


def test_words_that_are_in_no_concept_are_passed_over():
    assert told("spoons and forks") == [] == told("")
    assert told("i really want the spoons to vanish") == told("i want to vanish")


def test_a_text_is_read_in_the_language_that_knows_most_of_it():
    languages = {code: KNOWN.languages.index(code) for code in KNOWN.languages}
    for text, code in (
        ("i can not sleep again tonight", "en"),
        ("me", "en"),
        ("no puedo dormir otra vez", "es"),
        ("ich kann schon wieder nicht schlafen", "de"),
        ("je narrive plus a dormir", "fr"),
        ("nao consigo dormir de novo", "pt"),
    ):
        assert KNOWN.language(words(text)) == languages[code], text


def test_every_shipped_language_has_its_words_as_a_text_is_folded():
    assert set(KNOWN.languages) == set(shipped())
    for language, of in KNOWN.words.items():
        odd = [word for some in of.values() for word in some.split() if words(word) != [word]]
        assert odd == [], language
        assert {*KNOWN.names} - {*of} == set(), language


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("want: quiero\nno colon", "xx.txt:2: needs a concept"),
        ("want:", "xx.txt:1: needs a concept"),
        ("want: quiero\nneed: quiero", "xx.txt:2: quiero is there already"),
        ("want: quiero\nwant: deseo", "xx.txt:2: want is there already"),
    ],
)
def test_a_line_that_can_not_be_read_is_told(tmp_path, lines: str, wrong: str):
    (tmp_path / "xx.txt").write_text(lines)
    with pytest.raises(ValueError, match=wrong):
        written(tmp_path)


def test_the_lists_are_in_order():
    for path in FOLDER.glob("*.txt"):
        names = [line.partition(":")[0] for line in path.read_text("utf-8").splitlines()]
        assert names == sorted(names)
