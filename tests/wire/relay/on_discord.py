"""A buddy on the loopback Discord: slash commands and buttons to begin with, then direct messages in talk mode."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from tests.contract.markdown import plain
from tests.wire.discord.calls import Call
from tests.wire.discord.channel import Channel
from tests.wire.discord.guild import Guild
from tests.wire.discord.interactions import Interaction
from tests.wire.discord.message import Message
from tests.wire.discord.seeing import Seen
from tests.wire.discord.server import DiscordServer

from .side import Copy, until


class OnDiscord:
    """Implements `Side`."""

    def __init__(self, server: DiscordServer, guild: Guild, general: Channel, name: str, shown: str) -> None:
        self.server = server
        self.general = general
        self.person = server.user(name, guild)
        self.person.user.display = shown
        self.person.user.avatar = f"a_{secrets.token_hex(16)}"
        self.buddy = ""
        self.me = (f"<@{self.person.id}>", f"@{name}", f"{name}#0420")
        self._written: dict[str, Message] = {}
        self._files: list[str] = []

    async def joins(self) -> None:
        await self._done(await self.person.slash("start", self.general))
        await self._press("Yes: Find me a buddy")
        await self._sees("That is on now")
        await self._done(await self.person.slash("buddy join", "dm"))
        for label in ("What have you lived through?", "grief", "Back", "How old are you?", "25 to 34", "Back"):
            await self._press(label)
        await self._press("I'm ready")
        await self._sees("You are in")

    async def accepts(self) -> None:
        await self._sees("I found somebody who may fit")
        await self._press("Yes, I'd like to")

    async def begins(self) -> None:
        seen = await self._sees("Moderators don't see")
        found = re.search(r"This is (.+?)\.", plain(seen.text))
        assert found, seen.text
        self.buddy = found[1]
        await self._done(await self.person.slash("buddy talk", "dm"))
        await self._sees("From now on")

    async def writes(self, text: str, *, answers: str | None = None, file: str | None = None) -> str:
        answered = None if answers is None else self.person.dm_channel.messages.get(int(answers))
        files = None if file is None else {file: b"not for anybody else"}
        message = await self.person.say("dm", text, reply_to=answered, files=files)
        self._written[str(message.id)] = message
        self._files += [] if file is None else [file]
        return str(message.id)

    async def edits(self, id: str, text: str) -> None:
        await self.person.edit(self._written[id], text)

    async def deletes(self, id: str) -> None:
        await self.person.delete(self._written[id])

    async def reads(self) -> list[Copy]:
        name = f"**{self.buddy}**\n"
        return [
            Copy(str(one.id), plain(one.text.removeprefix(name)), _answered(one.message))
            for one in self.person.sees("dm")
            if one.message.author is self.server.world.bot and one.text.startswith(name)
        ]

    async def given(self) -> list[str]:
        """Every request of the bot's that reached this person: path, query, body and files, byte for byte."""
        return [_whole(call) for call in self.server.requests if self._mine(call)]

    def marks(self) -> Iterable[str]:
        user = self.person.user
        assert user.avatar is not None
        yield from (str(user.id), user.name, user.display, user.avatar, str(self.person.dm_channel.id))
        yield from self._written
        yield from self._files

    def _mine(self, call: Call) -> bool:
        dm, me = str(self.person.dm_channel.id), str(self.person.id)
        tokens = [token for token, one in self.server.interactions.items() if one.person is self.person]
        parts = call.path.split("/")
        return dm in parts or any(token in parts for token in tokens) or me in call.raw.decode(errors="replace")

    # --- beginning ------------------------------------------------------------------------------------------------

    async def _done(self, used: Interaction) -> None:
        async def answered() -> bool:
            source = used.source
            if source is not None and source.edited is not None and source.edited >= used.sent:
                return True
            return bool(used.messages) and not any(one.loading for one in used.messages)

        await until(answered, lambda: f"{used} was not answered")

    async def _press(self, label: str) -> None:
        """Take the newest choice of that name, when there is one."""

        async def there() -> tuple[Seen, str | None, str | None] | None:
            for seen in reversed(self._said()):
                for button in seen.buttons:
                    if label.casefold() in button.label.casefold():
                        return seen, button.custom_id, None
                for menu in seen.menus:
                    for shown, value in menu.options:
                        if label.casefold() in shown.casefold():
                            return seen, menu.custom_id, value
            return None

        seen, id, value = await until(there, lambda: f"no {label!r} in {[one.text for one in self._said()][-2:]}")
        assert id is not None
        if value is None:
            await self._done(await self.person.press(seen, id))
        else:
            await self._done(await self.person.select(seen, value, menu=id))

    async def _sees(self, words: str) -> Seen:
        async def there() -> Seen | None:
            return next((one for one in reversed(self._said()) if words in plain(one.text)), None)

        return await until(there, lambda: f"no {words!r} in {[one.text for one in self._said()][-3:]}")

    def _said(self) -> list[Seen]:
        bot = self.server.world.bot
        return [one for one in self.person.sees_everywhere() if one.message.author is bot and not one.loading]


def _answered(message: Message) -> str | None:
    return None if message.replied is None or message.replied.deleted else str(message.replied.id)


def _whole(call: Call) -> str:
    files = [f"{file.name}\n{file.data.decode(errors='replace')}" for file in call.files.values()]
    return "\n".join([call.path, repr(call.query), call.raw.decode(errors="replace"), *files])
