"""The model's file: what is damaged, cut off or of another version is refused in a sentence."""

from __future__ import annotations

import json

import pytest

from safety.reader.model import SHIPPED, Model
from safety.reader.stored import FORMAT, ModelRefused, stored

pytestmark = pytest.mark.skipif(not SHIPPED.exists(), reason="there is no model here")


def test_what_lies_in_the_repository_is_read():
    file = stored(SHIPPED.read_bytes(), "model.bin")
    assert len(file.numbers) == len(file.words) + len(file.letters) + len(file.meant)
    assert Model(file).read("good morning").most < 0.5


@pytest.mark.parametrize("cut", [1, 7, 8, 100_000])
def test_a_file_that_was_cut_off_is_refused(cut: int):
    with pytest.raises(ModelRefused, match=r"model\.bin"):
        stored(SHIPPED.read_bytes()[:-cut], "model.bin")


def test_what_is_no_model_is_refused():
    for raw in (b"", b"hello", b"[]\n", b"{}\n", SHIPPED.read_bytes() + b"more"):
        with pytest.raises(ModelRefused, match=r"model\.bin"):
            stored(raw, "model.bin")


def test_another_version_is_refused_by_its_number():
    line, _sep, rest = SHIPPED.read_bytes().partition(b"\n")
    other = json.dumps({**json.loads(line), "format": FORMAT + 1}).encode()
    with pytest.raises(ModelRefused, match=f"has format {FORMAT + 1}; this version reads {FORMAT}"):
        stored(other + b"\n" + rest, "model.bin")
