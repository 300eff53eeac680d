"""Element's own library as the second client, under Node, trusting signed devices alone: both directions decrypt.

Runs where Node is, and after `npm ci` in `tests/wire/matrix/js` (`make js`).
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.talk.model import Incoming, UserRef
from bot.talk.reply import say

from .bench import Bench
from .proxy import rewritten

FOLDER = Path(__file__).parent / "js"
NODE = shutil.which("node")
RED = 2
"""The sdk's EventShieldColour for the warning."""

pytestmark = pytest.mark.skipif(
    NODE is None or not (FOLDER / "node_modules" / "matrix-js-sdk").exists(),
    reason="needs Node, and matrix-js-sdk in tests/wire/matrix/js (make js)",
)


class Element:
    """A person with that client."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.heard: list[dict[str, Any]] = []

    @classmethod
    async def enter(cls, url: str, user: str) -> Element:
        assert NODE is not None
        process = await asyncio.create_subprocess_exec(
            NODE, "client.mjs", cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=1 << 20
        )
        element = cls(process)
        await element.does("enter", url=url, user=user, password="a password")
        return element

    async def does(self, verb: str, **more: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"verb": verb, **more}).encode() + b"\n")
        while True:
            said = await self._line()
            if said.get("done") == verb:
                assert "error" not in said, said
                return said
            self.heard.append(said)

    async def hears(self, words: str, by: str) -> dict[str, Any]:
        while True:
            for said in self.heard:
                if words in said["heard"] and said["by"] == by:
                    return said
            try:
                self.heard.append(await self._line())
            except TimeoutError:
                raise AssertionError(f"{words!r} was not read; but {self.heard}") from None

    async def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            line = await self._process.stdout.readline()
        assert line, "the client ended"
        said: dict[str, Any] = json.loads(line)
        return said

    async def leave(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


@pytest.fixture
async def element(server) -> AsyncIterator[Element]:
    person = await Element.enter(server.url, await server.account("ella"))
    yield person
    await person.leave()


async def test_signed_only_trust_and_both_directions_decrypt(server, tmp_path, element: Element) -> None:
    bot = await (await Bench.make(server, tmp_path)).start()
    try:
        await bot.until(lambda: bot.session.settled)
        room = (await element.does("begin", invite=bot.id))["room"]
        await element.does("members", room=room, count=2)
        await element.does("say", room=room, text="note from Element")
        heard = await bot.inbox.hears(Incoming)
        assert heard.text == "note from Element" and heard.direct
        await bot.platform.send(heard.author, say("to Element"), key="k", language="en")
        said = await element.hears("to Element", bot.id)
        assert said["room"] == room and said["failed"] is None and said["shield"] != RED
        await bot.stop()
        await bot.start()
        await element.does("say", room=room, text="after a restart")
        assert (await bot.inbox.hears(Incoming)).text == "after a restart"
        await bot.platform.send(heard.author, say("still here"), key="k2", language="en")
        assert (await element.hears("still here", bot.id))["shield"] != RED
    finally:
        await bot.stop()


async def test_a_room_that_the_bot_makes_is_read_there_too(server, tmp_path, element: Element) -> None:
    bot = await (await Bench.make(server, tmp_path)).start()
    try:
        await bot.until(lambda: bot.session.settled)
        me = UserRef("matrix", (await element.does("who"))["user"])
        sent = await bot.platform.send(me, say("you asked for this"), key="k", language="en")
        await element.does("join", room=sent.place.id)
        await element.does("members", room=sent.place.id, count=2)
        # It was said before this client had looked up the bot's devices, and this library looks at it once only.
        await element.does("again", room=sent.place.id)
        assert (await element.hears("you asked for this", bot.id))["shield"] != RED
        await bot.platform.send(me, say("and this"), key="k2", language="en")
        assert (await element.hears("and this", bot.id))["shield"] != RED
    finally:
        await bot.stop()


async def test_a_key_that_got_lost_is_asked_for_and_handed_on(server, tmp_path, proxy, element: Element) -> None:
    bot = await (await Bench.make(server, tmp_path, proxy.url)).start()
    lost: list[object] = []

    def lose(sync: dict[str, Any]) -> None:
        lost.extend(sync.get("to_device", {}).pop("events", []))

    try:
        await bot.until(lambda: bot.session.settled)
        room = (await element.does("begin", invite=bot.id))["room"]
        await element.does("members", room=room, count=2)
        proxy.does(rewritten(lose), on="/sync", times=None)
        await element.does("say", room=room, text="sealed")
        await bot.until(lambda: "$" in bot.notes.kept.get("unreadable", ""))
        assert lost, "no key got lost"
        proxy.heals()
        assert (await bot.inbox.hears(Incoming)).text == "sealed"
    finally:
        await bot.stop()
