"""A small bot on disnake, for other_library.py."""

from __future__ import annotations

import asyncio
from typing import Any

import disnake
import yarl
from disnake.ext import commands

from .other_library import play
from .server import DiscordServer


async def run(server: DiscordServer) -> None:
    disnake.http.Route.BASE = server.url + "/api/v10"
    disnake.gateway.DiscordWebSocket.GATEWAY = yarl.URL(server.gateway.url)
    intents = disnake.Intents.default()
    intents.members = intents.message_content = True
    bot = commands.InteractionBot(intents=intents, chunk_guilds_at_startup=False)

    @bot.event
    async def on_message(message: Any) -> None:
        if message.content == "ping":
            await message.channel.send("pong")

    def plain(function: Any, **options: Any) -> Any:
        """disnake reads types from annotations, which it must find as objects."""
        function.__annotations__ = {"inter": disnake.ApplicationCommandInteraction, **options}
        return function

    @bot.slash_command(name="checkin", description="Check in")
    @plain
    async def checkin(inter: Any) -> None: ...

    async def topics(inter: Any, typed: str) -> dict[str, str]:
        return {"Sleep": "sleep"}

    async def now(inter: Any, mood: Any, note: Any = None, topic: Any = None) -> None:
        await inter.response.defer(ephemeral=True)
        await inter.edit_original_response(content=f"mood {mood}, {note}")

    now.__defaults__ = (None, commands.Param(default=None, autocomplete=topics))
    plain(now, mood=commands.Range[int, 1, 5], note=str, topic=str)
    checkin.sub_command(name="now", description="Note how you are")(now)

    @bot.slash_command(description="Say hello")
    @plain
    async def hello(inter: Any) -> None:
        rows = [
            disnake.ui.Button(label="Again", custom_id="again"),
            disnake.ui.Button(label="Form", custom_id="form"),
            disnake.ui.StringSelect(custom_id="day", options={"Tuesday": "tuesday"}),
        ]
        await inter.response.send_message("hello", components=rows)

    @bot.slash_command(description="The new components")
    @plain
    async def card(inter: Any) -> None:
        box = disnake.ui.Container(disnake.ui.TextDisplay("## Your week"), disnake.ui.Separator())
        await inter.response.send_message(components=[box])

    @bot.message_command(name="Report privately")
    @plain
    async def report(inter: Any) -> None:
        await inter.response.send_message(f"reported: {inter.target.content}", ephemeral=True)

    @bot.event
    async def on_button_click(inter: Any) -> None:
        if inter.component.custom_id == "again":
            await inter.response.edit_message("pressed")
        else:
            field = disnake.ui.Label("Your note", disnake.ui.TextInput(custom_id="words"))
            await inter.response.send_modal(title="A note", custom_id="note", components=[field])

    @bot.event
    async def on_dropdown(inter: Any) -> None:
        await inter.response.defer()
        await inter.followup.send(f"picked {inter.values[0]}")

    @bot.event
    async def on_modal_submit(inter: Any) -> None:
        await inter.response.send_message(f"note: {inter.text_values['words']}", ephemeral=True)

    async def members() -> int:
        return len(await bot.guilds[0].chunk())

    running = asyncio.create_task(bot.start(server.token))
    try:
        await server.until(lambda: server.syncs, "commands were not synced")
        await play(server, members)
    finally:
        await bot.close()
        await asyncio.wait({running})
