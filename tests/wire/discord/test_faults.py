"""Faults by order: errors, limits, cuts and holds, as a plain discord.py client meets them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest

from .people import Person
from .server import DiscordServer
from .smallbot import Running

SEND = "POST /channels/*/messages"
Stage = tuple[DiscordServer, Person, discord.PartialMessageable]


@pytest.fixture
async def stage(server: DiscordServer) -> AsyncIterator[Stage]:
    harbour = server.guild("Harbour")
    general = harbour.text("general")
    ana = server.user("ana", harbour)
    async with Running(server) as bot:
        yield server, ana, bot.get_partial_messageable(general.id)


async def test_a_429_is_waited_for_and_retried(stage: Stage) -> None:
    server, ana, channel = stage
    server.rate_limit_next(SEND, 0.01, times=2)
    server.rate_limit_next(SEND, 0.01, whole_bot=True)
    await channel.send("at last")
    assert [call.status for call in server.calls(SEND)] == [429, 429, 429, 200]
    assert [seen.text for seen in ana.sees()] == ["at last"]


async def test_a_429_of_a_proxy_is_not(stage: Stage) -> None:
    server, _, channel = stage
    server.rate_limit_next(SEND, 0.01, via=False)
    with pytest.raises(discord.HTTPException) as error:
        await channel.send("never")
    assert error.value.status == 429 and server.invalid_requests == 1


async def test_a_bucket_gives_every_message_its_turn(stage: Stage) -> None:
    server, ana, channel = stage
    server.limit(SEND, 2, 0.05)
    for index in range(5):
        await channel.send(str(index))
    assert [seen.text for seen in ana.sees()] == ["0", "1", "2", "3", "4"]
    server.heal()
    server.limit(SEND, 1, 0.05)
    answers = [await asked(server, ana) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 429]
    assert answers[0].headers["X-RateLimit-Remaining"] == "0"
    assert answers[1].headers["Via"] and float(answers[1].headers["Retry-After"]) > 0


async def asked(server: DiscordServer, ana: Person) -> aiohttp.ClientResponse:
    """A message sent by hand, without a client library."""
    headers = {"Authorization": f"Bot {server.token}"}
    where = f"{server.url}/api/v10/channels/{ana.at(None).id}/messages"
    async with aiohttp.ClientSession(headers=headers) as client, client.post(where, json={"content": "x"}) as answer:
        await answer.read()
        return answer


async def test_errors_before_and_after_the_effect(stage: Stage) -> None:
    server, ana, channel = stage
    server.fail_next(SEND, 503)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("lost")
    assert not ana.sees()
    server.fail_next(SEND, 400, code=50035, message="no", done=True)
    with pytest.raises(discord.HTTPException):
        await channel.send("done all the same")
    assert [seen.text for seen in ana.sees()] == ["done all the same"]


async def test_cut_connections_and_an_enforced_nonce(stage: Stage) -> None:
    server, ana, channel = stage
    server.cut_next(SEND)
    with pytest.raises((aiohttp.ClientError, OSError)):
        await channel.send("hello", nonce="k")
    assert not ana.sees()
    server.cut_next(SEND, done=True)
    with pytest.raises((aiohttp.ClientError, OSError)):
        await channel.send("hello", nonce="k")
    await channel.send("hello", nonce="k")
    assert [seen.text for seen in ana.sees()] == ["hello"]


async def test_a_request_held_in_the_middle(stage: Stage) -> None:
    server, ana, channel = stage
    hold = server.hold_next(SEND)
    sending = asyncio.create_task(channel.send("slowly"))
    await hold.reached.wait()
    await server.settle()
    assert not ana.sees() and not sending.done()
    hold.release()
    await sending
    assert [seen.text for seen in ana.sees()] == ["slowly"]


async def test_an_interaction_while_nobody_is_there(server: DiscordServer) -> None:
    ana = server.user("ana", server.guild("Harbour"))
    async with Running(server):
        pass
    with pytest.raises(AssertionError, match="did not respond"):
        await ana.slash("hello", "dm", mood="good")
    did = await ana.slash("hello", "dm", mood="good", wait=False)
    assert did.acknowledged is None
