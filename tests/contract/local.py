"""The local platform as a town: both of its sides, played without a page."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from adapters.local import LocalPlatform, Store
from bot.__main__ import master_key
from bot.app import App
from bot.config import Config
from bot.state.clock import ManualClock
from bot.talk.feature import Feature
from bot.talk.model import Role
from bot.talk.platform import Ports
from commands import FEATURES
from tests.contract.town import MORNING, Heard, config_for


class LocalSomeone:
    """One account; `side` is "d" for Discord's manners and "m" for Matrix's."""

    def __init__(self, town: LocalTown, name: str, side: str) -> None:
        self.name = name
        self.town = town
        self.account = f"{side}.{name}"
        self.room = f"{side}.general"
        self.dm = f"{side}.dm.{name}"
        self._read: set[tuple[str, str]] = set()

    async def say(self, text: str, *, direct: bool = False, place: str | None = None) -> None:
        await self.town.platform.say(self.account, place or (self.dm if direct else self.room), text)
        await self.town.settle()

    async def ask(self, command: str, *, direct: bool = False, **args: object) -> None:
        done = await self.town.platform.invoke(self.account, self.dm if direct else self.room, command, args)
        assert not done.failed
        await self.town.settle()

    async def press(self, label: str) -> None:
        for shown in reversed(self._seen()):
            for choice in shown.presses:
                if label.casefold() in choice.label.casefold():
                    await self.town.platform.press(self.account, shown.id, choice.packed)
                    await self.town.settle()
                    return
        raise AssertionError(f"{self.name} sees no choice {label!r}")

    async def fill(self, **values: object) -> None:
        form = self.town.platform.form(self.account)
        assert form is not None, "no form is open"
        await self.town.platform.submit(self.account, form.id, values)
        await self.town.settle()

    async def hears(self, *words: str, private: bool | None = None) -> Heard:
        await self.town.settle()
        new = [shown for shown in self._seen() if (shown.id, shown.text) not in self._read]
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
        new = [shown.text for shown in self._seen() if (shown.id, shown.text) not in self._read]
        assert not new, f"{self.name} hears: {new}"

    async def download(self, name: str) -> bytes:
        for shown in reversed(self._seen()):
            for block in shown.blocks:
                if block.get("name") == name and "file" in block:
                    return self.town.platform.store.messages.file(str(block["file"])).data
        raise AssertionError(f"{self.name} sees no file {name!r}")

    @property
    def form(self):
        return self.town.platform.form(self.account)

    def _seen(self):
        places = [place.id for place in self.town.platform.store.places() if place.open_to(self._account())]
        shown = [one for place in places for one in self.town.platform.seen(self.account, place)]
        return sorted((one for one in shown if one.author == "bot" and not one.deleted), key=lambda one: int(one.id))

    def _account(self):
        return self.town.platform.store.account(self.account)


def _all(shown) -> str:
    return "\n".join([shown.text, *(f"[{choice.label}]" for choice in shown.presses)])


def _heard(shown) -> Heard:
    direct = ".dm." in shown.place
    return Heard(
        shown.text,
        tuple(choice.label for choice in shown.presses),
        shown.only_you or direct,
        tuple(str(block["name"]) for block in shown.blocks if block.get("name")),
    )


class LocalTown:
    """The whole bot on the local platform. `side` says whose manners its people have."""

    def __init__(
        self,
        folder: Path,
        side: str,
        settings: Mapping[str, object] | None = None,
        features: tuple[Feature, ...] = FEATURES,
    ) -> None:
        self.features = features
        self.folder = folder
        self.side = side
        self.clock = ManualClock(MORNING)
        self.config: Config = config_for(folder, "local", settings)

    @classmethod
    async def open(
        cls,
        folder: Path,
        side: str,
        settings: Mapping[str, object] | None = None,
        features: tuple[Feature, ...] = FEATURES,
    ) -> LocalTown:
        town = cls(folder, side, settings, features)
        await town._start()
        return town

    async def _start(self) -> None:
        self.store = Store.open(self.folder / "local.db")

        def make(config: Config, ports: Ports) -> LocalPlatform:
            return LocalPlatform(ports, self.store)

        self.app = await App.open(self.config, self.features, {"local": make}, self.clock, master_key(self.config))
        platform = self.app.house.platforms["local"]
        assert isinstance(platform, LocalPlatform)
        self.platform = platform
        self._serving = asyncio.create_task(platform.run(self.app.dispatch, self.app.house.catalogue.commands))
        await asyncio.sleep(0)

    async def person(
        self, name: str, *, role: Role = Role.MEMBER, locale: str = "en", side: str | None = None
    ) -> LocalSomeone:
        if not any(one.person == name for one in self.store.accounts()):
            self.store.add_person(name, name.title(), locale, role)
        else:
            for of in "dm":
                self.store.change_account(f"{of}.{name}", locale=locale, role=role)
        return LocalSomeone(self, name, side or self.side)

    async def settle(self) -> None:
        await self.app.settle()

    async def later(self, by: timedelta) -> None:
        await self.app.pass_time(self.clock, by)

    async def stop(self) -> None:
        self._serving.cancel()
        with suppress(asyncio.CancelledError):
            await self._serving
        await self.app.close()
        self.store.close()

    async def restart(self) -> None:
        await self.stop()
        await self._start()

    async def close(self) -> None:
        await self.stop()
