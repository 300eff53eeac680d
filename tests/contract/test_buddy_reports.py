"""Reporting a buddy, and what moderators can and can't see; revealing, sharing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.state.audit import Audit
from bot.talk.model import Role
from tests.contract.local import LocalTown
from tests.contract.pairs import a_round, joined, met, newest, room_of, writes

pytestmark = pytest.mark.contract
HOUR = timedelta(hours=1)


@pytest.fixture(params=["d", "m"])
async def town(request, tmp_path):
    settings = {"moderation": {"places": {"local": [f"{request.param}.mods"]}}}
    made = await LocalTown.open(tmp_path, request.param, settings)
    yield made
    await made.close()


async def reported(town, **roles):
    """Ana reports Ben for what he wrote: (ana, ben, Ben's name, the report's number)."""
    ana, ben = await joined(town, "ana", **roles.get("ana", {})), await joined(town, "ben", **roles.get("ben", {}))
    ben_is, ana_is = await met(town, ana, ben)
    await ben.ask("buddy talk", direct=True)
    said = (await town.platform.say(ben.account, room_of(ben), "send me your real name")).message
    await town.settle()
    await town.platform.edit_message(ben.account, said, "never mind")
    await town.settle()
    await ana.hears("never mind")
    await ana.ask("buddy report", direct=True)
    await ana.hears("One press, and it is reported")
    await ana.press("wants my name")
    heard = await ana.hears("It is reported", "number of your report")
    found = re.search(r"number of your report: (\w+)", heard.text)
    assert found
    return ana, ben, ben_is, ana_is, found[1]


async def test_a_report_is_two_presses_ends_the_talk_and_holds_the_reported(town):
    _ana, ben, _ben_is, ana_is, _id = await reported(town)
    left = await ben.hears("has ended", ana_is)
    assert "report" not in left.text.casefold()
    await ben.ask("buddy", direct=True)
    await ben.hears("a moderator looks at something first")
    await joined(town, "cem")
    before = len([one for one in ben._seen() if "I found somebody" in one.text])
    for _each in range(2):
        await a_round(town)
    assert len([one for one in ben._seen() if "I found somebody" in one.text]) == before


async def test_evidence_needs_a_reason_and_a_second_moderator(town):
    _ana, _ben, ben_is, ana_is, id = await reported(town)
    mira = await town.person("mira", role=Role.MODERATOR)
    olu = await town.person("olu", role=Role.OWNER)
    await mira.hears("There is a new report")
    await mira.ask("reports")
    heard = await mira.hears(f"Report {id}", ben_is, ana_is, private=True)
    assert "send me" not in heard.text and "m.ben" not in heard.text
    await mira.press(f"Take {id}")
    await mira.hears("is yours")
    await mira.ask("reports evidence", id=id, why="to see what was asked")
    await mira.hears("Asked for")
    await mira.press("Read it")
    await mira.hears("Nobody has agreed yet")
    await mira.press("I agree")
    await mira.hears("Somebody else has to agree")
    await olu.press("I agree")
    await olu.hears("Agreed")
    await mira.press("Read it")
    heard = await mira.hears("send me your real name", "changed it", "never mind")
    assert "ben" not in heard.text.casefold().replace(ben_is.casefold(), "")
    await town.later(25 * HOUR)
    await mira.press("Read it")
    await mira.hears("24 hours are over")
    async with town.app.house.db.transaction() as tx:
        audit = Audit(town.app.house.vault)
        assert await audit.broken_at(tx) is None
        steps = [one.did for one in await audit.of(tx, f"report/{id}")]
    assert steps == ["claimed", "asked to open", "agreed to open", "read"]


async def test_in_an_emergency_one_moderator_is_enough_and_the_others_are_told(town):
    _ana, _ben, ben_is, _ana_is, id = await reported(town)
    mira = await town.person("mira", role=Role.MODERATOR)
    olu = await town.person("olu", role=Role.OWNER)
    await mira.ask("reports reveal", id=id, whom="reported", why="a life in danger", emergency="yes")
    await mira.hears(ben_is, f"{town.side}.ben", "Please keep it to yourself", private=True)
    await olu.hears("In an emergency, a moderator opened report")


async def test_a_moderator_who_is_a_party_sees_nothing(town):
    _ana, ben, _ben_is, _ana_is, id = await reported(town, ben={"role": Role.MODERATOR})
    await ben.ask("reports", direct=True)
    await ben.hears("No report waits")
    for line in (("reports claim", {}), ("reports evidence", {"why": "curious"}), ("reports hold", {"hours": 0})):
        await ben.ask(line[0], direct=True, id=id, **line[1])
        await ben.hears("There is no open report")


async def test_deciding_destroys_what_was_kept_and_lifts_the_hold(town):
    _ana, ben, _ben_is, _ana_is, id = await reported(town)
    mira = await town.person("mira", role=Role.MODERATOR)
    await mira.ask("reports decide", id=id, verdict="talked")
    await mira.hears("Decided", "is destroyed")
    async with town.app.house.vault.db.transaction() as tx:
        assert await tx.all("SELECT * FROM keys WHERE person = ?1", f"report/{id}") == []
    await ben.ask("buddy", direct=True)
    await ben.hears("I look for somebody for you")
    await mira.ask("reports")
    await mira.hears("No report waits")


async def test_a_hold_stands_until_a_person_has_looked(town):
    _ana, ben, _ben_is, _ana_is, id = await reported(town)
    mira = await town.person("mira", role=Role.MODERATOR)
    await town.later(73 * HOUR)
    await mira.hears("still waits for a decision")
    await ben.ask("buddy", direct=True)
    await ben.hears("a moderator looks at something first")
    await mira.ask("reports hold", id=id, hours=0)
    await mira.hears("The hold is lifted")
    await ben.ask("buddy", direct=True)
    await ben.hears("I look for somebody for you")


async def test_the_evidence_outlives_an_erasure_and_the_hold_a_new_beginning(town):
    _ana, ben, ben_is, _ana_is, id = await reported(town)
    await ben.ask("privacy erase", direct=True)
    await ben.hears("stays sealed until that is decided")
    await ben.press("Yes, erase everything")
    await ben.hears("It is all erased")
    mira = await town.person("mira", role=Role.MODERATOR)
    await mira.ask("reports reveal", id=id, whom="reported", why="they erased it", emergency="yes")
    await mira.hears(ben_is, f"{town.side}.ben")
    ben = await joined(town, "ben")
    await ben.ask("buddy", direct=True)
    await ben.hears("a moderator looks at something first")


async def test_moderators_write_to_a_pseudonym_and_are_answered(town):
    ana, ben, ben_is, _ana_is, _id = await reported(town)
    mira = await town.person("mira", role=Role.MODERATOR)
    await mira.ask("reports write", name=ben_is, text="please tell us what happened")
    await mira.hears(f"{ben_is} has it")
    await ben.hears("A moderator writes to you", "please tell us", private=True)
    if ben.account.startswith("d."):
        await ben.press("Answer")
        await ben.fill(text="it was a joke")
    else:
        line = next(one.line for one in newest(ben, "A moderator writes").presses)
        await ben.say(f"{line} text=it was a joke", direct=True)
    await ben.hears("The moderators have it")
    await mira.hears(f"{ben_is} answers", "it was a joke")
    await ana.hears_nothing()


async def test_revealing_needs_both(town):
    ana, ben = await joined(town, "ana"), await joined(town, "ben")
    await met(town, ana, ben)
    await ana.ask("buddy reveal", direct=True)
    await ana.press("Yes, if both want it")
    await ana.hears("Nothing is shown unless")
    await ben.hears_nothing()
    await ben.ask("buddy reveal", direct=True)
    await ben.press("Yes, if both want it")
    await ben.hears("You both wanted", f"{town.side}.ana")
    await ana.hears("You both wanted", f"{town.side}.ben")


async def test_sharing_a_check_in_and_taking_it_back(town):
    ana, ben = await joined(town, "ana"), await joined(town, "ben")
    await ana.ask("start agree", purpose="checkins")
    await ana.ask("checkin", direct=True, mood=2, note="a long day @ben")
    _ben_is, ana_is = await met(town, ana, ben)
    await ana.ask("buddy share", direct=True)
    await ana.press("Show:")
    await ana.hears("can see it now")
    heard = await ben.hears("shows you a check-in", "a long day", ana_is)
    assert ".ben" not in heard.text and "@" not in heard.text
    copy = newest(ben, "shows you a check-in")
    await town.later(timedelta(days=20))
    await ana.ask("buddy shares", direct=True)
    await ana.hears("were shown")
    await ana.press("Take back")
    await ana.hears("Taken back")
    assert town.store.messages.message(int(copy.id)).deleted


async def test_the_pool_in_numbers_that_show_nobody(town):
    await joined(town, "ana")
    mira = await town.person("mira", role=Role.MODERATOR)
    await mira.ask("buddy pool")
    await mira.hears("fewer than 10", "too few to say")


async def test_names_links_and_numbers_stay_out_of_the_bio(town):
    ana = await joined(town, "ana")
    for bio in ("write me at ana@example.org", "@ana", "https://example.org", "call 0151 2345678"):
        await ana.ask("buddy words", direct=True, bio=bio)
        await ana.hears("Please leave out names")
    await ana.ask("buddy words", direct=True, interests="Gardening, chess", bio="I like the sea and 2 cats.")
    await ana.hears("gardening and chess", "I like the sea")


async def test_writing_with_several_buddies_goes_to_the_right_one(town):
    ana = await joined(town, "ana")
    await ana.ask("buddy set", direct=True, what="habits", value="most-2")
    ben = await joined(town, "ben")
    ben_is, _ = await met(town, ana, ben)
    cem = await joined(town, "cem")
    cem_is, _ = await met(town, ana, cem)
    await cem.ask("buddy talk", direct=True)
    await town.platform.say(cem.account, room_of(cem), "from cem")
    await ben.ask("buddy talk", direct=True)
    await town.platform.say(ben.account, room_of(ben), "from ben")
    await town.settle()
    await writes(ana, "back to ben", ben_is)
    await ben.hears("back to ben")
    assert all("back to ben" not in one.text for one in cem._seen())
    await ana.ask("buddy end", direct=True)
    heard = await ana.hears("Whose conversation")
    assert set(heard.choices) == {ben_is, cem_is}
