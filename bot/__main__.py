"""The front door: the command line, which with its side room (`bot.demo`) alone knows both wings. It builds the bot and
lets it run."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from bot import log
from bot.app import App, Maker
from bot.config import Config, ConfigError, read, schema
from bot.state.clock import Clock, SystemClock
from bot.state.database import Database
from bot.state.master import MasterKey
from bot.talk.command import check_all
from bot.talk.errors import StartRefused
from bot.talk.platform import Platform, Ports

DEFAULT = Path("config.yaml")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the process's exit code. A sentence instead of a trace for what the owner can mend."""
    args = _arguments().parse_args(argv)
    try:
        code: int = args.run(args)
        return code
    except (ConfigError, StartRefused) as refused:
        print(refused, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="handrail", description="A peer-support bot for Discord and Matrix.")
    parser.add_argument("--version", action="version", version=f"handrail {version('handrail')}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        return one

    def with_config(one: argparse.ArgumentParser) -> argparse.ArgumentParser:
        one.add_argument("--config", type=Path, default=DEFAULT, help="the configuration (config.yaml)")
        return one

    with_config(add("run", _run, "start the bot and serve until it is stopped"))
    with_config(add("check", _check, "check the configuration and everything it names, without connecting"))
    demo = add("demo", _demo, "play a small community, with no account anywhere")
    demo.add_argument("--tour", action="store_true", help="let a script play it on the terminal")
    demo.add_argument("--port", type=int, default=0, help="the port of the page on 127.0.0.1 (any free one)")
    demo.add_argument("--data", type=Path, default=None, help="keep what was said in this folder (else: forgotten)")
    backup = with_config(add("backup", _backup, "copy the database while the bot runs"))
    backup.add_argument("to", type=Path, help="the file to write")
    config = add("config", lambda args: 2, "about the configuration").add_subparsers(required=True, metavar="WHAT")
    shown = config.add_parser("schema", help="print the JSON Schema that editors use")
    shown.set_defaults(run=lambda args: print(schema(), end="") or 0)
    _added(commands)
    return parser


def _added(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """What platforms and features add to the command line."""
    from adapters.discord.console import console as discord
    from adapters.matrix.console import console as matrix
    from commands import FEATURES

    discord(commands, DEFAULT)
    matrix(commands, SystemClock())
    for feature in FEATURES:
        if feature.console is not None:
            feature.console(commands)
    rules = commands.choices["rules"].inner  # type: ignore[attr-defined]
    about = "open a page on which rules are written, tried and saved"
    bench = rules.add_parser("workbench", help=about, description=about)
    bench.add_argument("--config", type=Path, default=DEFAULT, help="the configuration (config.yaml)")
    bench.add_argument("--port", type=int, default=0, help="the port of the page on 127.0.0.1 (any free one)")
    bench.set_defaults(run=_workbench)


# --- building --------------------------------------------------------------------------------------------------------


def makers(config: Config) -> dict[str, Maker]:
    """What makes each configured platform. A platform's package is imported only where it is configured."""
    out: dict[str, Maker] = {}
    if config.platforms.discord is not None:
        from adapters import discord

        out["discord"] = discord.make
    if config.platforms.local is not None:
        out["local"] = _local
    if config.platforms.matrix is not None:
        out["matrix"] = _matrix
    return out


def _local(config: Config, ports: Ports) -> Platform:
    from adapters.local import open_served

    assert config.platforms.local is not None
    return open_served(ports, config.data.folder / "local.db", config.platforms.local.port, config.prefix)


def _matrix(config: Config, ports: Ports) -> Platform:
    from adapters.matrix.platform import MatrixPlatform

    assert config.platforms.matrix is not None
    folder, language = config.data.folder / "matrix", config.community.language
    return MatrixPlatform(ports, config.platforms.matrix, folder, prefix=config.prefix, language=language)


def master_key(config: Config) -> MasterKey:
    """The key that opens the key file; made at the very first start, and never while data is there already."""
    source = config.data.key
    if source.file is not None:
        if not source.file.exists() and not (config.data.folder / "handrail.db").exists():
            return MasterKey.create(source.file)
        return MasterKey.read(file=source.file)
    if source.credential is not None:
        return MasterKey.read(credential=source.credential)
    return MasterKey.read(value=source.reveal("the master key"))


async def build(config: Config, clock: Clock, made: dict[str, Maker] | None = None) -> App:
    """The bot, opened and ready to run. Raises StartRefused."""
    from commands import FEATURES

    return await App.open(config, FEATURES, makers(config) if made is None else made, clock, master_key(config))


async def serve_until_stopped(app: App) -> None:
    """Run until a signal asks to stop; what is under way is finished by the next start."""
    running = asyncio.ensure_future(app.run())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(name, running.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await running
    finally:
        await app.close()


# --- what can be asked for -------------------------------------------------------------------------------------------


def _run(args: argparse.Namespace) -> int:
    config = read(args.config)
    if not makers(config):
        raise StartRefused("No platform is configured. Say where the bot shall be, under platforms: in the file.")
    log.set_up(config.log.level)

    async def serve() -> None:
        await serve_until_stopped(await build(config, SystemClock()))

    _loop(serve)
    return 0


def _loop(serve: Callable[[], Coroutine[object, object, None]]) -> None:
    """uvloop where it is installed: the same, faster."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve())
    else:
        uvloop.run(serve())


def _check(args: argparse.Namespace) -> int:
    from commands import FEATURES

    config = read(args.config)
    check_all([command for feature in FEATURES for command in feature.commands])
    said = [f"{args.config} is right."]
    for feature in FEATURES:
        if feature.check is not None:
            said += feature.check(config)
    if config.data.key.file is not None and not config.data.key.file.exists():
        said.append("The master key will be made at the first start.")
    else:
        master_key(config)
    said.append(f"Platforms: {', '.join(makers(config)) or 'none yet'}.")
    print("\n".join(said))
    return 0


def _demo(args: argparse.Namespace) -> int:
    from bot import demo

    return demo.run(args.data, args.port, build, serve_until_stopped, tour=args.tour)


def _workbench(args: argparse.Namespace) -> int:
    from bot import demo

    return demo.workbench(read(args.config), args.port)


def _backup(args: argparse.Namespace) -> int:
    config = read(args.config)
    asyncio.run(Database.copy_of(config.data.folder / "handrail.db", args.to))
    print(f"Written: {args.to}. The keys are not in it; they have short backups of their own, on purpose.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
