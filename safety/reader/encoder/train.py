"""Fine-tuning the encoder on the written sentences: three answers, from the mean of what it makes of the subwords.

Needs PyTorch. What it means for subwords to be alike stays as it was; the layers above learn. For training only.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from safety.reader.encoder.base import Base
from safety.reader.encoder.network import Meanings
from safety.reader.encoder.subwords import MOST, Subwords
from safety.reader.written import LABELS, Written

LAYERS, HEADS, WIDTH = 6, 12, 384
"""The lower half of the base's layers: what they know of words is enough to begin with, and they cost half."""
EPOCHS, BATCH, RATE, ANSWERS_RATE = 3, 64, 1e-4, 1e-3
DROPPED, SMOOTHED, DECAY = 0.1, 0.05, 0.01
MISTYPED = 0.2
_OF_BASE = {
    "attended": "ao",
    "widen": "fi",
    "narrow": "fo",
    "first": "aln",
    "second": "oln",
}
Parameters = dict[str, Any]


def parameters(base: Base) -> Parameters:
    """By the names that `network` knows, weights outputs by inputs."""
    found: dict[str, NDArray[np.float32]] = {
        "places": (base.arrays["emb.pos"].reshape(-1, WIDTH) + base.arrays["emb.type"].reshape(-1, WIDTH)[0])[
            : MOST + 2
        ],
        "start.weight": base.arrays["emb.ln.w"],
        "start.bias": base.arrays["emb.ln.b"],
        "answers.weight": np.zeros((len(LABELS), WIDTH), np.float32),
        "answers.bias": np.zeros(len(LABELS), np.float32),
    }
    for at in range(LAYERS):
        parts = [{key: base.arrays[f"l{at}.{name}.{key}"] for key in "wb"} for name in "qkv"]
        found[f"{at}.attend.weight"] = np.concatenate([part["w"].reshape(-1, WIDTH) for part in parts])
        found[f"{at}.attend.bias"] = np.concatenate([part["b"] for part in parts])
        for name, theirs in _OF_BASE.items():
            weight, bias = base.arrays[f"l{at}.{theirs}.w"], base.arrays[f"l{at}.{theirs}.b"]
            found[f"{at}.{name}.weight"] = weight if len(weight) == len(bias) else weight.reshape(len(bias), -1)
            found[f"{at}.{name}.bias"] = bias
    return {name: torch.tensor(np.array(value)).requires_grad_() for name, value in found.items()}


def forward(of: Parameters, meanings: Any, ids: Any, lengths: Any, dropped: float = 0.0) -> Any:
    """What `network.Network` does, for many texts at once."""

    def norm(name: str, x: Any) -> Any:
        return functional.layer_norm(x, (WIDTH,), of[f"{name}.weight"], of[f"{name}.bias"], 1e-12)

    def linear(name: str, x: Any) -> Any:
        return functional.linear(x, of[f"{name}.weight"], of[f"{name}.bias"])

    def drop(x: Any) -> Any:
        return functional.dropout(x, dropped, dropped > 0)

    count, longest = ids.shape
    there = torch.arange(longest)[None] < lengths[:, None]
    x = drop(norm("start", functional.embedding(ids, meanings) + of["places"][:longest]))
    for at in range(LAYERS):
        split = linear(f"{at}.attend", x).view(count, longest, 3, HEADS, WIDTH // HEADS)
        mixed = functional.scaled_dot_product_attention(*split.permute(2, 0, 3, 1, 4), attn_mask=there[:, None, None])
        mixed = mixed.transpose(1, 2).reshape(count, longest, WIDTH)
        x = norm(f"{at}.first", x + drop(linear(f"{at}.attended", mixed)))
        wide = functional.gelu(linear(f"{at}.widen", x), approximate="tanh")
        x = norm(f"{at}.second", x + drop(linear(f"{at}.narrow", wide)))
    share = there[..., None].float()
    return linear("answers", (x.float() * share).sum(1) / share.sum(1))


def tuned(base: Base, sentences: Sequence[Written], seed: int = 3) -> Mapping[str, NDArray[np.float32]]:
    """The parameters after `EPOCHS` rounds. It tells of its progress; two cores take about half an hour."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    of = parameters(base)
    subwords = Subwords(base.pieces, base.likely.tolist(), base.unknown)
    meanings = torch.tensor(Meanings(base.packed, base.scales)(np.arange(len(base.pieces))))
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, value in of.items():
        answers = name.startswith("answers")
        rule = (ANSWERS_RATE if answers else RATE, DECAY if value.dim() > 1 and not answers else 0.0)
        groups.setdefault(rule, []).append(value)
    optimiser = torch.optim.AdamW(
        [{"params": values, "lr": rate, "weight_decay": decay} for (rate, decay), values in groups.items()]
    )
    steps = EPOCHS * ceil(len(sentences) / BATCH)
    slope = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, step / (0.06 * steps)) * max(0.01, 1 - step / steps)
    )
    began, done = time.monotonic(), 0
    for _epoch in range(EPOCHS):
        for batch in _batches(sentences, rng):
            ids, lengths = _numbered(base, subwords, [_mistyped(one.text, rng) for one in batch])
            with torch.autocast("cpu", torch.bfloat16):
                said = forward(of, meanings, ids, lengths, DROPPED)
            labels = torch.tensor([LABELS.index(one.label) for one in batch])
            loss = functional.cross_entropy(said.float(), labels, label_smoothing=SMOOTHED)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(list(of.values()), 1.0)
            optimiser.step()
            slope.step()
            done += 1
            if done % 200 == 0:
                print(f"{done} of {steps}, {time.monotonic() - began:.0f} s, loss {loss.item():.3f}", file=sys.stderr)
    return {name: value.detach().numpy() for name, value in of.items()}


def _batches(sentences: Sequence[Written], rng: random.Random) -> Iterator[list[Written]]:
    """In random order, those of about one length together."""
    mixed = rng.sample(sentences, len(sentences))
    out = []
    for start in range(0, len(mixed), 50 * BATCH):
        some = sorted(mixed[start : start + 50 * BATCH], key=lambda one: len(one.text))
        out += [some[at : at + BATCH] for at in range(0, len(some), BATCH)]
    rng.shuffle(out)
    yield from out


def _numbered(base: Base, subwords: Subwords, texts: Sequence[str]) -> tuple[Any, Any]:
    """Texts as subwords, the rest of each row empty; and how long each is."""
    parts = [next((numbers for _part, numbers in subwords.parts(text)), []) for text in texts]
    rows = [[base.first, *numbers, base.last] for numbers in parts]
    longest = max(map(len, rows))
    return torch.tensor([row + [base.last] * (longest - len(row)) for row in rows]), torch.tensor(list(map(len, rows)))


def _mistyped(text: str, rng: random.Random) -> str:
    """Now and then as a hasty hand writes it."""
    if len(text) < 6 or rng.random() > MISTYPED:
        return text
    at = rng.randrange(1, len(text) - 2)
    return rng.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text.replace("'", "").replace(".", ""),
        ]
    )
