"""Matrix as a town: the whole bot against a real Synapse, its people independent matrix-nio clients.

The people live by the town's clock, which is set by hand; the network lives by the real one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nio import AsyncClient, MegolmEvent, RoomMessage
from nio.crypto.attachments import decrypt_attachment

from adapters.matrix.account import Files
from adapters.matrix.client import close_client
from adapters.matrix.crosssign import SigningKeys
from adapters.matrix.direct import Whose
from adapters.matrix.login import with_password
from adapters.matrix.opening import Happening, Heard
from adapters.matrix.platform import MatrixPlatform
from adapters.matrix.session import Session
from bot.__main__ import master_key
from bot.app import App
from bot.config import Config
from bot.state.clock import ManualClock
from bot.talk.feature import Feature
from bot.talk.inwords import line
from bot.talk.model import Role
from bot.talk.platform import Ports
from commands import FEATURES
from tests.contract import town
from tests.contract.town import MORNING, config_for
from tests.wire.matrix.homeserver import Synapse
from tests.wire.matrix.people import PATIENCE, Person

CHOICE = re.compile(r"^(\d+)\. (.+) \((!.+)\)$", re.MULTILINE)
POWER = {Role.MEMBER: None, Role.MODERATOR: 50, Role.OWNER: 100}


class TownClock:
    """Says the town's time, and waits as long as the network does."""

    def __init__(self, town: ManualClock) -> None:
        self._town = town

    def now(self) -> datetime:
        return self._town.now()

    async def sleep_until(self, when: datetime) -> None:
        await asyncio.sleep(max((when - self.now()).total_seconds(), 0))

    async def wait(self, event: asyncio.Event, until: datetime | None) -> None:
        # Not `wait_for`: on 3.11 it swallows a cancellation that comes as the event does.
        with suppress(TimeoutError):
            async with asyncio.timeout(None if until is None else (until - self.now()).total_seconds()):
                await event.wait()


@dataclass(frozen=True)
class Timed:
    """An inbox whose messages were written when the town's clock says, not the server's."""

    inbox: Any
    clock: ManualClock

    async def receive(self, incoming: Any) -> None:
        await self.inbox.receive(replace(incoming, at=self.clock.now(), late=False))

    async def invoke(self, invocation: Any) -> Any:
        return await self.inbox.invoke(replace(invocation, at=self.clock.now(), late=False))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inbox, name)


class Watched(MatrixPlatform):
    """The platform, telling which events it is done with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.done: set[str] = set()
        self.news = asyncio.Event()

    def _session(self, *args: Any) -> Session:
        session = super()._session(*args)
        hear = session.hear

        async def watched(happening: Happening) -> None:
            await hear(happening)
            if isinstance(happening, Heard):
                self.done.add(happening.event.event_id)
                self.news.set()

        session._sync._telling._hear = watched
        return session

    async def has_handled(self, event: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while event not in self.done:
                self.news.clear()
                await self.news.wait()


@dataclass(frozen=True)
class Shown:
    """A message of the bot's on somebody's screen, with the files that came with it: each is an event of its own here,
    shown right after the words."""

    id: str
    room: str
    text: str
    content: Mapping[str, Any]
    private: bool
    files: tuple[Mapping[str, Any], ...] = ()

    def with_file(self, content: Mapping[str, Any]) -> Shown:
        alt = f"[{content['body']}] ({content['filename']})"
        return replace(self, text=f"{self.text}\n\n{alt}", files=(*self.files, content))

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        return CHOICE.findall(self.text)


class MatrixSomeone:
    """One account with one device."""

    def __init__(self, town: MatrixTown, name: str, person: Person) -> None:
        self.name = name
        self.town = town
        self.person = person
        self._read: set[tuple[str, str]] = set()
        self._asked = ""

    @property
    def room(self) -> str:
        return self.town.room

    async def direct(self, about: str | None = None) -> str:
        """The direct room with the bot, or the one for that thing; begun if there is none."""
        await self._look()
        session = self.town.platform.session
        assert session is not None
        for room in reversed(self.person.client.rooms):
            if session.directs.whose(room) == Whose(self.person.id, about):
                return room
        assert about is None, f"{self.name} has no room about {about}"
        room = await self.person.room(encrypted=True, direct=True, invite=[self.town.bot])
        await self.town.platform_meets(room)
        return room

    async def say(self, text: str, *, direct: bool = False, place: str | None = None, **more: Any) -> str:
        room = place or (await self.direct() if direct else self.room)
        event = await self.person.writes(room, text, **more)
        await self.town.handled(event)
        return event

    async def ask(self, command: str, *, direct: bool = False, **args: object) -> None:
        found = self.town.app.house.catalogue.command(command)
        assert found is not None, command
        typed = line(found, args)
        self._asked = command
        await self.say(f"{'' if direct else '!'}{typed.command} {typed.rest}".rstrip(), direct=direct)

    async def speaks(self, language: str) -> None:
        """Matrix tells nobody's language, so they say it themselves."""
        await self.say("start agree purpose=settings", direct=True)
        await self.ask("settings language", direct=True, language=language)
        self._read = {(one.id, one.text) for one in await self._seen()}

    async def press(self, label: str) -> None:
        seen = await self._seen()
        for index, shown in reversed(list(enumerate(seen))):
            for number, found, typed in shown.choices:
                if label.casefold() in found.casefold():
                    later = any(one.choices for one in seen[index + 1 :] if one.room == shown.room)
                    answers = None if shown.private or later else shown.id
                    await self.say(typed if later else number, place=shown.room, reply_to=answers)
                    return
        raise AssertionError(f"{self.name} sees no choice {label!r}")

    async def fill(self, **values: object) -> None:
        """There are no forms here: the line with these arguments."""
        await self.ask(self._asked, **values)

    async def hears(self, *words: str, private: bool | None = None) -> town.Heard:
        await self.town.settle()
        new = [one for one in await self._seen() if (one.id, one.text) not in self._read]
        for shown in new:
            if all(word.casefold() in shown.text.casefold() for word in words):
                self._read |= {(one.id, one.text) for one in new[: new.index(shown) + 1]}
                assert private is None or shown.private is private, f"private is {shown.private}: {shown.text}"
                return town.Heard(
                    shown.text,
                    tuple(label for _number, label, _line in shown.choices),
                    shown.private,
                    tuple(str(file["filename"]) for file in shown.files),
                )
        said = "\n---\n".join(one.text for one in new) or "nothing new"
        raise AssertionError(f"{self.name} does not hear {words}; instead:\n{said}")

    async def hears_nothing(self) -> None:
        await self.town.settle()
        new = [one.text for one in await self._seen() if (one.id, one.text) not in self._read]
        assert not new, f"{self.name} hears: {new}"

    async def download(self, name: str) -> bytes:
        files = [file for shown in await self._seen() for file in shown.files]
        for content in reversed(files):
            if content["filename"] == name:
                file = content.get("file", {})
                server, id = str(file.get("url") or content["url"]).removeprefix("mxc://").split("/")
                data = await self.person.downloads(server, id)
                if not file:
                    return data
                return decrypt_attachment(data, file["key"]["k"], file["hashes"]["sha256"], file["iv"])
        raise AssertionError(f"{self.name} sees no file {name!r}")

    async def _look(self) -> None:
        """Read what is there, and accept what the bot invites to."""
        while True:
            await self.person.sync()
            invited = list(self.person.client.invited_rooms)
            if not invited:
                return
            for room in invited:
                await self.person.joins(room)
                self.person.client.invited_rooms.pop(room, None)
                await self.town.platform_sees(room, self.person.id)

    async def _seen(self) -> list[Shown]:
        """The bot's messages as they stand now, in the order in which they came; each edit is a message anew."""
        await self._look()
        seen: list[Shown] = []
        for index, (room, event) in enumerate(self.person.heard):
            opened = self.person._opened(index, event)
            assert not isinstance(opened, MegolmEvent) or opened.sender != self.town.bot, "could not be read"
            if isinstance(opened, RoomMessage) and opened.sender == self.town.bot:
                content = opened.source["content"]
                content = content.get("m.new_content", content)
                members = self.person.client.rooms[room].users
                private = set(members) == {self.person.id, self.town.bot} and room != self.town.room
                if "filename" in content and seen and seen[-1].room == room:
                    seen[-1] = seen[-1].with_file(content)
                    continue
                seen.append(Shown(opened.event_id, room, str(content.get("body", "")), content, private))
        return seen


class MatrixTown:
    """The whole bot on Matrix. `encrypted` says whether its common room is."""

    side = "m"

    def __init__(
        self,
        folder: Path,
        server: Synapse,
        settings: Mapping[str, object] | None,
        features: tuple[Feature, ...],
        *,
        encrypted: bool,
    ) -> None:
        self.features = features
        self.folder = folder
        self.server = server
        self.encrypted = encrypted
        self.clock = ManualClock(MORNING)
        self._settings = settings
        self._people: list[Person] = []
        self.bot = ""
        self.room = ""

    @classmethod
    async def open(
        cls,
        folder: Path,
        server: Synapse,
        settings: Mapping[str, object] | None = None,
        features: tuple[Feature, ...] = FEATURES,
        *,
        encrypted: bool,
    ) -> MatrixTown:
        made = cls(folder, server, settings, features, encrypted=encrypted)
        host, bot = await asyncio.gather(server.user("host", encrypted=False), server.account("bot"))
        made.host, made.bot = host, bot
        made._people.append(host)
        files = Files(folder / "matrix")
        credentials = await with_password(server.url, bot, "a password", device_name="Handrail")
        credentials.save(files.credentials)
        SigningKeys.make().save(files.signing)
        await close_client(files.client(credentials))
        made.room = await host.room(public=True, encrypted=encrypted, invite=[bot], name="Harbour")
        matrix = {"community": [made.room], **(settings or {}).get("matrix", {})}  # type: ignore[dict-item]
        rest = {name: value for name, value in (settings or {}).items() if name != "matrix"}
        made.config = config_for(folder, "matrix", {"platforms": {"matrix": matrix}, **rest})
        await made._start()
        return made

    config: Config
    host: Person

    async def _start(self) -> None:
        def make(config: Config, ports: Ports) -> MatrixPlatform:
            assert config.platforms.matrix is not None
            own = replace(ports, clock=TownClock(self.clock))
            return Watched(own, config.platforms.matrix, self.folder / "matrix", poll=5.0)

        self.app = await App.open(self.config, self.features, {"matrix": make}, self.clock, master_key(self.config))
        platform = self.app.house.platforms["matrix"]
        assert isinstance(platform, Watched)
        self.platform = platform
        inbox = Timed(self.app.dispatch, self.clock)
        self._serving = asyncio.create_task(platform.run(inbox, self.app.house.catalogue.commands))
        await self.until(lambda: platform.session is not None and platform.session.ready)
        await self.platform_meets(self.room)

    async def until(self, fits: Any) -> None:
        """Wait for something that the network brings."""
        async with asyncio.timeout(PATIENCE):
            while not fits():
                if self._serving.done():
                    self._serving.result()
                await asyncio.sleep(0.005)

    @property
    def client(self) -> AsyncClient:
        assert self.platform.session is not None
        return self.platform.session._client

    async def platform_meets(self, room: str) -> None:
        await self.until(lambda: room in self.client.rooms)

    async def platform_sees(self, room: str, user: str) -> None:
        """The bot knows that somebody came in."""
        await self.platform_meets(room)
        await self.until(lambda: user in (there := self.client.rooms[room].users) and not there[user].invited)

    async def person(self, name: str, *, role: Role = Role.MEMBER, locale: str = "en") -> MatrixSomeone:
        person = await self.server.user(name)
        self._people.append(person)
        await person.joins(self.room)
        if POWER[role] is not None:
            await self.host.gives_power(self.room, {person: POWER[role]})
        await self.platform_sees(self.room, person.id)
        someone = MatrixSomeone(self, name, person)
        if locale != "en":
            await someone.speaks(locale)
        return someone

    async def handled(self, event: str) -> None:
        await self.platform.has_handled(event)
        await self.settle()

    async def settle(self) -> None:
        await self.app.settle()

    async def later(self, by: timedelta) -> None:
        await self.app.pass_time(self.clock, by)

    async def stop(self) -> None:
        self._serving.cancel()
        with suppress(asyncio.CancelledError):
            await self._serving
        await self.app.close()

    async def restart(self) -> None:
        await self.stop()
        await self._start()

    async def close(self) -> None:
        await self.stop()
        await self.server.everybody_leaves()
