"""Matrix: how long an answer takes and what it costs, plain and encrypted, beside a ten-line bot over the same library.

Both bots run as processes of their own against one real Synapse, in turns. Ours answers a declared command through the
whole of it: rules, one transaction with the event's key and the answer, outbox, send. The other one echoes.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import psutil
from nio import AsyncClient, AsyncClientConfig, MegolmEvent, RoomMessageText, SyncResponse

from adapters.matrix.account import Files
from adapters.matrix.client import close_client, make_client
from adapters.matrix.crosssign import SigningKeys
from adapters.matrix.feed import Feed
from adapters.matrix.login import Credentials, with_password
from adapters.matrix.platform import MatrixPlatform
from benchmarks.measure import percentile, spread, table
from bot.__main__ import master_key
from bot.app import App
from bot.config import Config
from bot.kit import Ask, Kit
from bot.state.clock import SystemClock
from bot.talk.command import Arg, command
from bot.talk.feature import Feature
from bot.talk.platform import Ports
from bot.talk.reply import Audience, Reply, say
from bot.talk.text import Text
from commands import FEATURES
from tests.contract.town import config_for
from tests.wire.matrix.homeserver import Synapse
from tests.wire.matrix.people import Person

RATES = ((1, 40, 8), (10, 160, 8))
"""Messages a second, how many, and in how many turns: the two bots take turns, so that whatever else the machine does
meets both."""
PATIENCE = 20.0
"""Seconds after the last message until what is not answered counts as lost. A lost one counts as having taken so long:
who drops what is late must not look quick."""


# --- the bots ------------------------------------------------------------------------------------------------------


@command("echo", audience=Audience.PUBLIC)
async def echo_command(ask: Ask, kit: Kit, text: Annotated[str, Arg(Text("What"), rest=True)]) -> Reply:
    """Say it again."""
    return say(text)


async def ours(folder: Path, room: str) -> None:
    def make(config: Config, ports: Ports) -> MatrixPlatform:
        assert config.platforms.matrix is not None
        return MatrixPlatform(ports, config.platforms.matrix, folder / "matrix")

    config = config_for(folder, "matrix", {"platforms": {"matrix": {"community": [room], "describe": False}}})
    feature = Feature("bench", Text("Bench"), Text("Bench"), commands=(echo_command,))
    app = await App.open(config, (*FEATURES, feature), {"matrix": make}, SystemClock(), master_key(config))
    running = asyncio.create_task(app.run())
    platform: Any = app.house.platforms["matrix"]
    while not _is_in(platform, room):  # noqa: ASYNC110  # it is somebody else's state
        await asyncio.sleep(0.02)
    print("serving", flush=True)
    await running


def _is_in(platform: Any, room: str) -> bool:
    session = platform.session
    return session is not None and session.ready and room in session._client.rooms


async def theirs(folder: Path, room: str) -> None:
    """What one writes in an evening."""
    kept = Credentials.load(folder / "matrix" / "account.json")
    config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
    client = AsyncClient(kept.homeserver, kept.user_id, kept.device_id, store_path=str(folder), config=config)
    client.restore_login(kept.user_id, kept.device_id, kept.access_token)

    async def answer(where: Any, event: RoomMessageText) -> None:
        if event.sender != client.user_id:
            content = {"msgtype": "m.text", "body": event.body.removeprefix("!echo ")}
            await client.room_send(where.room_id, "m.room.message", content, ignore_unverified_devices=True)

    await client.join(room)
    await client.sync(full_state=True)
    client.add_event_callback(answer, RoomMessageText)
    print("serving", flush=True)
    await client.sync_forever(30_000, full_state=True)


class Running:
    """One of the two as a process, in a room of its own with one person."""

    def __init__(self, kind: str, folder: Path, person: Person, room: str) -> None:
        self.person = person
        self.room = room
        self.lost = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.matrix", kind, str(folder), room], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        while "serving" not in (line := self._process.stdout.readline()):
            assert line, f"{kind} ended"
        self.process = psutil.Process(self._process.pid)

    @classmethod
    async def start(cls, kind: str, server: Synapse, folder: Path, *, encrypted: bool) -> Running:
        account = await server.account(kind)
        files = Files(folder / "matrix")
        made = await with_password(server.url, account, "a password", device_name=kind)
        made.save(files.credentials)
        if kind == "ours":
            SigningKeys.make().save(files.signing)
            await close_client(files.client(made))
        person = await server.user("driver", encrypted=encrypted)
        room = await person.room(encrypted=encrypted, invite=[account])
        running = await asyncio.to_thread(cls, kind, folder, person, room)
        await person.sync()
        return running

    def cpu(self) -> float:
        spent = self.process.cpu_times()
        return float(spent.user + spent.system)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    async def drive(self, rate: int, messages: int, label: str) -> tuple[list[float], float]:
        """Seconds to each answer, and the bot's seconds of CPU for each that it gave."""
        sent: dict[str, float] = {}
        took: dict[str, float] = {}
        before = self.cpu()

        async def listen() -> None:
            seen = len(self.person.heard)
            while len(took) < messages:
                await self.person.sync(wait=5.0)
                now = time.perf_counter()
                for index in range(seen, len(self.person.heard)):
                    event = self.person._opened(index, self.person.heard[index][1])
                    if event.sender != self.person.id and not isinstance(event, MegolmEvent):
                        body = str(event.source["content"].get("body", ""))
                        if body in sent and body not in took:
                            took[body] = now - sent[body]
                seen = len(self.person.heard)

        async def speak(text: str) -> None:
            sent[text] = time.perf_counter()
            content = {"msgtype": "m.text", "body": f"!echo {text}"}
            await self.person.client.room_send(self.room, "m.room.message", content, ignore_unverified_devices=True)

        listening = asyncio.create_task(listen())
        begun = time.perf_counter()
        speaking = []
        for number in range(messages):
            await asyncio.sleep(max(begun + number / rate - time.perf_counter(), 0))
            speaking.append(asyncio.create_task(speak(f"{label} {number}")))
        await asyncio.gather(*speaking)
        await asyncio.wait((listening,), timeout=PATIENCE)
        if not listening.done():
            listening.cancel()
            self.lost += messages - len(took)
        missing = [PATIENCE] * (messages - len(took))
        return [*took.values(), *missing], (self.cpu() - before) / max(len(took), 1)


async def round_trips(server: Synapse, folder: Path) -> list[list[str]]:
    rows = [["answering", "echo bot", "ours", "ratio", "target", "turn by turn"]]
    for encrypted in (False, True):
        how = "encrypted" if encrypted else "plain"
        bots = {
            kind: await Running.start(kind, server, folder / f"{kind}-{how}", encrypted=encrypted)
            for kind in ("echo", "ours")
        }
        for kind, bot in bots.items():
            await bot.drive(5, 10, f"{kind} warm")
        for rate, messages, turns in RATES:
            waits: dict[str, list[list[float]]] = {kind: [] for kind in bots}
            cpu: dict[str, list[float]] = {kind: [] for kind in bots}
            for turn in range(turns):
                for kind, bot in bots.items():
                    took, spent = await bot.drive(rate, messages // turns, f"{kind} {rate} {turn}")
                    waits[kind].append(took)
                    cpu[kind].append(spent)
            rows += _compared(how, rate, waits, cpu)
        rows.append([f"{how}, never answered", str(bots["echo"].lost), str(bots["ours"].lost), "", "0", ""])
        for bot in bots.values():
            bot.stop()
    return rows


def _compared(how: str, rate: int, waits: dict[str, list[list[float]]], cpu: dict[str, list[float]]) -> list[list[str]]:
    """Over all turns, and how the ratio went from turn to turn."""

    def row(
        what: str, of: Callable[[list[float]], float], values: dict[str, list[list[float]]], goal: str
    ) -> list[str]:
        ratios = [of(ours) / of(echo) for ours, echo in zip(values["ours"], values["echo"], strict=True)]
        whole = {kind: of([one for turn in turns for one in turn]) for kind, turns in values.items()}
        shown = [f"{1e3 * whole[kind]:.1f} ms" for kind in ("echo", "ours")]
        turns = f"{min(ratios):.2f} – {max(ratios):.2f}"
        return [f"{how}, {rate}/s, {what}", *shown, f"{whole['ours'] / whole['echo']:.2f}", goal, turns]

    spent = {kind: [[one] for one in values] for kind, values in cpu.items()}
    return [
        row("p50", statistics.median, waits, "≤ 1.3"),
        row("p99", lambda values: percentile(values, 0.99), waits, ""),
        row("CPU a message", statistics.mean, spent, "≤ 1.6"),
    ]


# --- parsing ---------------------------------------------------------------------------------------------------------


def _sync(number: int, events: int, *, first: bool = False) -> dict[str, Any]:
    me, room = "@bot:localhost", "!room:localhost"

    def event(kind: str, content: dict[str, Any], index: int, **more: Any) -> dict[str, Any]:
        id, at = f"${number}-{index}", 1_790_000_000_000
        return {"type": kind, "sender": me, "event_id": id, "origin_server_ts": at, "content": content, **more}

    state = [
        event("m.room.create", {"room_version": "11"}, -1, state_key=""),
        event("m.room.member", {"membership": "join"}, -2, state_key=me),
    ]
    said = [event("m.room.message", {"msgtype": "m.text", "body": f"good morning {n}"}, n) for n in range(events)]
    joined = {"state": {"events": state if first else []}, "timeline": {"events": said, "limited": False}}
    return {"next_batch": f"s{number}", "rooms": {"join": {room: joined}}}


async def parsing(folder: Path) -> list[list[str]]:
    """Through our guarded feeding, and through the library's own door."""
    credentials = Credentials("http://127.0.0.1:9", "@bot:localhost", "DEVICE", "token")
    rates: dict[str, list[float]] = {"nio": [], "ours": []}
    clients = {kind: make_client(credentials, folder / kind, "key") for kind in rates}
    import logging

    feed = Feed(clients["ours"], logging.getLogger("benchmark"))
    for number in range(6):
        for kind, client in clients.items():
            raw = json.dumps(_sync(number, 2_000, first=not number))
            begun = time.perf_counter()
            if kind == "ours":
                batch = await feed.take(json.loads(raw))
                assert len(batch.news[0].happenings) == 2_000
            else:
                await client.receive_response(SyncResponse.from_dict(json.loads(raw)))
            if number:
                rates[kind].append(2_000 / (time.perf_counter() - begun))
    for client in clients.values():
        await close_client(client)
    middle = {kind: statistics.median(values) for kind, values in rates.items()}
    return [
        ["parsing", "nio alone", "ours", "ratio"],
        [
            "events a second",
            f"{middle['nio']:,.0f} {spread(rates['nio'])}",
            f"{middle['ours']:,.0f} {spread(rates['ours'])}",
            f"{middle['ours'] / middle['nio']:.2f}",
        ],
    ]


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = await Synapse.start(folder / "synapse")
        try:
            table(await round_trips(server, folder))
            print()
            table(await parsing(folder / "parsing"))
        finally:
            await server.everybody_leaves()
            await server.stop()


if __name__ == "__main__":
    if len(sys.argv) == 4:
        asyncio.run((ours if sys.argv[1] == "ours" else theirs)(Path(sys.argv[2]), sys.argv[3]))
    else:
        asyncio.run(main())
