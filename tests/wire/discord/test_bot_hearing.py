"""What the bot hears on Discord: where it listens, as what, from whom; and what it does not hear."""

from __future__ import annotations

import asyncio

import pytest

from bot.talk.model import MessageRef, PlaceRef, Role, UserRef
from bot.talk.reply import say
from tests.wire.discord.towns import small_town


def place(channel, parent=None):
    return PlaceRef("discord", str(parent.id if parent else channel.id), str(channel.id) if parent else None)


async def test_a_message_is_read_as_it_is():
    async with small_town() as town:
        first = await town.ana.say(town.general, "good morning <@1> https://example.org/a_b")
        await town.ana.say(town.general, "and an answer", reply_to=first)
        await town.settle()
        one, other = town.bot.heard
        assert one.text == "good morning <@1> https://example.org/a_b"
        assert one.author == UserRef("discord", str(town.ana.id)) and one.place == place(town.general)
        assert one.key == f"discord:m:{first.id}" and one.message == MessageRef(one.place, str(first.id))
        assert one.role is Role.MEMBER and not one.direct and not one.addressed and not one.late
        assert other.reply_to == one.message


async def test_only_configured_channels_are_listened_in_with_their_threads_and_posts():
    async with small_town(listen=["#general", "advice"]) as town:
        forum = town.guild.forum("advice")
        thread = await town.ana.opens_thread(town.general, "about sleep")
        await town.ana.say(thread, "in a thread")
        post = await town.ana.posts(forum, "A question", "in a post")
        await town.ana.say(post, "under a post")
        await town.ana.say(town.quiet, "elsewhere")
        await town.ana.dm("directly")
        await town.settle()
        heard = {one.text: one for one in town.bot.heard}
        assert set(heard) == {"in a thread", "in a post", "under a post", "directly"}
        assert heard["in a thread"].place == place(thread, town.general)
        assert heard["in a post"].place == heard["under a post"].place == place(post, forum)
        assert heard["directly"].direct and heard["directly"].place == place(town.ana.dm_channel)


async def test_without_listening_nothing_is_asked_for_but_what_is_meant_for_the_bot():
    async with small_town(listen=[], intents=()) as town:
        await town.ana.say(town.general, "just talking")
        await town.ana.say(town.general, f"<@{town.server.world.bot.id}> help please")
        await town.ana.say(town.general, f"I like <@{town.server.world.bot.id}>")
        await town.ana.dm("hello")
        await town.settle()
        assert [(one.text, one.addressed, one.direct) for one in town.bot.heard] == [
            ("help please", True, False),
            ("hello", False, True),
        ]


async def test_bots_webhooks_and_notices_are_not_people():
    async with small_town() as town:
        other = town.server.world.new_user("otherbot", bot=True)
        ana = town.ana.user
        message = {
            "id": str(town.server.world.new_id()),
            "channel_id": str(town.general.id),
            "guild_id": str(town.guild.id),
            "content": "I am a machine",
            "timestamp": "2026-11-23T09:00:00+00:00",
            "edited_timestamp": None,
        }
        town.server.gateway.dispatch("MESSAGE_CREATE", {**message, "type": 0, "author": other.json()})
        town.server.gateway.dispatch("MESSAGE_CREATE", {**message, "type": 0, "author": ana.json(), "webhook_id": "5"})
        town.server.gateway.dispatch("MESSAGE_CREATE", {**message, "type": 7, "author": ana.json()})
        await town.settle()
        assert town.bot.heard == []


async def test_edits_and_deletions():
    async with small_town() as town:
        message = await town.ana.say(town.general, "helo")
        await town.settle()
        await town.ana.edit(message, "hello")
        await town.ana.delete(message)
        await town.settle()
        one, edited = town.bot.heard
        assert (edited.text, edited.edited, edited.message) == ("hello", True, one.message)
        assert edited.key.startswith(one.key + ":e:")
        (gone,) = town.bot.left
        assert gone.message == one.message and gone.user is None


async def test_signs_in_direct_messages():
    async with small_town() as town:
        sent = await town.platform.send(UserRef("discord", str(town.ana.id)), say("Hello."), key="hi", language="en")
        (shown,) = town.ana.sees("dm")
        await town.ana.react(shown, "💙")
        await town.ana.unreact(shown, "💙")
        public = await town.ana.say(town.general, "hm")
        await town.ana.react(public, "👍")
        await town.settle()
        assert [(one.sign, one.removed) for one in town.bot.signs] == [("💙", False), ("💙", True)]
        assert {one.message for one in town.bot.signs} == {sent}
        assert len({one.key for one in town.bot.signs}) == 2


async def test_roles_come_from_the_configuration():
    async with small_town() as town:
        mods, admins = town.guild.role("Moderators"), town.guild.role("Admins")
        mira = town.server.user("mira", town.guild, roles=[mods])
        olu = town.server.user("olu", town.guild, roles=[admins, mods])
        for one in (town.ana, mira, olu):
            await one.say(town.general, one.name)
            await one.dm(one.name)
        await town.settle()
        roles = {(one.text, one.direct): (one.role, one.roles) for one in town.bot.heard}
        for direct in (False, True):
            assert roles["ana", direct] == (Role.MEMBER, frozenset())
            assert roles["mira", direct] == (Role.MODERATOR, frozenset({"Moderators"}))
            assert roles["olu", direct] == (Role.OWNER, frozenset({"Moderators", "Admins"}))


async def test_a_servers_owner_is_an_owner_and_a_new_role_counts_at_once():
    async with small_town(roles={"moderator": ["helpers"]}) as town:
        helper = town.guild.role("Helpers")
        ben = town.server.user("ben", town.guild, roles=[helper])
        await ben.say(town.general, "hi")
        await town.settle()
        assert town.bot.heard[-1].role is Role.MODERATOR


async def test_standing_is_asked_anew():
    async with small_town() as town:
        mods = town.guild.role("Moderators")
        mira = town.server.user("mira", town.guild, roles=[mods])
        somebody = UserRef("discord", str(mira.id))
        standing = await town.platform.standing(somebody, place(town.general))
        assert standing.role is Role.MODERATOR and standing.here
        town.guild.members[mira.id].roles.remove(mods)
        assert (await town.platform.standing(somebody, None)).role is Role.MEMBER
        town.guild.leave(mira)
        assert not (await town.platform.standing(somebody, None)).here


async def test_who_is_banned_is_gone_and_who_leaves_where_that_is_asked_for():
    async with small_town() as town:
        ben = town.server.user("ben", town.guild)
        town.guild.ban(ben)
        town.guild.leave(town.ana)
        await town.settle()
        (gone,) = town.bot.left
        assert gone.user == UserRef("discord", str(ben.id)) and gone.removed
    async with small_town(leaving=True) as town:
        town.guild.leave(town.ana)
        await town.settle()
        (gone,) = town.bot.left
        assert gone.user == UserRef("discord", str(town.ana.id)) and not gone.removed
        assert gone.place == PlaceRef("discord", str(town.guild.id))


async def test_who_leaves_one_of_two_servers_is_still_there():
    async with small_town(started=False, leaving=True) as town:
        second = town.server.guild("Annex")
        second.join(town.ana)
        ben = town.server.user("ben", town.guild)
        await town.start()
        town.guild.leave(town.ana)
        town.guild.leave(ben)
        await town.settle()
        assert [one.user.id for one in town.bot.left] == [str(ben.id)]
        second.ban(town.ana)
        await town.settle()
        assert (town.bot.left[1].user.id, town.bot.left[1].removed) == (str(town.ana.id), True)


async def test_another_server_is_not_of_this_community():
    async with small_town(started=False, servers=["Harbour"]) as town:
        other = town.server.guild("Elsewhere")
        lobby = other.text("general")
        other.join(town.ana, other.role("Moderators"))
        await town.start()
        await town.ana.say(lobby, "nobody hears this")
        await town.ana.say(town.general, "somebody does")
        await (await town.ana.slash("wave", lobby)).answer()
        await town.settle()
        assert town.texts == ["somebody does"]
        assert town.bot.invoked[-1].role is Role.MEMBER


async def test_the_language_of_a_client_is_remembered_for_its_messages():
    async with small_town() as town:
        town.ana.locale = "de"
        await town.ana.dm("hallo")
        await town.settle()
        await (await town.ana.slash("wave", town.general)).answer()
        await town.ana.dm("noch einmal")
        await town.settle()
        assert [one.locale for one in town.bot.heard] == [None, "de"]


async def test_the_order_of_a_channel_is_kept_and_channels_do_not_wait_for_each_other():
    async with small_town() as town:
        go = asyncio.Event()
        hear = town.bot.receive

        async def slow(incoming):
            if incoming.text == "1":
                await go.wait()
            await hear(incoming)

        town.bot.receive = slow
        for text in ("1", "2", "3"):
            await town.ana.say(town.general, text)
        await town.ana.say(town.quiet, "other")
        await town.server.until(lambda: town.texts == ["other"], "the other channel waits")
        go.set()
        await town.settle()
        assert town.texts == ["other", "1", "2", "3"]


@pytest.mark.parametrize("times", [1, 3])
async def test_an_event_that_comes_again_is_heard_once(times):
    async with small_town() as town:
        message = await town.ana.say(town.general, "once")
        for _each in range(times):
            town.server.gateway.dispatch("MESSAGE_CREATE", message.event(1 << 9 | 1 << 15))
        await town.settle()
        assert town.texts == ["once"]
