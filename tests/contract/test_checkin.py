"""Opting in, checking in, being reminded, looking back: the same dialogues on every platform."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

pytestmark = pytest.mark.contract

DAY = timedelta(days=1)


async def opted_in(town, name="ana", **kwargs):
    ana = await town.person(name, **kwargs)
    await ana.ask("start")
    await ana.hears("Harbour", private=True)
    await ana.press("Yes: Keep my check-ins")
    await ana.hears("That is on now", private=True)
    await ana.press("Yes: Write to me first")
    await ana.hears("That is on now")
    return ana


async def test_nothing_is_kept_before_a_yes(town):
    ana = await town.person("ana")
    await ana.ask("checkin", mood=4)
    heard = await ana.hears("May I keep the moods", private=True)
    assert any("Yes" in choice for choice in heard.choices)
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM people") == []
        assert await tx.all("SELECT * FROM checkin_entries") == []
    await ana.press("No, thank you")
    await ana.hears("That is fine")


async def test_checking_in_and_looking_back(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=4, note="slept well #sleep")
    await ana.hears("Noted", "good", "sleep", private=True)
    await town.later(DAY)
    await ana.ask("checkin", mood=2)
    heard = await ana.hears("Noted", "low", "don't have to be alone")
    assert "Someone to talk to" in heard.choices
    await ana.ask("checkin history", days=7)
    await ana.hears("2 entries on 2 of 7 days", "slept well", "▂")
    await ana.ask("checkin history", days=1)
    await ana.hears("1 entry on 1 of 1 days")


async def test_the_empty_state_says_how_to_begin(town):
    ana = await opted_in(town)
    await ana.ask("checkin history")
    await ana.hears("Nothing noted in the last 14 days", "checkin")
    await ana.ask("checkin reminders")
    await ana.hears("You have no reminders", "checkin remind daily 20:00")


async def test_a_reminder_comes_and_is_answered_by_one_press(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.hears("I will remind you", "every day")
    await town.later(timedelta(hours=12))
    await ana.hears("How are you right now?", private=True)
    await ana.press("so-so")
    await ana.hears("Noted", "so-so", private=True)
    await town.later(DAY)
    await ana.hears("How are you right now?")
    await ana.press("Not today")
    await ana.hears("not today")
    await ana.ask("checkin history", days=3)
    await ana.hears("1 entry")


async def test_snoozing_asks_again_once(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await town.later(timedelta(hours=12))
    await ana.hears("How are you right now?")
    await ana.press("In an hour")
    await ana.hears("I ask again at")
    await town.later(timedelta(hours=1))
    await ana.hears("How are you right now?")
    await ana.press("very good")
    await ana.hears("Noted", "very good")


async def test_reminders_stop_by_themselves_and_say_so_once(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.hears("I will remind you")
    for _each in range(5):
        await town.later(DAY)
        await ana.hears("How are you right now?")
    await town.later(DAY)
    await ana.hears("I stopped this reminder")
    await town.later(7 * DAY)
    await ana.hears_nothing()


async def test_reminders_survive_a_restart_and_a_long_outage_sends_one(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.hears("I will remind you")
    await town.restart()
    await town.later(timedelta(hours=12))
    await ana.hears("How are you right now?")
    await town.restart()
    await ana.press("good")
    await ana.hears("Noted", "good")


async def test_what_can_not_be_read_is_answered_with_what_can(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="every so often")
    await ana.hears("daily 20:00", "would be right")
    await ana.ask("checkin", mood=9)
    await ana.hears("none of the choices", "very low")


async def test_others_can_not_answer_my_reminder(town):
    ana = await opted_in(town)
    ben = await opted_in(town, "ben")
    await ana.ask("checkin remind", schedule="daily 20:00")
    await town.later(timedelta(hours=12))
    await ana.hears("How are you right now?")
    async with town.app.house.db.transaction() as tx:
        row = await tx.one("SELECT id FROM checkin_occurrences")
    await ben.ask("checkin answer", o=row["id"], mood=1)
    await ben.hears("That question is over")


async def test_leaving_is_one_step_and_can_be_undone(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.ask("stop")
    heard = await ana.hears("I stopped everything")
    assert "Erase everything" in heard.choices
    await town.later(1.5 * DAY)
    await ana.hears_nothing()
    await ana.press("Undo")
    await ana.hears("Welcome back")
    await ana.ask("checkin", mood=3)
    await ana.hears("Noted")


async def test_settings_change_the_language(town):
    ana = await opted_in(town)
    await ana.press("Yes: Remember my language")
    await ana.hears("That is on now")
    await ana.ask("settings language", language="de")
    await ana.hears("Ich schreibe")
    await ana.ask("settings zone", zone="Berlin")
    await ana.hears("Berlin")
    await ana.ask("settings zone", zone="Berln")
    await ana.hears("Europe/Berlin")
    await ana.ask("settings country", country="Österreich")
    await ana.hears("Österreich")
    await ana.ask("settings")
    await ana.hears("Deutsch", "Österreich", "Berlin")


async def test_export_holds_everything(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=4, note="a walk by the sea #walk")
    await ana.ask("checkin remind", schedule="mon,thu 18:30")
    await ana.ask("privacy export")
    await ana.hears("Here is everything", private=True)
    data = json.loads(await ana.download("handrail.json"))
    assert data["checkin"]["entries"][0]["note"] == "a walk by the sea #walk"
    assert data["checkin"]["entries"][0]["tags"] == ["walk"]
    assert data["checkin"]["reminders"][0]["schedule"] == "mon,thu 18:30"
    assert {one["purpose"] for one in data["agreed"]} == {"checkins", "write_first"}
    assert "a walk by the sea" in (await ana.download("handrail.txt")).decode()


async def test_erasing_asks_once_and_then_it_is_gone(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=4, note="a walk by the sea")
    await ana.ask("privacy erase")
    await ana.hears("can't be undone")
    await ana.press("Yes, erase everything")
    await ana.hears("It is all erased")
    async with town.app.house.db.transaction() as tx:
        for table in ("people", "accounts", "consents", "checkin_entries", "outbox"):
            assert await tx.all(f"SELECT * FROM {table}") == []
    await ana.ask("privacy")
    await ana.hears("Nothing. You never said yes")


async def test_help(town):
    ana = await town.person("ana")
    await ana.ask("help")
    await ana.hears("Check-ins", "checkin remind", private=True)
    await ana.ask("help", topic="checkin remind")
    await ana.hears("daily 20:00")
    await ana.ask("help", topic="chekin")
    await ana.hears("Did you mean")


async def test_help_now_for_somebody_who_never_opted_in(town):
    ana = await town.person("ana")
    await ana.ask("crisis")
    await ana.hears("116 123", private=True)
    await ana.ask("resources", country="Germany")
    await ana.hears("0800 111 0 111", "112")
    await ana.ask("worried")
    await ana.hears("Ask them directly")
