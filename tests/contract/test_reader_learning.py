"""What moderators' verdicts teach the second reader: moved, told, shown, taken back, switched off; and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.kit import Kit
from bot.state.audit import Audit
from bot.talk.model import Role
from commands.crisis import rulebook, status
from safety import Engine
from safety.reader.learning import FEWEST, MOST, MOST_STEPS
from tests.contract.crisis import MODERATED, RULES, WISH, cases, open_town, said_in, signals

pytestmark = pytest.mark.contract

DAY = timedelta(days=1)
SENTENCES = (
    "nobody would notice if i was gone",
    "i am so alone and nothing helps anymore",
    "i feel like a burden to all of them",
    "i can not see a way forward for me",
    "i do not know how much longer i can carry this",
    "i am tired of everything and of myself",
)


def sounds() -> tuple[str, int]:
    """A sentence that the shipped readers hear, whatever their last training was, and how loud in whole hundredths."""
    readings = [(text, Engine.load(packs=[]).explain(text).reading) for text in SENTENCES]
    heard = [(text, int(100 * reading.most)) for text, reading in readings if reading is not None]
    return next((text, loud) for text, loud in heard if 50 < loud < 97)


TEXT, LOUD = sounds()


def rules(reader: str) -> str:
    return RULES.replace("reader: {mode: off}", f"reader: {reader}")


LEARNS = rules(f"{{learn: true, queue: 20, concern: {LOUD}}}")
STILL = rules(f"{{queue: 20, concern: {LOUD}}}")


@pytest.fixture(params=["d", "m"])
async def town(request, tmp_path):
    made = await open_town(tmp_path, request.param, MODERATED, LEARNS)
    yield made
    await made.close()


async def both(town):
    return await town.person("ana"), await town.person("mod", role=Role.MODERATOR)


async def judged(town, *verdicts: str, text: str = TEXT) -> None:
    """As many cases of Ana's, closed with these verdicts."""
    ana, mod = await both(town)
    for verdict in verdicts:
        await ana.say(text)
        await mod.ask("alerts close", case=await waiting(town), verdict=verdict)


async def waiting(town) -> str:
    """The one case that is not over."""
    (id,) = [one["id"] for one in await cases(town) if one["state"] == "queued" or one["state"] == "open"]
    return id


async def counted(town, good: int, bad: int) -> None:
    """As if so many verdicts had come already: a hundred messages more would show nothing more."""
    async with town.app.house.db.transaction() as tx:
        await tx.execute("UPDATE crisis_reader SET good = ?1, bad = ?2", good, bad)


async def moved_up(town) -> None:
    """One false alarm after many."""
    await counted(town, 0, FEWEST - 1)
    await judged(town, "false")


async def level(town) -> int:
    """At which level the text is met now."""
    ana, _mod = await both(town)
    await town.later(timedelta(seconds=1))
    await ana.say(TEXT)
    return (await signals(town))[-1]["level"]


async def row(town):
    async with town.app.house.db.transaction() as tx:
        return await tx.one("SELECT * FROM crisis_reader")


def notes(town, words: str) -> list[str]:
    return [text for text in said_in(town, f"{town.side}.mods") if words in text]


def save(town, text: str) -> None:
    (town.folder / "rules.yaml").write_text(text, encoding="utf-8")


async def test_false_alarms_make_it_answer_less_at_once_and_moderators_are_told(town):
    _ana, mod = await both(town)
    assert await level(town) == 2
    await judged(town, *["false"] * (FEWEST - 1))
    assert await level(town) == 2 and notes(town, "false alarms") == []
    await mod.ask("safety status")
    await mod.hears("The second reader answers as it is set; it learns from verdicts")
    await judged(town, "false")
    told = notes(town, "answers less readily now")
    assert len(told) == 1
    assert f"{FEWEST} of {FEWEST} cases" in told[0] and f"before: {LOUD}" in told[0]
    assert TEXT not in told[0]
    assert await level(town) == 1, "it waits in the quiet queue"
    await mod.ask("safety status")
    await mod.hears("less readily, by 1 step of 3", "It moved last", f"after {FEWEST} verdicts", private=True)


async def test_both_sides_of_the_house_hear_of_it_and_one_press_takes_it_back(town):
    _ana, mod = await both(town)
    await moved_up(town)
    for side in "dm":
        assert any("less readily now" in text for text in said_in(town, f"{side}.mods", f"{side}.mod"))
    await mod.press("Undo this step")
    await mod.hears("The second reader answers as it is set; it learns", "A moderator changed it last", private=True)
    assert notes(town, "took the second reader's last step back")
    assert await level(town) == 2
    await mod.press("Undo this step")
    await mod.hears("That was changed since")
    assert await level(town) == 2
    async with town.app.house.db.transaction() as tx:
        steps = await Audit(town.app.house.vault).of(tx, "reader")
        assert [(step.did, step.detail) for step in steps] == [("reader-moved", "+1"), ("reader-back", "")]
        assert await Audit(town.app.house.vault).broken_at(tx) is None


async def test_it_goes_no_further_than_three_steps_and_shows_where_it_stands(town):
    _ana, mod = await both(town)
    save(town, rules("{learn: true, queue: 20, concern: 5}"))
    await status.look(Kit(town.app.house))
    for step in range(1, MOST_STEPS + 1):
        await moved_up(town)
        assert (await row(town))["step"] == step
    await moved_up(town)
    assert (await row(town))["step"] == MOST_STEPS
    await mod.ask("safety reader")
    heard = await mod.hears("The second reader", "less readily", "it answers from", "set: 5", private=True)
    assert "All as set again" in heard.choices and "Stop learning" in heard.choices
    await mod.ask("safety reader reset")
    await mod.hears("answers as it is set")
    assert (await row(town))["step"] == 0
    await mod.ask("safety reader reset")
    await mod.hears("as it is set already")


async def test_being_right_makes_it_answer_more(town):
    save(town, rules(f"{{learn: true, queue: 20, concern: {LOUD - 1}}}"))
    await status.look(Kit(town.app.house))
    before = town_thresholds(town)
    await counted(town, FEWEST - 1, 0)
    await judged(town, "right")
    assert notes(town, "answers more readily now")
    after = town_thresholds(town)
    assert after.concern < before.concern and after.lift < before.lift
    assert (after.queue, after.route, after.doubt) == (before.queue, before.route, before.doubt)


def town_thresholds(town):
    safety = town.config.safety
    return rulebook.book(safety.rules, tuple(safety.packs), town.config.data.folder).engine.thresholds


async def test_of_two_minds_nothing_moves_and_old_verdicts_count_no_more(town):
    _ana, mod = await both(town)
    await counted(town, 13, 6)
    await judged(town, "right", "false", "ambiguous")
    found = await row(town)
    assert (found["step"], found["good"], found["bad"]) == (0, 14, 7)
    await mod.ask("safety reader")
    await mod.hears("14 right, 7 false alarms", "From 20 verdicts on")
    async with town.app.house.db.transaction() as tx:
        await tx.execute("UPDATE crisis_reader SET since = since - ?1", 366 * DAY // timedelta(milliseconds=1))
    await town.later(timedelta(hours=2))
    found = await row(town)
    assert (found["good"], found["bad"], found["step"]) == (0, 0, 0)
    await counted(town, 40, MOST - 41)
    await judged(town, "false")
    found = await row(town)
    assert (found["good"], found["bad"], found["step"]) == (0, 0, 0)


async def test_opening_a_case_again_takes_its_verdict_out_once(town):
    _ana, mod = await both(town)
    await judged(town, "false")
    case = (await cases(town))[-1]["id"]
    await mod.ask("alerts reopen", case=case)
    await mod.hears("is open again")
    assert (await row(town))["bad"] == 0
    await mod.ask("alerts close", case=case, verdict="right")
    found = await row(town)
    assert (found["good"], found["bad"]) == (1, 0)
    await moved_up(town)
    assert (await row(town))["step"] == 1
    await mod.ask("alerts reopen", case=case)
    found = await row(town)
    assert (found["good"], found["bad"], found["step"]) == (0, 0, 1), "what was counted before the step is over"


async def test_what_a_rule_answered_says_nothing_of_the_reader(town):
    ana, mod = await both(town)
    await judged(town, "false", text=WISH)
    await judged(town, "false", text="i feel so hopeless")
    await ana.say(TEXT)
    await ana.say(WISH)
    await mod.ask("alerts close", case=await waiting(town), verdict="false")
    assert (await row(town))["bad"] == 0


async def test_urgent_and_the_rules_own_concern_are_answered_as_before(town):
    ana, mod = await both(town)
    await moved_up(town)
    await ana.say("i feel so hopeless")
    assert (await signals(town))[-1]["level"] == 2
    await ana.say(WISH)
    await mod.hears("urgent: thoughts of suicide")


async def test_a_restart_and_a_changed_file_keep_it_and_another_threshold_drops_it(town):
    _ana, mod = await both(town)
    await moved_up(town)
    rulebook.book.cache_clear()
    await town.restart()
    await town.settle()
    assert await level(town) == 1
    save(town, LEARNS + '  - {id: calm, topic: custom, level: watch, phrases: ["very calm sea"]}\n')
    await status.look(Kit(town.app.house))
    assert await level(town) == 1
    save(town, LEARNS.replace("version: 1", "version: one"))
    await mod.ask("safety reload")
    await mod.hears("stay in force")
    assert await level(town) == 1 and (await row(town))["step"] == 1
    save(town, rules(f"{{learn: true, queue: 20, concern: {LOUD - 1}}}"))
    await mod.ask("safety reload")
    await mod.hears("loaded anew", "reader")
    assert notes(town, "what verdicts had moved no longer holds")
    assert await level(town) == 2 and (await row(town))["step"] == 0


async def test_cases_from_before_a_change_say_nothing_of_what_is_in_force_now(town):
    ana, mod = await both(town)
    ben = await town.person("ben")
    await ben.say(TEXT)
    old = await waiting(town)
    await town.later(timedelta(minutes=1))
    await counted(town, 0, FEWEST - 1)
    await ana.say(TEXT)
    await mod.ask("alerts close", case=(await cases(town))[-1]["id"], verdict="false")
    await town.later(timedelta(minutes=1))
    await mod.ask("alerts close", case=old, verdict="false")
    found = await row(town)
    assert (found["step"], found["bad"]) == (1, 0)


async def test_switched_off_it_stays_off_until_it_is_switched_on(town):
    _ana, mod = await both(town)
    await moved_up(town)
    await mod.press("Stop learning")
    await mod.hears("learning from verdicts was switched off", private=True)
    assert notes(town, "a moderator switched that off")
    assert await level(town) == 2
    await mod.ask("alerts close", case=await waiting(town), verdict="false")
    await moved_up(town)
    assert (await row(town))["step"] == 0 and (await row(town))["bad"] == FEWEST - 1
    rulebook.book.cache_clear()
    await town.restart()
    await mod.ask("safety reader off")
    await mod.hears("off already")
    await mod.press("Learn again")
    await mod.hears("it learns from verdicts")
    assert (await row(town))["bad"] == 0
    await moved_up(town)
    assert (await row(town))["step"] == 1


async def test_without_being_asked_for_nothing_is_counted_and_taking_it_out_of_the_file_ends_it(tmp_path):
    town = await open_town(tmp_path, "d", MODERATED, STILL)
    try:
        _ana, mod = await both(town)
        await judged(town, "false")
        assert await row(town) is None and await level(town) == 2
        for command in ("safety reader", "safety reader reset", "safety reader off", "safety reader on"):
            await mod.ask(command)
            await mod.hears("learn: true", "in your rules file", private=True)
        await mod.ask("safety status")
        await mod.hears("verdicts move nothing")
        await town.later(timedelta(minutes=1))
        save(town, LEARNS)
        await status.look(Kit(town.app.house))
        await mod.ask("alerts close", case=await waiting(town), verdict="right")
        assert (await row(town))["good"] == 0, "it was seen before anybody asked for this"
        await moved_up(town)
        assert await level(town) == 1
        save(town, STILL)
        await status.look(Kit(town.app.house))
        assert await level(town) == 2 and await row(town) is None
        assert all(one["series"] is None for one in await cases(town))
    finally:
        await town.close()


async def test_where_there_is_no_reader_it_says_so_and_members_see_none_of_it(tmp_path):
    town = await open_town(tmp_path, "m", MODERATED)
    try:
        ana, mod = await both(town)
        await mod.ask("safety reader")
        await mod.hears("The second reader is off here")
        await mod.ask("safety status")
        assert "second reader" not in (await mod.hears("Rules in force")).text
        for command in ("safety reader", "safety reader reset", "safety reader off"):
            await ana.ask(command)
            await ana.hears("This is for moderators", private=True)
    finally:
        await town.close()


async def test_an_erasure_leaves_numbers_of_the_community_and_nothing_of_whom(town):
    ana, _mod = await both(town)
    await ana.ask("start")
    await ana.press("Yes: Keep my check-ins")
    await ana.hears("That is on now")
    await judged(town, "right")
    await ana.ask("privacy erase")
    await ana.press("Yes, erase everything")
    await ana.hears("It is all erased")
    await town.settle()
    assert await cases(town) == [] and await signals(town) == []
    found = await row(town)
    assert found["good"] == 1 and all(value is None or isinstance(value, int | float) for value in tuple(found))
