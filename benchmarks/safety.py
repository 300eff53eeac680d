"""The rules: what a message costs with all packs, with the second reader and without; with 100, 1,000 and 10,000 own
phrases, beside what one would pick instead; long texts; growth; and texts made to be slow.

Times are those of the processor, so that what else runs on the machine is not counted as ours.

Beside: one stdlib `re` alternation, one `regex` alternation, a loop over compiled patterns as common bots do it, and a
bare Aho-Corasick pass over the raw text, which neither folds nor repairs nor understands: the floor. All alternatives
are given the text in small letters and find literal words; ours reads it (case, accents, hidden letters, context).
"""

from __future__ import annotations

import json
import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import ahocorasick_rs
import regex

import safety.reader
from benchmarks.measure import percentile, spread, table
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
    out = []
    for _round in range(times):
        start = time.thread_time()
        for text in texts:
            work(text)
        out.append(1e6 * (time.thread_time() - start) / len(texts))
    return out


def took(work: Callable[[str], object], text: str, times: int = 3) -> float:
    """Microseconds of the processor for a text, the best of some."""
    best = float("inf")
    for _ in range(times):
        start = time.thread_time()
        work(text)
        best = min(best, time.thread_time() - start)
    return 1e6 * best


def one_by_one(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    return [took(work, text) for text in texts]


def ordinary() -> list[str]:
    """Lines of ordinary chat in five languages, as the second reader learned them."""
    paths = sorted(Path(safety.reader.__file__).parent.glob("corpus/*/*.jsonl"))
    rows = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [row["text"] for row in rows if row["function"] == "ordinary"][::5]


def both_readers(alone: Engine, both: Engine) -> list[list[str]]:
    """Each text by the rules alone and by both readers in turn."""
    rows = [["rules alone, then both readers", "median µs", "mean µs", "of the medians"]]
    kinds = {
        "five typical messages": TYPICAL * 100,
        "20 words at random, one in twenty looked at": chat(20, 2_000, 20),
        "ordinary lines of the corpus": ordinary(),
    }
    for name, texts in kinds.items():
        for text in texts:
            both.assess(text)
            alone.assess(text)
        pairs = [(took(alone.assess, text, 5), took(both.assess, text, 5)) for text in texts]
        without, with_both = zip(*pairs, strict=True)
        rows.append(
            [
                name,
                f"{statistics.median(without):.1f}, {statistics.median(with_both):.1f}",
                f"{statistics.mean(without):.1f}, {statistics.mean(with_both):.1f}",
                f"{statistics.median(with_both) / statistics.median(without):.2f} ×",
            ]
        )
    return rows


def against(size: int, texts: Sequence[str]) -> list[list[str]]:
    found = phrases(size)
    low = [text.lower() for text in texts]
    engine = own(found)
    bare = ahocorasick_rs.AhoCorasick(found)
    stdlib = re.compile("|".join(map(re.escape, sorted(found, key=len, reverse=True))))
    other = regex.compile("|".join(map(regex.escape, sorted(found, key=len, reverse=True))))
    loop = [re.compile(rf"\b{re.escape(phrase)}\b") for phrase in found]
    few = low[: max(3, 3_000 // size)]
    costs = {
        "ours, own rules alone": each(engine.assess, texts),
        "stdlib re, one alternation": each(lambda text: stdlib.findall(text), low[:60], 3),
        "regex, one alternation": each(lambda text: other.findall(text), low[:60], 3),
        "a loop of compiled patterns": each(lambda text: [one for one in loop if one.search(text)], few, 3),
        "bare Aho-Corasick, raw text": each(lambda text: bare.find_matches_as_indexes(text), texts),
    }
    ours = statistics.median(costs["ours, own rules alone"])
    return [
        [
            f"{size:,} phrases: {name}",
            f"{statistics.median(us):,.1f}",
            spread(us),
            f"{statistics.median(us) / ours:.2f} ×",
        ]
        for name, us in costs.items()
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
        "chat": " ".join(chat(9, 40, 40)) + " ",
    }
    for name, part in parts.items():
        us = []
        for size in (4_096, 65_536):
            text = (part * (size // len(part) + 1))[:size]
            engine.assess(text)
            us.append(took(engine.assess, text))
        rows.append(
            [f"{name}: 4 KiB, then 64 KiB", f"{us[0] / 1e3:.2f} ms, {us[1] / 1e3:.1f} ms", "",
             f"{us[1] / us[0]:.1f} × for 16 × the text"]
        )  # fmt: skip
    return rows


def main() -> None:
    names = shipped()
    start = time.perf_counter()
    engine = Engine.load(packs=list(names))
    loaded = time.perf_counter() - start
    print(f"packs: {', '.join(names)}; {len(engine.rules)} rules, loaded with their examples in {loaded:.2f} s\n")
    table(both_readers(Engine.load(packs=list(names), reader=False), engine))
    print()
    rows = [["all packs and both readers, unless it says otherwise", "µs a message", "noise", "beside"]]
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
