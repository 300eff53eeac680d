"""Moderators and their cases: called once, everywhere; taken, handed over, noted, closed; and what is left."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.state.audit import Audit
from bot.talk.errors import TryLater
from bot.talk.model import MessageRef, Moved, PlaceRef, Role
from tests.contract.crisis import HOPELESS, MODERATED, WISH, cases, open_town, said_in, signals

pytestmark = pytest.mark.contract

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(params=["d", "m"])
async def town(request, tmp_path):
    made = await open_town(tmp_path, request.param, MODERATED)
    yield made
    await made.close()


async def called(town):
    """Ana wrote something urgent, and a moderator read it."""
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    await ana.say(WISH)
    card = await mod.hears("urgent: thoughts of suicide, about themselves", "Nobody has taken it yet")
    return ana, mod, card


def cards(town, side):
    return [text for text in said_in(town, f"{side}.mods", f"{side}.mod") if "urgent: thoughts" in text]


async def test_one_card_in_every_moderators_room_without_a_word_of_theirs(town):
    _ana, _mod, card = await called(town)
    assert len(cards(town, "d")) == len(cards(town, "m")) == 1
    assert "want to die" not in card.text
    assert "rule plain-wish" in card.text
    assert f"in {town.side}.general" in card.text
    shown = "a short line under the message (not seen yet)" if town.side == "d" else "written to privately (it arrived)"
    assert shown in card.text
    assert {"I take it", "Done", "False alarm", "Hard to say"} <= set(card.choices)


async def test_concern_waits_in_the_queue(town):
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    await ana.say(HOPELESS)
    assert said_in(town, f"{town.side}.mods") == []
    await mod.ask("alerts")
    await mod.hears("The quiet list", "concern: thoughts of suicide", private=True)
    await mod.ask("alerts", which="closed")
    await mod.hears("Closed lately", "Nothing.")


async def test_members_see_no_cases(town):
    ana, _mod, _card = await called(town)
    (one,) = await cases(town)
    for command in ("alerts", "alerts show", "alerts take"):
        await ana.ask(command, **({} if command == "alerts" else {"case": one["id"]}))
        await ana.hears("This is for moderators", private=True)
    assert (await cases(town))[0]["state"] == "open"


async def test_more_messages_join_the_open_case(town):
    ana, mod, _card = await called(town)
    for _each in range(7):
        await ana.say(WISH)
    assert len(await cases(town)) == 1
    assert len(cards(town, town.side)) == 1
    assert "3 earlier messages" in cards(town, town.side)[0]
    assert "answered a while ago" in cards(town, town.side)[0]
    await town.later(10 * MINUTE)
    await ana.say(WISH)
    await mod.hears("new urgent message in case")
    await ana.say(WISH)
    assert len([text for text in said_in(town, f"{town.side}.mods") if "new urgent message" in text]) == 1


async def test_a_rise_to_urgent_calls_the_moderators(town):
    ana, mod = await town.person("ana"), await town.person("mod", role=Role.MODERATOR)
    await ana.say(HOPELESS)
    await ana.say(WISH)
    await mod.hears("urgent: thoughts of suicide")
    assert len(await cases(town)) == 1


async def test_taking_is_seen_everywhere_and_by_all(town):
    _ana, mod, _card = await called(town)
    zoe = await town.person("zoe", role=Role.MODERATOR)
    await mod.press("I take it")
    await mod.hears("is yours now", private=True)
    for side in "dm":
        assert "Taken since" in cards(town, side)[0] and "Mod" in cards(town, side)[0]
    await zoe.ask("alerts take", case=(await cases(town))[0]["id"])
    await zoe.hears("Somebody else has it", "Mod")
    await zoe.press("Take it over")
    await zoe.hears("is yours now")
    assert "Zoe" in cards(town, "d")[0]


async def test_handing_over_and_giving_back(town):
    _ana, mod, _card = await called(town)
    zoe, ben = await town.person("zoe", role=Role.MODERATOR), await town.person("ben")
    case = (await cases(town))[0]["id"]
    await mod.press("I take it")
    await mod.hears("is yours now")
    await mod.ask("alerts hand", case=case, to=f"{town.side}.ben")
    await mod.hears("They are no moderator here")
    await mod.ask("alerts hand", case=case, to=zoe.account)
    await zoe.hears("was handed to", "Zoe")
    assert "Zoe" in cards(town, town.side)[0]
    await zoe.ask("alerts hand", case=case)
    await zoe.hears("waits for somebody again")
    assert "Nobody has taken it yet" in cards(town, town.side)[0]
    assert ben.name == "ben"


async def test_a_note_is_for_moderators_and_sealed(town):
    _ana, mod, _card = await called(town)
    case = (await cases(town))[0]["id"]
    await mod.ask("alerts note", case=case, text="I wrote to her, she has company")
    await mod.hears("Noted for case")
    assert "she has company" in cards(town, "d")[0]
    await town.settle()
    assert b"she has company" not in b"".join(file.read_bytes() for file in town.folder.glob("handrail.db*"))


async def test_closing_with_a_verdict_and_opening_again(town):
    _ana, mod, _card = await called(town)
    await mod.press("False alarm")
    await mod.hears("is closed: false alarm", private=True)
    assert "Closed: false alarm" in cards(town, "m")[0]
    async with town.app.house.db.transaction() as tx:
        rows = await tx.all("SELECT name, n FROM counts WHERE name LIKE 'crisis.verdict%'")
        assert [(row["name"], row["n"]) for row in rows] == [("crisis.verdict.false.plain-wish", 1)]
    case = (await cases(town))[0]["id"]
    await mod.ask("alerts close", case=case, verdict="right")
    await mod.hears("closed already")
    await mod.ask("alerts reopen", case=case)
    await mod.hears("is open again")
    await mod.ask("alerts close", case=case, verdict="right")
    await mod.hears("care was needed")
    async with town.app.house.db.transaction() as tx:
        rows = await tx.all("SELECT name, n FROM counts WHERE name LIKE 'crisis.verdict%' ORDER BY name")
        assert [row["n"] for row in rows] == [0, 1]


async def test_a_new_message_after_closing_is_a_new_case(town):
    ana, mod, _card = await called(town)
    await mod.press("Done")
    await mod.hears("is closed")
    await town.later(2 * HOUR)
    await ana.say(WISH)
    await mod.hears("urgent", "Nobody has taken it yet")
    assert len(await cases(town)) == 2


async def test_an_alert_that_nobody_takes_is_raised_twice_and_then_waits_in_the_list(tmp_path):
    moderation = {
        "places": {"local": ["d.mods"]},
        "escalate_minutes": 10,
        "escalate_to": {"local": ["d.owner", "role:helpers"]},
    }
    town = await open_town(tmp_path, "d", {"moderation": moderation})
    try:
        await town.person("owner", role=Role.OWNER)
        _ana, mod, _card = await called(town)
        await town.later(9 * MINUTE)
        await mod.hears_nothing()
        await town.later(2 * MINUTE)
        raised = await mod.hears("Nobody has taken case", "10 minutes")
        assert "Owner" in raised.text and "helpers" in raised.text
        assert "others were called" in cards(town, "d")[0]
        await town.later(21 * MINUTE)
        await mod.hears("Nobody has taken case", "30 minutes")
        await town.later(5 * HOUR)
        assert len([text for text in said_in(town, "d.mods") if "Nobody has taken case" in text]) == 2
    finally:
        await town.close()


async def test_taken_in_time_nobody_else_is_called(town):
    _ana, mod, _card = await called(town)
    await mod.press("I take it")
    await mod.hears("is yours now")
    await town.later(2 * HOUR)
    assert not [text for text in said_in(town, f"{town.side}.mods") if "Nobody has taken case" in text]


async def test_out_of_hours_the_person_is_told_honestly(tmp_path):
    moderation = {**MODERATED["moderation"], "hours": ["mon-fri 18:00-22:00"]}
    town = await open_town(tmp_path, "m", {"moderation": moderation})
    try:
        ana = await town.person("ana")
        await ana.say(WISH)  # a Monday morning
        await ana.hears("at this hour it may be that none of them does before", "6:00", private=True)
        await ana.press("Tell a moderator")
        await ana.hears("At this hour it may be")
        await town.later(10 * HOUR)
        await ana.say(WISH)
        heard = await ana.hears("The moderators were told that your message may need care")
        assert "can't promise" not in heard.text
    finally:
        await town.close()


async def test_where_no_room_is_set_up_nobody_is_said_to_know(tmp_path):
    town = await open_town(tmp_path, "m", {})
    try:
        ana = await town.person("ana")
        await ana.say(WISH)
        await ana.hears("nobody else was told", private=True)
        await ana.press("Tell a moderator")
        await ana.hears("not told me where its moderators are")
    finally:
        await town.close()


async def test_a_quote_only_where_it_is_configured(tmp_path):
    town = await open_town(tmp_path, "d", {"moderation": {**MODERATED["moderation"], "quote": True}})
    try:
        _ana, mod, card = await called(town)
        assert WISH not in card.text
        quoted = await mod.hears("What was written", WISH)
        assert f"||{WISH}||" in quoted.text, "it lies open"
        assert WISH.encode() not in b"".join(file.read_bytes() for file in town.folder.glob("handrail.db*"))
    finally:
        await town.close()


async def test_a_room_that_fails_keeps_no_other_waiting(town, monkeypatch):
    _ana, mod, _card = await called(town)
    real, failing = town.platform.edit, [True]

    async def busy(message, reply, *, key, language):
        if failing and message.place.id == "d.mods":
            raise TryLater("busy")
        await real(message, reply, key=key, language=language)

    monkeypatch.setattr(town.platform, "edit", busy)
    await mod.ask("alerts take", case=(await cases(town))[0]["id"])
    await mod.hears("is yours now")
    assert "Taken since" in cards(town, "m")[0] and "Nobody has taken" in cards(town, "d")[0]
    failing.clear()
    await town.later(5 * MINUTE)
    assert "Taken since" in cards(town, "d")[0]


async def test_a_deleted_message_leaves_no_link_and_no_line(town):
    ana, _mod, _card = await called(town)
    message = next(one for one in town.platform.seen(ana.account, ana.room) if one.text == WISH)
    await town.platform.delete_message(ana.account, message.id)
    await town.settle()
    assert said_in(town, ana.room) == []
    assert "a message that was deleted" in cards(town, "d")[0]


async def stands_elsewhere(town, ana):
    """What Ana wrote is deleted, and another message says it; that one, as a person sees it."""
    seen = town.platform.seen(ana.account, ana.room)
    was = next(one for one in seen if one.text == WISH)
    await ana.say("the same words, under another name")
    copy = next(one for one in town.platform.seen(ana.account, ana.room) if one.text.startswith("the same words"))
    place = PlaceRef("local", ana.room)
    await town.app.dispatch.moved(Moved("moved:1", MessageRef(place, was.id), MessageRef(place, copy.id)))
    await town.settle()
    return was, copy


async def test_a_message_that_stands_elsewhere_keeps_its_line_and_its_link_until_that_is_deleted(town):
    ana, _mod, _card = await called(town)
    before = said_in(town, ana.room)
    was, copy = await stands_elsewhere(town, ana)
    assert said_in(town, ana.room) == before
    (card,) = cards(town, "d")
    assert f"message {copy.id} in" in card and f"message {was.id} in" not in card
    await town.platform.delete_message(ana.account, was.id)
    await town.settle()
    assert said_in(town, ana.room) == before and f"message {copy.id} in" in cards(town, "d")[0]
    await town.platform.delete_message(ana.account, copy.id)
    await town.settle()
    assert said_in(town, ana.room) == []
    assert "a message that was deleted" in cards(town, "d")[0]


async def test_where_the_rules_saw_nothing_a_message_that_stands_elsewhere_is_nothing(town):
    ana = await town.person("ana")
    place = PlaceRef("local", ana.room)
    await ana.say("good morning")
    await town.app.dispatch.moved(Moved("moved:1", MessageRef(place, "1"), MessageRef(place, "2")))
    await town.settle()
    assert await cases(town) == [] and await signals(town) == []


async def test_every_step_is_in_the_chain(town):
    _ana, mod, _card = await called(town)
    await mod.press("I take it")
    await mod.hears("is yours now")
    case = (await cases(town))[0]["id"]
    await mod.ask("alerts note", case=case, text="all well")
    await mod.ask("alerts close", case=case, verdict="right")
    await mod.ask("alerts show", case=case)
    await mod.hears("noticed", "moderators called", "taken", "a note added", "closed")
    audit = Audit(town.app.house.vault)
    async with town.app.house.db.transaction() as tx:
        steps = await audit.of(tx, f"case/{case}")
        assert [step.did for step in steps] == ["opened", "alerted", "taken", "noted", "closed"]
        assert await audit.who(tx, steps[2].actor) is not None
        assert await audit.broken_at(tx) is None


# --- what is left ------------------------------------------------------------------------------------------------


async def test_whose_it_was_is_forgotten_after_a_day_and_the_rest_after_thirty(town):
    ana, mod, _card = await called(town)
    await mod.press("Done")
    await mod.hears("is closed")
    assert (await cases(town))[0]["author"] is not None
    await town.later(25 * HOUR)
    (one,) = await cases(town)
    assert one["author"] is None and one["person"] is None
    assert (await signals(town))[0]["message"] is None
    await mod.ask("alerts show", case=one["id"])
    await mod.hears("in " + f"{town.side}.general")
    await town.later(31 * DAY)
    assert await cases(town) == [] and await signals(town) == []
    assert await town.app.house.vault.things("case") == set()
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM crisis_posts") == []
        assert await tx.all("SELECT * FROM crisis_offers") == []
    await mod.ask("alerts show", case=one["id"])
    await mod.hears("There is no case")
    assert ana.name == "ana"


async def test_the_queue_and_forgotten_alerts_end_by_themselves(town):
    ana, ben = await town.person("ana"), await town.person("ben")
    await ana.say(HOPELESS)
    await ben.say(WISH)
    await town.later(25 * HOUR)
    quiet, alert = await cases(town)
    assert quiet["author"] is None and alert["author"] is not None
    await town.later(14 * DAY)
    assert [one["state"] for one in await cases(town)] == ["lapsed", "lapsed"]
    assert "its time is over" in cards(town, "d")[0]


async def test_an_erasure_takes_the_cases_along(town):
    ana, _mod, _card = await called(town)
    await ana.ask("start")
    await ana.press("Yes: Keep my check-ins")
    await ana.hears("That is on now")
    await ana.ask("privacy export")
    await ana.hears("Here is everything")
    data = json.loads(await ana.download("handrail.json"))
    assert data["crisis"]["cases"][0]["signals"][0]["rules"] == ["plain-wish"]
    await ana.ask("privacy erase")
    await ana.press("Yes, erase everything")
    await ana.hears("It is all erased")
    await town.settle()
    assert await cases(town) == [] and await signals(town) == []
    for side in "dm":
        texts = said_in(town, f"{side}.mods", f"{side}.mod")
        assert any("This case is gone" in text for text in texts) and not cards(town, side)
    await town.later(2 * HOUR)
    assert await town.app.house.vault.things("case") == set()


async def test_an_erased_moderator_is_a_number_in_a_chain_that_holds(town):
    _ana, mod, _card = await called(town)
    await mod.ask("start")
    await mod.press("Yes: Keep my check-ins")
    await mod.hears("That is on now")
    case = (await cases(town))[0]["id"]
    await mod.ask("alerts take", case=case)
    await mod.hears("is yours now")
    await mod.ask("privacy erase")
    await mod.press("Yes, erase everything")
    await mod.hears("It is all erased")
    audit = Audit(town.app.house.vault)
    async with town.app.house.db.transaction() as tx:
        steps = await audit.of(tx, f"case/{case}")
        assert await audit.who(tx, steps[-1].actor) is None
        assert await audit.broken_at(tx) is None
