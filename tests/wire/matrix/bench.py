"""The Matrix platform with an inbox that only notes what it hears: for what no dialogue of the whole bot would show."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from adapters.matrix.account import Files
from adapters.matrix.client import close_client
from adapters.matrix.crosssign import SigningKeys
from adapters.matrix.login import with_password
from adapters.matrix.platform import MatrixPlatform
from adapters.matrix.session import Session
from bot.config.platforms import Matrix
from bot.state.clock import ShiftedClock
from bot.talk.command import Arg, Command, command
from bot.talk.model import Incoming, MessageRef, Role, UserRef
from bot.talk.platform import Answer, Ports
from bot.talk.reply import Audience, Reply, say
from bot.talk.text import _
from bot.words import Catalogues

from .homeserver import Synapse
from .people import PATIENCE
from .station import Notes

LOG = logging.getLogger("handrail.tests.matrix")


@command("note", effects=False)
async def note(ask: Any, kit: Any, text: Annotated[str, Arg(_("What"), rest=True)]) -> Reply:
    """Note something."""
    return say(text)


@command("post", audience=Audience.PUBLIC, effects=False)
async def post(ask: Any, kit: Any, who: Annotated[UserRef | None, Arg(_("Whom"))] = None) -> Reply:
    """Post something for everybody."""
    return say("posted")


@command("close", allow=Role.MODERATOR, effects=False)
async def close(ask: Any, kit: Any) -> Reply:
    """Close something."""
    return say("closed")


COMMANDS: tuple[Command, ...] = (note, post, close)


@dataclass
class Noting:
    """An inbox that answers nothing but presses."""

    heard: list[Any] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Answer(say("taken"), Audience.PRIVATE, "en"))
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def receive(self, incoming: Incoming) -> None:
        self._note(incoming)

    async def invoke(self, invocation: Any) -> Answer:
        self._note(invocation)
        return self.answer

    async def gone(self, gone: Any) -> None:
        self._note(gone)

    async def watched(self, user: UserRef) -> list[MessageRef]:
        return []

    async def reacted(self, reacted: Any) -> None:
        self._note(reacted)

    def command(self, name: str) -> Command | None:
        return next((one for one in COMMANDS if one.name == name), None)

    def _note(self, what: Any) -> None:
        self.heard.append(what)
        self.news.set()

    async def hears(self, kind: type, fits: Callable[[Any], bool] = lambda _each: True) -> Any:
        """Wait for something of that kind, each once."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    self.news.clear()
                    for each in self.heard:
                        if isinstance(each, kind) and fits(each):
                            self.heard.remove(each)
                            return each
                    await self.news.wait()
        except TimeoutError:
            raise AssertionError(f"no such {kind.__name__}; but {self.heard}") from None


class Bench:
    """One platform over one account, started and ended at will."""

    def __init__(self, folder: Path, url: str, me: str, settings: Mapping[str, Any]) -> None:
        self.files = Files(folder / "matrix")
        self.folder = folder
        self.url = url
        self.id = me
        self.settings = dict(settings)
        self.notes = Notes()
        self.inbox = Noting()
        self.clock = ShiftedClock()
        self.language = "en"

    @classmethod
    async def make(cls, server: Synapse, folder: Path, url: str | None = None, **settings: Any) -> Bench:
        me = await server.account("bot")
        bench = cls(folder, url or server.url, me, settings)
        credentials = await with_password(bench.url, me, "a password", device_name="Handrail")
        credentials.save(bench.files.credentials)
        SigningKeys.make().save(bench.files.signing)
        await close_client(bench.files.client(credentials))
        return bench

    async def start(self, commands: Sequence[Command] = COMMANDS) -> Bench:
        ports = Ports(self.clock, self.notes, Catalogues(), LOG, language=self._reads)
        settings = Matrix.model_validate(self.settings)
        self.platform = MatrixPlatform(ports, settings, self.folder / "matrix", poll=5.0)
        self.serving = asyncio.create_task(self.platform.run(self.inbox, commands))
        await self.until(lambda: self.platform.session is not None and self.platform.session.ready)
        return self

    async def _reads(self, user: UserRef) -> str:
        return self.language

    async def stop(self) -> None:
        self.serving.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self.serving

    @property
    def session(self) -> Session:
        assert self.platform.session is not None
        return self.platform.session

    async def until(self, fits: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not fits():
                if self.serving.done():
                    self.serving.result()
                await asyncio.sleep(0.005)

    async def meets(self, room: str, *people: Any) -> None:
        """The bot is in a room and sees these people in it."""
        rooms = self.session._client.rooms
        await self.until(lambda: room in rooms and all(one.id in rooms[room].users for one in people))
        await self.until(lambda: not any(rooms[room].users[one.id].invited for one in people))
