"""A Discord on loopback for tests: gateway and REST for an unmodified client library, and people who use the bot.

    async with DiscordServer() as server:            # discord.py is pointed at it, and back afterwards
        harbour = server.guild("Harbour")            # the bot is in it; `bot_may=[...]` sets its permissions
        general = harbour.text("general")
        ana = server.user("ana", harbour, locale="de")
        ...start the bot with `server.token`...
        await server.ready()                         # the bot is identified and has its guilds
        await ana.say(general, "hello")              # MESSAGE_CREATE
        did = await ana.slash("checkin now", general, mood=4)   # by the *registered* commands, as a client checks them
        seen = await did.answer()                    # the bot's answer as ana sees it: text, buttons, ephemeral
        did = await ana.press(seen, "Add a note")    # did.modal is the form, if one was opened
        did = await ana.submit(did, note="slept well")
        await ana.dm("hi");  ana.sees("dm")          # [Seen, ...]
        server.check()                               # AssertionError if a request was not as Discord wants it

Where things are:
- `server.world` (world.py), `Guild` (guild.py: text, forum, role, permit, join, leave, ban, removes_bot, outage), `Channel`
  (channel.py: overwrite, thread, messages), `Message` (message.py). Changes are published at once, in order.
- `Person` (people.py): say, dm, edit, delete, react, opens_thread, posts; slash, autocomplete, commands, menu, press, select,
  submit; sees, sees_everywhere; locale, closes_dms. `Seen` (seeing.py): text, buttons, menus, files, ephemeral, loading, and
  `message` with its pings. `Interaction` (interactions.py): acknowledged, after, took, ephemeral, original, followups, modal,
  choices, failed, answer(). `Modal` and `Field` (modal.py).
- `server.gateway` (gateway.py): cut, close(code), reconnect, invalidate, forget_sessions, silent, refusing, invalid_sessions,
  dispatch(event, data) and raw(text) for malformed ones; identified, resumed, heartbeats.
- Faults (faults.py), by pattern ("POST /channels/*/messages", "* /webhooks/*"): `fail_next`, `rate_limit_next`, `cut_next`
  (`done=True`: the effect happens, the answer is lost), `hold_next`, and `limit` for a bucket of one's own.
- `server.complaints`: every request against the published document (validate.py) and the rules it leaves out (rules.py,
  command_rules.py). What breaks a rule is also refused with 50035, as Discord does. A test that breaks one on purpose
  takes it out with `server.forgive("part of it")`.
- `server.requests`: every REST call with its body and status; `server.calls("POST /channels/*/messages")`.
- `server.until(condition, what)` waits for something to come about, `server.settle()` until nothing moves any more between
  server and client. Work that the bot does elsewhere (a database's thread) it can't see: settle that too, in turns, until
  `server.activity` stays the same.

Time comes from `clock.now()`: the 3-second deadline, the 15 minutes of a token, nonces, ids and timestamps. What a client
library waits for (Retry-After, `limit`) is real time. One server speaks for one application, whose bot is in every guild
that `server.guild` makes. `intents` are the privileged ones that are switched on in the portal.

Pointing by hand: `DiscordServer(pointed=False)`, then `with point.pointed(server.url)`; a process of its own calls
`point.aim(url)`. Another library: REST at `url + "/api/v10"`, gateway at `server.gateway.url`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from aiohttp import web

from . import point, routes_channels, routes_commands, routes_guilds, routes_interactions, routes_reactions, validate
from .faults import Fault, Faults, Hold, Limit, matches
from .gateway import Gateway
from .guild import BOT_MAY, Guild, Role
from .interactions import Interaction
from .people import Person
from .rest import PREFIX, Call, Rest
from .sessions import Sessions
from .world import Clock, MachineClock, World

__all__ = [
    "DiscordServer",
    "routes_channels",
    "routes_commands",
    "routes_guilds",
    "routes_interactions",
    "routes_reactions",
]

PATIENCE = 10.0
"""Real seconds until `until` gives up."""
TOKEN = "not-a-real-token"


class DiscordServer:
    def __init__(
        self,
        *,
        clock: Clock | None = None,
        name: str = "Handrail",
        intents: Iterable[str] = ("members", "message_content"),
        pointed: bool = True,
    ) -> None:
        self.token = TOKEN
        self.sessions = Sessions()
        self.world = World(clock or MachineClock(), self.sessions, name=name, intents=frozenset(intents))
        self.gateway = Gateway(self, self.sessions)
        self.rest = Rest(self)
        self.faults = Faults()
        self.book = validate.book()
        self.complaints: list[str] = []
        self.requests: list[Call] = []
        self.interactions: dict[int, Interaction] = {}
        self.people: dict[str, Person] = {}
        self.syncs: list[int | None] = []
        self.creations: dict[int | None, int] = {}
        self.invalid_requests = 0
        self.activity = 0
        self.stopping = False
        self.url = ""
        self._moved = asyncio.Event()
        self._pointed = pointed
        self._pointing: AbstractContextManager[None] | None = None
        self._runner: web.AppRunner | None = None

    # Life

    async def __aenter__(self) -> DiscordServer:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/attachments/{tail:.*}", self._file)
        app.router.add_route("*", PREFIX + "/{tail:.*}", self.rest.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = self.world.base = f"http://{host}:{port}"
        if self._pointed:
            self._pointing = point.pointed(self.url)
            self._pointing.__enter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping = True
        if self._pointing is not None:
            self._pointing.__exit__(kind, error, trace)
        self.gateway.cut()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _file(self, request: web.Request) -> web.Response:
        self.touch()
        found = self.world.files.get(request.path)
        if found is None:
            return web.Response(status=404)
        return web.Response(body=found[0], content_type=found[1])

    # Who and what there is

    def guild(self, name: str, *, bot_may: Iterable[str] | int = BOT_MAY, locale: str = "en-US") -> Guild:
        """The guild of that name; made, with the bot in it, when there is none."""
        for guild in self.world.guilds.values():
            if guild.name == name:
                return guild
        made = Guild(self.world, name, bot_may=bot_may, locale=locale)
        self.world.guilds[made.id] = made
        self.world.publish("GUILD_CREATE", made.whole, guild=made, needs=1)
        return made

    def user(self, name: str, *guilds: Guild, locale: str | None = None, roles: Iterable[Role] = ()) -> Person:
        """The person of that name, in these guilds and with these roles (of the first guild)."""
        person = self.people.get(name)
        if person is None:
            person = self.people[name] = Person(self, self.world.new_user(name))
        if locale is not None:
            person.locale = locale
        for index, guild in enumerate(guilds):
            guild.join(person, *(roles if index == 0 else ()))
        return person

    def send_interaction(self, interaction: Interaction) -> None:
        """Send INTERACTION_CREATE to the one session that should have it; lost when none is connected, as on Discord."""
        self.interactions[interaction.id] = interaction
        guild = interaction.channel.guild
        for session in self.sessions.connected:
            if session.concerns(guild):
                session.dispatch("INTERACTION_CREATE", interaction.json())
                return

    # Complaints and requests

    def complain(self, where: str, what: str) -> None:
        self.complaints.append(f"{where}: {what}")

    def complaints_about_identify(self, data: Any) -> None:
        properties = data.get("properties") or {}
        if not {"os", "browser", "device"} <= {key.lstrip("$") for key in properties}:
            self.complain("gateway", "IDENTIFY without os, browser and device")
        if not 50 <= data.get("large_threshold", 50) <= 250:
            self.complain("gateway", "large_threshold: 50 to 250")

    def forgive(self, part: str) -> list[str]:
        """Take out the complaints that hold these words, at least one."""
        found = [one for one in self.complaints if part in one]
        assert found, f"no complaint about {part!r}: {self.complaints}"
        self.complaints = [one for one in self.complaints if part not in one]
        return found

    def check(self) -> None:
        """Fail if anything was complained about."""
        assert not self.complaints, "the bot's requests:\n" + "\n".join(self.complaints)

    def calls(self, pattern: str) -> list[Call]:
        """The REST calls so far that fit ("POST /channels/*/messages"), oldest first."""
        return [call for call in self.requests if matches(pattern, call.name)]

    # Faults

    def fail_next(
        self, pattern: str, status: int, *, times: int = 1, code: int = 0, message: str = "", done: bool = False
    ) -> None:
        """The next requests that fit are answered with this error; with `done` after they had their effect."""
        self.faults.order(Fault(pattern, times, done, status=status, code=code, message=message))

    def rate_limit_next(
        self, pattern: str, retry_after: float, *, times: int = 1, whole_bot: bool = False, via: bool = True
    ) -> None:
        """429 with so many seconds to wait; `via=False` as Cloudflare's own, which discord.py does not retry."""
        self.faults.order(Fault(pattern, times, status=429, retry_after=retry_after, scope_global=whole_bot, via=via))

    def cut_next(self, pattern: str, *, times: int = 1, done: bool = False) -> None:
        """The connection drops instead of an answer; with `done` after the request had its effect."""
        self.faults.order(Fault(pattern, times, done, cut=True))

    def hold_next(self, pattern: str, *, done: bool = False) -> Hold:
        """The next request that fits waits until `release`; `await hold.reached.wait()` to know that it came."""
        hold = Hold()
        self.faults.order(Fault(pattern, 1, done, hold=hold))
        return hold

    def limit(self, pattern: str, limit: int, per: float) -> None:
        """A real bucket: so many requests in so many real seconds, with its headers and 429s."""
        self.faults.limits.append(Limit(pattern, limit, per))

    # Waiting

    def seconds(self) -> float:
        return asyncio.get_running_loop().time()

    def touch(self) -> None:
        """Something moved."""
        self.activity += 1
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def until(self, true: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
        """Wait until something is true; what it returned."""
        try:
            async with asyncio.timeout(patience):
                while not (found := true()):
                    await self._moved.wait()
                return found
        except TimeoutError:
            pass
        raise AssertionError(what)

    async def ready(self) -> None:
        """Until a client is identified and has been sent its guilds."""
        await self.until(lambda: self.sessions.connected, "no client has identified")
        await self.settle()

    async def flush(self) -> None:
        """Until what was published is written to the connections."""
        while not self.gateway.idle:
            await asyncio.sleep(0)

    async def settle(self) -> None:
        """Until nothing has moved between server and client for a while (turns of the loop, and some milliseconds)."""
        quiet = 0
        while quiet < 40:
            before = self.activity
            await asyncio.sleep(0.001 if quiet % 20 == 19 else 0)
            busy = self.rest.active > sum(fault.waiting for fault in self.faults.holds) or not self.gateway.idle
            quiet = 0 if busy or self.activity != before else quiet + 1
