"""A made-up pool of people for the benchmarks of matching: many languages, a few common topics, rare interests."""

from __future__ import annotations

import random

from commands.buddy.rounds import Member

TOPICS = 12
ZONES = (0, 0, 1, 1, -5, -8, 5, 9)


def pool(count: int, seed: int = 1) -> list[Member]:
    """So many who wait. Seven in ten write the common language; some avoid a topic, some mind ages or genders."""
    chance = random.Random(seed)
    return [_one(number, chance) for number in range(count)]


def _one(number: int, chance: random.Random) -> Member:
    topics = 0
    for _each in range(chance.randint(1, 4)):
        topics |= 1 << chance.randrange(TOPICS)
    avoids = 1 << chance.randrange(TOPICS) if chance.random() < 0.15 else 0
    languages = 1 if chance.random() < 0.7 else 1 << chance.randrange(6)
    if chance.random() < 0.3:
        languages |= 1 << chance.randrange(6)
    zone = chance.choice(ZONES)
    awake = range(chance.choice([6, 8, 11]), chance.choice([21, 23, 26]))
    return Member(
        id=number,
        pool=0,
        languages=languages,
        topics=topics,
        avoids=avoids & ~topics,
        interests=tuple({int(chance.paretovariate(1)) % 500 for _each in range(chance.randint(0, 5))}),
        gender=1 << chance.randrange(3),
        accepts=chance.choice([0, 0, 0, 1, 2]),
        band=chance.randrange(1, 6),
        same_age=chance.random() < 0.1,
        hours=sum(1 << ((hour - zone) % 24) for hour in awake),
        pace=chance.randrange(3),
        waited=chance.random() * 20,
        first=chance.random() < 0.02,
    )


def never(count: int, seed: int = 2) -> set[tuple[int, int]]:
    """Who must not meet: two for each person."""
    chance = random.Random(seed)
    return {(chance.randrange(count), chance.randrange(count)) for _each in range(2 * count)}
