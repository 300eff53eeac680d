"""Choices taken by a reaction: in common rooms alone, by the person they are for, and never where something private is
answered."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.matrix.choices import KEYS
from adapters.matrix.render import CHOOSE_BY_SIGN, CHOOSE_IN_ROOM
from bot.talk.model import Gone, Incoming, Invocation, MessageRef, PlaceRef, Role, UserRef
from bot.talk.platform import Ability
from bot.talk.press import Press
from bot.talk.question import OPEN_FOR
from bot.talk.reply import Reply, say
from bot.talk.text import _
from tests.contract.crisis import RULES, WISH
from tests.contract.matrix import MatrixTown
from tests.contract.town import config_for

from .bench import Bench

PUBLIC = (Press(_("Yes"), "post"), Press(_("No"), "post", who="nobody"))
MODERATORS = (Press(_("Take it"), "close"), Press(_("Done"), "close", what="done"))
PRIVATE = (*PUBLIC, Press(_("Note it"), "note"))


@pytest.fixture
async def hall(server, tmp_path, ana, carl):
    """A bot in a room that Ana made, which is the community; Carl is a member."""
    room = await ana.room(public=True)
    await carl.joins(room)
    bot = await Bench.make(server, tmp_path, community=[room])
    await bot.start()
    await bot.meets(room, ana, carl)
    yield bot, room
    await bot.stop()


async def asked(bot: Bench, room: str, presses, key: str = "a card", **more) -> MessageRef:
    reply = Reply(say("Which?").blocks, tuple(presses), **more)
    return await bot.platform.send(PlaceRef("matrix", room), reply, key=key, language="en")


async def answer_to(bot: Bench, person, room: str, presses) -> MessageRef:
    event = await person.writes(room, "!post")
    await bot.inbox.hears(Incoming, lambda one: one.key == event)
    return await asked(bot, room, presses, f"{event}:answer")


async def signs(person, message: MessageRef) -> list[str]:
    """What the bot put under a message, in order, as it stands now."""
    chunk = (await person.asks("GET", f"/rooms/{message.place.id}/messages?dir=b&limit=100"))["chunk"]
    found = [one["content"].get("m.relates_to", {}) for one in chunk if one["type"] == "m.reaction"]
    return [one["key"] for one in found if one.get("event_id") == message.id][::-1]


async def signs_are(person, message: MessageRef, *keys: str) -> None:
    async with asyncio.timeout(15):
        while await signs(person, message) != list(keys):
            await asyncio.sleep(0.05)


async def nothing_is_taken(bot: Bench, person, room: str) -> None:
    """What was said later is heard, and no choice before it."""
    event = await person.writes(room, "so much for that")
    await bot.inbox.hears(Incoming, lambda one: one.key == event)
    assert not [one for one in bot.inbox.heard if isinstance(one, Invocation)]


async def test_who_asked_presses_a_number_and_nobody_else(hall, ana, carl) -> None:
    bot, room = hall
    message = await answer_to(bot, ana, room, PUBLIC)
    await signs_are(carl, message, KEYS[0], KEYS[1])
    shown = await ana.hears(room, "Which?", by=bot.id)
    assert shown.body.endswith(CHOOSE_BY_SIGN.id)
    assert bot.platform.abilities(message.place).presses is Ability.FALLBACK

    await carl.reacts(room, message.id, KEYS[0])
    for other in ("3️⃣", "👍", "1"):
        await ana.reacts(room, message.id, other)
    await nothing_is_taken(bot, ana, room)
    tapped = await ana.reacts(room, message.id, "2\u20e3")  # as clients write it that leave out the selector
    heard = await bot.inbox.hears(Invocation)
    assert (heard.key, heard.author, heard.command) == (tapped, UserRef("matrix", ana.id), "post")
    assert heard.args == {"who": "nobody"} and heard.pressed == message and heard.place == message.place
    assert not heard.direct

    removal = await ana.redacts(room, tapped)
    gone = await bot.inbox.hears(Gone)
    assert gone.key == removal and gone.message is not None and gone.message.id == tapped
    await nothing_is_taken(bot, ana, room)


@pytest.mark.parametrize("presses", [PRIVATE, PUBLIC * 6], ids=["something private", "too many"])
async def test_elsewhere_there_are_numbered_lines_alone(hall, ana, presses) -> None:
    bot, room = hall
    message = await answer_to(bot, ana, room, presses)
    assert (await ana.hears(room, "Which?", by=bot.id)).body.endswith(CHOOSE_IN_ROOM.id)
    await ana.reacts(room, message.id, KEYS[0])
    await nothing_is_taken(bot, ana, room)
    assert await signs(ana, message) == [KEYS[0]], "the bot put some"


async def test_none_in_private_none_where_it_is_off_and_none_for_what_nobody_remembers(hall, ana) -> None:
    bot, room = hall
    direct = await bot.platform.send(
        UserRef("matrix", ana.id), Reply(say("Which?").blocks, PUBLIC), key="k", language="en"
    )
    await ana.joins(direct.place.id)
    unknown = await asked(bot, room, PUBLIC, "$an-event-of-last-week:answer")
    await bot.stop()
    bot.settings["reactions"] = False
    await bot.start()
    off = await asked(bot, room, MODERATORS)
    await nothing_is_taken(bot, ana, room)
    for message in (direct, unknown, off):
        assert await signs(ana, message) == []


async def test_what_is_for_moderators_means_nothing_from_a_member(hall, ana, carl) -> None:
    bot, room = hall
    message = await asked(bot, room, MODERATORS)
    await signs_are(ana, message, KEYS[0], KEYS[1])
    await carl.reacts(room, message.id, KEYS[0])
    await nothing_is_taken(bot, carl, room)
    await carl.sync()
    assert not carl.client.invited_rooms, "somebody was told what they may not do"
    await ana.reacts(room, message.id, KEYS[1])
    heard = await bot.inbox.hears(Invocation)
    assert heard.author.id == ana.id and heard.role is Role.OWNER and heard.args == {"what": "done"}


async def test_it_outlives_a_restart_and_ends_with_the_message_s_choices(hall, ana) -> None:
    bot, room = hall
    message = await asked(bot, room, (*MODERATORS, Press(_("Later"), "close", what="later")))
    await signs_are(ana, message, *KEYS[:3])
    await bot.stop()
    await bot.start()
    await ana.reacts(room, message.id, KEYS[2])
    assert (await bot.inbox.hears(Invocation)).args == {"what": "later"}
    fewer = Reply(say("Which now?").blocks, MODERATORS)
    await bot.platform.edit(message, fewer, key="fewer", language="en")
    await signs_are(ana, message, *KEYS[:3])  # the last one is Ana's own
    await bot.platform.edit(message, say("Taken."), key="over", language="en")
    await signs_are(ana, message, KEYS[2])
    await ana.reacts(room, message.id, KEYS[0])
    await nothing_is_taken(bot, ana, room)
    assert not [key for key in bot.notes.kept if key.startswith("choices:")]


async def test_what_was_never_taken_is_forgotten(hall, ana) -> None:
    bot, room = hall
    old = await asked(bot, room, MODERATORS, "old")
    await signs_are(ana, old, KEYS[0], KEYS[1])
    bot.clock.shift(OPEN_FOR + timedelta(hours=1))
    await ana.reacts(room, old.id, KEYS[0])
    await nothing_is_taken(bot, ana, room)
    new = await asked(bot, room, MODERATORS, "new")
    await bot.until(
        lambda: [key for key in bot.notes.kept if key.startswith("choices:")] == [f"choices:{room}/{new.id}"]
    )


async def test_an_answer_in_a_thread_is_given_there(hall, ana) -> None:
    bot, room = hall
    first = await ana.writes(room, "good morning")
    event = await ana.writes(room, "!post", thread=first)
    await bot.inbox.hears(Incoming, lambda one: one.key == event)
    reply = Reply(say("Which?").blocks, PUBLIC)
    place = PlaceRef("matrix", room, first)
    message = await bot.platform.send(place, reply, key=f"{event}:answer", language="en")
    await signs_are(ana, message, KEYS[0], KEYS[1])
    await ana.reacts(room, message.id, KEYS[0])
    assert (await bot.inbox.hears(Invocation)).place == place


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_a_moderator_takes_an_alert_with_one_press(synapse, tmp_path, encrypted: bool) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES, encoding="utf-8")
    safety = {"packs": [], "rules": str(rules)}
    town = await MatrixTown.open(tmp_path, synapse, {"safety": safety}, encrypted=encrypted)
    try:
        mods = await town.host.room(encrypted=encrypted, name="Moderators", invite=[town.bot])
        await town.stop()
        platforms = {"platforms": {"matrix": {"community": [town.room], "invites": [mods]}}}
        town.config = config_for(
            tmp_path, "matrix", {**platforms, "safety": safety, "moderation": {"places": {"matrix": [mods]}}}
        )
        await town._start()
        await town.platform_meets(mods)
        ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
        await town.host.invites(mods, mod.person)
        await mod.person.joins(mods)
        await town.platform_sees(mods, mod.person.id)

        await ana.say(WISH)
        card = await mod.hears("Nobody has taken it yet")
        # What follows are its edits.
        shown = next(one for one in await mod._seen() if one.room == mods and one.choices)
        assert "Press a number below this message" in card.text
        place = PlaceRef("matrix", mods)
        await signs_are(mod.person, MessageRef(place, shown.id), *KEYS[: len(card.choices)])
        await town.handled(await mod.person.reacts(mods, shown.id, KEYS[card.choices.index("I take it")]))
        await mod.hears("is yours now", private=True)
        assert any("Taken since" in one.text for one in await mod._seen() if one.room == mods)
        async with town.app.house.db.transaction() as tx:
            (case,) = await tx.all("SELECT state FROM crisis_cases")
        assert case["state"] == "taken"
    finally:
        await town.close()
