"""People, accounts and consents."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.talk.model import UserRef

from .conftest import House

ANA = UserRef("local", "ana")
ANA_ELSEWHERE = UserRef("matrix", "@ana:example.org")


async def test_a_stranger_is_nobody_and_joins_once(house: House) -> None:
    async with house.db.transaction() as tx:
        assert await house.people.find(tx, ANA) is None
        person = await house.people.join(tx, ANA, language="de")
        assert await house.people.join(tx, ANA, language="en") == person
        assert await house.people.find(tx, ANA) == person
        assert (person.language, person.country, person.zone) == ("de", None, None)
        assert person.created == house.clock.now()
    assert await house.vault.people() == {person.id}


async def test_settings_are_changed_one_by_one_and_can_be_forgotten(house: House) -> None:
    async with house.db.transaction() as tx:
        person = await house.people.join(tx, ANA, language="de", country="AT")
        assert (await house.people.set(tx, person.id, zone="Europe/Vienna")).country == "AT"
        changed = await house.people.set(tx, person.id, country=None)
        assert (changed.language, changed.country, changed.zone) == ("de", None, "Europe/Vienna")
        assert await house.people.set(tx, person.id) == changed
        with pytest.raises(LookupError):
            await house.people.set(tx, "nobody", zone="UTC")


async def test_accounts_are_sealed_and_the_newest_is_written_to(house: House) -> None:
    async with house.db.transaction() as tx:
        person = await house.people.join(tx, ANA)
        await house.clock.advance(timedelta(seconds=1))
        await house.people.link(tx, person.id, ANA_ELSEWHERE)
        assert await house.people.accounts(tx, person.id) == [ANA_ELSEWHERE, ANA]
        assert await house.people.account_of(tx, person.id) == ANA_ELSEWHERE
        assert await house.people.account_of(tx, person.id, "local") == ANA
        assert await house.people.account_of(tx, person.id, "discord") is None
        rows = await tx.all("SELECT * FROM accounts")
        assert not any(b"ana" in bytes(str(tuple(row)), "utf-8") + row["sealed"] for row in rows)
        with pytest.raises(ValueError, match="already"):
            await house.people.link(tx, person.id, ANA)


async def test_the_same_id_on_two_platforms_is_two_accounts(house: House) -> None:
    async with house.db.transaction() as tx:
        one = await house.people.join(tx, UserRef("discord", "7"))
        other = await house.people.join(tx, UserRef("matrix", "7"))
        assert one.id != other.id


async def test_a_consent_is_given_renewed_and_taken_back(house: House) -> None:
    async with house.db.transaction() as tx:
        id = (await house.people.join(tx, ANA)).id
        assert not await house.people.agreed(tx, id, "checkins")
        await house.people.grant(tx, id, "checkins", 1)
        assert await house.people.agreed(tx, id, "checkins", 1)
        assert not await house.people.agreed(tx, id, "checkins", 2)
        assert not await house.people.agreed(tx, id, "write_first")
        given = (await house.people.consents(tx, id))["checkins"].given
        await house.clock.advance(timedelta(days=1))
        await house.people.grant(tx, id, "checkins", 1)
        assert (await house.people.consents(tx, id))["checkins"].given == given
        await house.people.grant(tx, id, "checkins", 2)
        assert (await house.people.consents(tx, id))["checkins"].given == house.clock.now()
        assert await house.people.withdraw(tx, id, "checkins")
        assert not await house.people.withdraw(tx, id, "checkins")
        assert not await house.people.withdraw(tx, id, "write_first")
        assert not await house.people.agreed(tx, id, "checkins")
        kept = (await house.people.consents(tx, id))["checkins"]
        assert kept.withdrawn == house.clock.now() and not kept.holds
        await house.people.grant(tx, id, "checkins", 2)
        assert await house.people.agreed(tx, id, "checkins", 2)


async def test_an_undone_join_leaves_no_person(house: House) -> None:
    with pytest.raises(KeyError):
        async with house.db.transaction() as tx:
            await house.people.join(tx, ANA)
            raise KeyError
    async with house.db.transaction() as tx:
        assert await house.people.find(tx, ANA) is None
        person = await house.people.join(tx, ANA)
    assert len(await house.vault.people()) == 2
    assert await house.vault.sweep({person.id}) == 0
    await house.clock.advance(timedelta(days=8))
    assert await house.vault.sweep({person.id}) == 1
    assert await house.vault.people() == {person.id}
