"""The rules: what a message costs with all packs; with 100, 1,000 and 10,000 own phrases, beside what one would pick
instead; long texts; growth; and texts made to be slow.

Beside: one stdlib `re` alternation, one `regex` alternation, a loop over compiled patterns as common bots do it, and a
bare Aho-Corasick pass over the raw text, which neither folds nor repairs nor understands: the floor. All alternatives
are given the text in small letters and find literal words; ours reads it (case, accents, hidden letters, context).
"""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Callable, Sequence

import ahocorasick_rs
import regex

from benchmarks.measure import percentile, rounds, spread, table
from safety.engine import Engine
from safety.load import shipped
from safety.rules import load_text

SIZES = (100, 1_000, 10_000)
_WORDS = """
the a i you we it is was are to of and in on for with at from good bad day night game match server build exam class
teacher work boss coffee pizza rain dog cat garden train bus music song film book chapter friend sister brother team
raid boss level map update patch bug deploy merge ticket meeting lunch dinner soup recipe walk lake mountain city
really just still again never always maybe tomorrow tonight yesterday think know want need make take see look feel
tired happy funny weird new old long short blue green red who what when where why how
"""
WORDS = _WORDS.split()
TYPICAL = [
    "good morning everyone, who is up for the long walk this afternoon?",
    "lol that boss killed me four times in a row",
    "can someone look at my pull request before lunch",
    "the soup was great, i put too much salt in it though",
    "my exam went better than i thought, thanks for keeping your fingers crossed!!",
]
HARD = [
    "i want to, and i mean this from the bottom of my heart, die",
    "my friend told me she wants to die and i dont know what to say",
    "i w a n t t o d i e, k1ll mys3lf, su!cide",
]


def chat(seed: int, texts: int, words: int) -> list[str]:
    """Ordinary chat of a length: sentences of common words, one in twenty with something that rules look at."""
    chance = random.Random(seed)
    out = []
    for _ in range(texts):
        text = " ".join(chance.choice(WORDS) for _ in range(words))
        out.append(f"{text}, {chance.choice(HARD)}" if chance.random() < 0.05 else text)
    return out


def phrases(count: int) -> list[str]:
    """Own phrases of three or four words, half of which begin alike."""
    chance = random.Random(count)
    out: dict[str, None] = {}
    while len(out) < count:
        start = ["i want to", "tired of"][len(out) % 2] if len(out) % 4 < 2 else chance.choice(WORDS)
        out[" ".join((start, chance.choice(WORDS), f"w{len(out) % (count // 2 + 1)}x"))] = None
    return list(out)


def own(found: Sequence[str]) -> Engine:
    said = ", ".join(f'"{phrase}"' for phrase in found)
    return Engine.of(
        {"": load_text(f"version: 1\nrules:\n  - {{id: a, topic: custom, level: watch, phrases: [{said}]}}")}
    )


def each(work: Callable[[str], object], texts: Sequence[str], times: int = 7) -> list[float]:
    """Microseconds a text, in rounds over all texts."""
    for text in texts:
        work(text)
    return [1e6 * one / len(texts) for one in rounds(lambda: [work(text) for text in texts], times, 1)]


def one_by_one(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Microseconds of each text, the best of three, so that what else runs on the machine is not counted as ours."""
    out = []
    for text in texts:
        best = float("inf")
        for _ in range(3):
            start = time.perf_counter()
            work(text)
            best = min(best, time.perf_counter() - start)
        out.append(1e6 * best)
    return out


def against(size: int, texts: Sequence[str]) -> list[list[str]]:
    found = phrases(size)
    low = [text.lower() for text in texts]
    engine = own(found)
    bare = ahocorasick_rs.AhoCorasick(found)
    stdlib = re.compile("|".join(map(re.escape, sorted(found, key=len, reverse=True))))
    other = regex.compile("|".join(map(regex.escape, sorted(found, key=len, reverse=True))))
    loop = [re.compile(rf"\b{re.escape(phrase)}\b") for phrase in found]
    few = low[: max(3, 3_000 // size)]
    took = {
        "ours, own rules alone": each(engine.assess, texts),
        "stdlib re, one alternation": each(lambda text: stdlib.findall(text), low[:60], 3),
        "regex, one alternation": each(lambda text: other.findall(text), low[:60], 3),
        "a loop of compiled patterns": each(lambda text: [one for one in loop if one.search(text)], few, 3),
        "bare Aho-Corasick, raw text": each(lambda text: bare.find_matches_as_indexes(text), texts),
    }
    ours = statistics.median(took["ours, own rules alone"])
    return [
        [
            f"{size:,} phrases: {name}",
            f"{statistics.median(us):,.1f}",
            spread(us),
            f"{statistics.median(us) / ours:.2f} ×",
        ]
        for name, us in took.items()
    ]


def lengths(engine: Engine) -> list[list[str]]:
    rows = []
    for words in (5, 20, 100, 700):
        us = one_by_one(engine.assess, chat(words, 2_000 if words < 200 else 400, words))
        characters = statistics.mean(len(text) for text in chat(words, 50, words))
        rows.append(
            [
                f"all packs, {words} words (about {characters:,.0f} characters)",
                f"{statistics.median(us):,.1f}",
                f"p99 {percentile(us, 0.99):,.0f}, p99.9 {percentile(us, 0.999):,.0f}",
                f"{1e3 * statistics.median(us) / characters:,.0f} ns a character",
            ]
        )
    return rows


def made_to_be_slow(engine: Engine) -> list[list[str]]:
    rows = []
    parts = {
        "ordinary words": " ".join(WORDS) + " ",
        "“i want to ”": "i want to ",
        "“want to die ”": "want to die ",
        "single letters": "w a n t t o d i e ",
        "combining marks": "a" + "\u0301" * 40,
        "quotes and backticks": "\"'` ",
        "ligatures that expand": "\ufdfa",
        "hidden letters": "k!11 m*s3lf ",
    }
    for name, part in parts.items():
        took = []
        for size in (4_096, 65_536):
            text = (part * (size // len(part) + 1))[:size]
            engine.assess(text)
            took.append(min(rounds(lambda text=text: engine.assess(text), 3, 1)))
        rows.append(
            [f"{name}: 4 KiB, then 64 KiB", f"{1e3 * took[0]:.2f} ms, {1e3 * took[1]:.1f} ms", "",
             f"{took[1] / took[0]:.1f} × for 16 × the text"]
        )  # fmt: skip
    return rows


def main() -> None:
    names = shipped()
    start = time.perf_counter()
    engine = Engine.load(packs=list(names))
    loaded = time.perf_counter() - start
    print(f"packs: {', '.join(names)}; {len(engine.rules)} rules, loaded with their examples in {loaded:.2f} s\n")
    rows = [["what", "µs a message", "noise", "beside"]]
    us = one_by_one(engine.assess, TYPICAL * 200)
    rows.append(["all packs, five typical messages", f"{statistics.median(us):.1f}", "", ""])
    rows += lengths(engine)
    texts = chat(1, 300, 20)
    for size in SIZES:
        rows += against(size, texts)
    few, many = (statistics.median(each(own(phrases(size)).assess, texts)) for size in (SIZES[0], SIZES[-1]))
    rows.append(["10,000 phrases beside 100, ours", f"{many:.1f} and {few:.1f}", "", f"{many / few:.2f} ×"])
    table(rows)
    print()
    table([["made to be slow", "4 KiB, 64 KiB", "", "growth"], *made_to_be_slow(engine)])


if __name__ == "__main__":
    main()
