"""Reminders in full: several, with scales; changed, snoozed, paused, quiet; in another zone; a weekly look back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.state.clock import moment
from tests.contract.test_checkin import DAY, opted_in
from tests.contract.test_checkin_entries import opened, with_scales

pytestmark = pytest.mark.contract

HOUR = timedelta(hours=1)


async def dues(town) -> list[str]:
    """When reminders ring next, in London's hours, which are UTC's in this season."""
    async with town.app.house.db.transaction() as tx:
        rows = await tx.all("SELECT due FROM jobs WHERE kind = 'checkin.ring' ORDER BY due")
    return [f"{moment(row['due']):%d %H:%M}" for row in rows]


@pytest.mark.parametrize(
    ("schedule", "told", "first"),
    [
        ("daily 20:00", "every day", "23 20:00"),
        ("weekdays at 9", "on weekdays", "24 09:00"),
        ("mon,thu 18:30", "Monday and Thursday", "23 18:30"),
        ("every 2 days", "every 2 days", "23 20:00"),
        ("twice a day", "every day", "23 20:00"),
        ("every 3 days at 8:30", "every 3 days", "26 08:30"),
    ],
)
async def test_every_form_is_set(town, schedule, told, first):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule=schedule)
    await ana.hears("I will remind you", told, private=True)
    assert await dues(town) == [first]


async def test_typed_as_a_line(town):
    ana = await opted_in(town)
    await ana.say("!checkin remind twice a day at 9 and 21:00", direct=True)
    await ana.hears("every day", "9:00", private=True)
    assert await dues(town) == ["23 21:00"]
    await ana.say("!checkin remind dayly 8pm", direct=True)
    await ana.hears("I can't read “dayly 8pm”", "daily 20:00")


async def test_twice_a_day_rings_twice_a_day(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="twice a day")
    await ana.hears("I will remind you")
    for _each in range(4):
        await town.later(DAY / 2)
        await ana.hears("How are you right now?")
        await ana.press("good")
        await ana.hears("Noted")


@with_scales
async def test_a_reminder_asks_for_its_scales_one_press_each(town):
    ana = await opted_in(town)
    await ana.ask("checkin track add", scale="pages 0-500")
    await ana.ask("checkin remind", schedule="daily 20:00", scales="sleep, pages")
    await ana.hears("I will remind you", "It also asks for: sleep and pages")
    await town.later(DAY / 2)
    await ana.hears("How are you right now?")
    await ana.press("so-so")
    heard = await ana.hears("sleep, from 0 to 10?")
    assert "7" in heard.choices and "Leave it out" in heard.choices
    await ana.press("7")
    heard = await ana.hears("pages, from 0 to 500?")
    assert "Write a number" in heard.choices
    async with town.app.house.db.transaction() as tx:
        entry = (await tx.one("SELECT id FROM checkin_entries"))["id"]
        scale = (await tx.one("SELECT id FROM checkin_scales"))["id"]
    await ana.ask("checkin rate", entry=entry, scale=scale, value="501")
    await ana.hears("does not fit")
    await ana.ask("checkin rate", entry=entry, scale=scale, value="120")
    await ana.hears("Noted", "sleep: 7 and pages: 120", private=True)
    await ana.ask("checkin history")
    await ana.hears("1 entry")


@with_scales
async def test_scales_can_be_left_out(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=4)
    await ana.press("Add numbers")
    await ana.hears("sleep, from 0 to 10?")
    await ana.press("Leave it out")
    await ana.hears("energy, from 1 to 5?")
    await ana.press("5")
    heard = await ana.hears("Noted", "energy: 5")
    assert "sleep" not in heard.text


async def test_several_reminders_are_listed_changed_and_removed(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.ask("checkin remind", schedule="weekends 11:00")
    await ana.ask("checkin remind", schedule="daily at 8pm")
    await ana.hears("You have that reminder already")
    await ana.ask("checkin reminders")
    heard = await ana.hears("every day", "at weekends", private=True)
    await ana.press(next(one for one in heard.choices if "weekends" in one))
    heard = await ana.hears("Sat", "11:00", "Next")
    assert "Change the time" in heard.choices
    async with town.app.house.db.transaction() as tx:
        id = (await tx.one("SELECT id FROM checkin_reminders WHERE schedule LIKE 'weekends%'"))["id"]
    for typed, heard_then in (
        ("fridays at ten", ("I can't read", "fri")),
        ("fri 10:00", ("I will remind you", "Friday")),
    ):
        if await opened(ana, "Change the time"):
            await ana.fill(schedule=typed)
        else:
            await ana.say(f"!checkin change id={id} {typed}", direct=True)
        await ana.hears(*heard_then)
    assert await dues(town) == ["23 20:00", "27 10:00"]
    await ana.press("Remove it again")
    await ana.hears("Removed")
    assert await dues(town) == ["23 20:00"]
    await ana.press("Undo")
    assert await dues(town) == ["23 20:00", "27 10:00"]
    ben = await opted_in(town, "ben")
    await ben.ask("checkin unremind", id=id)
    await ben.hears("gone already")
    for command in ("checkin reminder", "checkin restart"):
        await ben.ask(command, id=id)
    assert await dues(town) == ["23 20:00", "27 10:00"]


async def test_the_most_reminders(town):
    ana = await opted_in(town)
    for hour in range(10):
        await ana.ask("checkin remind", schedule=f"daily {hour}:00")
        await ana.hears("I will remind you")
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.hears("10 reminders, which is the most")


async def test_a_pause_really_pauses_and_ends_by_itself(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.hears("I will remind you")
    await ana.ask("checkin pause")
    await ana.hears("Nothing comes until", "November 30")
    assert await dues(town) == ["30 20:00"]
    await town.later(7 * DAY)
    await ana.hears_nothing()
    await town.later(DAY / 2)
    await ana.hears("How are you right now?")
    await ana.press("Not today")
    await ana.hears("not today")
    await ana.ask("checkin pause", until="until 2026-12-24")
    await ana.hears("December 24")
    assert await dues(town) == ["24 20:00"]
    await ana.ask("checkin reminders")
    await ana.hears("paused until December 24")
    await ana.press("Go on now")
    await ana.hears("They go on")
    assert await dues(town) == ["01 20:00"]
    await ana.ask("checkin resume")
    await ana.hears("Nothing is paused")


@pytest.mark.parametrize("typed", ["until the cows come home", "yesterday", "2020-01-01", "10 years"])
async def test_a_pause_that_can_not_be_read(town, typed):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.hears("I will remind you")
    await ana.ask("checkin pause", until=typed)
    heard = await ana.hears("")
    assert "a week" in heard.text or "a year at most" in heard.text
    assert await dues(town) == ["23 20:00"]


async def test_pausing_one_of_two(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.ask("checkin remind", schedule="daily 21:00")
    await ana.ask("checkin reminders")
    heard = await ana.hears("Choose one to change")
    await ana.press(next(one for one in heard.choices if "9:00" in one))
    await ana.hears("Next")
    await ana.press("Pause for a week")
    await ana.hears("Paused")
    assert await dues(town) == ["23 20:00", "30 21:00"]


async def test_snoozing_for_longer_and_answering_meanwhile(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await town.later(12 * HOUR)
    await ana.hears("How are you right now?")
    await ana.press("In 3 hours")
    await ana.hears("I ask again at", "12:00")
    await town.later(HOUR)
    await ana.ask("checkin", mood=4)
    await ana.hears("Noted")
    await town.later(3 * HOUR)
    await ana.hears_nothing()


async def test_checking_in_by_oneself_is_an_answer_too(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.hears("I will remind you")
    for _each in range(8):
        await town.later(DAY)
        await ana.hears("How are you right now?")
        await ana.ask("checkin", mood=4)
        await ana.hears("Noted")


async def test_a_reminder_that_stopped_is_started_again_by_one_press(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    for _each in range(5):
        await town.later(DAY)
        await ana.hears("How are you right now?")
    await town.later(DAY)
    await ana.hears("I stopped this reminder")
    async with town.app.house.db.transaction() as tx:
        id = (await tx.one("SELECT id FROM checkin_reminders"))["id"]
    await town.later(DAY)
    await ana.press("Start it again")
    await ana.hears("I will remind you")
    for _each in range(5):
        await town.later(DAY)
        await ana.hears("How are you right now?")
    await town.later(DAY)
    await ana.hears("I stopped this reminder")
    await town.later(40 * DAY)
    await ana.hears_nothing()
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM checkin_reminders") == []
    await ana.ask("checkin restart", id=id)
    await ana.hears("gone already")


async def test_quiet_hours(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 23:30")
    await ana.ask("checkin quiet", hours="22:00-07:00")
    await ana.hears("Nothing rings between", "10:00", "7:00")
    assert await dues(town) == ["24 07:00"]
    await ana.ask("checkin remind", schedule="daily 6:00")
    await ana.hears("quiet hours")
    await town.later(21 * HOUR)
    await ana.hears_nothing()
    await town.later(HOUR)
    await ana.hears("How are you right now?")
    await ana.ask("checkin quiet", hours="at night")
    await ana.hears("22:00-07:00", "off")
    await ana.ask("checkin quiet")
    await ana.hears("Nothing rings between")
    await ana.press("No quiet hours")
    await ana.hears("no quiet hours any more")
    await ana.ask("checkin quiet")
    await ana.hears("You have no quiet hours", "checkin quiet 22:00-07:00")


async def travelling(town):
    ana = await opted_in(town)
    await ana.press("Yes: Remember my language")
    await ana.hears("That is on now")
    return ana


async def test_travelling_west_does_not_ring_for_the_same_hour_again(town):
    ana = await travelling(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await town.later(12 * HOUR)
    await ana.hears("How are you right now?")
    await ana.press("good")
    await ana.hears("Noted")
    await ana.ask("settings zone", zone="New York")
    await ana.hears("New York")
    assert await dues(town) == ["25 01:00"], "20:00 in New York, on the next day"
    await town.later(10 * HOUR)
    await ana.hears_nothing()


async def test_travelling_east_past_the_hour_asks_at_once(town):
    ana = await travelling(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.hears("I will remind you")
    await town.later(8 * HOUR)
    await ana.ask("settings zone", zone="Dubai")
    await ana.hears("Dubai")
    await town.settle()
    await ana.hears("How are you right now?")
    assert await dues(town) == ["24 16:00"]


async def test_travelling_far_east_leaves_out_what_is_long_past(town):
    ana = await travelling(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await town.later(10 * HOUR)
    await ana.ask("settings zone", zone="Tokyo")
    await ana.hears("Tokyo")
    await ana.hears_nothing()
    assert await dues(town) == ["24 11:00"]


async def test_a_weekly_look_back(town):
    ana = await opted_in(town)
    await ana.ask("checkin weekly", schedule="sunday 18:00")
    await ana.hears("I will send you a look back", "Sunday", private=True)
    await ana.ask("checkin", mood=4, note="a walk #sea")
    await town.later(DAY)
    await ana.ask("checkin", mood=2)
    await ana.hears("low")
    await town.later(6 * DAY)
    heard = await ana.hears("Your week", "2 entries on 2 of 7 days", "By weekday", "sea (1×)", private=True)
    assert "a walk" not in heard.text
    await ana.press("No more of these")
    await ana.hears("no weekly look back")
    await ana.press("Undo")
    await ana.hears("I will send you a look back")
    await town.later(14 * DAY)
    await ana.hears_nothing()
    await ana.ask("checkin weekly", schedule="aus")
    await ana.hears("no weekly look back")
    assert await dues(town) == []


async def test_leaving_stops_weekly_and_snoozed_ones_too(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="daily 20:00")
    await ana.ask("checkin weekly")
    await town.later(12 * HOUR)
    await ana.press("In an hour")
    await ana.ask("stop")
    await ana.hears("I stopped everything")
    await town.later(14 * DAY)
    await ana.hears_nothing()
