"""Messages, guilds and permissions, seen through a plain discord.py client."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
import pytest

from bot.state.clock import ManualClock

from .server import DiscordServer
from .smallbot import Running, SmallBot


def refused(error: pytest.ExceptionInfo[discord.HTTPException]) -> tuple[int, int]:
    return error.value.status, error.value.code


async def test_login_guilds_and_a_conversation(server: DiscordServer) -> None:
    harbour = server.guild("Harbour", locale="de")
    general = harbour.text("general", topic="everything")
    ana = server.user("ana", harbour, roles=[harbour.role("mods", ["manage_messages"])])
    async with Running(server) as bot:
        assert bot.user is not None and bot.user.id == server.world.bot.id
        guild = bot.get_guild(harbour.id)
        assert guild is not None and guild.name == "Harbour" and guild.preferred_locale is discord.Locale.german
        assert [channel.name for channel in guild.text_channels] == ["general"]
        assert guild.me.guild_permissions.value == harbour.bots.permissions | harbour.everyone.permissions
        await ana.say(general, "ping")
        await server.settle()
        said, pong = ana.sees(general)
        assert pong.text == "pong" and pong.message.replied is said.message
        assert not pong.message.pings, "AllowedMentions.none() pings nobody"
        [[heard]] = [args for args in bot.named("message") if args[0].author.id == ana.id]
        assert [role.name for role in heard.author.roles] == ["@everyone", "mods"]


async def test_edits_deletions_reactions_reach_the_bot(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    general, ana = harbour.text("general"), server.user("ana", harbour)
    async with Running(server) as bot:
        message = await ana.say(general, "one")
        await ana.edit(message, "two")
        await ana.react(message, "💚")
        await ana.unreact(message, "💚")
        await ana.delete(message)
        await server.settle()
        wanted = ["message", "raw_message_edit", "raw_reaction_add", "raw_reaction_remove", "raw_message_delete"]
        assert [event for event, _ in bot.heard if event in wanted] == wanted
        [(before, after)] = bot.named("message_edit")
        assert (before.content, after.content) == ("one", "two")


async def test_content_is_withheld_without_the_intent() -> None:
    async with DiscordServer(intents=["members"]) as server:
        harbour = server.guild("Harbour")
        general, ana = harbour.text("general"), server.user("ana", harbour)
        async with Running(server, content=False) as bot:
            await ana.say(general, "a secret")
            await ana.say(general, f"<@{server.world.bot.id}> ping")
            await ana.dm("ping")
            await server.settle()
            heard = [args[0].content for args in bot.named("message") if args[0].author.id == ana.id]
            assert heard == ["", f"<@{server.world.bot.id}> ping", "ping"]
            channel = bot.get_channel(general.id)
            assert isinstance(channel, discord.TextChannel)
            old = [message.content async for message in channel.history(oldest_first=True)]
            assert old[0] == "" and old[-1] == "pong"
        server.check()


async def test_an_intent_that_is_not_switched_on_and_a_wrong_token() -> None:
    async with DiscordServer(intents=[]) as server:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            async with Running(server):
                pass
        server.token = "another"
        bot = SmallBot(content=False, members=False)
        with pytest.raises(discord.LoginFailure):
            await bot.start("a wrong one")
        await bot.close()


async def test_history_pages_and_single_messages(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    general, ana = harbour.text("general"), server.user("ana", harbour)
    said = [ana.post_now(general, f"number {index}") for index in range(150)]
    async with Running(server) as bot:
        channel = bot.get_channel(general.id)
        assert isinstance(channel, discord.TextChannel)
        every = [message.content async for message in channel.history(limit=None, oldest_first=True)]
        assert every == [message.content for message in said]
        after = [message.id async for message in channel.history(after=discord.Object(said[139].id), limit=None)]
        assert after == [message.id for message in said[140:]]
        around = [message.id async for message in channel.history(around=discord.Object(said[50].id), limit=3)]
        assert sorted(around) == [message.id for message in said[49:52]]
        assert (await channel.fetch_message(said[7].id)).content == "number 7"
        with pytest.raises(discord.NotFound) as error:
            await channel.fetch_message(1)
        assert refused(error) == (404, 10008)


async def test_a_nonce_makes_one_message() -> None:
    clock = ManualClock(datetime(2026, 11, 23, 9, tzinfo=UTC))
    async with DiscordServer(clock=clock) as server:
        harbour = server.guild("Harbour")
        general, other, ana = harbour.text("general"), harbour.text("other"), server.user("ana", harbour)
        async with Running(server) as bot:
            channel, elsewhere = bot.get_partial_messageable(general.id), bot.get_partial_messageable(other.id)
            first = await channel.send("once", nonce="key-1")
            assert (await channel.send("once", nonce="key-1")).id == first.id
            assert len(ana.sees(general)) == 1
            await elsewhere.send("once", nonce="key-1")
            server.forgive("used in another channel")
            await clock.advance(timedelta(minutes=6))
            await channel.send("once", nonce="key-1")
            assert len(ana.sees(general)) == 2
        server.check()


async def test_direct_messages_and_closed_ones(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    ana, stranger = server.user("ana", harbour), server.user("stranger")
    async with Running(server) as bot:
        await (await bot.fetch_user(ana.id)).send("hello")
        assert [seen.text for seen in ana.sees("dm")] == ["hello"]
        ana.closes_dms()
        with pytest.raises(discord.Forbidden) as error:
            await (await bot.fetch_user(ana.id)).send("hello")
        assert refused(error) == (403, 50007)
        with pytest.raises(discord.Forbidden) as error:
            await (await bot.fetch_user(stranger.id)).send("hello")
        assert refused(error) == (403, 50278)


async def test_permissions_are_those_of_roles_and_overwrites(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    hidden, silent = harbour.text("hidden"), harbour.text("silent")
    hidden.overwrite(harbour.bots, deny=["view_channel"])
    silent.overwrite(harbour.everyone, deny=["send_messages"])
    silent.overwrite(harbour.bots, deny=["send_messages"])
    ana = server.user("ana", harbour)
    async with Running(server) as bot:
        for place, code in ((hidden, 50001), (silent, 50013)):
            with pytest.raises(discord.Forbidden) as error:
                await bot.get_partial_messageable(place.id).send("hello")
            assert refused(error) == (403, code)
        with pytest.raises(AssertionError, match="may not write"):
            await ana.say(silent, "hello")
        await ana.say(hidden, "unseen")
        await server.settle()
        assert not bot.named("message")
        hidden.overwrite(harbour.bots)
        await server.settle()
        await bot.get_partial_messageable(hidden.id).send("now")
        assert server.invalid_requests == 2


async def test_threads_and_forum_posts(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    general, forum, ana = harbour.text("general"), harbour.forum("support"), server.user("ana", harbour)
    async with Running(server) as bot:
        post = await ana.posts(forum, "A hard week", "ping")
        thread = await ana.opens_thread(general, "aside")
        await ana.say(thread, "ping")
        await server.settle()
        assert [seen.text for seen in ana.sees(post)] == ["ping", "pong"]
        assert [seen.text for seen in ana.sees(thread)] == ["ping", "pong"]
        assert [args[0].name for args in bot.named("thread_create")] == ["A hard week", "aside"]
        channel = bot.get_channel(general.id)
        assert isinstance(channel, discord.TextChannel)
        message = await channel.send("start here")
        opened = await message.create_thread(name="from a message")
        assert opened.id == message.id and (await opened.send("in it")).channel.id == opened.id


async def test_files_go_both_ways(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    general, ana = harbour.text("general"), server.user("ana", harbour)
    async with Running(server) as bot:
        files = [discord.File(io.BytesIO(b"first"), "a.txt"), discord.File(io.BytesIO(b"second"), "b.txt")]
        sent = await bot.get_partial_messageable(general.id).send("two files", files=files)
        assert await sent.attachments[1].read() == b"second"
        await sent.edit(attachments=[sent.attachments[0]])
        assert [file.name for file in ana.sees(general)[0].files] == ["a.txt"]
        async with aiohttp.ClientSession() as client, client.get(ana.sees(general)[0].files[0].url) as answer:
            assert await answer.read() == b"first"


async def test_members_come_and_go(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    ana = server.user("ana")
    async with Running(server) as bot:
        harbour.join(ana)
        harbour.give(ana, harbour.role("members"))
        harbour.leave(ana)
        harbour.join(ana)
        harbour.ban(ana)
        harbour.outage()
        harbour.outage(False)
        harbour.removes_bot()
        await server.settle()
        wanted = {"member_join", "member_update", "member_remove", "member_ban", "guild_unavailable", "guild_remove"}
        assert wanted <= {event for event, _ in bot.heard}
        assert not bot.guilds


async def test_members_are_chunked(server: DiscordServer) -> None:
    harbour = server.guild("Harbour")
    for index in range(1200):
        server.user(f"member-{index}", harbour)
    async with Running(server) as bot:
        guild = bot.get_guild(harbour.id)
        assert guild is not None and guild.member_count == 1202 and len(guild.members) == 1
        found = await guild.query_members("Member-119", limit=20, cache=False)
        assert len(found) == 11
        assert [one.name for one in await guild.query_members(user_ids=[server.people["member-3"].id])] == ["member-3"]
        await guild.chunk()
        assert len(guild.members) == 1202


async def test_another_server_is_not_touched_by_the_first() -> None:
    from discord.http import Route

    before = Route.BASE
    async with DiscordServer() as server:
        assert server.url in Route.BASE
    assert before == Route.BASE
