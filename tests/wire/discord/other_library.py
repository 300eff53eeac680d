"""The server spoken with by libraries that are not discord.py, so that it speaks Discord and not one library's
habits.

Not collected by pytest, and neither library is among the project's dependencies. In an environment of its own:

    python -m venv /somewhere/others
    /somewhere/others/bin/pip install hikari disnake jsonschema-rs
    /somewhere/others/bin/python -m tests.wire.discord.other_library hikari disnake     (from the project's root)

Each named library runs a small bot; people talk with it, use its commands, press its buttons, send its forms, write
to it directly; its connection is cut and it is told to wait. Prints a line for each step; ends with 1 at the first
that fails. Last run: hikari 2.7.0, no complaints; disnake 2.12.2, which is complained about only for
`default_permission`, a key that Discord has retired and the published document no longer knows. November 2026."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from .message import COMPONENTS_V2
from .people import Person
from .server import DiscordServer

CARD = [{"type": 17, "components": [{"type": 10, "content": "## Your week"}, {"type": 14}]}]


async def play(server: DiscordServer, members: Callable[[], Awaitable[int]]) -> None:
    """What every bot must get through. `members` asks the gateway for all members, and counts them."""
    harbour = server.guild("Harbour")
    general, ana = harbour.text("general"), server.user("ana", harbour, locale="de")

    await ana.say(general, "ping")
    await heard(server, ana, general, "pong")
    await ana.dm("ping")
    await heard(server, ana, "dm", "pong")
    step("messages in a channel and directly")

    did = await ana.slash("checkin now", general, mood=4, note="slept well")
    seen = await did.answer()
    assert (seen.text, seen.ephemeral, did.acknowledged) == ("mood 4, slept well", True, 5), seen
    assert await ana.autocomplete("checkin now", "topic", "s", general, mood=1) == [("Sleep", "sleep")]
    step("a subcommand deferred and filled, autocomplete")

    seen = await (await ana.slash("hello", general)).answer()
    did = await ana.press(seen, "Again")
    assert did.acknowledged == 7 and ana.sees(general)[-1].text == "pressed"
    did = await ana.press(seen, "Form")
    sent = await ana.submit(did, words="tired")
    assert (await sent.answer()).text == "note: tired" and sent.ephemeral
    did = await ana.select(seen, "Tuesday")
    await heard(server, ana, general, "picked tuesday")
    step("buttons, a menu and a form")

    message = await ana.say(general, "something unkind")
    assert (await (await ana.menu("Report privately", message)).answer()).text == "reported: something unkind"
    seen = await (await ana.slash("card", "dm")).answer()
    assert seen.text == "## Your week" and seen.message.flags & COMPONENTS_V2
    step("a context menu, the new components")

    for index in range(1100):
        server.user(f"member-{index}", harbour)
    assert await members() == 1103, "members"
    step("members in chunks")

    server.gateway.cut()
    ana.post_now(general, "ping")
    await server.until(lambda: server.gateway.resumed == 1, "not resumed")
    await server.until(
        lambda: [one.text for one in ana.sees(general)].count("pong") == 2, "nothing heard after the cut"
    )
    step("a cut connection, resumed")

    server.rate_limit_next("POST /channels/*/messages", 0.05)
    server.fail_next("POST /channels/*/messages", 502)
    await ana.dm("ping")
    await server.until(lambda: [one.text for one in ana.sees("dm")].count("pong") == 2, "no answer after 429 and 502")
    step("429 and 502, waited for")


async def heard(server: DiscordServer, ana: Person, where: Any, text: str) -> None:
    await server.until(lambda: text in [one.text for one in ana.sees(where)], f"{text!r} was not said")
    await server.settle()


def step(what: str) -> None:
    print("  ok", what)


async def hikari_bot(server: DiscordServer) -> None:
    import hikari
    from hikari.impl import HTTPSettings

    style, hidden = hikari.ButtonStyle.PRIMARY, hikari.MessageFlag.EPHEMERAL
    bot = hikari.GatewayBot(
        server.token,
        banner=None,
        suppress_optimization_warning=True,
        intents=hikari.Intents.ALL_UNPRIVILEGED | hikari.Intents.MESSAGE_CONTENT | hikari.Intents.GUILD_MEMBERS,
        rest_url=server.url + "/api/v10",
        http_settings=HTTPSettings(enable_cleanup_closed=False),
        auto_chunk_members=False,
        logs="WARNING",
    )

    @bot.listen(hikari.MessageCreateEvent)
    async def message(event: Any) -> None:
        if event.content == "ping":
            await event.message.respond("pong", mentions_everyone=False, user_mentions=False, role_mentions=False)

    @bot.listen(hikari.InteractionCreateEvent)
    async def interaction(event: Any) -> None:
        done = event.interaction
        rows = bot.rest.build_message_action_row
        if isinstance(done, hikari.AutocompleteInteraction):
            await done.create_response([hikari.impl.AutocompleteChoiceBuilder("Sleep", "sleep")])
        elif isinstance(done, hikari.CommandInteraction) and done.command_name == "checkin":
            await done.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=hidden)
            given = {option.name: option.value for option in done.options[0].options}
            await done.edit_initial_response(f"mood {given['mood']}, {given['note']}")
        elif isinstance(done, hikari.CommandInteraction) and done.command_name == "hello":
            buttons = rows().add_interactive_button(style, "again", label="Again")
            buttons.add_interactive_button(style, "form", label="Form")
            menu = rows()
            menu.add_text_menu("day").add_option("Tuesday", "tuesday")
            await done.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, "hello", components=[buttons, menu])
        elif isinstance(done, hikari.CommandInteraction) and done.command_name == "card":
            card = hikari.impl.ContainerComponentBuilder()
            card.add_text_display("## Your week")
            card.add_separator()
            flags = hikari.MessageFlag.IS_COMPONENTS_V2
            await done.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, components=[card], flags=flags)
        elif isinstance(done, hikari.CommandInteraction):
            assert done.resolved is not None
            [target] = done.resolved.messages.values()
            await done.create_initial_response(
                hikari.ResponseType.MESSAGE_CREATE, f"reported: {target.content}", flags=hidden
            )
        elif isinstance(done, hikari.ComponentInteraction) and done.custom_id == "again":
            await done.create_initial_response(hikari.ResponseType.MESSAGE_UPDATE, "pressed")
        elif isinstance(done, hikari.ComponentInteraction) and done.custom_id == "day":
            await done.create_initial_response(hikari.ResponseType.DEFERRED_MESSAGE_UPDATE)
            await done.execute(f"picked {done.values[0]}")
        elif isinstance(done, hikari.ComponentInteraction):
            row = bot.rest.build_modal_action_row().add_text_input("words", "Your note")
            await done.create_modal_response("A note", "note", component=row)
        elif isinstance(done, hikari.ModalInteraction):
            words = done.components[0].components[0].value
            await done.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, f"note: {words}", flags=hidden)

    await bot.start(check_for_updates=False)
    application = await bot.rest.fetch_application()
    option, kind = hikari.CommandOption, hikari.OptionType
    now = option(
        name="now",
        description="Note how you are",
        type=kind.SUB_COMMAND,
        options=[
            option(name="mood", description="1 to 5", type=kind.INTEGER, is_required=True, min_value=1, max_value=5),
            option(name="note", description="In your own words", type=kind.STRING),
            option(name="topic", description="What about", type=kind.STRING, autocomplete=True),
        ],
    )
    slash, menu = bot.rest.slash_command_builder, bot.rest.context_menu_command_builder
    await bot.rest.set_application_commands(
        application,
        [
            slash("checkin", "Check in").add_option(now),
            slash("hello", "Say hello"),
            slash("card", "The new components"),
            menu(hikari.CommandType.MESSAGE, "Report privately"),
        ],
    )

    async def members() -> int:
        [guild] = bot.cache.get_available_guilds_view().values()
        chunks = []
        with bot.stream(hikari.MemberChunkEvent, timeout=5) as stream:
            await bot.request_guild_members(guild.id)
            async for chunk in stream:
                chunks.append(chunk)
                if chunk.index == chunk.chunk_count - 1:
                    break
        return sum(len(chunk.members) for chunk in chunks)

    try:
        await play(server, members)
    finally:
        await bot.close()


async def disnake_bot(server: DiscordServer) -> None:
    import disnake
    import yarl
    from disnake.ext import commands

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


async def main(libraries: list[str]) -> None:
    for library in libraries:
        print(library)
        async with DiscordServer(pointed=False) as server:
            harbour = server.guild("Harbour")
            harbour.text("general")
            server.user("ana", harbour)
            try:
                await (hikari_bot if library == "hikari" else disnake_bot)(server)
            finally:
                print("\n".join(f"  complaint: {one}" for one in server.complaints) or "  no complaints")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or ["hikari", "disnake"]))
