"""Finding each other, agreeing, and writing through the bot, on each platform's manners and across them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.contract.pairs import DAY, a_round, joined, met, newest, room_of, writes

pytestmark = pytest.mark.contract

SIDES = [("d", "d"), ("m", "m"), ("d", "m"), ("m", "d")]


@pytest.fixture(params=SIDES, ids=["-".join(pair) for pair in SIDES])
async def two(request, tmp_path):
    """Two people who met, each on a side: (town, ana, ben, ana's name for ben, ben's name for ana)."""
    from tests.contract.local import LocalTown

    town = await LocalTown.open(tmp_path, request.param[0], {})
    ana = await joined(town, "ana", request.param[0])
    ben = await joined(town, "ben", request.param[1])
    names = await met(town, ana, ben)
    yield town, ana, ben, *names
    await town.close()


async def test_two_meet_and_write_to_each_other(two):
    _town, ana, ben, ben_is, ana_is = two
    assert ben_is != ana_is
    await ana.ask("buddy talk", direct=True)
    await ana.say("hello there", place=room_of(ana))
    heard = await ben.hears("hello there", private=True)
    shown = newest(ben, "hello there")
    assert shown.name == ana_is and "ana" not in str(shown).casefold().replace(ana_is.casefold(), "")
    assert heard.choices == ()
    await writes(ben, "hello back")
    await ana.hears("hello back", private=True)
    assert newest(ana, "hello back").name == ben_is


async def test_covered_words_arrive_covered(two):
    _town, ana, ben, *_names = two
    await ana.ask("buddy talk", direct=True)
    await ana.say("it was ||a bad night|| but I am here", place=room_of(ana))
    await ben.hears("it was ||a bad night|| but I am here", private=True)
    (block,) = newest(ben, "a bad night").blocks
    assert [part["kind"] for part in block["inline"]] == ["words", "spoiler", "words"]


async def test_edits_deletions_answers_and_signs_go_along(two):
    town, ana, ben, _ben_is, _ana_is = two
    await ana.ask("buddy talk", direct=True)
    said = (await town.platform.say(ana.account, room_of(ana), "the first words")).message
    await town.settle()
    copy = newest(ben, "the first words")
    await town.platform.edit_message(ana.account, said, "the better words")
    await town.settle()
    assert newest(ben, "the better words").id == copy.id
    await town.platform.say(ben.account, copy.place, "an answer", copy.id)
    await town.settle()
    assert newest(ana, "an answer").reply_to == said
    await town.platform.react_to(ben.account, copy.id, "❤️")
    await town.settle()
    assert [one.signs for one in town.platform.seen(ana.account, room_of(ana)) if one.id == said] == [(("❤️", False),)]
    await town.platform.react_to(ben.account, copy.id, "❤️", on=False)
    await town.settle()
    assert [one.signs for one in town.platform.seen(ana.account, room_of(ana)) if one.id == said] == [()]
    answered = newest(ana, "an answer")
    await town.platform.say(ana.account, answered.place, "to your answer", answered.id)
    await town.settle()
    theirs = next(one for one in town.platform.seen(ben.account, copy.place) if one.text == "an answer")
    assert newest(ben, "to your answer").reply_to == theirs.id
    await town.platform.delete_message(ana.account, said)
    await town.settle()
    assert town.store.messages.message(int(copy.id)).deleted


async def test_a_mood_a_number_and_a_command_never_reach_a_buddy(two):
    town, ana, ben, *_names = two
    await ana.ask("start agree", purpose="checkins")
    await ana.ask("checkin", direct=True, mood=2)
    await ana.say("2", direct=True)
    await ana.say("!checkin 1 hard day", place=room_of(ana))
    await ana.say("just for me", direct=True)
    await town.settle()
    await ben.hears_nothing()


async def test_text_that_is_for_nobody_is_asked_about(two):
    _town, ana, ben, ben_is, _ana_is = two
    if ana.account.startswith("m."):
        await ana.say("where does this go", direct=True)
        await ben.hears_nothing()
        return
    await ana.say("where does this go", direct=True)
    heard = await ana.hears("For whom is that?")
    assert f"Send it to {ben_is}" in heard.choices
    await ben.hears_nothing()
    await ana.press(f"Send it to {ben_is}")
    await ben.hears("where does this go")
    await ana.say("and this", direct=True)
    await ana.press("For nobody")
    await ana.hears("Nobody has it")
    await ben.hears_nothing()


async def test_the_talk_mode_is_seen_and_closes_by_itself(two):
    town, ana, ben, ben_is, _ana_is = two
    await ana.ask("buddy talk", direct=True)
    if ana.account.startswith("m."):
        await ana.hears("a room of your own")
        return
    heard = await ana.hears("From now on", ben_is)
    assert f"Stop talking with {ben_is}" in heard.choices
    await ana.say("help me, it is a long night", direct=True)
    await ben.hears("help me, it is a long night")
    await town.later(timedelta(minutes=31))
    await ana.hears("quiet for a while")
    await ana.say("is anybody there", direct=True)
    await ana.hears("For whom is that?")
    await ben.hears_nothing()


async def test_the_bare_word_for_help_is_always_a_command(two):
    _town, ana, ben, *_names = two
    await ana.ask("buddy talk", direct=True)
    await ana.say("crisis", place=room_of(ana))
    await ana.hears("116 123", private=True)
    await ben.hears_nothing()


async def test_what_can_not_be_delivered_is_told_in_answer_to_it(two):
    town, ana, ben, *_names = two
    await ana.ask("buddy talk", direct=True)
    town.store.change_account(ben.account, here=False)
    said = (await town.platform.say(ana.account, room_of(ana), "are you there?")).message
    await town.settle()
    await ana.hears("I could not deliver this")
    assert newest(ana, "could not deliver").reply_to == said


async def test_crisis_words_help_the_author_and_tell_the_buddy_how_to_be_there(two):
    _town, ana, ben, _ben_is, ana_is = two
    await ana.ask("buddy talk", direct=True)
    await ana.say("I want to die", place=room_of(ana))
    await ana.hears("116 123", "Your buddy has your message")
    await ben.hears("I want to die")
    await ben.hears("sounds heavy", ana_is, "worried")


async def test_a_refusal_is_never_shown(town):
    ana, ben = await joined(town, "ana"), await joined(town, "ben")
    await a_round(town)
    one, other = await ana.hears("I found somebody"), await ben.hears("I found somebody")
    assert one.choices == other.choices
    # The lines to type differ in a random id alone.
    assert re.sub(r"p=\w+", "", one.text) == re.sub(r"p=\w+", "", other.text)
    await ben.press("Not this time")
    await ben.hears("nobody is told")
    await ana.hears_nothing()
    await ana.press("Yes, I'd like to")
    await ana.hears("You hear from me by")
    await ana.hears_nothing()
    await town.later(3 * DAY)
    await ana.hears("It did not come about", "first in the next round")
    await ben.hears_nothing()


async def test_the_odd_one_out_is_told_and_comes_first(town):
    people = [await joined(town, name) for name in ("ana", "ben", "cem")]
    await a_round(town)
    out = []
    for someone in people:
        heard = (await someone.hears("")).text
        if "found nobody" in heard:
            out.append(someone)
            assert "first in the next round" in heard
    assert len(out) == 1
    late = await joined(town, "dora")
    later = await joined(town, "eve")
    await a_round(town)
    await out[0].hears("I found somebody")
    heard = [await one.hears("") for one in (late, later)]
    assert sorted("found nobody" in one.text for one in heard) == [False, True]


async def test_silence_runs_out_and_after_two_it_stops_asking(town):
    ana, ben = await joined(town, "ana"), await joined(town, "ben")
    await a_round(town)
    await ana.hears("I found somebody")
    await ana.press("Yes, I'd like to")
    await town.later(4 * DAY)
    await ana.hears("It did not come about")
    await ben.hears("I found somebody")
    await ben.hears_nothing()
    cem = await joined(town, "cem")
    await ana.ask("buddy pause", span="open")
    await a_round(town)
    await ben.hears("I found somebody")
    await town.later(4 * DAY)
    await ben.hears("I ask no more for now")
    await cem.hears("I found somebody")


async def test_ending_blocking_and_what_the_other_reads(two):
    town, ana, ben, ben_is, ana_is = two
    await ana.ask("buddy block", direct=True)
    await ana.hears(ben_is, "is blocked")
    left = await ben.hears("has ended", ana_is)
    assert "block" not in left.text.casefold()
    await ben.say("are you there", place=room_of(ben))
    await town.settle()
    await ana.hears_nothing()
    for _each in range(3):
        await a_round(town)
    async with town.app.house.db.transaction() as tx:
        rows = await tx.all("SELECT state FROM buddy_pairs")
    assert {row["state"] for row in rows} <= {"over"}


async def test_restarts_lose_nothing(two):
    town, ana, ben, *_names = two
    await ana.ask("buddy talk", direct=True)
    for number in range(4):
        await town.platform.say(ana.account, room_of(ana), f"number {number}")
        await town.restart()
    await town.settle()
    seen = [one.text for one in ben._seen() if one.text.startswith("number")]
    assert seen == [f"number {number}" for number in range(4)]


async def test_resting_thanks_and_the_week_question(two):
    town, ana, ben, ben_is, ana_is = two
    await ben.ask("buddy rest", direct=True)
    await ana.hears("can't be there", ben_is)
    await ana.ask("buddy thanks", direct=True)
    await ben.hears("says thank you", ana_is)
    await town.later(8 * DAY)
    await ana.hears("known", "for a week")
    await ana.press("Something is wrong")
    heard = await ana.hears("You owe nobody a reason")
    assert "Report it" in heard.choices


async def test_who_leaves_or_is_banned_has_no_relay(two):
    town, ana, ben, _ben_is, ana_is = two
    await town.platform.leave(ana.account, removed=True)
    await town.settle()
    await ben.hears("has ended", ana_is)
    await ben.say("hello", place=room_of(ben))
    await town.settle()


async def test_erasing_leaves_nothing_of_the_erased_and_tells_the_other(two):
    from bot.state.traces import walk

    town, ana, ben, _ben_is, ana_is = two
    await ana.ask("buddy talk", direct=True)
    await ana.say("a very particular sentence", place=room_of(ana))
    await ben.hears("a very particular sentence")
    async with town.app.house.db.transaction() as tx:
        row = await tx.one("SELECT person, sealed FROM buddy_messages LIMIT 1")
    await ana.ask("privacy erase", direct=True)
    await ana.press("Yes, erase everything")
    await ana.hears("It is all erased")
    await ben.hears("has ended", ana_is)
    needles = [row["person"], row["sealed"], "a very particular sentence"]
    assert walk(town.app.house.db.path, needles) == []
    assert walk(town.app.house.vault.db.path, [row["person"]]) == []
