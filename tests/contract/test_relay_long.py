"""A long conversation, with everything that happens in one: complete, in order, once each.

Nothing of the other is in a single byte of what either was given.
"""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest

from tests.contract.local import LocalTown
from tests.contract.pairs import joined, met, room_of

pytestmark = pytest.mark.contract
MESSAGES = 200


@pytest.mark.parametrize("sides", [("d", "d"), ("m", "m"), ("d", "m")], ids="-".join)
async def test_two_hundred_messages_with_edits_deletions_answers_and_restarts(tmp_path, sides):
    town = await LocalTown.open(tmp_path, sides[0], {"buddies": {"prompts": False}})
    chance = random.Random("-".join(sides))
    try:
        ana = await joined(town, "anastasia", sides[0], topics=("grief",))
        ben = await joined(town, "benedikt", sides[1], topics=("grief",))
        await met(town, ana, ben)
        people = {"a": ana, "b": ben}
        for someone in people.values():
            await someone.ask("buddy talk", direct=True)
        talk = Talk(town, people, chance)
        for number in range(MESSAGES):
            await talk.something(number)
        await town.settle()
        for whose, reader in (("a", ben), ("b", ana)):
            assert talk.read_by(reader) == talk.expected(whose)
        assert_nothing_of_the_other(town, ana, ben)
        assert_nothing_of_the_other(town, ben, ana)
    finally:
        await town.close()


class Talk:
    """What was said and what should have arrived of it."""

    def __init__(self, town, people, chance):
        self.town, self.people, self.chance = town, people, chance
        self.said: list[dict] = []

    async def something(self, number):
        who = self.chance.choice("ab")
        someone = self.people[who]
        text = f"{who}{number}: " + self.chance.choice(
            ["hello", "how are you?", "a long day…", "**bold** <b>&amp;</b>"]
        )
        answered = self.answerable(someone) if self.chance.random() < 0.3 else None
        accepted = await self.town.platform.say(someone.account, room_of(someone), text, answered)
        self.said.append({"who": who, "id": accepted.message, "text": text, "gone": False})
        await self.maybe(0.1, self.edit)
        await self.maybe(0.07, self.delete)
        if self.chance.random() < 0.03:
            await self.town.restart()
        if self.chance.random() < 0.5:
            await self.town.settle()
        if number % 20 == 0:
            # The talk mode of those without rooms closes by itself; time passes here only between turns.
            for other in self.people.values():
                await other.ask("buddy talk", direct=True)

    def answerable(self, someone):
        """A message of the buddy's that stands there."""
        shown = [one for one in someone._seen() if one.speaker and not one.deleted]
        return self.chance.choice(shown).id if shown else None

    async def maybe(self, share, does):
        mine = [one for one in self.said if not one["gone"]]
        if mine and self.chance.random() < share:
            await does(self.chance.choice(mine))

    async def edit(self, one):
        one["text"] += " (better)"
        await self.town.platform.edit_message(self.people[one["who"]].account, one["id"], one["text"])

    async def delete(self, one):
        one["gone"] = True
        await self.town.platform.delete_message(self.people[one["who"]].account, one["id"])

    def expected(self, who):
        return [one["text"] for one in self.said if one["who"] == who and not one["gone"]]

    def read_by(self, reader):
        place = room_of(reader)
        return [
            one.text
            for one in self.town.platform.seen(reader.account, place)
            if one.speaker is not None and not one.deleted
        ]


def assert_nothing_of_the_other(town, reader, other):
    """Every byte that the platform holds for this reader, searched for the other's account and name."""
    with closing(sqlite3.connect(f"file:{town.folder}/local.db?mode=ro", uri=True)) as db:
        places = [row[0] for row in db.execute("SELECT id FROM places WHERE owner = ?", (reader.account,))]
        rows = [
            row
            for place in places
            for row in db.execute("SELECT text, body FROM messages WHERE place = ? AND author = 'bot'", (place,))
        ]
    assert len(rows) > MESSAGES / 4
    for text, body in rows:
        for needle in (other.name, other.account, other.dm):
            assert needle.casefold() not in (text + body).casefold()
    # Answers go to messages of one's own place; no reference of the other's is ever shown.
    mine = {one.id for place in places for one in town.platform.seen(reader.account, place)}
    for place in places:
        for one in town.platform.seen(reader.account, place):
            assert (
                one.reply_to is None or one.reply_to in mine or town.store.messages.message(int(one.reply_to)).deleted
            )
