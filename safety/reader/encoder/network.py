"""The encoder's network in numpy: a transformer (Vaswani et al. 2017, layers as in BERT, Devlin et al. 2019), read once
forward; the mean of what it makes of the subwords is weighed for each answer.

Pure. It knows numbers of subwords, not text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_NARROW = np.float32(1e-12)


@dataclass(frozen=True, slots=True)
class Linear:
    weight: Array
    """Inputs by outputs."""
    bias: Array

    def __call__(self, x: Array) -> Array:
        out: Array = x @ self.weight + self.bias
        return out


@dataclass(frozen=True, slots=True)
class Norm:
    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        x = x - x.mean(-1, keepdims=True)
        out: Array = x / np.sqrt((x * x).mean(-1, keepdims=True) + _NARROW) * self.weight + self.bias
        return out


@dataclass(frozen=True, slots=True)
class Layer:
    attend: Linear
    """Queries, keys and values side by side."""
    attended: Linear
    first: Norm
    widen: Linear
    narrow: Linear
    second: Norm

    def __call__(self, x: Array, heads: int) -> Array:
        count, width = x.shape
        query, key, value = self.attend(x).reshape(count, 3, heads, width // heads).transpose(1, 2, 0, 3)
        share = _softmax(query @ key.transpose(0, 2, 1) / np.float32(sqrt(width // heads)))
        mixed = (share @ value).transpose(1, 0, 2).reshape(count, width)
        x = self.first(x + self.attended(mixed))
        return self.second(x + self.narrow(_gelu(self.widen(x))))


@dataclass(frozen=True, slots=True)
class Meanings:
    """What each subword means by itself: a row of numbers of four bits, two in a byte, with a scale for each block."""

    packed: NDArray[np.uint8]
    """Subwords by blocks by bytes: the low halves are the first half of a block."""
    scales: NDArray[np.float16]

    def __call__(self, ids: NDArray[np.int64]) -> Array:
        packed = self.packed[ids]
        whole = np.concatenate([packed & 15, packed >> 4], -1).astype(np.float32) - 8
        return (whole * self.scales[ids][..., None].astype(np.float32)).reshape(len(ids), -1)


@dataclass(frozen=True, slots=True)
class Network:
    """A whole one. Made by `network`."""

    meanings: Meanings
    places: Array
    start: Norm
    layers: Sequence[Layer]
    answers: Linear
    heads: int
    ends: tuple[int, int]
    """The numbers that stand before the first and after the last subword."""

    def __call__(self, numbers: Sequence[int]) -> Array:
        """What it says for each answer: log odds, up to a number that is the same for all."""
        ids = np.array([self.ends[0], *numbers[: len(self.places) - 2], self.ends[1]])
        x = self.start(self.meanings(ids) + self.places[: len(ids)])
        for layer in self.layers:
            x = layer(x, self.heads)
        return self.answers(x.mean(0, dtype=np.float32))


def _softmax(x: Array) -> Array:
    raised: Array = np.exp(x - x.max(-1, keepdims=True))
    out: Array = raised / raised.sum(-1, keepdims=True)
    return out


def _gelu(x: Array) -> Array:
    """By the hyperbolic tangent (Hendrycks and Gimpel 2016)."""
    inner = np.float32(sqrt(2 / pi)) * (x + np.float32(0.044715) * x * x * x)
    out: Array = np.float32(0.5) * x * (1 + np.tanh(inner))
    return out


def network(arrays: Mapping[str, NDArray[Any]], *, heads: int, ends: tuple[int, int]) -> Network:
    """From arrays by name, as `stored` reads them. Raises KeyError for one that lacks."""

    def linear(name: str) -> Linear:
        return Linear(arrays[f"{name}.weight"], arrays[f"{name}.bias"])

    def norm(name: str) -> Norm:
        return Norm(arrays[f"{name}.weight"], arrays[f"{name}.bias"])

    count = len({name.partition(".")[0] for name in arrays if name[0].isdigit()})
    layers = [
        Layer(
            linear(f"{at}.attend"),
            linear(f"{at}.attended"),
            norm(f"{at}.first"),
            linear(f"{at}.widen"),
            linear(f"{at}.narrow"),
            norm(f"{at}.second"),
        )
        for at in range(count)
    ]
    meanings = Meanings(arrays["meanings.packed"], arrays["meanings.scales"])
    return Network(meanings, arrays["places"], norm("start"), layers, linear("answers"), heads, ends)
