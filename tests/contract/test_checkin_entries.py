"""Entries in full: scales, tags, paragraphs, other times; changed, deleted, brought back; what helped before."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.contract.test_checkin import DAY, opted_in

pytestmark = pytest.mark.contract

SCALES = {
    "checkins": {
        "scales": [
            {"id": "sleep", "name": {"en": "sleep", "de": "Schlaf"}, "low": 0, "high": 10},
            {"id": "energy", "name": "energy"},
        ]
    }
}
with_scales = pytest.mark.settings(**SCALES)


async def newest(town) -> str:
    async with town.app.house.db.transaction() as tx:
        row = await tx.one("SELECT id FROM checkin_entries ORDER BY created DESC, rowid DESC")
    return row["id"]


@with_scales
async def test_scales_of_the_community_and_of_ones_own(town):
    ana = await opted_in(town)
    await ana.ask("checkin track add", scale="hours outside 0-12")
    await ana.hears("Added", "hours outside, 0 to 12", private=True)
    await ana.ask("checkin", mood=3, scales="sleep 7, hours outside 2.5")
    await ana.hears("Noted", "sleep: 7", "hours outside: 2.5", private=True)
    await ana.ask("checkin track list")
    await ana.hears("sleep, 0 to 10", "energy, 1 to 5", "your own")
    await ana.press("Remove: hours outside")
    await ana.hears("Removed", "What you noted with it stays")
    await ana.ask("checkin", mood=3, scales="hours outside 2")
    await ana.hears("I can't read", "sleep 2")
    await ana.press("Undo")
    await ana.hears("It is back")
    await ana.ask("checkin", mood=3, scales="hours outside 2")
    await ana.hears("Noted", "hours outside: 2")
    await ana.ask("checkin history", days=7)
    await ana.hears("2 entries", "hours outside: 2.5")


@with_scales
async def test_what_fits_no_scale_is_answered_with_what_does_and_nothing_is_kept(town):
    ana = await opted_in(town)
    for typed, right in (("slep 4", "sleep 4"), ("sleep 12", "goes from 0 to 10"), ("sleep", "sleep 0")):
        await ana.ask("checkin", mood=3, scales=typed)
        await ana.hears(right)
    for typed, right in (("hours outside", "hours outside 0-10"), ("a 5-2", "a 2-5"), ("x 3-3", "x 0-10")):
        await ana.ask("checkin track add", scale=typed)
        await ana.hears(right)
    await ana.ask("checkin track remove", name="nothing")
    await ana.hears("no scale of your own")
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM checkin_entries") == [] == await tx.all("SELECT * FROM checkin_scales")


@with_scales
async def test_a_scale_in_the_note_and_tags_by_themselves(town):
    ana = await opted_in(town)
    await ana.say("!checkin 4 sleep=6 slept well #calm", direct=True)
    await ana.hears("Noted", "sleep: 6", "calm", private=True)
    await ana.say('!checkin scales="sleep 3, energy 2" tags=work,family 2 a long day', direct=True)
    await ana.hears("Noted", "sleep: 3 and energy: 2", "work and family", "low")
    await ana.ask("checkin history")
    await ana.hears("a long day")


async def test_a_note_of_several_paragraphs_stays_as_it_was_written(town):
    ana = await opted_in(town)
    note = "The morning was grey.\n\nThen we walked.\n  indented, with <b>signs</b> & $5"
    await ana.ask("checkin", mood=4, note=note)
    await ana.hears("Noted")
    await ana.press("Change or delete it")
    await ana.hears("The morning was grey.", "Then we walked.", "<b>signs</b> & $5", private=True)
    await ana.ask("privacy export")
    assert json.loads(await ana.download("handrail.json"))["checkin"]["entries"][0]["note"] == note
    await ana.ask("checkin", mood=4, note="x" * 4001)
    await ana.hears("4,001 characters", "4,000")


async def test_an_entry_for_another_time(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=2, when="yesterday 21:00")
    await ana.hears("Noted", "Sun", "9:00", private=True)
    await ana.ask("checkin", mood=4, when="2026-11-20")
    await ana.hears("Noted", "Fri")
    await ana.ask("checkin history", days=4)
    await ana.hears("2 entries on 2 of 4 days")
    await ana.ask("checkin", mood=4, when="tomorrow")
    await ana.hears("still to come")
    await ana.ask("checkin", mood=4, when="the day of the dog")
    await ana.hears("I can't read", "yesterday 21:00")
    await ana.ask("checkin", mood=4, when="2024-01-01")
    await ana.hears("longer ago than your check-ins are kept")
    await ana.ask("checkin keep", span="5-years")
    await ana.ask("checkin", mood=4, when="2024-01-01")
    await ana.hears("Noted")


@with_scales
async def test_an_entry_is_changed(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=2, note="tired #work", scales="sleep 3", tags="monday")
    await ana.hears("Noted")
    id = await newest(town)
    await ana.ask("checkin edit", entry=id, mood=3)
    await ana.hears("Changed", "so-so", "sleep: 3", "work")
    await ana.press("Change or delete it")
    if await opened(ana, "Change it"):
        await ana.fill(mood="so-so", note="not so tired #rest", scales="energy 4", when="yesterday")
    else:
        line = f"!checkin edit entry={id} scales='energy 4' when=yesterday not so tired #rest".replace("'", '"')
        await ana.say(line, direct=True)
    await ana.hears("Changed", "energy: 4", "rest", "Sun")
    await ana.press("Change or delete it")
    if await opened(ana, "Change it"):
        await ana.fill(mood="so-so", note="", scales="", tags="")
    else:
        await ana.say(f"!checkin edit entry={id} mood=3 scales=- tags=- -", direct=True)
    await ana.hears("Changed", "so-so")
    await ana.ask("checkin entry", id=id)
    heard = await ana.hears("so-so")
    assert "energy" not in heard.text and "tired" not in heard.text
    ben = await opted_in(town, "ben")
    await ben.ask("checkin edit", entry=id, mood=1)
    await ben.hears("That question is over")
    await ben.ask("checkin entry", id=id)
    await ben.hears("That question is over")
    await ben.ask("checkin delete", id=id)
    await ben.hears("That question is over")


async def test_the_form_of_an_entry_comes_filled_and_what_is_emptied_there_is_empty(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=2, note="one\n\ntwo #work", tags="home")
    await ana.press("Change or delete it")
    if not await opened(ana, "Change it"):
        return
    if hasattr(ana.form, "fields"):
        values = {field.name: field.value for field in ana.form.fields}
        assert values["note"] == "one\n\ntwo #work" and str(values["mood"]) == "2" and values["tags"] == "home"
    await ana.fill(mood="good", note="", tags="home")
    await ana.hears("Changed", "good", "home")
    await ana.ask("checkin entry", id=await newest(town))
    heard = await ana.hears("home")
    assert "one" not in heard.text and "work" not in heard.text


async def opened(someone, label: str) -> bool:
    """Whether a choice opened a form; where there are none, the same stands there as a line to type."""
    try:
        await someone.press(label)
    except AssertionError:
        return False
    return getattr(someone, "form", None) is not None


async def test_an_entry_is_deleted_and_brought_back_within_an_hour(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=4, note="a walk by the sea")
    await ana.press("Change or delete it")
    await ana.press("Delete it")
    await ana.hears("Deleted. In an hour")
    await ana.ask("checkin history")
    await ana.hears("Nothing noted")
    await ana.press("Undo")
    await ana.hears("It is back")
    await ana.ask("checkin history")
    await ana.hears("a walk by the sea")
    await ana.ask("checkin delete", id=await newest(town))
    await town.later(timedelta(minutes=61))
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM checkin_entries") == []
    await ana.press("Undo")
    await ana.hears("nothing to bring back")


async def test_going_through_many_entries(town):
    ana = await opted_in(town)
    await ana.ask("checkin entries")
    await ana.hears("Nothing is noted yet", "4")
    for number in range(10):
        await ana.ask("checkin", mood=3, note=f"note {number}")
        await town.later(timedelta(hours=1))
    await ana.ask("checkin entries")
    heard = await ana.hears("note 9", "note 2")
    assert "note 1" not in heard.text
    await ana.press("Older ones")
    heard = await ana.hears("note 1", "note 0")
    assert "Older ones" not in heard.choices


async def test_what_helped_is_shown_after_a_low_one_in_ones_own_words(town):
    ana = await opted_in(town)
    await ana.ask("checkin helped")
    await ana.hears("Nothing is kept here yet")
    await ana.ask("checkin", mood=1)
    heard = await ana.hears("don't have to be alone")
    assert "helped you" not in heard.text and "Keep what helped" in heard.choices
    await ana.ask("checkin helped", what="calling my sister & a walk")
    await ana.hears("Kept", private=True)
    await ana.ask("checkin", mood=4)
    heard = await ana.hears("Noted")
    assert "sister" not in heard.text
    await ana.ask("checkin", mood=2)
    heard = await ana.hears("helped you", "calling my sister & a walk", private=True)
    assert heard.choices[0] == "Someone to talk to"
    await ana.ask("checkin helped")
    await ana.hears("calling my sister")
    await ana.press("Remove the one of")
    await ana.hears("Removed")
    await ana.ask("checkin", mood=2)
    heard = await ana.hears("Noted")
    assert "sister" not in heard.text
    await ana.press("Undo")
    await ana.hears("It is back")


async def test_what_was_taken_away_is_gone_for_good_after_a_day_and_the_rest_is_exported(town):
    ana = await opted_in(town)
    await ana.ask("checkin track add", scale="pages 0-100")
    await ana.ask("checkin helped", what="tea")
    await ana.ask("checkin", mood=4, scales="pages 20", tags="book")
    await ana.ask("checkin quiet", hours="22-7")
    await ana.ask("checkin remind", schedule="every 2 days", scales="pages")
    await ana.ask("privacy export")
    kept = json.loads(await ana.download("handrail.json"))["checkin"]
    assert kept["scales"] == [{"name": "pages", "low": 0.0, "high": 100.0}]
    assert kept["helped"][0]["text"] == "tea"
    assert kept["entries"][0]["scales"][0]["value"] == 20.0
    assert kept["settings"]["quiet_hours"] == "22:00-07:00"
    assert kept["reminders"][0]["schedule"] == "every 2 days 20:00 from 2026-11-23"
    await ana.ask("checkin track remove", name="Pages")
    await town.later(2.1 * DAY)
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM checkin_scales") == []
    await ana.ask("privacy erase")
    await ana.press("Yes, erase everything")
    await ana.hears("It is all erased")
    async with town.app.house.db.transaction() as tx:
        for table in ("entries", "scales", "helped", "settings", "reminders", "occurrences"):
            assert await tx.all(f"SELECT * FROM checkin_{table}") == []


async def test_a_small_community_without_scales(town):
    ana = await opted_in(town)
    await ana.ask("checkin track list")
    await ana.hears("no scales yet", "checkin track add")
    await ana.ask("checkin", mood=3, scales="sleep 3")
    await ana.hears("There is no scale yet", "checkin track add hours outside 0-10")


@with_scales
async def test_the_communitys_scales_in_ones_own_language(town):
    eva = await town.person("eva", locale="de")
    await eva.ask("start")
    await eva.ask("start agree", purpose="checkins")
    await eva.ask("start agree", purpose="settings")
    await eva.ask("settings language", language="de")
    await eva.ask("checkin", mood=3, scales="Schlaf 7")
    await eva.hears("Schlaf: 7")
    await eva.ask("checkin", mood=3, scales="sleep 6")
    await eva.hears("Schlaf: 6")


async def test_entries_are_kept_as_long_as_each_person_chose(town):
    for name, span in (("ana", "3-months"), ("ben", "always"), ("eva", None), ("tom", "5-years")):
        someone = await opted_in(town, name)
        await someone.ask("checkin", mood=3)
        if span:
            await someone.ask("checkin keep", span=span)
        else:
            await someone.ask("checkin quiet", hours="22-7")

    async def left() -> int:
        async with town.app.house.db.transaction() as tx:
            return (await tx.one("SELECT COUNT(*) AS n FROM checkin_entries"))["n"]

    for days, entries in ((90, 4), (3, 3), (270, 3), (5, 2), (1460, 1)):
        await town.clock.advance(days * DAY)
        await town.restart()
        await town.settle()
        assert await left() == entries
