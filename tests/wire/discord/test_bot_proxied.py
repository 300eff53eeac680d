"""Proxy bots on Discord: a message that a webhook says again stays its author's, in either order of the events."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.talk.model import MessageRef
from tests.contract.crisis import RULES, WISH
from tests.contract.discord import DiscordTown
from tests.wire.discord.channel import Channel
from tests.wire.discord.seeing import Seen
from tests.wire.discord.towns import small_town, whole_town

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
COPY_FIRST, DELETION_FIRST = "the copy first", "the deletion first"


class ProxyBot:
    """As members meet it: what is tagged is said again under another name, and deleted."""

    def __init__(self, server, channel: Channel) -> None:
        self.channel = channel
        self.hook = server.webhook(channel)

    def repeats(self, said, words: str, order: str = COPY_FIRST):
        """Both at once, so that they arrive in one go."""
        if order == DELETION_FIRST:
            said.channel.delete(said)
        copy = self.hook.say_now(words, name="Robin", thread=said.channel if said.channel.is_thread else None)
        if order == COPY_FIRST:
            said.channel.delete(said)
        return copy


class Community:
    """The whole bot with a moderators' channel, and a webhook that has spoken before."""

    def __init__(self, town: DiscordTown, mods: Channel) -> None:
        self.town, self.mods = town, mods
        self.ana = town.server.user("ana", town.guild)
        self.ben = town.server.user("ben", town.guild)
        self.proxy = ProxyBot(town.server, town.general)

    async def says(self, text: str, where: Channel | None = None):
        said = await self.ana.say(where or self.town.general, text)
        await self.town.settle()
        return said

    def lines(self, where: Channel | None = None) -> list[str]:
        """What of the bot's stands there for everybody."""
        seen = self.ben.sees(where or self.town.general)
        return [one.text for one in seen if one.author == "handrail"]

    @property
    def card(self) -> str:
        (card,) = self.lines(self.mods)
        return card

    async def passes(self, by: timedelta = 5 * SECOND) -> None:
        await self.town.later(by)


@asynccontextmanager
async def community(folder):
    file = folder / "rules.yaml"
    file.write_text(RULES, encoding="utf-8")
    safety = {"packs": [], "rules": str(file)}
    async with whole_town(folder, {"safety": safety}) as town:
        mods = town.guild.text("mods")
        moderation = town.config.moderation.model_copy(update={"places": {"discord": (str(mods.id),)}})
        await town.stop()
        town.config = town.config.model_copy(update={"moderation": moderation})
        await town.start()
        made = Community(town, mods)
        made.proxy.hook.say_now("good morning, all")
        await town.settle()
        yield made


@pytest.mark.parametrize("order", [COPY_FIRST, DELETION_FIRST])
async def test_a_proxied_message_is_answered_once_and_the_offer_stays(tmp_path, order):
    async with community(tmp_path) as one:
        said = await one.says(f"A: {WISH}")
        assert f"/{said.id}>)" in one.card
        copy = one.proxy.repeats(said, WISH, order)
        await one.town.settle()
        assert len(one.lines()) == 1
        assert f"channels/{one.town.guild.id}/{one.town.general.id}/{copy.id}>)" in one.card
        await one.passes(MINUTE)
        (line,) = [shown for shown in one.ana.sees(one.town.general) if shown.author == "handrail"]
        opened = await one.ana.press(line, "Open it")
        await one.town.settle()
        assert "worries me" in Seen.of(opened.messages[-1]).text
        assert "deleted" not in one.card and str(copy.id) in one.card


async def test_all_at_once_while_the_answer_is_under_way(tmp_path):
    async with community(tmp_path) as one:
        said = one.ana.post_now(one.town.general, f"[{WISH}]")
        copy = one.proxy.repeats(said, WISH)
        await one.town.settle()
        await one.passes()
        assert len(one.lines()) == 1 and str(copy.id) in one.card


async def test_a_copy_that_is_deleted_later_takes_the_offer_along(tmp_path):
    async with community(tmp_path) as one:
        copy = one.proxy.repeats(await one.says(f"{WISH} -a"), WISH)
        await one.passes(MINUTE)
        assert len(one.lines()) == 1
        await one.proxy.hook.delete(copy)
        await one.passes()
        assert one.lines() == [] and "a message that was deleted" in one.card


@pytest.mark.parametrize("spoken", [False, True], ids=["no webhook", "a webhook says something else"])
async def test_a_plain_deletion_still_takes_the_offer_along(tmp_path, spoken):
    async with community(tmp_path) as one:
        if not spoken:
            await one.town.restart()
        said = await one.says(WISH)
        if spoken:
            await one.proxy.hook.say("good evening, all")
        await one.ana.delete(said)
        if spoken:
            await one.passes()
        await one.town.settle()
        assert one.lines() == [] and "a message that was deleted" in one.card


async def test_in_a_thread_the_link_leads_into_the_thread(tmp_path):
    async with community(tmp_path) as one:
        thread = await one.ana.opens_thread(one.town.general, "nights")
        said = await one.says(f"A: {WISH}", thread)
        copy = one.proxy.repeats(said, WISH, DELETION_FIRST)
        await one.passes()
        assert len(one.lines(thread)) == 1
        assert f"channels/{one.town.guild.id}/{thread.id}/{copy.id}>)" in one.card


async def test_a_stop_loses_no_deletion_that_waits(tmp_path):
    async with community(tmp_path) as one:
        said = await one.says(WISH)
        await one.ana.delete(said)
        await one.town.settle()
        assert len(one.lines()) == 1
        await one.town.restart()
        assert one.lines() == []


# --- what the adapter tells -----------------------------------------------------------------------------------------


def told(town) -> tuple[list[tuple[str, str]], list[str]]:
    """(from, to) of what moved, and what is gone."""
    return [(one.message.id, one.to.id) for one in town.bot.moves], [
        one.message.id for one in town.bot.left if one.message is not None
    ]


async def later(town, by: timedelta = 5 * SECOND) -> None:
    await town.settle()
    await town.clock.advance(by)
    await town.settle()


@asynccontextmanager
async def proxied_town(**settings):
    async with small_town(**settings) as town:
        town.proxy = ProxyBot(town.server, town.general)
        town.proxy.hook.say_now("good morning, all")
        town.ben = town.server.user("ben", town.guild)
        await town.settle()
        yield town


@pytest.mark.parametrize("order", [COPY_FIRST, DELETION_FIRST])
async def test_two_people_with_the_same_words_and_one_who_is_not_proxied(order):
    async with proxied_town() as town:
        plain = town.ana.post_now(town.general, "so tired")
        ana = town.ana.post_now(town.general, "A: so tired")
        ben = town.ben.post_now(town.general, "Ben: so  tired")
        his = town.proxy.repeats(ben, "so tired", order)
        hers = town.proxy.repeats(ana, "so tired", order)
        await later(town)
        moves, gone = told(town)
        assert gone == [] and {one for one, _to in moves} == {str(ana.id), str(ben.id)}
        assert {to for _one, to in moves} == {str(his.id), str(hers.id)}
        assert not plain.deleted and len(town.bot.heard) == 3


async def test_who_deletes_their_own_words_is_not_taken_for_somebody_elses_copy():
    async with proxied_town() as town:
        ana = await town.ana.say(town.general, "I am here and well")
        ben = await town.ben.say(town.general, "B: I am here")
        copy = await town.proxy.hook.say("I am here")
        await town.ana.delete(ana)
        await town.ben.delete(ben)
        await later(town)
        assert told(town) == ([(str(ben.id), str(copy.id))], [str(ana.id)])


async def test_a_copy_that_goes_to_another_name_is_followed():
    async with proxied_town() as town:
        said = await town.ana.say(town.general, "A: hello")
        first = town.proxy.repeats(said, "hello")
        await later(town, 40 * SECOND)
        second = town.proxy.repeats(first, "hello")
        await later(town)
        third = await town.proxy.hook.edit(second, "hello again")
        await later(town, 10 * MINUTE)
        await town.proxy.hook.delete(third)
        await later(town)
        assert told(town) == ([(str(said.id), str(first.id)), (str(first.id), str(second.id))], [str(second.id)])
        assert town.texts == ["A: hello"]


async def test_what_was_edited_into_tags_is_followed():
    async with proxied_town() as town:
        said = await town.ana.say(town.general, "hello there")
        await later(town, MINUTE)
        await town.ana.edit(said, "A: hello dear")
        copy = town.proxy.repeats(said, "hello dear")
        await later(town)
        assert told(town) == ([(str(said.id), str(copy.id))], [])


@pytest.mark.parametrize(
    ("words", "again", "after"),
    [
        ("A: hello", "something else", SECOND),
        ("A: hello", "hello", MINUTE),
        ("hello, " + "and so on, " * 20, "hello", SECOND),
    ],
    ids=["other words", "much later", "a small part"],
)
async def test_a_webhook_that_says_something_of_its_own_stands_for_nobody(words, again, after):
    async with proxied_town() as town:
        said = await town.ana.say(town.general, words)
        await later(town, after)
        town.proxy.repeats(said, again)
        await later(town)
        assert told(town) == ([], [str(said.id)])


async def test_channels_that_are_not_listened_in_and_answers_to_interactions_are_passed_over():
    async with proxied_town(listen=["#general"]) as town:
        quiet = ProxyBot(town.server, town.quiet)
        quiet.repeats(await town.ana.say(town.quiet, "A: hello"), "hello")
        answered = await town.ana.say(town.general, "A: hello")
        answer = town.server.webhook(town.general)
        answer.application = answer.id
        answer.say_now("hello", name="Another bot")
        await town.ana.delete(answered)
        await later(town)
        assert told(town) == ([], [str(answered.id)])
        assert town.texts == ["A: hello"]


async def test_where_no_webhook_spoke_a_deletion_is_told_at_once():
    async with small_town() as town:
        said = await town.ana.say(town.general, "hello")
        await town.ana.delete(said)
        await town.settle()
        assert told(town) == ([], [str(said.id)])


async def test_the_adapter_forgets_within_a_moment():
    async with proxied_town() as town:
        said = await town.ana.say(town.general, "A: hello")
        copy = town.proxy.repeats(said, "hello")
        await town.ana.say(town.general, "well")
        await later(town, 2 * MINUTE)
        held = town.platform.hearing.proxied
        assert not held._said and not held._copies and not held._held
        (moved,) = town.bot.moves
        place = town.bot.heard[0].place
        assert (moved.message, moved.to) == (MessageRef(place, str(said.id)), MessageRef(place, str(copy.id)))
