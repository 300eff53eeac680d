"""The closer look: its file, how it cuts words, its network beside one written out, and when it is taken."""

from __future__ import annotations

import json
from math import erf, exp, sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.engine import LONG, Engine
from safety.reader.encoder.encoder import SHIPPED, Encoder, shipped_encoder
from safety.reader.encoder.network import Meanings, network
from safety.reader.encoder.stored import FORMAT, stored, write
from safety.reader.encoder.subwords import MARK, MOST, Subwords, plain
from safety.reader.model import NOTHING, shipped_model
from safety.reader.stored import ModelRefused
from safety.rules import load_text
from safety.verdict import Level

here = pytest.mark.skipif(not SHIPPED.exists(), reason="there is no encoder here")
UNSEEN = "there is no place for me in any of the years that are coming"
"""In no rule's words."""
BLOCKS, WIDTH, HEADS = 2, 64, 4


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    found = shipped_encoder()
    assert found is not None
    return found


# --- the file ----------------------------------------------------------------------------------------------------


@here
def test_what_lies_in_the_repository_is_read(encoder: Encoder):
    file = stored(SHIPPED.read_bytes(), "encoder.bin")
    assert len(file.pieces) == len(file.arrays["likely"]) == len(file.arrays["meanings.packed"])
    assert 0 < encoder.look < encoder.thresholds.queue < encoder.thresholds.concern < 1


@here
@pytest.mark.parametrize("cut", [1, 1000, 10_000_000])
def test_a_file_that_was_cut_off_is_refused(cut: int):
    with pytest.raises(ModelRefused, match=r"encoder\.bin"):
        stored(SHIPPED.read_bytes()[:-cut], "encoder.bin")


def test_what_is_no_encoder_is_refused():
    for raw in (b"", b"hello", b"[]\n", b"{}\n", b'{"format": 1, "text_bytes": 0, "arrays": [["x", "f8", [2]]]}\n'):
        with pytest.raises(ModelRefused, match=r"encoder\.bin"):
            stored(raw, "encoder.bin")


def test_another_version_is_refused_by_its_number(tmp_path: Path):
    path = tmp_path / "encoder.bin"
    write(path, {}, ["a"], {"x": np.zeros(3, np.float32)})
    line, _sep, rest = path.read_bytes().partition(b"\n")
    other = json.dumps({**json.loads(line), "format": FORMAT + 1}).encode()
    with pytest.raises(ModelRefused, match=f"has format {FORMAT + 1}; this version reads {FORMAT}"):
        stored(other + b"\n" + rest, "encoder.bin")


def test_what_is_written_is_read_weights_in_bytes_and_the_rest_as_it_is(tmp_path: Path):
    rng, path = np.random.default_rng(1), tmp_path / "encoder.bin"
    arrays = {
        "0.widen.weight": rng.normal(size=(6, 5)).astype(np.float32),
        "0.widen.bias": rng.normal(size=6).astype(np.float32),
        "likely": rng.normal(size=3).astype(np.float32),
        "meanings.packed": rng.integers(0, 255, (3, 1, 16)).astype(np.uint8),
    }
    write(path, {"heads": 2}, ["▁a", "b", "…"], arrays)
    file = stored(path.read_bytes(), "encoder.bin")
    assert file.head["heads"] == 2 and file.pieces == ["▁a", "b", "…"]
    assert set(file.arrays) == set(arrays)
    for name in ("0.widen.bias", "likely", "meanings.packed"):
        assert np.array_equal(file.arrays[name], arrays[name])
    weight = arrays["0.widen.weight"]
    assert np.abs(file.arrays["0.widen.weight"] - weight.T).max() <= np.abs(weight).max() / 127


# --- subwords ----------------------------------------------------------------------------------------------------

PIECES = [MARK, "▁a", "a", "b", "▁ab", "c", "bc", "?"]
CUTTER = Subwords(PIECES, [-3.0, -2.0, -4.0, -4.0, -3.0, -4.0, -3.5, 0.0], unknown=7)


def test_a_word_is_cut_into_its_likeliest_pieces():
    def cut(word: str) -> list[str]:
        return [PIECES[number] for number in CUTTER.of_word(word)]

    assert cut("abc") == ["▁a", "bc"]
    assert cut("abb") == ["▁ab", "b"]
    assert cut("cab") == ["▁", "c", "a", "b"]
    assert cut("aß") == ["▁a", "?"]


@given(st.text(max_size=400))
def test_nothing_of_a_text_is_lost_in_parts_and_no_part_is_too_long(text: str):
    parts = [*CUTTER.parts(text)]
    assert all(0 < len(numbers) <= MOST for _part, numbers in parts)
    words = [word for part, _numbers in parts for word in part.split()]
    assert "".join(words) == "".join("".join(found) for found in _thoughts(text))


def _thoughts(text: str) -> list[list[str]]:
    """The words of a text without ends of sentences that no sentence stands before."""
    import re

    return [one.split() for one in re.findall(r"[^.!?\n…]+[.!?\n…]*", plain(text))]


def test_a_long_text_is_in_several_parts_of_whole_sentences():
    parts = [part for part, _numbers in CUTTER.parts("ab abc ab. " * 60)]
    assert len(parts) > 1 and all(part.strip().endswith(".") for part in parts)


# --- the network -------------------------------------------------------------------------------------------------


def arrays() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(5)

    def some(*shape: int) -> np.ndarray:
        return rng.normal(scale=0.4, size=shape).astype(np.float32)

    out = {"places": some(12, WIDTH), "answers.weight": some(WIDTH, 3), "answers.bias": some(3)}
    out["meanings.packed"] = rng.integers(0, 256, (9, BLOCKS, 16)).astype(np.uint8)
    out["meanings.scales"] = some(9, BLOCKS).astype(np.float16)
    norms = ["start", "0.first", "0.second", "1.first", "1.second"]
    for name in norms:
        out[f"{name}.weight"], out[f"{name}.bias"] = some(WIDTH), some(WIDTH)
    for at in (0, 1):
        for name, wide, narrow in (
            ("attend", WIDTH, 3 * WIDTH),
            ("attended", WIDTH, WIDTH),
            ("widen", WIDTH, 4 * WIDTH),
            ("narrow", 4 * WIDTH, WIDTH),
        ):
            out[f"{at}.{name}.weight"], out[f"{at}.{name}.bias"] = some(wide, narrow), some(narrow)
    return out


def written_out(of: dict[str, np.ndarray], numbers: list[int]) -> np.ndarray:
    """The same network, a token and a head at a time, in double precision."""
    ids, size = [0, *numbers, 1], WIDTH // HEADS

    def norm(name: str, x: np.ndarray) -> np.ndarray:
        return (x - x.mean()) / sqrt(x.var() + 1e-12) * of[f"{name}.weight"] + of[f"{name}.bias"]

    def linear(name: str, x: np.ndarray) -> np.ndarray:
        return x @ of[f"{name}.weight"].astype(float) + of[f"{name}.bias"]

    def row(id: int) -> list[float]:
        found = []
        for block in range(BLOCKS):
            cells = of["meanings.packed"][id, block].tolist()
            scale = float(of["meanings.scales"][id, block])
            found += [scale * (cell % 16 - 8) for cell in cells] + [scale * (cell // 16 - 8) for cell in cells]
        return found

    xs = [norm("start", np.array(row(id)) + of["places"][at]) for at, id in enumerate(ids)]
    for at in (0, 1):
        split = [linear(f"{at}.attend", x).reshape(3, HEADS, size) for x in xs]
        after = []
        for x, mine in zip(xs, split, strict=True):
            heads = []
            for head in range(HEADS):
                weights = [exp(mine[0, head] @ other[1, head] / sqrt(size)) for other in split]
                mixed = sum(w * other[2, head] for w, other in zip(weights, split, strict=True)) / sum(weights)
                heads.append(mixed)
            after.append(norm(f"{at}.first", x + linear(f"{at}.attended", np.concatenate(heads))))
        xs = []
        for x in after:
            wide = np.array([cell * (1 + erf(cell / sqrt(2))) / 2 for cell in linear(f"{at}.widen", x)])
            xs.append(norm(f"{at}.second", x + linear(f"{at}.narrow", wide)))
    return linear("answers", np.mean(xs, axis=0))


@pytest.mark.parametrize("numbers", [[], [4], [3, 3, 8], [2, 7, 5, 6, 8, 2, 4, 3, 5]])
def test_the_network_is_the_one_written_out(numbers: list[int]):
    of = arrays()
    said = network(of, heads=HEADS, ends=(0, 1))(numbers)
    # The bot's gelu is the approximation by tanh; nothing else differs.
    assert np.allclose(said, written_out(of, numbers), atol=0.02)


def test_more_subwords_than_there_are_places_are_cut():
    said = network(arrays(), heads=HEADS, ends=(0, 1))
    assert np.allclose(said([4] * 10), said([4] * 50))


def test_meanings_are_four_bits_and_a_scale():
    meant = Meanings(np.array([[[0x98] * 16]], np.uint8), np.array([[0.5]], np.float16))(np.array([0]))
    assert meant.tolist() == [[0.0] * 16 + [0.5] * 16]


# --- the look ----------------------------------------------------------------------------------------------------


@here
def test_it_sees_what_is_meant_in_words_that_no_rule_has(encoder: Encoder):
    quick = shipped_model()
    assert quick is not None
    assert encoder.read(UNSEEN, quick.read(UNSEEN)).most > encoder.thresholds.queue
    calm = "the ferry was late so we played cards until it came"
    assert encoder.read(calm, quick.read(calm)).most < encoder.look


@here
def test_what_is_in_no_language_that_was_learned_is_not_read(encoder: Encoder):
    assert encoder.read("zzyx qwop fnord", NOTHING) == NOTHING


@here
@given(st.text(max_size=300))
def test_no_text_is_too_odd(text: str):
    encoder, quick = shipped_encoder(), shipped_model()
    assert encoder is not None and quick is not None
    reading = encoder.read(text, quick.read(text))
    assert 0 <= reading.self <= 1 and 0 <= reading.other <= 1 and reading.self + reading.other <= 1.001


@here
def test_in_a_long_text_the_loudest_part_is_looked_at(encoder: Encoder):
    quick = shipped_model()
    assert quick is not None
    calm = "we planted beans along the fence and painted the shed. " * 12
    long = f"{calm}{UNSEEN}. {calm}"
    assert encoder.read(long, quick.read(long)).most > 10 * encoder.read(calm, quick.read(calm)).most


@here
def test_a_glance_is_the_whole_verdict_or_none():
    engine = Engine.load(packs=["en"])
    assert engine.glance("the ferry was late so we played cards until it came") == engine.assess("cards")
    assert engine.glance("a quiet day " * LONG) is None
    assert engine.glance(UNSEEN) == engine.assess(UNSEEN) and engine.assess(UNSEEN).level >= Level.WATCH
    plan = "i am going to kill myself tonight"
    assert engine.glance(plan) == engine.assess(plan) and engine.assess(plan).level is Level.URGENT


@here
def test_a_community_may_leave_the_closer_look_out():
    files = {"": load_text("version: 1\nreader: {closer: false}\nrules: []\n")}
    without = Engine.of(files, shipped_model(), shipped_encoder())
    quick = shipped_model()
    assert quick is not None
    assert without.glance(UNSEEN) is not None and without.thresholds == quick.thresholds
    beside = Engine.of({}, shipped_model(), shipped_encoder())
    assert shipped_encoder() is not None and beside.thresholds == shipped_encoder().thresholds


def test_everything_works_without_one():
    engine = Engine.of({}, shipped_model(), None)
    assert engine.glance("good morning") is not None
