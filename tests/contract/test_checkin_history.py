"""Looking back: the chart with its words, light and dark; a summary to take along, with the words one chose."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.contract.test_checkin import DAY, opted_in
from tests.contract.test_checkin_entries import with_scales

pytestmark = pytest.mark.contract


async def a_week(town, ana):
    notes = {0: "the first day\n\nand its second paragraph #sea", 2: "costs $5 & 6$ *really*", 4: "| a | table"}
    for day in range(7):
        args = {"note": notes[day]} if day in notes else {}
        await ana.ask("checkin", mood=1 + day % 5, scales=f"sleep {day}", **args)
        await ana.hears("Noted")
        await town.later(DAY)


@with_scales
async def test_the_chart_comes_with_everything_in_words(town):
    ana = await opted_in(town)
    await a_week(town, ana)
    await ana.ask("checkin history", days=8)
    heard = await ana.hears("7 entries on 7 of 8 days", "By weekday: Monday: very low (1×)", private=True)
    assert heard.files == ("check-ins.png",)
    assert "sleep: between 0 and 6, 3 on average (7×)" in heard.text and "sea (1×)" in heard.text
    light = await ana.download("check-ins.png")
    assert light.startswith(b"\x89PNG")
    await ana.press("As a dark chart")
    heard = await ana.hears("7 entries")
    assert "As a light chart" in heard.choices
    dark = await ana.download("check-ins.png")
    assert dark.startswith(b"\x89PNG") and dark != light
    await ana.ask("checkin history", days=3)
    heard = await ana.hears("2 entries on 2 of 3 days")
    assert "As a light chart" in heard.choices, "the choice is remembered"


async def test_only_words_have_no_chart(town):
    ana = await opted_in(town)
    await ana.ask("checkin", note="just words")
    await ana.ask("checkin history")
    heard = await ana.hears("1 entry", "just words")
    assert heard.files == ()


async def test_the_chart_in_german(town):
    eva = await town.person("eva", locale="de")
    await eva.ask("start")
    await eva.ask("start agree", purpose="checkins")
    await eva.ask("start agree", purpose="settings")
    await eva.ask("settings language", language="de")
    await eva.ask("checkin", mood=4)
    await eva.ask("checkin history")
    await eva.hears("Nach Wochentag: Montag: gut (1×)")


@with_scales
async def test_a_summary_holds_what_was_noted_and_no_words_that_were_not_chosen(town):
    ana = await opted_in(town)
    await a_week(town, ana)
    await ana.ask("checkin summary")
    await ana.hears("Here is your summary", "0 of your 3 notes", private=True)
    text = (await ana.download("check-ins.md")).decode()
    assert "first day" not in text and "| 2026-11-23 09:00 | very low | sleep: 0 | sea |" in text
    assert "sleep: between 0 and 6" in text and "sea" in text
    pdf = PdfReader(BytesIO(await ana.download("check-ins.pdf")))
    assert len(pdf.pages) == 2
    first, second = (page.extract_text() for page in pdf.pages)
    assert "My check-ins" in first and "Mood over time" in first and "7 entries" in first
    assert "What I would like to ask" in second and "first day" not in second
    assert set(pdf.metadata or {}) <= {"/Title"}, "nothing says who made it or when"
    await ana.press("Choose my words")
    heard = await ana.hears("Which of your own words", "out: the first day")
    await ana.press(next(one for one in heard.choices if one.startswith("Put in: Mon")))
    await ana.hears("in: the first day", "out: costs $5")
    await ana.press("Make the summary")
    await ana.hears("1 of your 3 notes")
    second = PdfReader(BytesIO(await ana.download("check-ins.pdf"))).pages[1].extract_text()
    assert "the first day" in second and "second paragraph" in second and "costs" not in second
    await ana.press("With all my words")
    await ana.hears("3 of your 3 notes")
    text = (await ana.download("check-ins.md")).decode()
    assert "> costs $5 & 6$ \\*really\\*" in text and "> \\| a \\| table" in text
    assert "> the first day\n>\n> and" in text
    await ana.press("Without my words")
    await ana.hears("0 of your 3 notes")


async def test_a_summary_of_other_days(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=3, when="2026-10-05", note="october")
    await ana.ask("checkin", mood=3)
    await ana.ask("checkin summary", since="2026-10-01", until="2026-10-31", words="all")
    await ana.hears("Oct 1", "31, 2026", "1 of your 1 notes")
    text = (await ana.download("check-ins.md")).decode()
    assert "october" in text and len(re.findall(r"^\| 2026", text, re.MULTILINE)) == 1
    await ana.ask("checkin summary", since="2026-09-01", until="2026-09-30")
    await ana.hears("Nothing is noted for", "checkin summary")
    await ana.ask("checkin summary", since="2026-10-31", until="2026-10-01")
    await ana.hears("The first day comes after the last", "2026-10-01 2026-10-31")
    await ana.ask("checkin summary", since="once upon a time")
    await ana.hears("I can't read", "30 days ago")


async def test_a_summary_is_typed_as_a_line_and_answered_privately(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=3, note="mine alone")
    await ana.say("!checkin summary words=all 2026-11-01 2026-11-23")
    await ana.hears("Here is your summary", private=True)
    assert (await ana.download("check-ins.pdf")).startswith(b"%PDF")
    assert "mine alone" in (await ana.download("check-ins.md")).decode()
    ben = await town.person("ben")
    await ben.hears_nothing()


async def test_a_summary_is_kept_nowhere(town):
    """Sealed while it is on its way, and gone once it was delivered."""
    ana = await opted_in(town)
    await ana.ask("checkin", mood=3, note="a very particular sentence")
    await ana.say("!checkin summary words=all", direct=True)
    await ana.hears("Here is your summary")
    async with town.app.house.db.transaction() as tx:
        assert await tx.all("SELECT * FROM outbox") == []
    await town.app.house.db.checkpoint()
    for file in town.folder.glob("handrail.db*"):
        data = file.read_bytes()
        assert b"particular sentence" not in data and b"%PDF" not in data


async def test_one_entry_is_put_into_summaries_from_its_own_page(town):
    ana = await opted_in(town)
    await ana.ask("checkin", mood=3, note="take this along")
    await ana.press("Change or delete it")
    await ana.press("Put my words into summaries")
    await ana.hears("stands in your summaries now")
    await ana.ask("checkin summary")
    await ana.hears("1 of your 1 notes")
    ben = await opted_in(town, "ben")
    async with town.app.house.db.transaction() as tx:
        id = (await tx.one("SELECT id FROM checkin_entries"))["id"]
    await ben.ask("checkin choose", id=id, on=False)
    await ben.hears("That question is over")


async def test_nobody_who_never_agreed_has_a_summary(town):
    ana = await town.person("ana")
    await ana.ask("checkin summary")
    await ana.hears("May I keep the moods", private=True)


async def test_a_long_outage_leaves_out_what_is_too_late(town):
    ana = await opted_in(town)
    await ana.ask("checkin remind", schedule="twice a day")
    await ana.hears("I will remind you")
    await town.clock.advance(timedelta(days=3, hours=5))
    await town.restart()
    await town.settle()
    await ana.hears_nothing()
