"""The reader's quick look: piece by piece the same words, and nothing lost that it would have spoken of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.reader.augment import augmented
from safety.reader.model import Model, asked, shipped_model
from safety.reader.pieces import SILENT, words
from safety.reader.policy import FAINT
from safety.reader.weights import LARGEST, MOST, packed, unpacked
from tests.safety.sentences import written


@given(st.text(st.sampled_from("abei'`mMtTΣß 0_-.,!?\n\t\u00a0éè\u0301😂…ﬀ") | st.characters(), max_size=60))
def test_pieces_hold_the_words_of_the_whole(text: str) -> None:
    found = [word for piece in text.split() for word in words(piece)]
    assert [word for word in words(text) if word not in SILENT] == [word for word in found if word not in SILENT]
    if "\n" not in text:
        assert words(text) == found


SAID = st.integers(-LARGEST, LARGEST)


@given(st.lists(st.tuples(st.integers(0, 255), SAID, SAID), max_size=MOST))
def test_three_numbers_are_added_in_one(numbers: list[tuple[int, int, int]]) -> None:
    each = [packed(*three) for three in numbers]
    assert unpacked(sum(each)) == (tuple(map(sum, zip(*numbers, strict=True))) if numbers else (0, 0, 0))


@pytest.fixture(scope="module")
def model() -> Model:
    found = shipped_model()
    if found is None:
        pytest.skip("there is no model here")
    return found


@pytest.mark.parametrize("name", ["queue", "lift", "doubt", "faint"])
def test_the_quick_look_loses_nothing_that_was_learned(model: Model, name: str) -> None:
    """Else `SLACK` is too small for this model. Also what is spelled out letter by letter."""
    least = FAINT if name == "faint" else getattr(model.thresholds, name)
    texts = written()[:: 7 if name == "queue" else 29]
    spelt = [" ".join(text.replace(" ", "")) for text in ("i want to die", *texts[::40])]
    texts = [*texts, *(variant for text in texts[::5] for variant in augmented(text, 2)), *spelt, f"{spelt[0]}su!cide"]
    for text in texts:
        bound = model.bound(text, text.split())
        assert (bound is not None and bound >= asked(least)) or model.read(text).most < least, text


def test_thoughts_that_reach_too_little_are_passed_over_and_no_other(model: Model) -> None:
    least = model.thresholds.queue
    texts = written()[::23]
    for first, second, third in zip(texts, texts[1:], texts[2:], strict=False):
        text = f"{first}. {second}\n{third}. " * 2
        whole, quick = model.read(text), model.read(text, least)
        assert (whole.most >= least) == (quick.most >= least)
        if quick.most >= least:
            assert quick.most == whole.most
