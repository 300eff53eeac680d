"""Discord as a town: the whole bot behind an unmodified discord.py, on the loopback server, used as people do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from adapters.discord.platform import DiscordPlatform
from bot.__main__ import master_key
from bot.app import App
from bot.config import Config
from bot.state.clock import ManualClock
from bot.talk.feature import Feature
from bot.talk.model import Role, UserRef
from bot.talk.platform import Ports
from bot.talk.press import Press, pack
from bot.talk.text import Text
from commands import FEATURES
from tests.contract.markdown import plain
from tests.contract.town import MORNING, Heard, config_for
from tests.wire.discord import invoking
from tests.wire.discord.interactions import Interaction, Sort
from tests.wire.discord.seeing import Seen
from tests.wire.discord.server import DiscordServer

SETTINGS: dict[str, Any] = {
    "token": {"env": "NOT_READ"},
    "policy_confirmed": True,
    "listen": ["all"],
    "roles": {"moderator": ["Moderators"], "owner": ["Admins"]},
}
READY = 0.02
"""Real seconds that discord.py waits for the last server; two in real life."""
ROLES = {
    Role.MODERATOR: ("Moderators", ["moderate_members"]),
    Role.OWNER: ("Admins", ["moderate_members", "manage_guild"]),
}
LOCALES = {"en": "en-US"}


class DiscordSomeone:
    """One account."""

    def __init__(self, town: DiscordTown, name: str, locale: str) -> None:
        self.name = name
        self.town = town
        self.person = town.server.user(name, town.guild, locale=LOCALES.get(locale, locale))
        self.form: Interaction | None = None
        self._read: set[tuple[int, str]] = set()

    async def say(self, text: str, *, direct: bool = False, place: Any = None) -> None:
        await self.person.say(place or ("dm" if direct else self.town.general), text)
        await self.town.settle()

    async def ask(self, command: str, *, direct: bool = False, **args: object) -> None:
        found = self.town.app.house.catalogue.command(command)
        assert found is not None, f"there is no command {command!r}"
        if found.hidden:
            await self._forged(command, args)
            return
        line = " ".join(found.slash_path)
        channel = self.person.at("dm" if direct else self.town.general)
        given = {name: self._value(value) for name, value in args.items()}
        try:
            data = invoking.data(self.person, channel, line, given)
        except AssertionError:
            data = self._unchecked(channel, line, given)
        await self._send(Interaction(self.town.server, self.person, Sort.COMMAND, channel, data))

    async def press(self, label: str) -> None:
        for shown in reversed(self.seen()):
            for button in shown.buttons:
                if label.casefold() in button.label.casefold():
                    await self._did(await self.person.press(shown, button.custom_id or ""))
                    return
            for menu in shown.menus:
                for said, value in menu.options:
                    if label.casefold() in said.casefold():
                        await self._did(await self.person.select(shown, value, menu=menu.custom_id))
                        return
        raise AssertionError(f"{self.name} sees no choice {label!r}")

    async def fill(self, **values: object) -> None:
        assert self.form is not None and self.form.modal is not None, "no form is open"
        form, self.form = self.form, None
        await self._did(await self.person.submit(form, {name: self._value(one) for name, one in values.items()}))

    async def hears(self, *words: str, private: bool | None = None) -> Heard:
        await self.town.settle()
        new = [shown for shown in self.seen() if (shown.id, shown.text) not in self._read]
        for shown in new:
            if all(word.casefold() in _all(shown).casefold() for word in words):
                self._read |= {(one.id, one.text) for one in new[: new.index(shown) + 1]}
                heard = _heard(shown)
                assert private is None or heard.private is private, f"private is {heard.private}: {shown.text}"
                return heard
        said = "\n---\n".join(_all(shown) for shown in new) or "nothing new"
        raise AssertionError(f"{self.name} does not hear {words}; instead:\n{said}")

    async def hears_nothing(self) -> None:
        await self.town.settle()
        new = [shown.text for shown in self.seen() if (shown.id, shown.text) not in self._read]
        assert not new, f"{self.name} hears: {new}"

    async def download(self, name: str) -> bytes:
        for shown in reversed(self.seen()):
            for file in shown.files:
                if file.name == name:
                    return self.town.server.world.files[file.url.removeprefix(self.town.server.url)][0]
        raise AssertionError(f"{self.name} sees no file {name!r}")

    def seen(self) -> list[Seen]:
        """What the bot said to this person or where they are, as it stands now."""
        bot = self.town.server.world.bot.name
        return [one for one in self.person.sees_everywhere() if one.author == bot and not one.loading]

    async def _send(self, interaction: Interaction) -> None:
        self.town.server.send_interaction(interaction)
        await self._did(await interaction.answered())

    async def _did(self, interaction: Interaction) -> None:
        if interaction.modal is not None:
            self.form = interaction
        await self.town.settle()
        assert not interaction.deferred, f"{interaction} was never answered"

    def _value(self, value: object) -> Any:
        if isinstance(value, UserRef):
            return next(one for one in self.town.server.people.values() if str(one.id) == value.id)
        return value

    def _unchecked(self, channel: Any, line: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """What an honest client would not send."""
        command, way, options = invoking.find(self.person, channel, line)
        kinds = {one["name"]: one["type"] for one in options}
        sent: list[dict[str, Any]] = [{"name": n, "type": kinds[n], "value": value} for n, value in given.items()]
        for option in reversed(way):
            sent = [{"name": option["name"], "type": option["type"], "options": sent}]
        return {"id": command["id"], "name": command["name"], "type": 1, "options": sent}

    async def _forged(self, command: str, args: Mapping[str, object]) -> None:
        """A press that nobody was offered, on the newest message."""
        source = self.seen()[-1].message
        custom_id = pack(Press(Text("x"), command, **args))  # type: ignore[arg-type]
        data = {"custom_id": custom_id, "component_type": 2, "id": 1}
        server = self.town.server
        await self._send(Interaction(server, self.person, Sort.COMPONENT, source.channel, data, source=source))


def _all(shown: Seen) -> str:
    choices = [*shown.labels, *(label for menu in shown.menus for label, _value in menu.options)]
    return "\n".join([plain(shown.text), *(f"[{one}]" for one in choices), *(file.name for file in shown.files)])


def _heard(shown: Seen) -> Heard:
    menus = [label for menu in shown.menus for label, _value in menu.options]
    return Heard(
        plain(shown.text),
        (*shown.labels, *menus),
        shown.ephemeral or shown.message.channel.recipient is not None,
        tuple(file.name for file in shown.files),
    )


class DiscordTown:
    """The whole bot on the loopback server: one server "Harbour" with a channel #general."""

    def __init__(self, folder: Path, settings: Mapping[str, object] | None, features: tuple[Feature, ...]) -> None:
        self.folder = folder
        self.features = features
        self.clock = ManualClock(MORNING)
        own = {**SETTINGS, **dict((settings or {}).get("discord", {}))}  # type: ignore[call-overload]
        rest = {name: value for name, value in (settings or {}).items() if name != "discord"}
        self.config: Config = config_for(folder, "discord", {"platforms": {"discord": own}, **rest})
        self.told: list[str] = []

    @classmethod
    async def open(
        cls,
        folder: Path,
        settings: Mapping[str, object] | None = None,
        features: tuple[Feature, ...] = FEATURES,
    ) -> DiscordTown:
        town = cls(folder, settings, features)
        town.server = DiscordServer(clock=town.clock)
        await town.server.__aenter__()
        town.guild = town.server.guild("Harbour")
        town.general = town.guild.text("general")
        town.roles = {role: town.guild.role(name, may) for role, (name, may) in ROLES.items()}
        try:
            await town.start()
        except BaseException:
            await town.server.__aexit__(None, None, None)
            raise
        return town

    async def start(self) -> None:
        def make(config: Config, ports: Ports) -> DiscordPlatform:
            assert config.platforms.discord is not None
            return DiscordPlatform(
                config.platforms.discord,
                ports,
                tell=self.told.append,
                token=self.server.token,
                guild_ready_timeout=READY,
            )

        self.app = await App.open(self.config, self.features, {"discord": make}, self.clock, master_key(self.config))
        platform = self.app.house.platforms["discord"]
        assert isinstance(platform, DiscordPlatform)
        self.platform = platform
        self.serving = asyncio.create_task(platform.run(self.app.dispatch, self.app.house.catalogue.commands))
        waiting = asyncio.gather(platform.ready.wait(), platform.caught_up.wait())
        await asyncio.wait([self.serving, waiting], timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if self.serving.done():
            self.serving.result()
        assert waiting.done(), f"the bot does not get ready: {self.server.complaints}"
        await self.settle()

    async def person(self, name: str, *, role: Role = Role.MEMBER, locale: str = "en") -> DiscordSomeone:
        someone = DiscordSomeone(self, name, locale)
        member = self.guild.members[someone.person.id]
        member.roles = [one for one in member.roles if one not in self.roles.values()]
        if role in self.roles:
            member.roles.append(self.roles[role])
        return someone

    async def settle(self) -> None:
        """Until nothing moves: not on the wire, not in the bot, and nothing is due."""
        quiet = 0
        while quiet < 2:
            before = self.server.activity
            await self.server.settle()
            await self.app.settle()
            hearing = self.platform.hearing
            while hearing is not None and not hearing.idle:
                await asyncio.sleep(0.001)
            quiet = quiet + 1 if self.server.activity == before else 0

    async def later(self, by: timedelta) -> None:
        await self.app.pass_time(self.clock, by)
        await self.settle()

    async def stop(self) -> None:
        self.serving.cancel()
        with suppress(asyncio.CancelledError):
            await self.serving
        await self.app.close()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def close(self) -> None:
        try:
            await self.stop()
        finally:
            await self.server.__aexit__(None, None, None)
        self.server.check()
