"""An encoder as its file holds it: a line of JSON that names its arrays and their shapes, its subwords as text, then
the arrays one after the other. Weights of layers are whole numbers of a byte and a scale for each output.

It knows nothing of what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from safety.reader.stored import ModelRefused, headed

FORMAT = 1
KINDS: Mapping[str, np.dtype[Any]] = {kind: np.dtype(f"<{kind}") for kind in ("f4", "f2", "u1", "i1")}
BYTE = 127


@dataclass(frozen=True, slots=True)
class Stored:
    head: Mapping[str, Any]
    pieces: Sequence[str]
    arrays: Mapping[str, NDArray[Any]]


def stored(raw: bytes, name: str) -> Stored:
    """Raises ModelRefused, with the file's name, for what is not an encoder of this version."""
    try:
        head, rest = headed(raw, name, FORMAT)
        text, at = rest[: head["text_bytes"]], head["text_bytes"]
        found: dict[str, NDArray[Any]] = {}
        for key, kind, shape in head["arrays"]:
            found[key] = np.frombuffer(rest, KINDS[kind], prod(shape), at).reshape(shape)
            at += found[key].nbytes
        pieces = text.decode().split("\n")
    except (ValueError, KeyError, TypeError) as error:
        raise ModelRefused(f"{name} is no encoder of ours ({type(error).__name__})") from None
    if at != len(rest):
        raise ModelRefused(f"{name} is cut off or damaged")
    return Stored(head, pieces, dict(_whole(found)))


def _whole(found: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, NDArray[Any]]]:
    """The weights of layers as they are multiplied with: inputs by outputs."""
    for key, value in found.items():
        if value.dtype == KINDS["i1"]:
            scale = found[f"{key}.scale"] / np.float32(BYTE)
            yield key, np.multiply(value.T, scale, dtype=np.float32)
        elif not key.endswith(".scale"):
            yield key, value


def write(path: Path, head: Mapping[str, Any], pieces: Sequence[str], arrays: Mapping[str, NDArray[Any]]) -> None:
    """`arrays`: those named "….weight" with two sides, outputs by inputs, are written in bytes."""
    out: dict[str, NDArray[Any]] = {}
    for key, value in arrays.items():
        if key.endswith(".weight") and value.ndim == 2:
            scale = np.abs(value).max(1, keepdims=True).clip(1e-9)
            out[key] = np.rint(value / scale * BYTE).astype(np.int8)
            out[f"{key}.scale"] = scale[:, 0].astype(np.float32)
        else:
            out[key] = value
    kinds = {dtype: kind for kind, dtype in KINDS.items()}
    listed = [[key, kinds[value.dtype], list(value.shape)] for key, value in out.items()]
    text = "\n".join(pieces).encode()
    whole = json.dumps({**head, "format": FORMAT, "text_bytes": len(text), "arrays": listed}, sort_keys=True)
    path.write_bytes(b"".join([whole.encode(), b"\n", text, *(value.tobytes() for value in out.values())]))
