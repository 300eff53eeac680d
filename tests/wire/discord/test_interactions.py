"""Interactions of every kind, played by people against a plain discord.py bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.state.clock import ManualClock

from .channel import Channel
from .people import Person
from .server import DiscordServer
from .smallbot import Running, SmallBot


@dataclass
class Stage:
    server: DiscordServer
    bot: SmallBot
    general: Channel
    ana: Person


@pytest.fixture
async def stage(server: DiscordServer) -> AsyncIterator[Stage]:
    harbour = server.guild("Harbour")
    general = harbour.text("general")
    ana = server.user("ana", harbour)
    async with Running(server) as bot:
        yield Stage(server, bot, general, ana)
    assert not bot.errors


async def test_a_subcommand_deferred_and_filled(stage: Stage) -> None:
    did = await stage.ana.slash("checkin now", stage.general, mood=4, note="slept well")
    seen = await did.answer()
    assert seen.text == "mood 4, slept well, None"
    assert (did.acknowledged, did.ephemeral, seen.ephemeral) == (5, True, True)
    assert seen.id in [one.id for one in stage.ana.sees(stage.general)]
    bert = stage.server.user("bert", stage.server.guild("Harbour"))
    assert not bert.sees(stage.general)


async def test_the_client_refuses_what_it_would_not_let_pass(stage: Stage) -> None:
    for line, options, why in (
        ("checkin now", {"mood": 6}, "at most 5"),
        ("checkin now", {}, "required"),
        ("checkin now", {"mood": 1, "nope": 1}, "no option"),
        ("checkin now", {"mood": 1, "note": "x" * 101}, "characters"),
        ("checkin", {"mood": 1}, "is a group"),
        ("nothing", {}, "is offered no"),
        ("hello", {"mood": 9}, "no choice"),
    ):
        with pytest.raises(AssertionError, match=why):
            await stage.ana.slash(line, stage.general, options)


async def test_autocomplete(stage: Stage) -> None:
    assert await stage.ana.autocomplete("checkin now", "topic", "s", stage.general, mood=3) == [
        ("Sleep", "sleep"),
        ("Study", "study"),
    ]
    did = await stage.ana.slash("checkin now", stage.general, mood=3, topic="sleep")
    assert (await did.answer()).text.endswith("sleep")


async def test_names_and_choices_in_the_persons_language(stage: Stage) -> None:
    stage.ana.locale = "de"
    assert "hallo" in stage.ana.commands(stage.general)
    bert = stage.server.user("bert", stage.server.guild("Harbour"))
    did = await stage.ana.slash("hallo", stage.general, stimmung="good", to=bert)
    assert (await did.answer()).text == "hello 1 bert de"


async def test_permissions_and_contexts_of_commands(stage: Stage) -> None:
    harbour = stage.server.guild("Harbour")
    mods = harbour.role("mods", ["manage_messages"])
    mod = stage.server.user("mo", harbour, roles=[mods])
    assert "status" not in stage.ana.commands(stage.general)
    assert "status" in mod.commands(stage.general)
    assert "status" not in mod.commands("dm") and "hello" in mod.commands("dm")
    did = await mod.slash("status", stage.general)
    await stage.server.settle()
    assert [one.content for one in did.messages] == ["all is well", "and more"]
    assert [one.text for one in stage.ana.sees(stage.general)] == ["all is well"]


async def test_a_button_that_outlives_its_bot(server: DiscordServer) -> None:
    ana = server.user("ana", server.guild("Harbour"))
    general = server.guild("Harbour").text("general")
    async with Running(server):
        seen = await (await ana.slash("hello", general, mood="good")).answer()
    async with Running(server) as again:
        did = await ana.press(seen, "Again")
        assert did.acknowledged == 7
        await ana.press(seen, "Again (1)")
        assert ana.sees(general)[0].text == "pressed 2 times"
        assert not again.errors


async def test_a_form_with_every_kind_of_field(stage: Stage) -> None:
    did = await stage.ana.slash("form", "dm")
    assert did.modal is not None and did.acknowledged == 9
    assert [one.label for one in did.modal.fields] == ["Your note", "Mood", "With whom", "Are you sure"]
    assert did.modal.text == "Only you read this."
    with pytest.raises(AssertionError, match="required"):
        await stage.ana.submit(did, mood="Low")
    sent = await stage.ana.submit(did, words="tired", mood="Low", with_whom=[stage.ana], sure=True)
    assert (await sent.answer()).text == "tired|2|ana|True"
    assert sent.ephemeral


class Rest(discord.ui.Modal, title="The rest"):
    pick = discord.ui.Label(
        text="One of them",
        component=discord.ui.RadioGroup(
            custom_id="pick",
            options=[discord.RadioGroupOption(label=each, value=each.lower()) for each in ("Yes", "No")],
        ),
    )
    some = discord.ui.Label(
        text="Some of them",
        component=discord.ui.CheckboxGroup(
            custom_id="some",
            options=[discord.CheckboxGroupOption(label=each, value=each) for each in "abc"],
            min_values=2,
        ),
    )
    file = discord.ui.Label(text="A file", component=discord.ui.FileUpload(custom_id="file", required=False))
    room = discord.ui.Label(text="Where", component=discord.ui.ChannelSelect(custom_id="room"))
    team = discord.ui.Label(text="Whose", component=discord.ui.RoleSelect(custom_id="team", max_values=2))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        parts = [label.component for label in (self.pick, self.some, self.file, self.room, self.team)]
        said = [parts[0].value, *parts[1].values, *[one.filename for one in parts[2].values]]
        said += [one.name for one in [*parts[3].values, *parts[4].values]]
        await interaction.response.send_message(" ".join(said))


async def test_a_form_with_the_other_kinds_of_field(stage: Stage) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Rest())

    stage.bot.tree.get_command("form")._callback = answer
    mods = stage.server.guild("Harbour").role("mods")
    did = await stage.ana.slash("form", stage.general)
    with pytest.raises(AssertionError, match="2 to 3 values"):
        await stage.ana.submit(did, pick="Yes", some=["a"], room=stage.general, team=mods)
    given = {"pick": "Yes", "some": ["a", "c"], "room": stage.general, "team": [mods]}
    sent = await stage.ana.submit(did, given, file=("a.txt", b"words"))
    assert (await sent.answer()).text == "yes a c a.txt general mods"


async def test_commands_of_one_guild_hide_global_ones(stage: Stage) -> None:
    harbour, other = stage.server.guild("Harbour"), stage.server.guild("Other")
    here = discord.Object(harbour.id)

    @stage.bot.tree.command(name="hello", description="Only here", guild=here)
    async def hello(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("only here")

    await stage.bot.tree.sync(guild=here)
    assert stage.server.syncs == [None, harbour.id]
    assert (await (await stage.ana.slash("hello", stage.general)).answer()).text == "only here"
    other.text("general")
    other.join(stage.ana)
    assert (await (await stage.ana.slash("hello", other, mood="low")).answer()).text.startswith("hello 2")


async def test_the_new_components_and_their_files(stage: Stage) -> None:
    seen = await (await stage.ana.slash("card", stage.general)).answer()
    assert seen.text == "## Your week\nSeven check-ins\na chart"
    assert seen.labels == ("More",) and seen.menu().placeholder == "Pick a day"
    assert stage.server.world.files[seen.files[0].url.removeprefix(stage.server.url)][0].startswith(b"\x89PNG")
    did = await stage.ana.select(seen, "Tuesday")
    await stage.server.settle()
    assert did.acknowledged == 6 and [one.content for one in did.followups] == ["you picked Tuesday"]


async def test_a_context_menu(stage: Stage) -> None:
    message = await stage.ana.say(stage.general, "something unkind")
    seen = await (await stage.ana.menu("Report privately", message)).answer()
    assert seen.text == "reported: something unkind" and seen.ephemeral


@pytest.fixture
async def slow() -> AsyncIterator[tuple[ManualClock, Stage]]:
    """The same on a clock that is set by hand."""
    clock = ManualClock(datetime(2026, 11, 23, 9, tzinfo=UTC))
    async with DiscordServer(clock=clock) as server:
        harbour = server.guild("Harbour")
        ana = server.user("ana", harbour)
        async with Running(server) as bot:
            yield clock, Stage(server, bot, harbour.text("general"), ana)
        server.check()


async def code_of(doing: Awaitable[Any]) -> int:
    with pytest.raises(discord.HTTPException) as refused:
        await doing
    return refused.value.code


async def test_an_answer_after_three_seconds_is_refused(slow: tuple[ManualClock, Stage]) -> None:
    clock, stage = slow
    codes: list[int] = []

    async def answer(interaction: discord.Interaction) -> None:
        await clock.advance(timedelta(seconds=4))
        codes.append(await code_of(interaction.response.send_message("late")))

    stage.bot.tree.on_error = lambda *_: asyncio.sleep(0)  # type: ignore[assignment,method-assign,misc]
    stage.bot.tree.get_command("form")._callback = answer  # type: ignore[union-attr]
    did = await stage.ana.slash("form", "dm", wait=False)
    await stage.server.settle()
    assert codes == [10062] and did.failed and did.acknowledged is None


async def test_a_second_acknowledgement_and_an_old_token_are_refused(slow: tuple[ManualClock, Stage]) -> None:
    clock, stage = slow
    codes: list[int] = []

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        interaction.response._response_type = None  # discord.py itself would not ask twice
        codes.append(await code_of(interaction.response.defer()))
        await clock.advance(timedelta(minutes=16))
        codes.append(await code_of(interaction.edit_original_response(content="over")))

    stage.bot.tree.get_command("form")._callback = answer  # type: ignore[union-attr]
    did = await stage.ana.slash("form", "dm")
    await stage.server.settle()
    assert codes == [40060, 50027] and did.deferred
