"""What is shown to who tries the bot, or its rules: the demo's page, its tour, the workbench. A side room of the front
door, and like it above both wings.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from bot import log
from bot.app import App, Maker
from bot.config import Config, read_text
from bot.config.platforms import Local, Platforms
from bot.state.clock import Clock, ManualClock, ShiftedClock, SystemClock
from bot.words import Catalogues

DEMO = """
community: {name: Harbour, language: en, country: GB, zone: Europe/London}
safety: {packs: [en]}
moderation: {places: {local: [d.mods, m.mods]}}
"""


Build = Callable[[Config, Clock, dict[str, Maker]], Awaitable[App]]
Serve = Callable[[App], Awaitable[None]]


def run(data: Path | None, port: int, build: Build, serve: Serve, *, tour: bool) -> int:
    """Play the community: by a script on the terminal, or as a page. Without a folder everything is forgotten."""
    with tempfile.TemporaryDirectory(prefix="handrail-") as forgotten:
        folder = data or Path(forgotten)
        config = _config(folder, port)
        asyncio.run(_tour(config, build) if tour else _play(config, build, serve))
    return 0


def _config(folder: Path, port: int) -> Config:
    """The community of the demo, with a rules file that the workbench writes and the bot takes up."""
    from commands.crisis.workbench.bench import BEGINNING, NAME

    rules = folder / NAME
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not rules.exists():
        rules.write_text(BEGINNING, encoding="utf-8")
    config = read_text(DEMO).based_on(folder)
    safety = config.safety.model_copy(update={"rules": rules})
    return config.model_copy(update={"platforms": Platforms(local=Local(port=port)), "safety": safety})


async def _tour(config: Config, build: Build) -> None:
    """Play the community by a script, in no time: the clock is set by hand, and nothing runs in the background."""
    from adapters.local import LocalPlatform, Store
    from adapters.local.tour import Tour

    clock = ManualClock(SystemClock().now())
    store = Store.open(":memory:")
    for account in store.accounts():
        store.change_account(account.id, locale="en")
    app = await build(config, clock, {"local": lambda _config, ports: LocalPlatform(ports, store)})
    platform = app.house.platforms["local"]
    assert isinstance(platform, LocalPlatform)
    serving = asyncio.create_task(platform.run(app.dispatch, app.house.catalogue.commands))
    try:
        await Tour(platform, app.settle, lambda by: app.pass_time(clock, by), print).play()
    finally:
        serving.cancel()
        await app.close()
        store.close()


async def _play(config: Config, build: Build, serve: Serve) -> None:
    """The same community as a page, with a clock that can be moved forward."""
    from adapters.local import LocalPlatform, Mount, PageServer, Store
    from commands.crisis.workbench import TITLE, Bench, application

    log.set_up("WARNING")
    clock = ShiftedClock()
    store = Store.open(config.data.folder / "local.db")

    async def advance(by: timedelta) -> None:
        await app.pass_time(clock, by, app.at_rest)

    app = await build(config, clock, {"local": lambda _config, ports: LocalPlatform(ports, store, advance=advance)})
    platform = app.house.platforms["local"]
    assert isinstance(platform, LocalPlatform) and config.platforms.local is not None
    bench = Mount("workbench", TITLE, application(Bench.of(config, app.house.words), clock.now))
    server = await PageServer.start(platform, config.platforms.local.port, mounts=[bench])
    print(f"Open {server.url}\nStop with Ctrl+C.", flush=True)
    try:
        await serve(app)
    finally:
        await server.close()
        store.close()


def workbench(config: Config, port: int) -> int:
    """The workbench alone, over the rules file of a configuration, until it is stopped."""
    from adapters.local.gate import Gate
    from commands.crisis.workbench import Bench, application

    async def serve() -> None:
        bench = Bench.of(config, Catalogues())
        gate = await Gate.listen(application(bench, SystemClock().now), port)
        print(f"Open {gate.url}\nIt writes {bench.path}. Stop with Ctrl+C.", flush=True)
        if config.safety.rules is None:
            print(
                f"The bot reads that file once the configuration says so: safety: {{rules: {bench.path}}}", flush=True
            )
        try:
            await asyncio.Event().wait()
        finally:
            await gate.close()

    asyncio.run(serve())
    return 0
