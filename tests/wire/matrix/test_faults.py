"""What the network and the server do to the sync loop, and what it does not do to them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.pauses import Pauses
from adapters.matrix.wire import TokenRejected, ask, path

from .hurry import Hurried
from .proxy import Stall, bad_gateway, cut, error, half_json, lost_answer, page, rewritten, slow_down, truncated

TROUBLE = {
    "502": bad_gateway,
    "503": lambda: bad_gateway(503),
    "a page": page,
    "half the JSON": half_json,
    "truncated": truncated,
    "cut": cut,
    "lost": lost_answer,
    "no JSON object": lambda: rewritten_to([]),
    "no position": lambda: rewritten(lambda said: said.pop("next_batch")),
    "a proxy's 404": lambda: bad_gateway(404),
    "locked for now": lambda: error(401, "M_USER_LOCKED", soft_logout=True),
}


def rewritten_to(body: Any) -> Any:
    from aiohttp import web

    async def fault(request: Any, forward: Any) -> web.StreamResponse:
        return web.json_response(body)

    return fault


async def test_trouble_passes_with_growing_pauses_and_nothing_lost(station, carl, proxy) -> None:
    bot = await station(proxy.url)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    for what, fault in TROUBLE.items():
        before = len(bot.clock.pauses)
        proxy.does(fault(), on="/sync", times=5)
        await carl.sets(room, "m.room.topic", {"topic": what})  # ends the request that is on its way already
        await proxy.asked("/sync")
        await carl.writes(room, f"through {what}")
        await bot.hears(f"through {what}", room)
        pauses = bot.clock.pauses[before:]
        # aiohttp repeats a request by itself, once, when a kept connection dies.
        assert 2 <= len(pauses) <= 5 and (len(pauses) == 5 or what in ("cut", "lost")), what
        for number, pause in enumerate(pauses):
            assert 2**number / 2 <= pause <= 2**number, what
        assert proxy.pending == 0 and bot.sync.healthy, what
    assert bot.bodies(room) == [f"through {what}" for what in TROUBLE]


@pytest.mark.parametrize("header", [False, True], ids=["in the body", "in the header"])
async def test_slowing_down_when_asked(station, carl, proxy, header: bool) -> None:
    bot = await station(proxy.url)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    proxy.does(slow_down(17_000, header=header), on="/sync", times=2)
    await carl.sets(room, "m.room.topic", {"topic": "ends the request that is on its way already"})
    await proxy.asked("/sync")
    await carl.writes(room, "slowly now")
    await bot.hears("slowly now", room)
    assert bot.clock.pauses[-2:] == [17.0, 17.0]


async def test_a_silent_server_is_asked_again(station, carl, proxy) -> None:
    bot = await station(proxy.url)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    stall = Stall()
    proxy.does(stall, on="/sync")
    await asyncio.wait_for(stall.reached.wait(), 30)
    await carl.writes(room, "is anybody there?")
    assert bot.clock.expire() == 1
    await bot.hears("is anybody there?", room)


async def test_an_hour_of_errors_is_few_requests(station, proxy) -> None:
    bot = await station(proxy.url)
    before = proxy.count("/sync")
    start = bot.clock.now()
    proxy.does(bad_gateway(), on="/sync", times=None)
    await asyncio.wait_for(bot.clock.comes(start + timedelta(hours=1)), 30)
    assert 60 <= proxy.count("/sync") - before <= 140
    assert not bot.sync.healthy


@pytest.mark.parametrize("when", ["at the start", "in the middle"])
async def test_a_revoked_token_ends_it_with_a_sentence_for_the_owner(station, ana, proxy, when: str) -> None:
    bot = await station(proxy.url, kept=True)
    if when == "at the start":
        await bot.stop()
        bot = await station(proxy.url, again=bot, started=False)
    await ask(bot.client, "POST", path("logout"), {})
    before = proxy.count("/sync")
    if when == "at the start":
        with pytest.raises(TokenRejected) as caught:
            await bot.start()
        fate: BaseException = caught.value
    else:
        fate = await bot.fate()
    assert isinstance(fate, TokenRejected) and fate.code == "M_UNKNOWN_TOKEN" and not fate.soft
    assert "handrail matrix login" in str(fate)
    assert bot.client.access_token not in str(fate)
    assert proxy.count("/sync") - before <= 1


async def test_a_soft_logout_says_so(station, proxy) -> None:
    bot = await station(proxy.url)
    proxy.does(error(401, "M_UNKNOWN_TOKEN", soft_logout=True), on="/sync")
    fate = await bot.fate()
    assert isinstance(fate, TokenRejected) and fate.soft


async def test_a_token_revoked_while_a_gap_is_filled_ends_it_too(station, carl, proxy) -> None:
    bot = await station(proxy.url, limit=2, kept=True)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await bot.position_saved()
    await bot.stop()
    for number in range(4):
        await carl.writes(room, str(number))
    proxy.does(error(401, "M_UNKNOWN_TOKEN"), on="/messages")
    bot = await station(proxy.url, again=bot, limit=2)
    assert isinstance(await bot.fate(), TokenRejected)


async def test_a_refused_position_begins_at_the_present(station, carl, proxy, caplog) -> None:
    bot = await station(proxy.url, kept=True)
    room = await carl.room(invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await carl.writes(room, "before")
    await bot.hears("before", room)
    await bot.position_saved()
    await bot.stop()
    bot.notes.kept["position"] = "no such place"
    bot = await station(proxy.url, again=bot)
    await carl.writes(room, "after")
    await bot.hears("after", room)
    assert bot.bodies(room) == ["after"]
    assert "the server refused our position; what came meanwhile may be missed" in caplog.messages


GARBAGE = [
    None,
    7,
    {},
    {"type": "m.room.message"},
    {"type": "m.room.message", "event_id": "$a", "content": {}},
    {"type": "m.room.message", "event_id": "$b", "sender": "@x:y", "origin_server_ts": 1, "content": {"msgtype": 3}},
    {"type": "m.room.message", "event_id": "$c", "sender": "@x:y", "origin_server_ts": "x", "content": {}},
    {"type": "m.room.encrypted", "event_id": "$d", "sender": "@x:y", "origin_server_ts": 1, "content": {}},
    {
        "type": "m.room.encrypted",
        "event_id": "$e",
        "sender": "@x:y",
        "origin_server_ts": 1,
        "content": {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AAA", "session_id": "s"},
    },
    {"type": "m.room.power_levels", "event_id": "$f", "sender": "@x:y", "origin_server_ts": 1, "state_key": "",
     "content": {"users": [], "ban": "x"}},
    {"type": "m.room.member", "event_id": "$g", "sender": "@x:y", "origin_server_ts": 1, "state_key": "@x:y",
     "content": {"membership": ["join"]}},
    {"type": "m.room.redaction", "event_id": "$h", "sender": "@x:y", "origin_server_ts": 1, "content": {},
     "unsigned": "?"},
    {"type": "m.room.name", "event_id": "$i", "sender": "@x:y", "origin_server_ts": 1, "content": {"name": "x"},
     "unsigned": {"redacted_because": 4}},
]  # fmt: skip


async def test_garbage_costs_nothing_but_itself(station, ana, proxy) -> None:
    bot = await station(proxy.url)
    room = await ana.room(encrypted=True, invite=[bot.id])
    assert await bot.sync.meet(room, 30)
    await bot.position_saved()
    own = bot.client.olm.account.identity_keys["curve25519"]
    devices = [
        *GARBAGE,
        {"type": "m.room.encrypted", "sender": ana.id, "content": {"algorithm": "m.olm.v1.curve25519-aes-sha2",
         "sender_key": "x", "ciphertext": {own: {"type": 0, "body": "not a message"}}}},
        {"type": "m.room_key_request", "sender": ana.id, "content": {"action": "request", "body": {}}},
        {"type": "m.key.verification.start", "sender": ana.id, "content": {"method": "?"}},
    ]  # fmt: skip

    def spoil(sync: dict) -> None:
        sync.setdefault("to_device", {})["events"] = [*devices, *sync.get("to_device", {}).get("events", [])]
        sync["device_lists"] = {"changed": [None, {}]}
        joined = sync.setdefault("rooms", {}).setdefault("join", {})
        joined["!nonsense"] = {"timeline": 4, "state": {"events": "x"}}
        joined["!more"] = 9
        sync["rooms"]["invite"] = {"!who": {"invite_state": {"events": [1, {"type": "m.room.member"}]}}}
        sync["rooms"]["leave"] = {"!where": None}
        if room in joined:
            around = joined[room]["timeline"]
            around["events"] = [*GARBAGE, *around["events"], *GARBAGE]
            joined[room]["state"] = {"events": GARBAGE}

    proxy.does(rewritten(spoil), on="/sync", times=None)
    await ana.writes(room, "in all this noise")
    await bot.hears("in all this noise", room)
    await ana.writes(room, "and again")
    await bot.hears("and again", room)
    assert bot.bodies(room, by=ana) == ["in all this noise", "and again"]
    proxy.heals()
    await bot.said(room, "still here")
    await ana.hears(room, "still here", by=bot.id)


@given(failures=st.integers(0, 400), asked=st.floats(0, 1e6), seed=st.integers())
def test_a_pause_is_spread_bounded_and_never_shorter_than_asked(failures: int, asked: float, seed: int) -> None:
    pauses = Pauses(Hurried(), Random(seed), first=1.0, most=60.0)
    for _ in range(failures):
        pauses.next()
    span = min(2.0 ** min(failures, 30), 60.0)
    pause = pauses.next(asked)
    assert pause >= asked
    assert span / 2 <= pause <= max(span, asked)
    pauses.reset()
    assert pauses.next() <= 1.0
