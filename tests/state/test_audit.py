"""The audit chain: any change to it shows, pruning keeps it whole, and an erased name leaves a number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.state import audit
from bot.state.audit import BOT, Audit
from bot.talk.model import UserRef

from .conftest import House

ANA, BEN = UserRef("local", "ana-the-first"), UserRef("local", "ben-the-second")


async def steps(house: House, n: int) -> Audit:
    chain = Audit(house.vault)
    async with house.db.transaction() as tx:
        for step in range(n):
            who = await chain.actor(tx, ANA if step % 2 else BEN)
            await chain.note(tx, who, "taken", f"case/{step}", "a word")
        await chain.note(tx, BOT, "lapsed", "case/0")
    return chain


async def broken(house: House, chain: Audit) -> int | None:
    async with house.db.transaction() as tx:
        return await chain.broken_at(tx)


async def test_one_number_for_an_account_and_its_name_only_sealed(house: House) -> None:
    chain = await steps(house, 4)
    async with house.db.transaction() as tx:
        ana = await chain.actor(tx, ANA)
        assert ana == await chain.actor(tx, ANA) != await chain.actor(tx, BEN)
        assert await chain.who(tx, ana) == ANA
        assert await chain.who(tx, BOT) is None
        assert [entry.did for entry in await chain.of(tx, "case/0")] == ["taken", "lapsed"]
    await house.db.checkpoint()
    assert b"ana-the-first" not in house.db.path.read_bytes()
    assert await broken(house, chain) is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_log SET did = 'closed' WHERE seq = 3",
        "UPDATE audit_log SET actor = 'bot' WHERE seq = 3",
        "UPDATE audit_log SET at = at + 1 WHERE seq = 3",
        "DELETE FROM audit_log WHERE seq = 3",
        "UPDATE audit_log SET hash = 'x' WHERE seq = 3",
        "INSERT INTO house (name, value) VALUES ('audit.anchor', '0 forged')",
    ],
)
async def test_a_change_shows(house: House, tampering: str) -> None:
    chain = await steps(house, 6)
    async with house.db.transaction() as tx:
        await tx.execute(tampering)
    assert await broken(house, chain) in (3, 1)


async def test_pruning_keeps_the_last_hash(house: House) -> None:
    chain = await steps(house, 3)
    await house.clock.advance(timedelta(days=300))
    await steps(house, 3)
    await house.clock.advance(timedelta(days=70))
    async with house.db.transaction() as tx:
        assert await audit.prune(tx) == 4
    assert await broken(house, chain) is None
    await house.clock.advance(timedelta(days=400))
    async with house.db.transaction() as tx:
        assert await audit.prune(tx) == 4
        assert await tx.all("SELECT * FROM audit_actors") == []
        await chain.note(tx, BOT, "opened", "case/9")
    assert await broken(house, chain) is None
    async with house.db.transaction() as tx:
        await tx.execute("UPDATE audit_log SET what = 'case/8'")
    assert await broken(house, chain) is not None


async def test_an_erased_name_is_told_no_more(house: House) -> None:
    chain = await steps(house, 2)
    async with house.db.transaction() as tx:
        person = await house.people.join(tx, ANA)
        actor = await chain.actor(tx, ANA)
        await audit.forget_names(tx, person.id)
        assert await chain.who(tx, actor) is None
        assert await chain.actor(tx, ANA) != actor
    assert await broken(house, chain) is None
