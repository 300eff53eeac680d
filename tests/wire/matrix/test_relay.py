"""Buddies over Matrix: each in a room of their own, under pseudonyms; edits, answers, signs and removals go along."""

from __future__ import annotations

import pytest

from tests.contract.matrix import MatrixTown

pairs = pytest.importorskip("tests.contract.pairs", reason="there are no buddies yet")


@pytest.fixture
async def town(synapse, tmp_path):
    made = await MatrixTown.open(tmp_path, synapse, encrypted=False)
    yield made
    await made.close()


async def pair_room(someone) -> str:
    """The one room that is about something."""
    await someone._seen()
    directs = someone.town.platform.session.directs
    (room,) = [room for room in someone.person.client.rooms if getattr(directs.whose(room), "about", None)]
    return room


async def newest(someone, words: str):
    return [one for one in await someone._seen() if words in one.text][-1]


async def test_two_who_met_write_to_each_other(town) -> None:
    ana, ben = await pairs.joined(town, "ana"), await pairs.joined(town, "ben")
    ben_is, ana_is = await pairs.met(town, ana, ben)
    await ana.ask("buddy talk", direct=True)
    room, other = await pair_room(ana), await pair_room(ben)
    said = await ana.say("hello there", place=room)
    heard = await ben.hears("hello there", private=True)
    assert heard.text.startswith(f"{ana_is}: ") and ana.person.id not in heard.text and heard.choices == ()
    copy = await newest(ben, "hello there")
    assert copy.room == other and copy.content["com.beeper.per_message_profile"]["displayname"] == ana_is
    name = await ben.person.asks("GET", f"/rooms/{other}/state/m.room.name")
    assert name["name"] == ana_is

    await ben.say("2", place=other)
    await ana.hears(f"{ben_is}: 2")

    await town.handled(await ana.person.edits(room, said, "hello again"))
    await ben.hears("hello again")
    await ben.say("an answer", place=other, reply_to=copy.id)
    relation = (await newest(ana, "an answer")).content["m.relates_to"]
    assert relation["m.in_reply_to"]["event_id"] == said

    html = "it was <span data-mx-spoiler>a bad night</span>"
    covered = {"format": "org.matrix.custom.html", "formatted_body": html}
    await ana.say("it was [Spoiler](mxc://localhost/x)", place=room, more=covered)
    await ben.hears("[hidden 1]")
    arrived = (await newest(ben, "a bad night")).content
    assert "<span data-mx-spoiler>a bad night</span>" in arrived["formatted_body"]
    assert arrived["body"].startswith(f"{ana_is}: it was [hidden 1]\n.\n")

    sign = await ben.person.reacts(other, copy.id, "❤️")
    await town.handled(sign)
    chunk = (await ana.person.asks("GET", f"/rooms/{room}/messages?dir=b&limit=20"))["chunk"]
    signs = [one["content"]["m.relates_to"]["event_id"] for one in chunk if one["type"] == "m.reaction"]
    assert signs == [said]

    removal = await ana.person.redacts(room, said)
    await town.handled(removal)
    events = await ben.person.reads(other)
    assert any(one.event_id == copy.id and type(one).__name__ == "RedactedEvent" for one in events)

    await ana.say("!help", place=room)
    await ana.hears("Check-ins")
    await ben.hears_nothing()
    await town.restart()
    await ben.say("after a restart", place=other)
    await ana.hears("after a restart")
