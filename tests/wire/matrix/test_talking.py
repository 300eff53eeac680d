"""Hearing and saying, plain and encrypted, against a real Synapse."""

from __future__ import annotations

import pytest

from adapters.matrix.opening import Heard, Invited


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_a_conversation(station, ana, encrypted: bool) -> None:
    bot = await station()
    room = await ana.room(encrypted=encrypted, invite=[bot.id])
    await bot.hears(lambda each: isinstance(each, Invited) and each.room == room)
    assert await bot.sync.meet(room, 30)
    await ana.writes(room, "good morning")
    heard = await bot.hears("good morning", room)
    assert heard.event.decrypted is encrypted
    await bot.said(room, "good morning to you")
    answer = await ana.hears(room, "good morning to you", by=bot.id)
    assert answer.decrypted is encrypted
    await ana.writes(room, "how are things?")
    await bot.hears("how are things?", room)
    assert bot.bodies(room, by=ana) == ["good morning", "how are things?"]


async def test_threads_edits_reactions_and_redactions_arrive_whole(station, ana) -> None:
    bot = await station()
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    first = await ana.writes(room, "a thing")
    await ana.writes(room, "in its thread", thread=first)
    await ana.edits(room, first, "another thing")
    await ana.reacts(room, first, "👍")
    await ana.redacts(room, first)
    thread = await bot.hears("in its thread", room)
    assert thread.event.source["content"]["m.relates_to"] == {"rel_type": "m.thread", "event_id": first}
    edit = await bot.hears("another thing", room)
    assert edit.event.source["content"]["m.relates_to"]["rel_type"] == "m.replace"
    await bot.hears(lambda each: isinstance(each, Heard) and each.event.source.get("type") == "m.reaction")
    await bot.hears(lambda each: isinstance(each, Heard) and each.event.source.get("type") == "m.room.redaction")
    outcome = await bot.sending.redact(room, await bot.said(room, "never mind"), "r1")
    await ana.hears(room, matching=lambda event: getattr(event, "redacts", None) and event.sender == bot.id)
    assert outcome.event_id
