"""Matching a pool: time, memory, and how good the whole is, at 100 to 50,000 people: `python -m benchmarks.matching`.

Beside: greedy (everybody's best first, what most pairing bots do), random (any allowed partner), and the optimum where it
can be computed: all pairs as edges, and for more people an upper bound that no matching can pass (half the sum of
everybody's best).
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence

from benchmarks.measure import table
from benchmarks.people import never, pool
from commands.buddy.rounds import BLOCK, Member, Pairs, allowed, candidates, compare, solve, weight

SIZES = tuple(int(one) for one in os.environ.get("SIZES", "100,1000,10000,50000").split(","))
EXACT = 1_000
"""Up to here the optimum over all pairs is computed."""
GREEDY = 10_000


def total(members: Sequence[Member], pairs: Pairs) -> int:
    return sum(weight(members[one], members[other]) for one, other in pairs)


def check(members: Sequence[Member], pairs: Pairs, apart: set[tuple[int, int]]) -> None:
    """Raises AssertionError for a pair that must not be."""
    seen: set[int] = set()
    forbidden = {frozenset(pair) for pair in apart}
    for one, other in pairs:
        assert allowed(members[one], members[other]) and frozenset((one, other)) not in forbidden
        assert one not in seen and other not in seen
        seen |= {one, other}


def greedy(members: Sequence[Member], apart: set[tuple[int, int]]) -> Pairs:
    """The heaviest pair that is left, again and again; in blocks of the same size, by the same comparison."""
    forbidden = {frozenset(pair) for pair in apart}
    out: Pairs = []
    for start in range(0, len(members), BLOCK):
        block = members[start : start + BLOCK]
        taken: set[int] = set()
        edges = candidates(block, forbidden)
        for one, other, _weight in sorted(edges, key=lambda edge: -edge[2]):
            if one not in taken and other not in taken:
                taken |= {one, other}
                out.append((block[one].id, block[other].id))
    return out


def at_random(members: Sequence[Member], apart: set[tuple[int, int]]) -> Pairs:
    """Anybody who is allowed, in the order of a shuffled list."""
    forbidden = {frozenset(pair) for pair in apart}
    waiting = list(members)
    random.Random(3).shuffle(waiting)
    out: Pairs = []
    while waiting:
        one = waiting.pop()
        for index, other in enumerate(waiting[-200:], max(0, len(waiting) - 200)):
            if allowed(one, other) and frozenset((one.id, other.id)) not in forbidden:
                out.append((one.id, other.id))
                waiting.pop(index)
                break
    return out


def best(members: Sequence[Member], apart: set[tuple[int, int]]) -> Pairs:
    """The optimum: every allowed pair is an edge."""
    import rustworkx

    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(members)))
    graph.add_edges_from(candidates(members, {frozenset(pair) for pair in apart}, most=len(members)))
    return [
        (members[one].id, members[other].id)
        for one, other in rustworkx.max_weight_matching(graph, max_cardinality=False, weight_fn=int)
    ]


def bound(members: Sequence[Member], apart: set[tuple[int, int]]) -> float:
    """No matching weighs more: everybody's best, halved. Compared block by block, against everybody."""
    forbidden = {frozenset(pair) for pair in apart}
    sums = 0.0
    size = 1_000
    for start in range(0, len(members), size):
        rows = members[start : start + size]
        tops = [0.0] * len(rows)
        for other in range(0, len(members), size):
            columns = members[other : other + size]
            both = list(rows) if other == start else [*rows, *columns]
            weights = compare(both, forbidden)
            found = weights if other == start else weights[: len(rows), len(rows) :]
            tops = [max(top, float(row.max())) for top, row in zip(tops, found, strict=True)]
        sums += sum(tops)
    return sums / 2


def measured(work: Callable[[], Pairs], pipe: multiprocessing.connection.Connection) -> None:
    begun, cpu = time.perf_counter(), time.process_time()
    pairs = work()
    pipe.send((time.perf_counter() - begun, time.process_time() - cpu, peak(), pairs))


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


def apart_process(name: str, count: int) -> tuple[float, float, float, Pairs]:
    """Run it in a process of its own: seconds, seconds of one core, megabytes at most, and the pairs."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_child, args=(name, count, theirs))
    child.start()
    found: tuple[float, float, float, Pairs] = ours.recv()
    child.join()
    return found


def _child(name: str, count: int, pipe: multiprocessing.connection.Connection) -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    members, apart = pool(count), never(count)
    ways: dict[str, Callable[[], Pairs]] = {
        "ours": lambda: solve(members, apart),
        "greedy": lambda: greedy(members, apart),
        "random": lambda: at_random(members, apart),
        "best": lambda: best(members, apart),
    }
    measured(ways[name], pipe)


async def main() -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    rows = [["people", "way", "seconds", "one core", "MB", "paired", "total weight", "of ours", "of the optimum"]]
    for count in SIZES:
        members, apart = pool(count), never(count)
        ways = ["ours", "greedy", "random"] + (["best"] if count <= EXACT else [])
        found = {name: apart_process(name, count) for name in ways}
        for _seconds, _cpu, _mb, pairs in found.values():
            check(members, pairs, apart)
        ours = total(members, found["ours"][3])
        optimum: float = total(members, found["best"][3]) if "best" in found else 0
        sign = ""
        if not optimum and count <= GREEDY:
            optimum, sign = bound(members, apart), "≥ "
        for name in ways:
            seconds, cpu, mb, pairs = found[name]
            whole = total(members, pairs)
            share = f"{sign}{100 * whole / optimum:.1f}%" if optimum else ""
            rows.append(
                [
                    f"{count:,}",
                    {"ours": "rounds.solve", "best": "all pairs"}.get(name, name),
                    f"{seconds:.2f}",
                    f"{cpu:.2f}",
                    f"{mb:.0f}",
                    f"{100 * 2 * len(pairs) / count:.1f}%",
                    f"{whole:,}",
                    f"{100 * whole / ours:.1f}%",
                    share,
                ]
            )
    table(rows)


if __name__ == "__main__":
    asyncio.run(main())
