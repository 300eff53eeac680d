"""One person, two accounts: on either side of the local platform, which are two platforms' manners."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.talk.model import Role, UserRef
from tests.contract.local import LocalTown
from tests.contract.pairs import a_round, joined, met

pytestmark = pytest.mark.contract


@pytest.fixture
async def town(tmp_path):
    made = await LocalTown.open(tmp_path, "d", {})
    yield made
    await made.close()


async def a_code(someone):
    await someone.ask("start agree", purpose="linking")
    await someone.ask("link", direct=True)
    heard = await someone.hears("Write this on your other account", private=True)
    found = re.search(r"link code (\S+)", heard.text)
    assert found
    return found[1]


async def link(town, one, other, *, stays="That of the other account"):
    await other.ask("link code", direct=True, code=await a_code(one))
    heard = await other.hears("one person with", one.account)
    await other.press(stays if stays in heard.choices else "Yes, that is me")
    await other.hears("Now confirm it on the other account")
    await one.hears("Your code was entered by", other.account)
    await one.press("Yes, that is me")
    await one.hears("Linked")
    await other.hears("Linked")


async def person_of(town, account):
    async with town.app.house.db.transaction() as tx:
        return await town.app.house.people.find(tx, UserRef("local", account))


async def test_a_stranger_account_becomes_the_same_person(town):
    ana, too = await town.person("ana"), await town.person("ana", side="m")
    await ana.ask("start agree", purpose="checkins")
    await ana.ask("checkin", direct=True, mood=4, note="from here")
    await link(town, ana, too)
    await too.ask("checkin history", direct=True)
    await too.hears("from here")
    await too.ask("link part", direct=True)
    await too.press("Yes, part it")
    await too.hears("Parted")
    await too.ask("checkin history", direct=True)
    await too.hears("nothing to look back")
    await ana.ask("checkin history", direct=True)
    await ana.hears("from here")


@pytest.mark.parametrize("stays", ["That of the other account", "That of this account"])
async def test_one_record_stays_and_the_other_is_erased(town, stays):
    ana, too = await town.person("ana"), await town.person("ana", side="m")
    for someone, note in ((ana, "the first record"), (too, "the second record")):
        await someone.ask("start agree", purpose="checkins")
        await someone.ask("checkin", direct=True, mood=3, note=note)
    before = (await person_of(town, "d.ana")).id, (await person_of(town, "m.ana")).id
    await link(town, ana, too, stays=stays)
    await town.settle()
    kept, gone = before if stays == "That of the other account" else before[::-1]
    assert (await person_of(town, "d.ana")).id == (await person_of(town, "m.ana")).id == kept
    for someone in (ana, too):
        await someone.ask("checkin history", direct=True)
        heard = await someone.hears("record")
        assert ("first" in heard.text) is (kept == before[0])
    async with town.app.house.db.transaction() as tx:
        assert await town.app.house.people.get(tx, gone) is None
    assert gone not in await town.app.house.vault.people()


async def test_a_code_is_for_two_accounts_a_quarter_of_an_hour_and_one_use(town):
    ana, ben = await town.person("ana"), await town.person("ben")
    code = await a_code(ana)
    await ana.ask("link code", direct=True, code=code)
    await ana.hears("That is the account you got the code on")
    await ben.ask("link code", direct=True, code="AAAA-BBBB")
    await ben.hears("I don't know that code")
    await ben.ask("link code", direct=True, code=code)
    await ben.press("Yes, that is me")
    await ana.hears("Your code was entered by", "d.ben")
    await ana.press("No")
    await ana.hears("Nothing was linked")
    assert await person_of(town, "d.ben") is None
    code = await a_code(ana)
    await town.later(timedelta(minutes=16))
    await ben.ask("link code", direct=True, code=code)
    await ben.hears("its time is over")


async def test_roles_are_never_inherited(town):
    mira = await town.person("mira", role=Role.MODERATOR)
    town.store.change_account("m.mira", role=Role.MEMBER)
    too = await town.person("olu", side="m", role=Role.MEMBER)
    await link(town, mira, too)
    await too.ask("reports", direct=True)
    await too.hears("This is for moderators")


async def test_buddies_can_not_link_and_blocks_go_along(town):
    ana, ben = await joined(town, "ana"), await joined(town, "ben")
    await met(town, ana, ben)
    await ben.ask("link code", direct=True, code=await a_code(ana))
    await ben.hears("can't be linked")
    await ana.ask("buddy block", direct=True)
    await ben.ask("link code", direct=True, code=await a_code(ana))
    await ben.hears("can't be linked")
    too = await town.person("ben", side="m")
    await link(town, ben, too)
    await ben.ask("link part", direct=True)
    await ben.press("Yes, part it")
    await ben.hears("Parted")
    await joined(town, "ben")
    for _each in range(2):
        await a_round(town)
    async with town.app.house.db.transaction() as tx:
        rows = await tx.all("SELECT state FROM buddy_pairs WHERE state != 'over'")
    assert rows == []


async def test_a_hold_goes_along(town):
    ana, ben = await joined(town, "ana"), await joined(town, "ben")
    await met(town, ana, ben)
    await ana.ask("buddy report", direct=True)
    await ana.press("insults")
    await ana.hears("It is reported")
    too = await town.person("ben", side="m")
    await link(town, ben, too)
    await too.ask("link part", direct=True)
    await too.press("Yes, part it")
    fresh = await joined(town, "ben", "m")
    await fresh.ask("buddy", direct=True)
    await fresh.hears("a moderator looks at something first")
