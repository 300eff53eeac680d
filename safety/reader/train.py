"""Fitting the reader. Reproducible: the same sentences give the same model, to the byte.

TF-IDF over `pieces` and over the `concepts` of the words, each weighed by how much oftener it stands in one kind of
sentence than in the other (as in Wang and Manning, "Baselines and bigrams", 2012), then logistic regression over three
answers; the most telling pieces are kept. Needs scikit-learn, which is a development dependency: the bot itself never
imports this.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.feature_selection import chi2
from sklearn.linear_model import LogisticRegression

from safety.reader.augment import augmented
from safety.reader.concepts import Concepts, Run
from safety.reader.gate import Gate
from safety.reader.model import Thresholds
from safety.reader.pieces import letters, runs, spoken, words
from safety.reader.stored import FORMAT
from safety.reader.weights import LARGEST, packed
from safety.reader.written import LABELS, ORDINARY, Written

KEPT_WORDS, KEPT_LETTERS, KEPT_CONCEPTS = 50_000, 60_000, 60_000
Kept = tuple[int, int, int]
KEPT: Kept = (KEPT_WORDS, KEPT_LETTERS, KEPT_CONCEPTS)
"""How many pieces of each kind a model has at the most."""
VARIANTS = 2
STRENGTH = 5.0
SMOOTHED, SHARPNESS = 0.1, 0.6
"""What is added to a piece's count in each kind of sentence, and the power to which the log of their ratio is taken."""
SHUT, GATE_STRENGTH = 0.75, 0.1
"""The share of ordinary lines that the gate keeps from being read, among those that it was made from."""
_FIRST = 0x100
T = TypeVar("T")


def in_words(text: str) -> list[str]:
    return runs(spoken(words(text)))


def in_letters(text: str) -> list[str]:
    return [piece for word in words(text) for piece in letters(word)]


def in_concepts(concepts: Concepts) -> Callable[[str], list[str]]:
    """Each run as a text that sorts by its length: how many, then a letter for each."""

    def analyzer(text: str) -> list[str]:
        found = spoken(words(text))
        return [_written(run) for run in concepts.runs(found, concepts.language(found))]

    return analyzer


def _written(run: Run) -> str:
    places = run if isinstance(run, tuple) else (run,)
    return f"{len(places)}{''.join(chr(_FIRST + place) for place in places)}"


def _kinds(concepts: Concepts) -> Iterable[tuple[Callable[[str], list[str]], Callable[[str], int]]]:
    """How pieces of each kind are cut, and how long a run each is."""
    return (in_words, lambda piece: piece.count(" ")), (in_letters, lambda _piece: 0), (in_concepts(concepts), len)


def _columns(some: Sequence[Sequence[T]]) -> tuple[list[int], list[T]]:
    """How many runs of one, two and three there are, and what they hold, column by column, the short ones first."""
    by_length = [[run for run in some if len(run) == length] for length in (1, 2, 3)]
    columns = chain.from_iterable(zip(*runs, strict=True) for runs in by_length)
    return [len(runs) for runs in by_length], list(chain.from_iterable(columns))


class Trained:
    """A fitted regression with its vocabulary; `write` makes it a model file."""

    def __init__(self, sentences: Sequence[Written], concepts: Concepts, *, kept: Kept = KEPT) -> None:
        self.concepts = concepts
        texts, labels, weights = [], [], []
        for one in sentences:
            for index, text in enumerate([one.text, *augmented(one.text, VARIANTS)]):
                texts.append(text)
                labels.append(LABELS.index(one.label))
                weights.append(1.0 if index == 0 else 0.5)
        target = np.array(labels)
        blocks, plain, self.pieces, self.idf = [], [], [], []
        for (analyzer, length), most in zip(_kinds(concepts), kept, strict=True):
            counted = CountVectorizer(analyzer=analyzer, binary=True, min_df=3)
            counts = counted.fit_transform(texts)
            names = counted.get_feature_names_out()
            telling, _p = chi2(counts, target)
            chosen = np.sort(np.argsort(-np.nan_to_num(telling), kind="stable")[:most])
            chosen = np.array(sorted(chosen, key=lambda at: length(names[at])))
            tfidf = TfidfTransformer().fit(counts[:, chosen])
            blocks.append(tfidf.transform(counts[:, chosen]))
            plain.append(counts[:, chosen])
            self.pieces.append([str(name) for name in names[chosen]])
            self.idf.append(tfidf.idf_)
        together: csr_matrix = hstack(blocks).tocsr()
        self.told = ratio(together, target)
        self.regression = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3)
        self.regression.fit(together @ diags(self.told), target, sample_weight=np.array(weights))
        single = sum(" " not in piece for piece in self.pieces[0])
        written = np.array(weights) == 1.0
        alone = hstack([plain[0][:, :single], plain[1]]).tocsr()[written].astype(float)
        ordinary = [one.text for one in sentences if one.function == ORDINARY]
        self.gate, self.least = gate(alone, target[written] > 0, self.pieces[0][:single], self.pieces[1], ordinary)

    def write(self, path: Path, thresholds: Thresholds, offsets: Mapping[str, float], **head: object) -> None:
        """As `stored` reads it. `offsets`: what is added to the log odds in each language, so that a threshold means
        the same in all."""
        idf = np.concatenate(self.idf)
        coef, bias = self.regression.coef_, self.regression.intercept_
        step = float((idf**2).max() / 255)
        rows, scales = [np.clip(np.rint(idf**2 / step), 1, 255)], []
        for answer in (1, 2):
            weight = idf * self.told * (coef[answer] - coef[0])
            scale = float(np.abs(weight).max() / LARGEST)
            rows.append(np.rint(weight / scale))
            scales.append(scale)
        word_runs, words_of = _columns([piece.split(" ") for piece in self.pieces[0]])
        meant_runs, meant_of = _columns([[ord(letter) - _FIRST for letter in piece[1:]] for piece in self.pieces[2]])
        text = "\n".join([*words_of, *self.pieces[1]]).encode()
        known = {
            "format": FORMAT,
            "words": word_runs,
            "letters": len(self.pieces[1]),
            "meant": meant_runs,
            "concepts": self.concepts.words,
            "offsets": [offsets.get(language, 0.0) for language in self.concepts.languages],
            "text_bytes": len(text),
            "square_step": step,
            "scale": scales,
            "bias": [float(bias[answer] - bias[0]) for answer in (1, 2)],
            "gate": self.least,
            "thresholds": asdict(thresholds),
            **head,
        }
        line = json.dumps(known, ensure_ascii=True).encode()
        numbers = packed(*(row.astype("<i8") for row in rows)).tobytes()
        path.write_bytes(
            line + b"\n" + text + np.array(meant_of, "<u2").tobytes() + numbers + np.array(self.gate, "<i2").tobytes()
        )


def ratio(counts: csr_matrix, target: np.ndarray) -> np.ndarray:
    """How much each piece tells the sentences that worry from the others, whichever way."""
    worry, none = (np.asarray(counts[chosen].sum(axis=0)).ravel() + SMOOTHED for chosen in (target > 0, target == 0))
    told: np.ndarray = np.abs(np.log((worry / worry.sum()) / (none / none.sum()))) ** SHARPNESS
    return told


def gate(
    counts: csr_matrix, worry: np.ndarray, single: Sequence[str], in_letters: Sequence[str], ordinary: Sequence[str]
) -> tuple[list[int], int]:
    """What each single word and then each piece of letters says by itself, in thousandths; and from which sum on a text
    is read. `counts`: which of them stand in which sentence."""
    fitted = LogisticRegression(C=GATE_STRENGTH, max_iter=200, tol=1e-3).fit(counts, worry)
    says = [int(said) for said in np.clip(np.rint(1000 * fitted.coef_[0]), -30_000, 30_000)]
    alone, rest = dict(zip(single, says, strict=False)), dict(zip(in_letters, says[len(single) :], strict=True))
    open_to_all = Gate(alone, rest, 0)
    sums = sorted(sum(map(open_to_all.__getitem__, text.split())) for text in ordinary)
    return says, sums[int(SHUT * len(sums))] if sums else 0
