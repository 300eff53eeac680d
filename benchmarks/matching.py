"""Matching a pool: time, memory, and how good the whole is, at 100 to 50,000 people: `python -m benchmarks.matching`.

Beside: greedy (the best first, what most pairing bots do), random (any allowed partner), and the optimum where it
can be computed: all pairs as edges; for more people the same without blocks, as one graph.
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
from commands.buddy.rounds import BLOCK, NEIGHBOURS, Member, Pairs, allowed, candidates, compare, liking, solve, weight

SIZES = tuple(int(one) for one in os.environ.get("SIZES", "100,1000,10000,50000").split(","))
EXACT = 1_000
"""Up to here the optimum over all pairs is computed."""
WHOLE = 10_000
"""Up to here everybody is compared with everybody and matched as one graph."""
WIDER = 200
"""Greedy sees more candidates of each than we do, or it would leave too many over."""


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
        edges = candidates(block, forbidden, most=WIDER)
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


def one_graph(members: Sequence[Member], apart: set[tuple[int, int]]) -> Pairs:
    """Without blocks: everybody's best among everybody, matched as one graph. What blocks are measured against where
    all pairs are too many; at 1,000 people it is within half a percent of the optimum."""
    import heapq

    import rustworkx

    forbidden = {frozenset(pair) for pair in apart}
    edges: dict[tuple[int, int], int] = {}
    size = 1_000
    for start in range(0, len(members), size):
        rows = members[start : start + size]
        tops: list[list[tuple[float, int, int]]] = [[] for _row in rows]
        for other in range(0, len(members), size):
            columns = members[other : other + size]
            same = other == start
            weights = compare(rows if same else [*rows, *columns], forbidden)
            found = weights if same else weights[: len(rows), len(rows) :]
            for index, row in enumerate(liking(columns, found)):
                best_here = row.argsort()[-NEIGHBOURS:]
                merged = tops[index] + [
                    (float(row[one]), other + int(one), int(found[index, one])) for one in best_here if row[one] > 0
                ]
                tops[index] = heapq.nlargest(NEIGHBOURS, merged)
        for index, top in enumerate(tops):
            for _liked, one, heavy in top:
                edges[min(start + index, one), max(start + index, one)] = heavy
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(members)))
    graph.add_edges_from([(one, other, heavy) for (one, other), heavy in edges.items()])
    return [
        (members[one].id, members[other].id)
        for one, other in rustworkx.max_weight_matching(graph, max_cardinality=False, weight_fn=int)
    ]


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
        "one graph": lambda: one_graph(members, apart),
    }
    measured(ways[name], pipe)


async def main() -> None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    rows = [["people", "way", "seconds", "one core", "MB", "paired", "total weight", "of ours", "of the optimum"]]
    for count in SIZES:
        members, apart = pool(count), never(count)
        ways = ["ours", "greedy", "random"] + (["best"] if count <= EXACT else [])
        ways += ["one graph"] if EXACT <= count <= WHOLE else []
        found = {name: apart_process(name, count) for name in ways}
        for _seconds, _cpu, _mb, pairs in found.values():
            check(members, pairs, apart)
        ours = total(members, found["ours"][3])
        beside = "best" if "best" in found else "one graph"
        optimum = total(members, found[beside][3]) if beside in found else 0
        sign = "" if beside == "best" else "of one graph "
        for name in ways:
            seconds, cpu, mb, pairs = found[name]
            whole = total(members, pairs)
            share = f"{100 * whole / optimum:.1f}% {sign}".strip() if optimum else ""
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
