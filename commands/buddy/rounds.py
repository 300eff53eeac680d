"""Who fits whom: a pool of people in, pairs out. Pure; it knows no person, no database and no words.

Every pair keeps the hard constraints (`allowed`). Among those, the sum of weights is made as large as it can be: people
are compared all with all in blocks, each keeps its best candidates, and rustworkx finds a maximum-weight matching
(Edmonds' blossom algorithm, as Galil describes it, doi 10.1145/6462.6502). What is left of the blocks meets again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]
    Flags = npt.NDArray[np.bool_]

BASE = 1_000
"""What any allowed pair is worth: meeting somebody counts for more than meeting the best."""
TOPIC, TOPICS_COUNT = 160, 3
INTEREST, INTERESTS_COUNT = 60, 3
HOURS, PACE, AGE = 150, 100, 60
PACES, BANDS = 3, 6
MOST_TOPICS = 24
WAIT, WAITS = 30, 14
"""For each day of waiting, up to so many days."""
FIRST = 900
"""Who was left over last time comes first."""
OVERDUE_DAYS = 28
OVERDUE = 4_000
"""Nobody who could be paired waits beyond the cap: no gain elsewhere outweighs this."""
NEIGHBOURS = 20
BLOCK = 2_000
PASSES = 4


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who waits, as numbers. Sets are bits: of topics, languages, genders, hours of the day in UTC.

    `accepts` are the genders this person would be paired with, none for any; `gender` is none for who did not say.
    `pool` never mixes with another. `same_age` asks for one's own age band. `waited` is in days.
    """

    id: int
    pool: int
    languages: int
    topics: int = 0
    avoids: int = 0
    interests: tuple[int, ...] = ()
    gender: int = 0
    accepts: int = 0
    band: int = 0
    same_age: bool = False
    hours: int = 0xFFFFFF
    pace: int = 1
    waited: float = 0.0
    first: bool = False


Pairs = list[tuple[int, int]]


def allowed(one: Member, other: Member) -> bool:
    """The hard constraints between two, beyond who must never meet."""
    return (
        one.pool == other.pool
        and bool(one.languages & other.languages)
        and not one.avoids & other.topics
        and not other.avoids & one.topics
        and (not one.accepts or bool(one.accepts & other.gender))
        and (not other.accepts or bool(other.accepts & one.gender))
        and (one.band == other.band or not (one.same_age or other.same_age))
    )


def weight(one: Member, other: Member) -> int:
    """How much it is worth that these two meet."""
    topics = min((one.topics & other.topics).bit_count(), TOPICS_COUNT) * TOPIC
    interests = min(len(set(one.interests) & set(other.interests)), INTERESTS_COUNT) * INTEREST
    hours = HOURS * (one.hours & other.hours).bit_count() // 24
    pace = PACE * (PACES - 1 - abs(one.pace - other.pace)) // (PACES - 1)
    age = AGE * (BANDS - 1 - abs(one.band - other.band)) // (BANDS - 1)
    return BASE + topics + interests + hours + pace + age + patience(one) + patience(other)


def patience(one: Member) -> int:
    """What waiting adds."""
    overdue = OVERDUE if one.waited >= OVERDUE_DAYS else 0
    return int(WAIT * min(one.waited, WAITS)) + (FIRST if one.first else 0) + overdue


def solve(members: Sequence[Member], never: Iterable[tuple[int, int]] = (), seed: int = 0) -> Pairs:
    """Pairs of ids. Nobody is in two of them, and no pair breaks a constraint or is in `never`."""
    apart = {frozenset(pair) for pair in never}
    chance = random.Random(seed)
    out: Pairs = []
    for pool in sorted({one.pool for one in members}):
        waiting = [one for one in members if one.pool == pool]
        chance.shuffle(waiting)
        waiting.sort(key=_alike)
        for _pass in range(PASSES):
            met: Pairs = []
            for start in range(0, len(waiting), BLOCK):
                met += match(waiting[start : start + BLOCK], apart)
            out += met
            done = {id for pair in met for id in pair}
            left = [one for one in waiting if one.id not in done]
            if not met or len(left) < 2:
                break
            waiting = left
            chance.shuffle(waiting)
    return out


def _alike(one: Member) -> tuple[int, int, int]:
    """Neighbours in a block should be able to talk: by their rarest language, then by what they lived through."""
    return one.languages.bit_length(), one.topics.bit_length(), one.topics


def match(members: Sequence[Member], apart: set[frozenset[int]]) -> Pairs:
    """The best pairs of one block."""
    import rustworkx

    if len(members) < 2:
        return []
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(members)))
    edges = candidates(members, apart)
    graph.add_edges_from(edges)
    found: set[tuple[int, int]] = rustworkx.max_weight_matching(graph, max_cardinality=False, weight_fn=int)
    return [(members[one].id, members[other].id) for one, other in sorted(found)]


def candidates(members: Sequence[Member], apart: set[frozenset[int]], most: int = NEIGHBOURS) -> list[Any]:
    """For each the best that are allowed, as edges (index, index, weight)."""
    import numpy as np

    weights = compare(members, apart)
    count = len(members)
    if most < count - 1:
        best = np.argpartition(-liking(members, weights), most - 1, axis=1)[:, :most]
    else:
        best = np.tile(np.arange(count), (count, 1))
    rows = np.repeat(np.arange(count), best.shape[1])
    columns = best.ravel()
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    kept = np.unique(np.stack([low, high], axis=1)[weights[low, high] > 0], axis=0)
    return [(int(a), int(b), int(w)) for (a, b), w in zip(kept, weights[kept[:, 0], kept[:, 1]], strict=True)]


def liking(members: Sequence[Member], weights: Floats) -> Floats:
    """How much the one in the row would gain by each other alone. What the other's waiting adds is the same whoever
    they meet; with it, those who wait longest would be everybody's candidates, and nobody else anybody's."""
    import numpy as np

    bonus = np.array([patience(m) for m in members], dtype=np.float32)
    found: Floats = np.where(weights > 0, weights - bonus[None, :], -1).astype(np.float32)
    return found


def compare(members: Sequence[Member], apart: set[frozenset[int]]) -> Floats:
    """Everybody with everybody: the weight, or 0 where they may not meet. The same as `allowed` and `weight`."""
    import numpy as np

    topics, avoids = _bits([m.topics for m in members], MOST_TOPICS), _bits([m.avoids for m in members], MOST_TOPICS)
    languages, hours = _bits([m.languages for m in members]), _bits([m.hours for m in members], 24)
    pace = np.array([m.pace for m in members], dtype=np.float32)
    band = np.array([m.band for m in members], dtype=np.float32)
    bonus = np.array([patience(m) for m in members], dtype=np.float32)
    out: Floats = BASE + np.minimum(topics @ topics.T, TOPICS_COUNT) * TOPIC
    out += np.minimum(_together(members), INTERESTS_COUNT) * INTEREST
    out += np.floor(HOURS * (hours @ hours.T) / 24)
    out += np.floor(PACE * (PACES - 1 - np.abs(pace[:, None] - pace[None, :])) / (PACES - 1))
    out += np.floor(AGE * (BANDS - 1 - np.abs(band[:, None] - band[None, :])) / (BANDS - 1))
    out += bonus[:, None] + bonus[None, :]
    fits: Flags = (languages @ languages.T) > 0
    clash = (avoids @ topics.T) > 0
    fits &= ~(clash | clash.T)
    welcome = _welcome(members)
    fits &= welcome & welcome.T
    pools = np.array([m.pool for m in members])
    fits &= pools[:, None] == pools[None, :]
    strict = np.array([m.same_age for m in members])
    fits &= (band[:, None] == band[None, :]) | ~(strict[:, None] | strict[None, :])
    np.fill_diagonal(fits, False)
    index = {m.id: n for n, m in enumerate(members)}
    for pair in apart:
        if len(pair) == 2 and all(id in index for id in pair):
            one, other = (index[id] for id in pair)
            fits[one, other] = fits[other, one] = False
    out[~fits] = 0
    return out


def _bits(values: Sequence[int], least: int = 1) -> Floats:
    import numpy as np

    width = max([least, *(value.bit_length() for value in values)])
    return np.array([[value >> bit & 1 for bit in range(width)] for value in values], dtype=np.float32)


def _together(members: Sequence[Member]) -> Floats:
    """How many interests two have in common."""
    import numpy as np

    who: dict[int, list[int]] = {}
    for index, member in enumerate(members):
        for interest in set(member.interests):
            who.setdefault(interest, []).append(index)
    out = np.zeros((len(members), len(members)), dtype=np.float32)
    for indices in who.values():
        if len(indices) > 1:
            out[np.ix_(indices, indices)] += 1
    return out


def _welcome(members: Sequence[Member]) -> Flags:
    """Whether the one in the row would be paired with the gender of the one in the column."""
    import numpy as np

    genders, accepts = _bits([m.gender for m in members], 8), _bits([m.accepts for m in members], 8)
    anyone = np.array([not m.accepts for m in members])
    welcome: Flags = (accepts @ genders.T) > 0
    welcome |= anyone[:, None]
    return welcome
