"""The quick look at a text's words finds what the careful one finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safety.reader.pieces import rough, words


@given(st.text(alphabet="abei'`mMtT 0_-.,!?\n", max_size=60))
def test_the_quick_words_are_the_words(text: str) -> None:
    quick = rough(text)
    if quick is not None:
        assert quick == [word for word in words(text) if word.isalpha()]


def test_where_it_can_not_tell_it_says_so() -> None:
    assert rough("ich fühle nichts") is None
    assert rough("i feeeel it") is None
    assert rough("I can't, ok?") == ["i", "cant", "ok"]
