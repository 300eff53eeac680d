"""A bad hour, on both sides of the local platform: who is answered, where, in which words, and who is told.

The sentences are mild on purpose, and the rules are the test's own stand-ins for what a community would write.
"""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from bot.state.traces import walk
from bot.talk.errors import TryLater, Unreachable
from bot.talk.model import MessageRef, Moved, PlaceRef, Role, UserRef
from tests.contract.crisis import (
    HOPELESS,
    MODERATED,
    WISH,
    WORRIED,
    agree_to_be_written_to,
    cases,
    open_town,
    said_in,
    signals,
)

pytestmark = pytest.mark.contract

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(params=["d", "m"])
async def town(request, tmp_path):
    made = await open_town(tmp_path, request.param, MODERATED)
    yield made
    await made.close()


@pytest.fixture
async def discord(tmp_path):
    made = await open_town(tmp_path, "d", MODERATED)
    yield made
    await made.close()


@pytest.fixture
async def matrix(tmp_path):
    made = await open_town(tmp_path, "m", MODERATED)
    yield made
    await made.close()


# --- the ladder --------------------------------------------------------------------------------------------------


async def test_on_matrix_a_private_room_answers_at_once(matrix):
    ana = await matrix.person("ana")
    await ana.say(WISH)
    heard = await ana.hears("worries me", "116 123", "999", "The moderators were told", private=True)
    assert "want to die" not in heard.text
    assert said_in(matrix, "m.general") == []


async def test_on_discord_a_short_line_opens_for_its_author_alone(discord):
    ana, ben = await discord.person("ana"), await discord.person("ben")
    await ana.say(WISH)
    line = await ana.hears("I saw what you wrote", private=False)
    assert line.choices == ("Open it",)
    for word in ("suicide", "die", "crisis", "116"):
        assert word not in line.text
    await ben.press("Open it")
    other = await ben.hears("meant for somebody else", "116 123", private=True)
    assert "worries me" not in other.text
    await ana.press("Open it")
    await ana.hears("worries me", "116 123", "The moderators were told", private=True)
    await discord.settle()
    assert said_in(discord, "d.general") == []


async def test_the_short_line_stands_under_the_message_and_goes_after_a_while(discord):
    ana = await discord.person("ana")
    await ana.say(WISH)
    lines = [one for one in discord.platform.seen("d.ana", "d.general") if one.author == "bot"]
    message = next(one for one in discord.platform.seen("d.ana", "d.general") if one.text == WISH)
    assert str(lines[0].reply_to) == str(message.id)
    await discord.later(7 * HOUR)
    assert said_in(discord, "d.general") == []


async def test_who_agreed_is_written_to_privately(discord):
    ana = await discord.person("ana")
    await agree_to_be_written_to(ana)
    await ana.say(WISH)
    await ana.hears("worries me", "116 123", private=True)
    assert said_in(discord, "d.general") == []


async def test_closed_messages_fall_back_to_the_short_line(town, monkeypatch):
    ana = await town.person("ana")
    if town.side == "d":
        await agree_to_be_written_to(ana)
    real = town.platform.send

    async def closed(to, reply, *, key, language):
        if getattr(to, "id", "").endswith("ana") and key.endswith(":care"):
            raise Unreachable("closed")
        return await real(to, reply, key=key, language=language)

    monkeypatch.setattr(town.platform, "send", closed)
    await ana.say(WISH)
    await ana.hears("I saw what you wrote", private=False)


async def test_a_private_room_that_nobody_joins_has_a_next_rung(matrix, monkeypatch):
    ana = await matrix.person("ana")

    async def never(user):
        return False

    monkeypatch.setattr(matrix.platform, "reached", never)
    await ana.say(WISH)
    await ana.hears("worries me", private=True)
    assert said_in(matrix, "m.general") == []
    await matrix.later(6 * MINUTE)
    await ana.hears("waits for you in a private room", "resources", private=False)
    (one,) = await signals(matrix)
    assert one["arrived"] == "no"
    await matrix.later(7 * HOUR)
    assert said_in(matrix, "m.general") == []


async def test_the_next_rung_stands_under_the_message_that_stands_for_the_first(matrix, monkeypatch):
    ana = await matrix.person("ana")

    async def never(user):
        return False

    monkeypatch.setattr(matrix.platform, "reached", never)
    await ana.say(WISH)
    await ana.say("the same words, under another name")
    was, copy = [one for one in matrix.platform.seen(ana.account, ana.room) if one.author != "bot"]
    place = PlaceRef("local", ana.room)
    await matrix.app.dispatch.moved(Moved("moved:1", MessageRef(place, was.id), MessageRef(place, copy.id)))
    await matrix.later(6 * MINUTE)
    (line,) = [one for one in matrix.platform.seen(ana.account, ana.room) if one.author == "bot"]
    assert str(line.reply_to) == str(copy.id)


async def test_a_room_that_is_joined_meanwhile_needs_no_next_rung(matrix, monkeypatch):
    ana = await matrix.person("ana")
    joined = []

    async def reached(user):
        return bool(joined)

    monkeypatch.setattr(matrix.platform, "reached", reached)
    await ana.say(WISH)
    joined.append(True)
    await matrix.later(6 * MINUTE)
    assert said_in(matrix, "m.general") == []
    (one,) = await signals(matrix)
    assert one["arrived"] == "yes"


async def test_a_platform_that_takes_nothing_gets_it_again(discord, monkeypatch):
    ana = await discord.person("ana")
    real, failing = discord.platform.send, [True]

    async def busy(to, reply, *, key, language):
        if failing and ":care" in key:
            raise TryLater("busy", 1)
        return await real(to, reply, key=key, language=language)

    monkeypatch.setattr(discord.platform, "send", busy)
    await discord.platform.say("d.ana", "d.general", WISH)
    failing.clear()
    await discord.later(MINUTE)
    await ana.hears("I saw what you wrote")
    await ana.press("Open it")
    await ana.hears("worries me", private=True)


async def test_covered_words_are_read_like_any(town):
    ana = await town.person("ana")
    await ana.say(f"long day ||{WISH}||")
    await ana.hears("116 123" if town.side == "m" else "I saw what you wrote")


async def test_nobody_opted_in_and_nothing_of_their_words_is_kept(town):
    ana = await town.person("ana")
    await ana.say(WISH)
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM people") == []
    await town.settle()
    for file in ("handrail.db", "keys.db"):
        assert walk(town.folder / file, ["want to die", f"{town.side}.ana"]) == []


async def test_without_the_database_help_and_moderators_are_reached(town):
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    await town.app.house.db.close()
    await town.platform.say(ana.account, ana.room, WISH)
    shown = [one for place in (ana.room, ana.dm) for one in town.platform.seen(ana.account, place)]
    said = [one for one in shown if one.author == "bot"]
    assert said, "nothing was said"
    if town.side == "d":
        await town.platform.press(ana.account, said[0].id, said[0].presses[0].packed)
        said = [one for one in town.platform.seen(ana.account, ana.room) if one.author == "bot" and not one.deleted]
    assert any("116 123" in one.text for one in said)
    room = [one.text for one in town.platform.seen(mod.account, f"{town.side}.mods") if one.author == "bot"]
    assert any("can't keep anything" in text for text in room)


async def test_unknown_rooms_and_an_ordinary_message_cost_nothing(town):
    ana = await town.person("ana")
    await ana.say("good morning, who is up for a walk later?")
    await ana.hears_nothing()
    assert await cases(town) == []


# --- which words -------------------------------------------------------------------------------------------------


async def test_in_the_language_and_for_the_country_of_the_author(matrix):
    ana = await matrix.person("ana", locale="de")
    await ana.say("start agree purpose=settings", direct=True)
    await ana.hears("an")
    await ana.say("settings country Austria", direct=True)
    await ana.hears("Österreich")
    await ana.say(WISH)
    heard = await ana.hears("142", "112", "Sorgen", private=True)
    assert "(Österreich)" not in heard.text and "116 123" not in heard.text


async def test_an_unknown_country_has_the_communitys_lines_labelled(matrix):
    ana = await matrix.person("ana")
    await ana.say(WISH)
    heard = await ana.hears("(United Kingdom)", "https://findahelpline.com", private=True)
    assert "Choose my country" in heard.choices


async def test_worry_about_somebody_else_is_told_how_to_help(matrix):
    ana = await matrix.person("ana")
    await ana.say(WORRIED)
    heard = await ana.hears("look out for them", "Ask them directly", "116 123", private=True)
    assert "This was not about me" not in heard.choices


# --- how often ---------------------------------------------------------------------------------------------------


async def test_one_bad_hour_is_not_ten_messages(town):
    ana = await town.person("ana")
    for _each in range(5):
        await ana.say(WISH)
    places = (ana.room, ana.dm)
    said = [one for place in places for one in town.platform.seen(ana.account, place) if one.author == "bot"]
    assert len(said) == 1
    assert [one["offered"] for one in await signals(town)][1:] == ["cool"] * 4
    await town.later(61 * MINUTE)
    await ana.say(WISH)
    said = [one for place in places for one in town.platform.seen(ana.account, place) if one.author == "bot"]
    assert len(said) == 2


async def test_a_rise_in_level_is_always_answered(matrix):
    ana = await matrix.person("ana")
    await ana.say(HOPELESS)
    await ana.hears("quiet list", private=True)
    await ana.say(HOPELESS)
    await ana.hears_nothing()
    await ana.say(WISH)
    await ana.hears("The moderators were told", private=True)
    await ana.say(HOPELESS)
    await ana.hears_nothing()


async def test_oneself_and_somebody_else_are_two_things(matrix):
    ana = await matrix.person("ana")
    await ana.say(WORRIED)
    await ana.hears("look out for them")
    await ana.say(WISH)
    await ana.hears("worries me")


async def test_the_cooldown_outlives_a_restart(matrix):
    ana = await matrix.person("ana")
    await ana.say(WISH)
    await ana.hears("worries me")
    await matrix.restart()
    await ana.say(WISH)
    await ana.hears_nothing()


async def test_an_edit_that_newly_fires_is_answered_once(town):
    ana = await town.person("ana")
    await ana.say("good morning")
    message = town.platform.seen(ana.account, ana.room)[-1]
    await town.platform.edit_message(ana.account, message.id, WISH)
    await ana.hears("worries me" if town.side == "m" else "I saw what you wrote")
    await town.later(2 * HOUR)
    await town.platform.edit_message(ana.account, message.id, WISH + ".")
    await town.settle()
    assert len(await signals(town)) == 1


async def test_late_messages_have_no_visible_answer(discord):
    ana = await discord.person("ana")
    await discord.stop()
    from adapters.local import Store

    # Written while the bot was away: accepted by the server, read again at the start.
    store = Store.open(discord.folder / "local.db")
    from adapters.local.rows import Did, Message

    now = discord.clock.now()
    id = store.messages.add(Message(0, "d.general", "d.ana", now, WISH, {"blocks": [], "presses": []}))
    store.events.happened(Did.SAID, "d.ana", "d.general", now, {"message": id, "text": WISH, "reply_to": None})
    store.close()
    await discord.clock.advance(HOUR)
    await discord._start()
    await discord.settle()
    assert said_in(discord, "d.general") == []
    (one,) = await signals(discord)
    assert one["offered"] == "late"
    assert len(said_in(discord, "d.mods", "d.mod")) == 1
    assert ana.name == "ana"


# --- private words -----------------------------------------------------------------------------------------------


async def test_direct_messages_are_answered_and_alert_nobody(town):
    ana = await town.person("ana")
    await ana.say(WISH, direct=True)
    heard = await ana.hears("worries me", "116 123", "nobody else was told", private=True)
    assert "Tell a moderator" in heard.choices
    assert await cases(town) == []
    await ana.say(WISH, direct=True)
    await ana.hears("I read that too", private=True)


async def test_asking_for_a_moderator_after_private_words(town):
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    await ana.say(WISH, direct=True)
    await ana.hears("nobody else was told")
    await ana.press("Tell a moderator")
    await ana.hears("I told the moderators", "can't promise how soon", private=True)
    card = await mod.hears("asks for a moderator", "like a moderator to write to them")
    assert "Ana" in card.text and "die" not in card.text
    await ana.press("Tell a moderator")
    await ana.hears("I told the moderators")
    assert len(await cases(town)) == 1


async def test_asking_for_a_moderator_works_without_the_database(town):
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    await ana.ask("crisis")
    await ana.hears("116 123")
    await town.app.house.db.close()
    if town.side == "m":
        await town.platform.say(ana.account, ana.dm, "crisis tell")  # the line beside the number
    else:
        shown = [one for one in town.platform.seen(ana.account, ana.room) if one.presses][-1]
        press = next(choice for choice in shown.presses if choice.label == "Tell a moderator")
        await town.platform.press(ana.account, shown.id, press.packed)
    heard = [one.text for place in (ana.room, ana.dm) for one in town.platform.seen(ana.account, place)]
    assert any("I told the moderators" in text for text in heard)
    room = [one.text for one in town.platform.seen(mod.account, f"{town.side}.mods") if one.author == "bot"]
    assert any("Somebody asks for a moderator" in text and "Ana" in text for text in room)


async def test_words_relayed_to_a_buddy_call_moderators_at_urgent_only_and_without_the_words(town):
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    place, author = PlaceRef("local", ana.dm), UserRef("local", ana.account)
    for text, alerted in ((HOPELESS, False), (WISH, True)):
        verdict = town.app.guard.assess(text, place=place, roles=frozenset(), private=True)
        reply = await town.app.guard.relayed(
            author, verdict, key=text, language="en", place=place, speaker="Teal Otter"
        )
        assert not reply.empty
        await town.settle()
        assert bool(said_in(town, f"{town.side}.mods", mod.account)) is alerted
    await mod.hears("urgent: thoughts of suicide", "without a message in a channel", "Teal Otter")
    await town.app.guard.relayed(author, verdict, key=WISH, language="en", place=place, speaker="Teal Otter")
    assert len(await signals(town)) == 1


async def test_a_long_text_is_read_beside_the_event_loop(town, monkeypatch):
    ana, threads = await town.person("ana"), []
    real = town.app.guard.assess

    def assess(text, **kwargs):
        threads.append(threading.current_thread() is threading.main_thread())
        return real(text, **kwargs)

    monkeypatch.setattr(town.app.guard, "assess", assess)
    await ana.say(WISH)
    await ana.say("a quiet day by the sea " * 400 + WISH)
    assert threads == [False]
    assert len(await signals(town)) == 2


# --- what the person can do --------------------------------------------------------------------------------------


async def opened(town, ana):
    """The full reply, however this side shows it."""
    if town.side == "d":
        await ana.hears("I saw what you wrote")
        await ana.press("Open it")
    return await ana.hears("worries me", private=True)


async def test_it_was_not_about_me(town):
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    await ana.say(WISH)
    await opened(town, ana)
    await ana.press("This was not about me")
    await ana.hears("Thank you for saying so", private=True)
    await mod.hears("says that it was not about them")
    assert [one["state"] for one in await cases(town)] == ["open"]


async def test_asking_for_a_moderator_from_a_quiet_case_calls_them(town):
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    await ana.say(HOPELESS)
    if town.side == "d":
        await ana.press("Open it")
    await ana.hears("quiet list", private=True)
    assert said_in(town, f"{town.side}.mods", mod.account) == []
    await ana.press("Tell a moderator")
    await ana.hears("I told the moderators")
    await mod.hears("concern", "like a moderator to write to them")


async def test_no_more_offers_but_urgent_ones(town):
    ana = await town.person("ana")
    await ana.say(HOPELESS)
    if town.side == "d":
        await ana.press("Open it")
    await ana.hears("quiet list", private=True)
    await ana.press("Don't offer me this again")
    await ana.hears("only write again if something sounds urgent")
    await town.later(2 * HOUR)
    await ana.say(HOPELESS)
    await ana.hears_nothing()
    await ana.say(WISH)
    full = await opened(town, ana)
    assert "Don't offer me this again" not in full.choices
    await ana.press("Offer it again")
    await ana.hears("I will offer it again")
    await town.later(2 * HOUR)
    await ana.say(HOPELESS)
    await ana.hears("glad you are here" if town.side == "d" else "quiet list")


async def test_being_asked_tomorrow_if_wanted(town):
    ana = await town.person("ana")
    await ana.say(WISH)
    await opened(town, ana)
    await ana.press("Ask me tomorrow")
    await ana.hears("in about a day")
    await town.later(23 * HOUR)
    await ana.hears_nothing()
    await town.later(2 * HOUR)
    await ana.hears("how is it today", private=True)
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM crisis_followups") == []
    await ana.press("Better")
    await ana.hears("good to read")


async def test_rather_not_be_asked(town):
    ana = await town.person("ana")
    await ana.say(WISH)
    await opened(town, ana)
    await ana.press("Ask me tomorrow")
    await ana.hears("in about a day")
    await ana.press("Rather not")
    await ana.hears("I will not ask")
    await town.later(2 * DAY)
    await ana.hears_nothing()


async def test_nobody_is_asked_who_did_not_want_it(town):
    ana = await town.person("ana")
    await ana.say(WISH)
    await opened(town, ana)
    await town.later(3 * DAY)
    await ana.hears_nothing()


# --- as the owner chose ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "level", "public", "private"),
    [
        ("dm", WISH, 1, 0),
        ("dm", HOPELESS, 0, 0),
        ("panel", WISH, 0, 0),
        ("queue", WISH, 0, 0),
        ("reply", HOPELESS, 1, 0),
    ],
)
async def test_ways_on_discord(tmp_path, way, level, public, private):
    town = await open_town(tmp_path, "d", {**MODERATED, "safety": {"ways": {"urgent": way, "concern": way}}})
    try:
        ana = await town.person("ana")
        await ana.say(level)
        assert len(said_in(town, "d.general")) == public
        assert len([one for one in town.platform.seen("d.ana", "d.dm.ana") if one.author == "bot"]) == private
        assert len(await signals(town)) == 1
        await agree_to_be_written_to(ana)
        await town.later(2 * HOUR)
        await ana.say(level)
        await ana.hears("worries me", private=True)
    finally:
        await town.close()


async def test_a_place_may_have_ways_of_its_own(tmp_path):
    safety = {"channels": {"d.support": {"concern": "queue"}}, "support": {"local": ["d.general"]}}
    town = await open_town(tmp_path, "d", {**MODERATED, "safety": safety})
    try:
        ana = await town.person("ana")
        await ana.say(HOPELESS, place="d.support")
        await ana.say(HOPELESS)
        await ana.hears_nothing()
        assert [(one["level"], one["offered"]) for one in await signals(town)] == [(2, "queue"), (1, "queue")]
        await ana.say(WISH)
        await ana.hears("I saw what you wrote")
    finally:
        await town.close()


async def test_a_standing_panel(tmp_path):
    safety = {"panel": {"places": {"local": ["d.support"]}, "every": "week"}}
    town = await open_town(tmp_path, "d", {**MODERATED, "safety": safety})
    try:
        ana = await town.person("ana")
        await town.settle()
        panel = await ana.hears("Bad hours come to many of us", private=False)
        assert panel.choices == ("Someone to talk to", "Lines by country and topic", "I worry about somebody")
        await town.restart()
        await town.later(3 * DAY)
        assert len(said_in(town, "d.support")) == 1
        await town.later(5 * DAY)
        assert len(said_in(town, "d.support")) == 1, "the one before is taken away"
        await ana.press("Someone to talk to")
        await ana.hears("116 123", private=True)
    finally:
        await town.close()


# --- what rules say themselves -----------------------------------------------------------------------------------


async def test_a_rules_own_words_and_cooldown(town):
    ana = await town.person("ana")
    await ana.say("i am lost at sea")
    if town.side == "d":
        line = await ana.hears("I saw what you wrote")
        assert "sea" not in line.text
        await ana.press("Open it")
    await ana.hears("there are lights", "116 123", private=True)
    await town.later(90 * MINUTE)
    await ana.say("i am lost at sea")
    await ana.hears_nothing()
    await town.later(60 * MINUTE)
    await ana.say("i am lost at sea")
    await ana.hears("glad you are here" if town.side == "d" else "there are lights")


async def test_harassment_is_for_the_moderators_alone(town):
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    await ana.say("go away for good")
    await ana.hears_nothing()
    await mod.hears("urgent: telling somebody to harm themselves", "it is for you alone")


async def test_danger_begins_with_the_emergency_number(matrix):
    ana = await matrix.person("ana")
    await ana.say("somebody is breaking in")
    heard = await ana.hears("may be in danger right now", "999", "116 123")
    assert heard.text.index("999") < heard.text.index("116 123")


async def test_a_rule_in_shadow_answers_nobody(town):
    ana = await town.person("ana")
    await ana.say("i am so tired of it all")
    await ana.hears_nothing()
    assert await cases(town) == []
