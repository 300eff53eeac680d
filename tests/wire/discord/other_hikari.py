"""A small bot on hikari, for other_library.py."""

from __future__ import annotations

from typing import Any

import hikari
from hikari.impl import AutocompleteChoiceBuilder, ContainerComponentBuilder, HTTPSettings

from .other_library import play
from .server import DiscordServer


async def run(server: DiscordServer) -> None:
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
            await done.create_response([AutocompleteChoiceBuilder("Sleep", "sleep")])
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
            card = ContainerComponentBuilder()
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
