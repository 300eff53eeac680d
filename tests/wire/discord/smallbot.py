"""A small bot on plain discord.py that uses a bit of everything, for trying the server. No code of ours is in it.

In a process of its own: `python -m tests.wire.discord.smallbot URL TOKEN`.
"""

from __future__ import annotations

import asyncio
import io
import re
import sys
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

from . import point
from .server import DiscordServer

TOPICS = ["sleep", "study", "grief"]


class Again(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"again:(?P<count>\d+)"):
    """A button that carries its state in its custom id, and so outlives the bot that made it."""

    def __init__(self, count: int) -> None:
        super().__init__(discord.ui.Button(label=f"Again ({count})", custom_id=f"again:{count}"))
        self.count = count

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction, item: Any, match: re.Match[str]) -> Again:
        return cls(int(match["count"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(Again(self.count + 1))
        await interaction.response.edit_message(content=f"pressed {self.count + 1} times", view=view)


class Note(discord.ui.Modal, title="A note"):
    hint = discord.ui.TextDisplay("Only you read this.")
    words = discord.ui.Label(
        text="Your note",
        description="In your own words",
        component=discord.ui.TextInput(style=discord.TextStyle.paragraph, custom_id="words", max_length=200),
    )
    mood = discord.ui.Label(
        text="Mood",
        component=discord.ui.Select(
            custom_id="mood",
            options=[discord.SelectOption(label="Fine", value="1"), discord.SelectOption(label="Low", value="2")],
        ),
    )
    who = discord.ui.Label(text="With whom", component=discord.ui.UserSelect(custom_id="who", required=False))
    sure = discord.ui.Label(text="Are you sure", component=discord.ui.Checkbox(custom_id="sure"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        words, mood, who, sure = (label.component for label in (self.words, self.mood, self.who, self.sure))
        people = ", ".join(user.name for user in who.values)
        said = f"{words.value}|{mood.values[0]}|{people}|{sure.value}"
        await interaction.response.send_message(said, ephemeral=True)


class German(app_commands.Translator):
    async def translate(self, string: locale_str, locale: discord.Locale, context: Any) -> str | None:
        return {"hello": "hallo", "mood": "stimmung"}.get(string.message) if locale is discord.Locale.german else None


class SmallBot(discord.Client):
    def __init__(self, *, content: bool = True, members: bool = True, **more: Any) -> None:
        intents = discord.Intents.default()
        intents.members, intents.message_content = members, content
        more.setdefault("chunk_guilds_at_startup", False)
        super().__init__(
            intents=intents, guild_ready_timeout=0.01, allowed_mentions=discord.AllowedMentions.none(), **more
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self.errors: list[BaseException] = []
        declare(self)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Again)
        await self.tree.set_translator(German())
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that discord.py waits before it identifies once more."""

    async def on_error(self, event: str, *args: Any, **more: Any) -> None:
        error = sys.exc_info()[1]
        assert error is not None
        self.errors.append(error)

    def dispatch(self, event: str, /, *args: Any, **more: Any) -> None:
        if not event.startswith("socket"):
            self.heard.append((event, args))
        super().dispatch(event, *args, **more)

    def named(self, event: str) -> list[Any]:
        """The arguments of the events of that name."""
        return [args for name, args in self.heard if name == event]

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user and message.content.endswith("ping"):
            await message.reply("pong")


def declare(bot: SmallBot) -> None:
    """The bot's commands."""
    tree = bot.tree
    group = app_commands.Group(name="checkin", description="Check in")

    @group.command(name="now", description="Note how you are")
    @app_commands.describe(mood="1 to 5", note="In your own words", topic="What about")
    async def now(
        interaction: discord.Interaction,
        mood: app_commands.Range[int, 1, 5],
        note: app_commands.Range[str, 1, 100] | None = None,
        topic: str | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.edit_original_response(content=f"mood {mood}, {note}, {topic}")

    @now.autocomplete("topic")
    async def topics(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=each.title(), value=each) for each in TOPICS if current in each]

    tree.add_command(group)

    @tree.command(name=locale_str("hello"), description="Say hello")
    @app_commands.rename(mood=locale_str("mood"))
    @app_commands.choices(mood=[app_commands.Choice(name="good", value=1), app_commands.Choice(name="low", value=2)])
    async def hello(
        interaction: discord.Interaction, mood: int, to: discord.Member | discord.User | None = None
    ) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(Again(0))
        await interaction.response.send_message(
            f"hello {mood} {to.name if to else '-'} {interaction.locale}", view=view
        )

    @tree.command(description="Open the form")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Note())

    @tree.command(description="The new components")
    async def card(interaction: discord.Interaction) -> None:
        picture = discord.File(io.BytesIO(b"\x89PNG\r\n\x1a\n..."), "chart.png")
        await interaction.response.send_message(view=Card(), file=picture, ephemeral=True)

    @tree.command(description="For moderators")
    @app_commands.default_permissions(manage_messages=True)
    @app_commands.guild_only()
    async def status(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("all is well")
        await interaction.followup.send("and more", ephemeral=True)

    @tree.context_menu(name="Report privately")
    async def report(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"reported: {message.content}", ephemeral=True)


class Card(discord.ui.LayoutView):
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()

    def __init__(self) -> None:
        super().__init__(timeout=None)
        box: discord.ui.Container[Any] = discord.ui.Container()
        box.add_item(discord.ui.TextDisplay("## Your week"))
        box.add_item(discord.ui.Section("Seven check-ins", accessory=discord.ui.Button(label="More", custom_id="more")))
        box.add_item(discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://chart.png", description="a chart")))
        self.add_item(box)

    @row.select(
        custom_id="pick",
        placeholder="Pick a day",
        options=[discord.SelectOption(label=day) for day in ("Monday", "Tuesday")],
    )
    async def pick(self, interaction: discord.Interaction, select: discord.ui.Select[Any]) -> None:
        await interaction.response.defer()
        await interaction.followup.send(f"you picked {select.values[0]}", ephemeral=True)


class Running:
    """A small bot that runs: `async with Running(server) as bot`."""

    def __init__(self, server: DiscordServer, **more: Any) -> None:
        self.server = server
        self.bot = SmallBot(**more)

    async def __aenter__(self) -> SmallBot:
        self.task = asyncio.create_task(self.bot.start(self.server.token))
        waiting = asyncio.create_task(self.bot.wait_until_ready())
        await asyncio.wait({self.task, waiting}, return_when=asyncio.FIRST_COMPLETED, timeout=10)
        waiting.cancel()
        if self.task.done():
            await self.task
        await self.server.ready()
        return self.bot

    async def __aexit__(self, *_: object) -> None:
        await self.bot.close()
        await asyncio.wait({self.task})
        if not self.task.cancelled():
            self.task.exception()


if __name__ == "__main__":
    point.aim(sys.argv[1])
    asyncio.run(SmallBot().start(sys.argv[2]))
