"""Saying things: once, in order, privately, whatever happens on the way."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from adapters.matrix.sending import NOT_PRIVATE, Later, NotSent, Sent
from adapters.matrix.wire import TokenRejected

from .proxy import Stall, bad_gateway, cut, error, half_json, lost_answer, page, slow_down, truncated

SEND = "/send/|/redact/"


@pytest.fixture
async def bot_and_room(station, carl, proxy):
    """A station behind the proxy, in a plain room with carl."""
    bot = await station(proxy.url)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    return bot, room


async def test_the_same_transaction_is_one_message(bot_and_room, carl) -> None:
    bot, room = bot_and_room
    first = await bot.said(room, "once", "t1")
    assert await bot.said(room, "once", "t1") == first
    both = await asyncio.gather(*(bot.says(room, "twice at once", "t2") for _ in range(3)))
    assert len({outcome.event_id for outcome in both}) == 1
    assert await carl.bodies(room, by=bot.id) == ["once", "twice at once"]


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_an_answer_lost_in_a_crash_is_still_one_message(station, ana, proxy, encrypted: bool) -> None:
    bot = await station(proxy.url, kept=True)
    room = await ana.room(encrypted=encrypted, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    proxy.does(lost_answer(), on=SEND, times=2)
    outcome = await bot.says(room, "said once", "t1")
    assert isinstance(outcome, Later)
    await bot.stop()
    bot = await station(proxy.url, again=bot)
    event_id = await bot.said(room, "said once", "t1")
    await bot.said(room, "and more", "t2")
    await ana.hears(room, "and more", by=bot.id)
    assert await ana.bodies(room, by=bot.id) == ["said once", "and more"]
    assert (await ana.hears(room, "said once", by=bot.id)).event_id == event_id


async def test_every_fault_says_later_and_leaves_one_message_in_the_end(bot_and_room, carl, proxy) -> None:
    bot, room = bot_and_room
    faults = {
        "502": bad_gateway(),
        "a page": page(),
        "half": half_json(),
        "truncated": truncated(),
        "cut": cut(),
        "lost": lost_answer(),
        "locked": error(401, "M_USER_LOCKED"),
    }
    for what, fault in faults.items():
        proxy.does(fault, on=SEND, times=2)
        for _ in range(3):
            outcome = await bot.says(room, what, f"txn {what}")
            if isinstance(outcome, Sent):
                break
            assert isinstance(outcome, Later), what
        assert isinstance(outcome, Sent) and proxy.pending == 0, what
    assert await carl.bodies(room, by=bot.id) == list(faults)


async def test_a_deadline_ends_the_waiting_and_not_the_work(bot_and_room, carl, proxy) -> None:
    bot, room = bot_and_room
    stall = Stall()
    proxy.does(stall, on=SEND)
    first = asyncio.create_task(bot.says(room, "first", "t1"))
    await asyncio.wait_for(stall.reached.wait(), 30)
    second = asyncio.create_task(bot.says(room, "second", "t2"))
    while not bot.clock.expire() or not first.done():
        await asyncio.sleep(0)
    assert isinstance(first.result(), Later)
    again = asyncio.create_task(bot.says(room, "first", "t1"))
    stall.release.set()
    assert isinstance(await again, Sent)
    await second
    await bot.sending.finish()
    await bot.said(room, "second", "t2")
    assert await carl.bodies(room, by=bot.id) == ["first", "second"]


async def test_a_caller_that_gives_up_does_not_stop_the_message(bot_and_room, carl, proxy) -> None:
    bot, room = bot_and_room
    stall = Stall()
    proxy.does(stall, on=SEND)
    sending = asyncio.create_task(bot.says(room, "on its way", "t1"))
    await asyncio.wait_for(stall.reached.wait(), 30)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    stall.release.set()
    await bot.sending.finish()
    await carl.hears(room, "on its way", by=bot.id)


@pytest.mark.parametrize("header", [False, True], ids=["in the body", "in the header"])
async def test_slowing_down_is_for_the_whole_account(station, carl, proxy, bot_and_room, header: bool) -> None:
    bot, room = bot_and_room
    other = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(other, 30)
    proxy.does(slow_down(9_000, header=header), on=SEND)
    assert await bot.says(room, "hello", "t1") == Later("M_LIMIT_EXCEEDED", 9.0)
    outcome = await bot.says(other, "hello there", "t2")
    assert isinstance(outcome, Later) and 0 < outcome.after <= 9
    assert proxy.count(SEND) == 1
    await bot.clock.sleep_until(bot.clock.now() + timedelta(seconds=outcome.after))
    await bot.said(room, "hello", "t1")
    await bot.said(other, "hello there", "t2")


async def test_many_at_once_keep_their_order(bot_and_room, carl) -> None:
    bot, room = bot_and_room
    texts = [f"line {number}" for number in range(12)]
    await asyncio.gather(*(bot.said(room, text) for text in texts))
    assert await carl.bodies(room, by=bot.id) == texts


async def test_what_never_will_be_sent_says_so(bot_and_room, carl) -> None:
    bot, room = bot_and_room
    assert await bot.says(room, "x" * 70_000) == NotSent("M_TOO_LARGE")
    await carl.gives_power(room, {carl: None, bot.id: -1})
    assert await bot.says(room, "may I?") == NotSent("M_FORBIDDEN")
    unknown = await bot.sending.message("!nowhere:localhost", "m.room.message", {}, "t")
    assert isinstance(unknown, Later)


async def test_private_words_go_to_one_person_or_to_nobody(station, ana, bert) -> None:
    bot = await station()
    plain = await ana.room(invite=[bot.id])
    sealed = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(plain, 30) and await bot.sync.meet(sealed, 30)
    content = {"msgtype": "m.text", "body": "for ana alone"}

    async def privately(room: str, txn: str) -> object:
        return await bot.sending.message(room, "m.room.message", content, txn, only=ana.id)

    assert await privately(plain, "t1") == NotSent(NOT_PRIVATE)
    assert isinstance(await privately(sealed, "t2"), Sent)
    await ana.invites(sealed, bert)
    await bot.hears(lambda each: getattr(getattr(each, "event", None), "state_key", None) == bert.id)
    assert await privately(sealed, "t3") == NotSent(NOT_PRIVATE)
    said = [
        event for event in await ana.reads(sealed) if event.source["type"] in ("m.room.encrypted", "m.room.message")
    ]
    assert len(said) == 1


async def test_a_revoked_token_is_raised_to_whoever_sends(bot_and_room, proxy) -> None:
    bot, room = bot_and_room
    proxy.does(error(401, "M_UNKNOWN_TOKEN"), on=SEND)
    with pytest.raises(TokenRejected):
        await bot.says(room, "hello")


async def test_redacting_twice_is_redacting_once(bot_and_room, carl, proxy) -> None:
    bot, room = bot_and_room
    event_id = await bot.said(room, "never mind")
    proxy.does(lost_answer(), on=SEND, times=2)
    assert isinstance(await bot.sending.redact(room, event_id, "r1"), Later)
    outcome = await bot.sending.redact(room, event_id, "r1")
    assert isinstance(outcome, Sent)
    assert await carl.bodies(room, by=bot.id) == []
