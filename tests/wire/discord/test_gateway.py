"""The gateway's bad days, lived through by a plain discord.py client."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

import aiohttp

from .server import DiscordServer
from .smallbot import Running, SmallBot

ROOT = Path(__file__).parents[3]


def contents(bot: SmallBot) -> list[str]:
    return [args[0].content for args in bot.named("message")]


async def test_a_cut_connection_is_resumed_with_what_was_missed(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    general, ana = harbour.text("general"), server.user("ana", harbour)
    async with Running(server) as bot:
        await ana.say(general, "before")
        await server.settle()
        [connection] = server.gateway.connections
        assert connection.request.query["compress"] == "zlib-stream"
        server.gateway.cut()
        ana.post_now(general, "meanwhile")
        await server.until(lambda: server.gateway.resumed, "not resumed")
        await ana.say(general, "after")
        await server.settle()
        assert contents(bot) == ["before", "meanwhile", "after"]
        assert len(server.gateway.identified) == 1


async def test_op_7_and_a_resumable_op_9(server: DiscordServer) -> None:
    ana = server.user("ana", server.guild("Harbour"))
    async with Running(server) as bot:
        server.gateway.reconnect()
        await server.until(lambda: server.gateway.resumed == 1, "not resumed")
        server.gateway.invalidate(resumable=True)
        await server.until(lambda: server.gateway.resumed == 2, "not resumed again")
        await ana.dm("ping")
        await server.settle()
        assert contents(bot) == ["ping", "pong"]


async def test_a_lost_session_is_identified_anew(server: DiscordServer) -> None:
    ana = server.user("ana", server.guild("Harbour"))
    async with Running(server) as bot:
        server.gateway.invalidate()
        await server.until(lambda: len(server.gateway.identified) == 2, "not identified again")
        await server.ready()
        server.gateway.forget_sessions()
        server.gateway.close(4000)
        await server.until(lambda: len(server.gateway.identified) == 3, "not identified a third time")
        await server.ready()
        await ana.dm("ping")
        await server.settle()
        assert contents(bot) == ["ping", "pong"] and server.gateway.resumed == 0


async def test_a_malformed_event_ends_discord_py_not_the_server(server: DiscordServer) -> None:
    ana = server.user("ana", server.guild("Harbour"))
    running = Running(server)
    async with running as bot:
        server.gateway.dispatch("MESSAGE_CREATE", {"id": "1"})
        await server.until(running.task.done, "the client lives on", patience=2)
        assert isinstance(running.task.exception(), KeyError)
        assert not bot.errors
    async with Running(server) as again:
        await ana.dm("ping")
        await server.settle()
        assert contents(again) == ["ping", "pong"]


async def test_heartbeats_are_acknowledged_until_silence(server: DiscordServer) -> None:
    server.guild("Harbour")
    server.gateway.heartbeat_interval = 20
    async with Running(server) as bot:
        await server.until(lambda: server.gateway.heartbeats > 3, "no heartbeats")
        assert bot.latency < 5


async def test_a_client_that_hears_nothing_reconnects_and_resumes(server: DiscordServer) -> None:
    ana = server.user("ana", server.guild("Harbour"))
    server.gateway.heartbeat_interval = 20
    async with Running(server, heartbeat_timeout=0.1) as bot:
        server.gateway.silent = True
        await server.until(lambda: server.gateway.resumed, "not resumed")
        server.gateway.silent = False
        await ana.dm("ping")
        await server.until(lambda: len(ana.sees("dm")) == 2, "no answer")
        assert contents(bot)[0] == "ping" and len(server.gateway.identified) == 1


async def test_events_are_kept_from_who_did_not_ask_for_them(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    ana = server.user("ana")
    async with Running(server, members=False) as bot:
        harbour.join(ana)
        await ana.say(harbour.text("general"), "hello")
        await server.settle()
        assert not bot.named("member_join") and contents(bot) == ["hello"]


async def test_a_bot_in_a_process_of_its_own_is_killed_and_comes_back(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    general, ana = harbour.text("general"), server.user("ana", harbour)

    async with contextlib.AsyncExitStack() as at_the_end:

        async def start(identified: int) -> asyncio.subprocess.Process:
            run = [sys.executable, "-m", "tests.wire.discord.smallbot", server.url, server.token]
            process = await asyncio.create_subprocess_exec(*run, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL)
            at_the_end.push_async_callback(kill, process)
            await server.until(lambda: len(server.gateway.identified) == identified, "it does not come", patience=60)
            return process

        first = await start(1)
        seen = await (await ana.slash("hello", general, mood="good")).answer()
        hold = server.hold_next("POST /channels/*/messages")
        await ana.say(general, "ping")
        await hold.reached.wait()
        await kill(first)
        await server.until(lambda: not server.gateway.connections, "still connected")
        await ana.say(general, "unheard")
        hold.release()
        await start(2)
        await ana.press(seen, "Again")
        assert [one.text for one in ana.sees(general)] == ["pressed 1 times", "ping", "unheard", "pong"]


async def kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


async def test_the_gateways_own_rules(server: DiscordServer) -> None:
    """Close codes, with a bare websocket."""
    ident = {"os": "linux", "browser": "x", "device": "x"}
    good = {"token": server.token, "intents": 1, "properties": ident}
    for said, code in (
        ("no json", 4002),
        ({"op": 3, "d": {}}, 4003),
        ({"op": 2, "d": {**good, "token": "wrong"}}, 4004),
        ({"op": 2, "d": {**good, "intents": 1 << 30}}, 4013),
        ({"op": 2, "d": {**good, "intents": 1 << 8}}, 4014),
        ({"op": 2, "d": {**good, "shard": [2, 2]}}, 4010),
        ([{"op": 2, "d": good}, {"op": 2, "d": good}], 4005),
        ([{"op": 2, "d": good}, {"op": 77, "d": None}], 4001),
    ):
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(server.gateway.url + "?v=10&encoding=json") as line,
        ):
            assert (await line.receive_json())["op"] == 10
            for payload in said if isinstance(said, list) else [said]:
                await (line.send_str(payload) if isinstance(payload, str) else line.send_json(payload))
            while (message := await line.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
            assert line.close_code == code, (said, message)
    server.gateway.refusing = 1
    async with aiohttp.ClientSession() as client:
        for status in (503, 101):
            asks = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
            asks["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
            async with client.get(server.gateway.url.replace("ws", "http", 1) + "?v=10", headers=asks) as answer:
                assert answer.status == status
