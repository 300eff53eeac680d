"""What the bot adds between receiving a buddy's message and sending it on: `python -m benchmarks.relay`.

Durable: the event's key, the evidence, the way to the copy and the copy itself are one commit before anything is sent.
Beside: a relay that keeps nothing (as a bridge in memory does), which rebuilds the same words and sends them at once,
and loses what is under way when it is killed. The platform takes everything at once: what is measured is the bot alone.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.measure import percentile, table
from bot.__main__ import master_key
from bot.app import App
from bot.config import Config
from bot.state.clock import SystemClock
from bot.talk.command import Command
from bot.talk.model import Incoming, Invocation, MessageRef, PlaceRef, RoomWith, Target, UserRef
from bot.talk.platform import Abilities, Ability, Inbox
from bot.talk.press import Press
from bot.talk.reply import Reply, Speaker
from commands import FEATURES
from commands.buddy.matching import make_round
from commands.buddy.rebuilding import rebuild

MESSAGES = int(os.environ.get("MESSAGES", "2000"))
AT_ONCE = 20
"""Pairs that write at the same time, in the second measurement."""
WORDS = "good morning, the night was long but I walked by the sea today and it helped, how are you?"


class Wall:
    """Takes everything at once, and notes when."""

    name = "wall"

    def __init__(self) -> None:
        self.sent: dict[str, float] = {}
        self.presses: dict[str, tuple[Press, ...]] = {}
        self.rooms: dict[str, str] = {}
        self.count = 0
        self.arrived = asyncio.Event()

    def abilities(self, place: Target) -> Abilities:
        full = Ability.FULL
        return Abilities(full, full, full, full, full, full, full, full, full, full, 4000)

    async def run(self, inbox: Inbox, commands: list[Command]) -> None:
        await asyncio.Event().wait()

    async def send(self, to: Target, reply: Reply, *, key: str, language: str) -> MessageRef:
        self.count += 1
        user = to.user if isinstance(to, RoomWith) else to
        assert isinstance(user, UserRef)
        if reply.speaker is not None:
            words = reply.blocks[0].parts[0].text  # type: ignore[union-attr]
            self.sent[words.partition(" ")[0]] = time.perf_counter()
            self.arrived.set()
        elif reply.presses:
            self.presses[user.id] = reply.presses
        elif isinstance(to, RoomWith):
            self.rooms[user.id] = to.about
        return MessageRef(PlaceRef("wall", f"{user.id}"), str(self.count))

    async def edit(self, message: MessageRef, reply: Reply, *, key: str, language: str) -> None: ...

    async def delete(self, message: MessageRef) -> None: ...


class Talk:
    """A bot over the wall, with pairs who met."""

    def __init__(self, app: App, wall: Wall) -> None:
        self.app, self.wall = app, wall
        self.number = 0

    async def ask(self, user: str, command: str, /, **args: object) -> None:
        self.number += 1
        place = PlaceRef("wall", f"dm/{user}")
        now = self.app.house.clock.now()
        event = Invocation(f"i{self.number}", UserRef("wall", user), place, command, now, args, direct=True)
        await self.app.dispatch.invoke(event)

    async def pairs(self, count: int) -> list[str]:
        """So many pairs who met; one account of each."""
        people = [f"u{number}" for number in range(2 * count)]
        for user in people:
            await self.ask(user, "start agree", purpose="buddies")
            await self.ask(user, "buddy join")
            await self.ask(user, "buddy set", what="topics", value="grief")
            await self.ask(user, "buddy set", what="age", value="25-34")
            await self.ask(user, "buddy ready")
        from bot.kit import Kit

        await make_round(Kit(self.app.house), "bench")
        await self.app.settle()
        for user in people:
            (yes, _no) = self.wall.presses[user]
            await self.ask(user, yes.command, **dict(yes.args))
        await self.app.settle()
        assert len(self.wall.rooms) == len(people), "not all of them met"
        return people

    def incoming(self, user: str, id: str) -> Incoming:
        about = self.wall.rooms[user]
        place = PlaceRef("wall", f"{user}/{about}")
        author, now = UserRef("wall", user), self.app.house.clock.now()
        return Incoming(f"m{id}", author, place, f"{id} {WORDS}", now, MessageRef(place, id), direct=True, about=about)

    async def one_by_one(self, user: str, count: int, name: str) -> list[float]:
        """Each sent on before the next is received: seconds from received to sent."""
        out = []
        for number in range(count):
            id = f"{name}{number}"
            begun = time.perf_counter()
            await self.app.dispatch.receive(self.incoming(user, id))
            while id not in self.wall.sent:
                self.wall.arrived.clear()
                await self.wall.arrived.wait()
            out.append(self.wall.sent[id] - begun)
        return out

    async def together(self, users: list[str], count: int) -> tuple[list[float], float]:
        """Many pairs at once, each without waiting for its last: seconds for each, and messages a second."""
        begun: dict[str, float] = {}

        async def write(user: str, name: str) -> None:
            for number in range(count // len(users)):
                id = f"{name}n{number}"
                begun[id] = time.perf_counter()
                await self.app.dispatch.receive(self.incoming(user, id))

        start = time.perf_counter()
        await asyncio.gather(*(write(user, f"b{index}") for index, user in enumerate(users)))
        while not all(id in self.wall.sent for id in begun):
            self.wall.arrived.clear()
            await self.wall.arrived.wait()
        seconds = time.perf_counter() - start
        return [self.wall.sent[id] - at for id, at in begun.items()], len(begun) / seconds


async def keeps_nothing(wall: Wall, count: int) -> list[float]:
    """The relay beside: a dictionary of who talks with whom, the same rebuilding, and nothing written."""
    partner = {"x": UserRef("wall", "y")}
    out = []
    for number in range(count):
        begun = time.perf_counter()
        built = rebuild(f"c{number} {WORDS}")
        reply = Reply(built.blocks, speaker=Speaker("Quiet Otter", "4f7cac"))
        await wall.send(RoomWith(partner["x"], "about"), reply, key=f"c{number}", language="en")
        out.append(wall.sent[f"c{number}"] - begun)
    return out


async def main() -> None:
    rows = [["what", "p50", "p99", "messages a second", "beside the one that keeps nothing"]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = Config.model_validate(
            {
                "data": {"folder": name, "key": {"file": f"{folder}/master.key"}},
                "buddies": {"prompts": False, "new_a_day": 10_000},
            }
        )
        wall = Wall()
        app = await App.open(config, FEATURES, {"wall": lambda _c, _p: wall}, SystemClock(), master_key(config))  # type: ignore[dict-item, return-value]
        talk = Talk(app, wall)
        people = await talk.pairs(AT_ONCE)
        running = asyncio.create_task(app.run())
        await talk.one_by_one(people[0], 50, "w")
        wall.sent.clear()
        alone = await talk.one_by_one(people[0], MESSAGES, "a")
        many, rate = await talk.together(people, MESSAGES)
        nothing = await keeps_nothing(wall, MESSAGES)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await app.close()
    base = statistics.median(nothing)
    for what, took, a_second in (
        ("durable, one after another", alone, f"{1 / statistics.mean(alone):,.0f}"),
        (f"durable, {2 * AT_ONCE} people at once", many, f"{rate:,.0f}"),
        ("keeps nothing", nothing, f"{1 / statistics.mean(nothing):,.0f}"),
    ):
        rows.append(
            [
                what,
                f"{1e3 * statistics.median(took):.2f} ms",
                f"{1e3 * percentile(took, 0.99):.2f} ms",
                a_second,
                f"{statistics.median(took) / base:,.0f} ×" if took is not nothing else "",
            ]
        )
    table(rows)


if __name__ == "__main__":
    asyncio.run(main())
