"""Interactions: acknowledged at once with the audience that the declaration says, then run, then shown.

Whatever goes wrong, the person reads something, and what is meant for them alone is seen by nobody else. It must not
know how the connection is held, nor what commands do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord import faults
from adapters.discord.acknowledge import Ours, acknowledge
from adapters.discord.choices import MENU, carried
from adapters.discord.declare import suggestions
from adapters.discord.forms import FIX, filled, modal
from adapters.discord.layout import Form
from adapters.discord.post import Post
from adapters.discord.read import PLATFORM, Locales, arguments, invocation, path_and_options, user_ref
from adapters.discord.render import Page
from adapters.discord.screen import Screen, may_replace
from bot.talk.command import Command
from bot.talk.errors import SendFailed
from bot.talk.platform import Answer, Inbox, Ports, Standing
from bot.talk.press import unpack
from bot.talk.reply import Audience, Reply, Typed, para, say
from bot.talk.text import _

Stand = Callable[[discord.Interaction[Any]], Awaitable[Standing]]
Menus = Callable[[str], Command | None]
Kind = discord.InteractionType


@dataclass(frozen=True, slots=True)
class Doing:
    """What somebody wants: the command as it was named, its arguments, and the message it is about."""

    command: str
    args: Mapping[str, object]
    message: int | None = None


class Answering:
    """One for a connection."""

    def __init__(self, inbox: Inbox, ports: Ports, post: Post, stand: Stand, menus: Menus, locales: Locales) -> None:
        self._inbox = inbox
        self._ports = ports
        self._post = post
        self._stand = stand
        self._menus = menus
        self._locales = locales

    async def __call__(self, interaction: discord.Interaction[Any]) -> None:
        self._locales.heard(interaction.user.id, interaction.locale.value)
        data: Any = interaction.data or {}
        match interaction.type:
            case Kind.autocomplete:
                await self._suggest(interaction, data)
            case Kind.application_command:
                await self._command(interaction, data)
            case Kind.component:
                await self._press(interaction, data)
            case Kind.modal_submit:
                await self._submit(interaction, data)
            case _:
                return

    # --- the four ways in -----------------------------------------------------------------------------------------

    async def _suggest(self, interaction: discord.Interaction[Any], data: Any) -> None:
        """From memory alone; a failure is an empty list, for the next letter asks again."""
        path, options = path_and_options(data)
        command = self._inbox.command(" ".join(path))
        focused = next((one for one in options if one.get("focused")), None)
        param = command.param(str(focused["name"])) if command and focused else None
        found = []
        if param is not None and focused is not None:
            found = suggestions(param, str(focused["value"]), self._ports.words, self._reads(interaction))
        choices = [discord.app_commands.Choice(name=one["name"], value=one["value"]) for one in found]
        await self._acknowledge(interaction, lambda: interaction.response.autocomplete(choices))

    async def _command(self, interaction: discord.Interaction[Any], data: Any) -> None:
        message: int | None = None
        args: dict[str, object] = {}
        given = False
        if data.get("type", 1) != 1:
            name, message = str(data["name"]), int(data["target_id"])
            command = self._menus(name)
            if command is not None and command.param("message") is not None:
                args = {"message": str(message)}
        else:
            path, options = path_and_options(data)
            name = " ".join(path)
            command = self._inbox.command(name)
            args = arguments(options, command) if command else {}
            given = bool(args)
        if command is not None and command.form and command.shown and not given:
            await self._ask(interaction, command, args)
            return
        await self._run(interaction, Doing(command.name if command else name, args, message), command)

    async def _press(self, interaction: discord.Interaction[Any], data: Any) -> None:
        packed = str(data.get("custom_id"))
        if packed.startswith(MENU):
            packed = str((data.get("values") or [""])[0])
        if packed.startswith(FIX):
            await self._fix(interaction, packed)
            return
        pressed = unpack(carried(packed))
        if pressed is None:
            await self._over(interaction)
            return
        command = self._inbox.command(pressed.command)
        if pressed.form and command is not None and command.shown:
            await self._ask(interaction, command, pressed.args)
            return
        await self._run(interaction, Doing(pressed.command, pressed.args), command)

    async def _fix(self, interaction: discord.Interaction[Any], packed: str) -> None:
        draft, _sep, name = packed.removeprefix(FIX).partition(":")
        command = self._inbox.command(name)
        if command is None:
            await self._over(interaction)
            return
        kept = self._post.drafts.bring(draft, user_ref(interaction.user.id), self._ports.clock.now())
        await self._ask(interaction, command, {} if kept is None else dict(kept.values))

    async def _submit(self, interaction: discord.Interaction[Any], data: Any) -> None:
        pressed = unpack(str(data.get("custom_id")))
        command = self._inbox.command(pressed.command) if pressed else None
        if pressed is None or command is None:
            await self._over(interaction)
            return
        args = filled(pressed, command, data.get("components") or (), PLATFORM)
        about = args.get("message") if command.menu is not None else None
        message = int(about) if isinstance(about, str) and about.isdecimal() else None
        await self._run(interaction, Doing(command.name, args, message), command)

    # --- acknowledging --------------------------------------------------------------------------------------------

    async def _ask(self, interaction: discord.Interaction[Any], command: Command, values: Mapping[str, object]) -> None:
        form = Form(modal(command, values, self._ports.words, self._reads(interaction)))
        await self._acknowledge(interaction, lambda: interaction.response.send_modal(form))

    async def _run(self, interaction: discord.Interaction[Any], doing: Doing, command: Command | None) -> None:
        audience = command.audience if command is not None else Audience.PRIVATE
        ours = await self._defer(interaction, audience)
        if ours is Ours.NOT or (ours is Ours.TOO_LATE and not (command is not None and command.always)):
            return
        standing = await self._stand(interaction)
        asked = invocation(interaction, doing.command, doing.args, standing, doing.message)
        try:
            answer = await self._inbox.invoke(asked)
        except Exception:
            self._ports.log.exception("an interaction could not be handled")
            answer = Answer(_sorry(), Audience.PRIVATE, self._reads(interaction))
        if ours is Ours.YES:
            await self._show(interaction, answer, audience)
        else:
            await self._by_message(interaction, answer)

    async def _over(self, interaction: discord.Interaction[Any]) -> None:
        """A press of an older version, or a damaged one."""
        if await self._defer(interaction, Audience.PRIVATE) is Ours.YES:
            over = say(para(_("This no longer works. What does:"), " ", Typed("help")))
            await self._show(interaction, Answer(over, Audience.PRIVATE, self._reads(interaction)), Audience.PRIVATE)

    async def _defer(self, interaction: discord.Interaction[Any], audience: Audience) -> Ours:
        """A press leaves its message as it is until the answer is there; anything else shows that we are at it."""
        ephemeral = audience is Audience.PRIVATE
        thinking = interaction.message is None
        return await self._acknowledge(
            interaction, lambda: interaction.response.defer(ephemeral=ephemeral, thinking=thinking)
        )

    async def _acknowledge(self, interaction: discord.Interaction[Any], how: Callable[[], Awaitable[Any]]) -> Ours:
        return await acknowledge(how, self._ports.log)

    def _reads(self, interaction: discord.Interaction[Any]) -> str:
        return self._ports.words.closest(interaction.locale.value)

    # --- showing --------------------------------------------------------------------------------------------------

    async def _show(self, interaction: discord.Interaction[Any], answer: Answer, declared: Audience) -> None:
        """The aside first, for the author alone; then the answer. `declared` is how it was acknowledged."""
        screen = Screen(interaction, declared)
        asides = [] if answer.aside is None or answer.aside.empty else self._pages(interaction, answer.aside, answer)
        try:
            if asides:
                await screen.alone(asides)
            if not answer.reply.empty:
                await self._answer(interaction, screen, answer)
            await screen.done()
        except faults.FAULTS as error:
            code = str(getattr(error, "code", type(error).__name__))
            self._ports.log.warning("an answer could not be shown", extra={"code": code})
            await self._by_message(interaction, answer)

    async def _answer(self, interaction: discord.Interaction[Any], screen: Screen, answer: Answer) -> None:
        reply, private = answer.reply, answer.audience is Audience.PRIVATE
        pages = self._pages(interaction, reply, answer, fixable=private)
        if reply.replaces and may_replace(interaction, private=private):
            await screen.instead(pages)
        elif private:
            await screen.alone(pages)
        else:
            await screen.openly(pages)

    def _pages(
        self, interaction: discord.Interaction[Any], reply: Reply, answer: Answer, *, fixable: bool = False
    ) -> list[Page]:
        owner = user_ref(interaction.user.id) if fixable else None
        return self._post.pages(reply, answer.language, owner=owner)

    async def _by_message(self, interaction: discord.Interaction[Any], answer: Answer) -> None:
        """Where the interaction can't be answered any more: what was private, by direct message, for they asked."""
        replies = [answer.aside, answer.reply if answer.audience is Audience.PRIVATE else None]
        for number, reply in enumerate(replies):
            if reply is None or reply.empty:
                continue
            try:
                key = f"discord:i:{interaction.id}:{number}"
                await self._post.send(user_ref(interaction.user.id), reply, key=key, language=answer.language)
            except SendFailed as failed:
                self._ports.log.warning("an answer was lost", extra={"reason": failed.reason})


def _sorry() -> Reply:
    return say(
        _("I'm sorry, that went wrong on my side, and nothing was changed. Please try again in a while."),
        para(_("If you need someone now:"), " ", Typed("crisis")),
    )
