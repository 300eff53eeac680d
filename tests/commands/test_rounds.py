"""Matching: no pair breaks a constraint, the whole is close to the best, nobody waits beyond the cap."""

from __future__ import annotations

import itertools
import random
import statistics
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import rustworkx
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.matching import at_random, best, check, greedy, total
from benchmarks.people import never, pool
from bot.config import read_text
from commands.buddy.matching import matched
from commands.buddy.profile import BANDS, Profile, hours, in_common, member, why
from commands.buddy.rounds import (
    OVERDUE_DAYS,
    Member,
    allowed,
    candidates,
    compare,
    solve,
    weight,
)
from commands.buddy.schedule import next_round

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

members = st.lists(
    st.builds(
        Member,
        id=st.just(0),
        pool=st.integers(0, 1),
        languages=st.integers(0, 7),
        topics=st.integers(0, 31),
        avoids=st.integers(0, 31),
        interests=st.lists(st.integers(0, 5), max_size=4, unique=True).map(tuple),
        gender=st.integers(0, 4),
        accepts=st.integers(0, 7),
        band=st.integers(0, 5),
        same_age=st.booleans(),
        hours=st.integers(0, 0xFFFFFF),
        pace=st.integers(0, 2),
        waited=st.floats(0, 60),
        first=st.booleans(),
    ),
    max_size=14,
).map(lambda found: [replace(one, id=index) for index, one in enumerate(found)])
aparts = st.sets(st.tuples(st.integers(0, 13), st.integers(0, 13)), max_size=6)


@settings(max_examples=300, deadline=None)
@given(members, aparts)
def test_the_matrix_says_the_same_as_the_rules(found, apart):
    if len(found) < 2:
        return
    weights = compare(found, {frozenset(pair) for pair in apart})
    for one in found:
        for other in found:
            fits = one.id != other.id and allowed(one, other)
            fits = fits and (one.id, other.id) not in apart and (other.id, one.id) not in apart
            assert weights[one.id, other.id] == (weight(one, other) if fits else 0)
            assert allowed(one, other) == allowed(other, one) and weight(one, other) == weight(other, one)


@settings(max_examples=200, deadline=None)
@given(members, aparts)
def test_no_pair_breaks_a_constraint_and_the_whole_is_the_best(found, apart):
    pairs = solve(found, apart)
    check(found, pairs, apart)
    if len(found) >= 2:
        assert total(found, pairs) == total(found, best(found, apart))


def test_close_to_the_optimum_and_better_than_greedy_and_random():
    found, apart = pool(400), never(400)
    weights = [total(found, way(found, apart)) for way in (best, solve, greedy, at_random)]
    assert weights[1] >= 0.97 * weights[0]
    assert weights == sorted(weights, reverse=True)


def test_blocks_lose_little(monkeypatch):
    monkeypatch.setattr("commands.buddy.rounds.BLOCK", 100)
    found, apart = pool(600), never(600)
    pairs = solve(found, apart)
    check(found, pairs, apart)
    ours, optimum = total(found, pairs), total(found, best(found, apart))
    assert ours >= 0.93 * optimum
    assert len(pairs) >= 290


async def test_a_large_pool_is_matched_in_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr("commands.buddy.matching.INLINE", 10)
    found = pool(40)
    pairs = await matched(found, [], 7)
    check(found, pairs, set())
    assert total(found, pairs) == total(found, solve(found, [], 7))


def test_candidates_are_edges_once_each():
    found = pool(60)
    edges = candidates(found, set(), most=5)
    assert len({(one, other) for one, other, _w in edges}) == len(edges)
    assert all(one < other for one, other, _w in edges)
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(found)))
    graph.add_edges_from(edges)
    for one in found:
        welcome = sum(allowed(one, other) for other in found if other is not one)
        assert graph.degree(one.id) >= min(welcome, 5)


def simulate(weeks: int, arriving: int, refusing: float, seed: int = 5):
    """A community that grows by so many a week and pairs weekly; some refuse. How long each waited, in weeks, and who
    waits still."""
    chance = random.Random(seed)
    waiting: dict[int, int] = {}
    known: dict[int, Member] = {}
    first: set[int] = set()
    apart: set[tuple[int, int]] = set()
    waits: list[int] = []
    count = 0
    for week in range(weeks):
        for one in pool(arriving, seed=1000 + week):
            known[count] = replace(one, id=count, waited=0, first=False)
            waiting[count] = week
            count += 1
        here = [replace(known[id], waited=7.0 * (week - since), first=id in first) for id, since in waiting.items()]
        paired = solve(here, apart, seed=week)
        met = {id for pair in paired for id in pair}
        first = {id for id in waiting if id not in met}
        for pair in paired:
            if chance.random() < refusing:
                apart.add(pair)
                continue
            waits += [week - waiting.pop(id) for id in pair]
    return waits, {id: weeks - since for id, since in waiting.items()}, known


def test_nobody_waits_beyond_the_cap_while_somebody_fits():
    waits, waiting, known = simulate(weeks=30, arriving=21, refusing=0.25)
    cap = OVERDUE_DAYS // 7
    assert statistics.median(waits) <= 1
    late = [weeks for weeks in waits if weeks > cap + 2]
    assert len(late) <= 0.01 * len(waits), late
    # Who waits still for so long has nobody among those who wait.
    stuck = [id for id, weeks in waiting.items() if weeks > cap + 2]
    for id in stuck:
        assert not any(allowed(known[id], known[other]) for other in waiting if other != id and other in stuck)


def test_the_odd_one_out_comes_first():
    three = [Member(id, 0, 1, topics=1) for id in range(3)]
    (pair,) = solve(three)
    (left,) = {0, 1, 2} - set(pair)
    again = [replace(one, first=one.id == left) for one in three]
    assert any(left in pair for pair in solve([*again, Member(9, 0, 1, topics=2)], {pair}))
    strangers = [Member(10 + id, 0, 1, topics=3, interests=(1, 2, 3)) for id in range(2)]
    found = solve([again[left], *strangers])
    assert any(left in pair for pair in found)


# --- profiles and reasons ------------------------------------------------------------------------------------------


def test_what_is_private_is_in_no_reason():
    ana = Profile(topics={"grief": False, "work": True}, interests=("chess",), languages=("en",))
    ben = Profile(topics={"grief": True, "work": True}, interests=("Chess",), languages=("en",))
    common = in_common(ana, ben, ("UTC", "UTC"), NOW)
    assert common["topics"] == ["work"] and common["interests"] == ["Chess"]
    assert "grief" not in str(why(common))
    assert "grief" not in str(why(in_common(ana, replace(ben, topics={"grief": True}), ("UTC", "UTC"), NOW)))


def test_hours_follow_the_zone_and_daylight_saving():
    assert hours("day", "UTC", NOW).bit_count() == 15
    assert hours("day", "Europe/Berlin", NOW) != hours("day", "Europe/Berlin", NOW.replace(month=7))
    berlin, tokyo = hours("day", "Europe/Berlin", NOW), hours("day", "Asia/Tokyo", NOW)
    assert (berlin & tokyo).bit_count() < 10


def test_pools_follow_the_age():
    for band in BANDS:
        one = member(0, Profile(band=band, languages=("en",)), "UTC", NOW, NOW, False, ("grief",))
        assert one.pool == (1 if band == "under-18" else 0)
    assert Profile(topics={"grief": True}, languages=("en",)).missing(minors=True)
    assert Profile(topics={"grief": True}, languages=("en",), band="under-18").missing(minors=False)
    assert not Profile(topics={"grief": True}, languages=("en",), band="under-18").missing(minors=True)


def test_a_profile_survives_being_kept():
    one = Profile(topics={"grief": False}, avoids=("work",), interests=("a",), bio="b", languages=("en",), most=2)
    assert Profile.read(one.plain()) == one
    assert Profile.read({**one.plain(), "later": 1}) == one


@pytest.mark.parametrize("rounds", ["daily", "weekly", "never"])
def test_rounds_are_at_their_hour_across_daylight_saving(rounds):
    config = read_text(f"community: {{zone: Europe/Berlin}}\nbuddies: {{rounds: {rounds}, day: 6, hour: 18}}\n")
    at = datetime(2026, 3, 20, 12, tzinfo=UTC)
    found = []
    for _each in range(3):
        due = next_round(config, at)
        if due is None:
            assert rounds == "never"
            return
        found.append(due)
        at = due
    assert [one.hour for one in found] == ([17, 17, 17] if rounds == "daily" else [17, 16, 16])
    gaps = {later - earlier for earlier, later in itertools.pairwise(found)}
    assert all(gap <= (timedelta(days=1) if rounds == "daily" else timedelta(days=7)) for gap in gaps)
