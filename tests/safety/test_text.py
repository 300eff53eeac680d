"""Folding: what is dropped, what ends a sentence, and that every word finds its way back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety import text
from safety.regions import regions

ANY = st.text(st.characters(), max_size=200)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("I'm DONE", "im done"),
        ("i’m dóne, really", "im done really"),
        ("self-harm", "self harm"),
        ("ｗｉｄｅ 𝓵𝓮𝓽𝓽𝓮𝓻𝓼 🅰🅱", "wide letters ab"),
        ("Straße", "strasse"),
        ("no.more.of.this", "no more of this"),
        ("well... no… ok", "well no ok"),
        ("one. two! three?", "one . two . three ."),
        ("one\ntwo", "one two"),
        ("one\n\ntwo", "one . two"),
        ("> one\ntwo", "one . two"),
        ("**bold** ||hidden|| ~~struck~~ `code`", "bold hidden struck code"),
        ("see https://example.org/die?now=1 ok", "see ok"),
        ("<@1234567890> hello @sam", "@ hello @ sam"),
        ("a\u200bb\u00adc\u2060d", "abcd"),
        ("e\u0301\u0301\u0301", "e"),
        ("\u202eabc\u202c", "abc"),
        ("lol 💀💀", "lol 💀 💀"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_folding(written: str, read: str) -> None:
    assert " ".join(text.words(written)) == read


def test_hidden_letters_stay_in_their_word() -> None:
    assert len(text.words("d!e k*ll su!cide")) == 3
    assert text.words("no! yes* ok") == ["no", ".", "yes", "ok"]


@given(ANY)
def test_every_word_has_its_place(written: str) -> None:
    words, spans = text.words(written), text.Places(written)
    assert len(words) == len(spans)
    for (start, end), (after, _end) in pairwise(spans):
        assert 0 <= start < end <= len(written)
        assert start <= after


@given(st.lists(st.sampled_from(["want", "Tö", "die.", "now!", "x\u0301", "…", "\n\n", "💀", "@"]), max_size=20))
def test_a_words_place_holds_the_word(parts: list[str]) -> None:
    written = " ".join(parts)
    for word, (start, end) in zip(text.words(written), text.Places(written), strict=True):
        if word not in (text.END, "@"):
            assert text.words(written[start:end]) == [word]


@given(ANY)
def test_folding_what_is_folded_changes_nothing(written: str) -> None:
    once = text.words(written)
    assert text.words(" ".join(once)) == once


def test_a_padded_line_counts_its_words() -> None:
    line = text.padded(["want", "to", "die"])
    begins = list(text.starts(line.split()))
    assert [line[at:].split(" ")[0] for at in begins] == [".", "want", "to", "die", ".", ""]
    assert text.nearest(begins, line.find("to")) == 2


def test_regions() -> None:
    written = '> quoted\nhe said "never" and `code` #tag ♪ la la ♪'
    assert {(one.kind, written[one.start : one.end]) for one in regions(written)} == {
        ("quoted", "> quoted"),
        ("said", '"never"'),
        ("code", "`code`"),
        ("named", "#tag"),
        ("sung", "♪ la la ♪"),
    }


@given(st.text(st.sampled_from("ab'’.!?@\n>😂\u0301\u200bﷺ<12* ") | st.characters(), max_size=40))
def test_each_word_came_from_these_characters(written: str) -> None:
    """Character by character, as it is meant; `Places` finds the same without looking at each."""
    folded = [text._LOOSE[ord(char)] for char in text._separate(written)]
    came = [index for index, piece in enumerate(folded) for _sign in piece]
    settled = text._settle("".join(folded), text._quoting(written))
    meant = [(came[found.start()], came[found.end() - 1] + 1) for found in text._WORD.finditer(settled)]
    assert text.Places(written)[:] == meant


@given(st.text(st.sampled_from("ab'’.!?@\n>😂\u0301\u200bﷺ<12* é") | st.characters(), max_size=40))
def test_folding_is_one_character_at_a_time(written: str) -> None:
    for table in (text._LOOSE, text._STRICT):
        assert text._fold(written, table) == "".join(table[ord(char)] for char in written)
