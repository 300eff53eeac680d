"""How the benchmarks measure and print: medians of rounds with the machine's noise, and ratios within one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence


def spread(values: Sequence[float]) -> str:
    """How far the rounds lie apart: (largest - smallest) / median, as a percentage."""
    middle = statistics.median(values)
    return f"±{100 * (max(values) - min(values)) / 2 / middle:.0f}%" if middle else ""


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def rounds(work: Callable[[], object], times: int, each: int) -> list[float]:
    """Seconds for one call, measured in `times` rounds of `each` calls."""
    out = []
    for _round in range(times):
        start = time.perf_counter()
        for _call in range(each):
            work()
        out.append((time.perf_counter() - start) / each)
    return out


async def async_rounds(work: Callable[[], Awaitable[object]], times: int, each: int) -> list[float]:
    out = []
    for _round in range(times):
        start = time.perf_counter()
        for _call in range(each):
            await work()
        out.append((time.perf_counter() - start) / each)
    return out


def table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows of text in columns; the first is the head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for index, row in enumerate(rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if index == 0:
            print("  ".join("-" * width for width in widths))
