"""Powers as they are now, and never more than that."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.matrix.powers import CREATOR, Powers, level_of, powers_in
from adapters.matrix.wire import Refused


async def test_creators_stand_above_all_since_version_12(station, carl, bert) -> None:
    bot = await station(started=False)
    room = await carl.asks(
        "POST",
        "/createRoom",
        {"room_version": "12", "invite": [bert.id], "creation_content": {"additional_creators": [bert.id]}},
    )
    room = room["room_id"]
    await bert.joins(room)
    await carl.invites(room, bot.id)
    await bot.client.join(room)
    assert await level_of(bot.client, room, carl.id) == CREATOR
    assert await level_of(bot.client, room, bert.id) == CREATOR
    assert await level_of(bot.client, room, bot.id) == 0


async def test_before_that_a_creator_has_what_is_written(station, carl) -> None:
    bot = await station(started=False)
    room = await carl.room(version="11", invite=[bot.id])
    await bot.client.join(room)
    assert await level_of(bot.client, room, carl.id) == 100
    powers = await powers_in(bot.client, room)
    assert not powers.creators_above_all
    await carl.gives_power(room, {bot.id: 100})
    await carl.gives_power(room, {carl: 10})
    assert await level_of(bot.client, room, carl.id) == 10


async def test_a_level_that_was_taken_away_is_gone_and_so_is_one_of_who_left(station, carl, bert) -> None:
    bot = await station(started=False)
    room = await carl.room(invite=[bot.id, bert])
    await bot.client.join(room)
    assert await level_of(bot.client, room, bert.id) is None
    await bert.joins(room)
    await carl.gives_power(room, {bert: 50})
    assert await level_of(bot.client, room, bert.id) == 50
    assert (await powers_in(bot.client, room)).may_redact_others(bert.id)
    await carl.gives_power(room, {bert: None})
    assert await level_of(bot.client, room, bert.id) == 0
    await carl.gives_power(room, {bert: 50})
    await carl.removes(room, bert)
    assert await level_of(bot.client, room, bert.id) is None
    assert await level_of(bot.client, room, "@nobody:localhost") is None


async def test_a_room_that_is_not_ours_tells_nothing(station, carl) -> None:
    bot = await station(started=False)
    room = await carl.room()
    with pytest.raises(Refused):
        await level_of(bot.client, room, carl.id)


async def test_what_the_bot_may_set_is_known_before_it_tries(station, carl) -> None:
    bot = await station(started=False)
    room = await carl.room(invite=[bot.id], powers={"events": {"org.example.open": 0}})
    await bot.client.join(room)
    powers = await powers_in(bot.client, room)
    assert powers.may_set(bot.id, "org.example.open")
    assert not powers.may_set(bot.id, "m.room.name")
    assert powers.may_set(carl.id, "m.room.name")


async def test_a_server_that_gives_no_whole_events_is_asked_for_all_state(station, carl, proxy) -> None:
    from .proxy import rewritten

    bot = await station(proxy.url, started=False)
    room = await carl.room(invite=[bot.id])
    await bot.client.join(room)

    def content_only(said: dict) -> None:
        content = said["content"]
        said.clear()
        said.update(content)

    proxy.does(rewritten(content_only), on="m.room.create")
    assert await level_of(bot.client, room, carl.id) == CREATOR


LEVEL = st.one_of(st.integers(), st.text(max_size=5), st.none(), st.floats(), st.booleans(), st.lists(st.integers()))
CONTENT = st.fixed_dictionaries(
    {},
    optional={
        "users": st.one_of(LEVEL, st.dictionaries(st.sampled_from(["@a:x", "@b:x"]), LEVEL)),
        "users_default": LEVEL,
        "events": st.one_of(LEVEL, st.dictionaries(st.sampled_from(["m.room.name", "m.room.redaction"]), LEVEL)),
        "state_default": LEVEL,
        "events_default": LEVEL,
        "redact": LEVEL,
    },
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(CONTENT)
def test_whatever_stands_there_is_read_as_a_number(levels: dict[str, Any]) -> None:
    powers = Powers(levels, frozenset({"@c:x"}), creators_above_all=False)
    for user in ("@a:x", "@b:x", "@c:x"):
        assert isinstance(powers.of(user), int)
        assert isinstance(powers.may_redact_others(user), bool)
    assert isinstance(powers.needs_to_send("m.room.name", state=True), int)
    assert Powers(levels, frozenset({"@c:x"}), creators_above_all=True).of("@c:x") == CREATOR


def test_without_any_levels_the_creator_alone_has_power() -> None:
    powers = Powers(None, frozenset({"@c:x"}), creators_above_all=False)
    assert (powers.of("@c:x"), powers.of("@a:x")) == (100, 0)
