"""Whatever is written, the engine answers or ignores: no crash, spans in the text, and explain agrees."""

from __future__ import annotations

import random
import sys

import pytest

from safety.engine import Engine

SEEDS = [
    "i want to die", "my friend wants to kill herself tonight", "kys", "k1ll mys3lf", "i w a n t t o d i e", "su!cide",
    "> quoted\nreply", '"said"', "https://example.org/x", "<@123456789>", "*bold* _it_ ~~x~~", "i took all of them",
    "iwanttokillmyself", "dieeeee", "♪ la ♪", "#tag", "😂💀", "ok see you at eight",
]  # fmt: skip
ODD = (
    "\u202e\u202d\u2066\u2069\u200b\u200d\ufeff\u0301\u0489\u20dd\ud800\udfff\x00\x1f\x85\u2028"
    "\ufdfa\u1e9e\u0130ﬀｋ𝓭𝔦🅴🇩🇪👩\u200d👩\u200d👧"
)


def mutated(chance: random.Random) -> str:
    text = list(chance.choice(SEEDS))
    for _ in range(chance.randrange(6)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(6):
            case 0:
                text.insert(at, chance.choice(ODD))
            case 1:
                text.insert(at, chr(chance.randrange(sys.maxunicode + 1)))
            case 2:
                text[at:at] = chance.choice(SEEDS)
            case 3:
                del text[at : at + chance.randrange(4)]
            case 4:
                text[at:at] = chance.choice(ODD + "aei .!\n") * chance.randrange(1, 40)
            case _:
                text = [char.swapcase() for char in text]
    return "".join(text)


def random_text(chance: random.Random) -> str:
    return "".join(chr(chance.randrange(sys.maxunicode + 1)) for _ in range(chance.randrange(80)))


def fuzz(engine: Engine, seed: int, texts: int) -> None:
    chance = random.Random(seed)
    for number in range(texts):
        text = mutated(chance) if chance.random() < 0.8 else random_text(chance)
        verdict = engine.assess(text)
        for span in verdict.spans:
            assert 0 <= span.start < span.end <= len(text), ascii(text)
        if number % 50 == 0:
            assert engine.explain(text).verdict == verdict, ascii(text)


def test_twenty_thousand_texts(english: Engine) -> None:
    fuzz(english, 7, 20_000)


@pytest.mark.slow
def test_a_million_texts(english: Engine) -> None:
    for seed in range(50):
        fuzz(english, seed, 20_000)


@pytest.mark.parametrize(
    "part",
    ["i want to die ", "die", "\u0301", "a\u0301\u0489", "\u202e", "w a n t ", "k1", "*", "\"", "`", ">\n", "i ",
     "not ", "he ", "\ufdfa", "http://", "<@1", "e", "💀", "want to kill myself tonight ", "ab.",
     "\n\n", "#a", "my friend "],
)  # fmt: skip
def test_sixty_four_kilobytes_of_anything(english: Engine, part: str) -> None:
    text = (part * (65_536 // len(part) + 1))[:65_536]
    verdict = english.assess(text)
    assert len(verdict.spans) < 3_000
