"""A Discord on loopback for tests: gateway and REST for an unmodified client library, and people who use the bot.

    async with DiscordServer() as server:            # discord.py is pointed at it, and back afterwards
        harbour = server.guild("Harbour")            # the bot is in it; `bot_may=[...]` sets its permissions
        general = harbour.text("general")
        ana = server.user("ana", harbour, locale="de")
        ...start the bot with `server.token`...
        await server.ready()                         # the bot is identified and was sent its guilds
        await ana.say(general, "hello")              # MESSAGE_CREATE
        did = await ana.slash("checkin now", general, mood=4)   # by the *registered* commands, as a client checks them
        seen = await did.answer()                    # the bot's answer as ana sees it: text, buttons, ephemeral
        did = await ana.press(seen, "Add a note")    # did.modal is the form, if one was opened
        did = await ana.submit(did, note="slept well")
        await ana.dm("hi");  ana.sees("dm")          # [Seen, ...]
        server.check()                               # AssertionError if a request was not as Discord wants it

Where things are:
- `server.world` (world.py); `Guild` (guild.py): text, forum, role, permit, join, leave, ban, removes_bot, outage;
  `Channel` (channel.py): overwrite, thread, messages; `Message` (message.py). Changes are published at once, in
  order.
- `Person` (people.py). Writing (writing.py): say, dm, edit, delete, react, opens_thread, posts. Using (using.py):
  slash, autocomplete, commands, menu, press, select, submit. Seeing (account.py): sees, sees_everywhere; locale,
  closes_dms.
- `Webhook` (webhook.py), made by `server.webhook(channel)`: say under any name, edit, delete.
- `Seen` (seeing.py): text, buttons, menus, files, ephemeral, loading, and `message` with its pings. `Interaction`
  (interactions.py): acknowledged, after, took, ephemeral, original, followups, modal, choices, failed, answer().
  `Modal` and `Field` (modal.py).
- `server.gateway` (gateway.py): cut, close(code), reconnect, invalidate, forget_sessions, silent, refusing,
  invalid_sessions, dispatch(event, data) and raw(text) for malformed ones; identified, resumed, heartbeats.
- Faults (faults.py), by pattern ("POST /channels/*/messages", "* /webhooks/*"): `fail_next`, `rate_limit_next`,
  `cut_next` (`done=True`: the effect happens, the answer is lost), `hold_next`, `limit` for a bucket of one's own,
  `heal`.
- What was sent (ledger.py): `server.requests`, `server.calls("POST /channels/*/messages")`, and `server.complaints`:
  every request against the published document (validate.py) and the rules it leaves out (rules.py, command_rules.py).
  What breaks a rule is also refused with 50035, as Discord does. A test that breaks one on purpose takes it out with
  `server.forgive("part of it")`.
- `server.until(condition, what)` waits for something to come about, `server.settle()` until nothing moves any more
  between server and client. Work that the bot does elsewhere (a database's thread) it can't see: settle that too, in
  turns, until `server.activity` stays the same.

Time comes from `clock.now()`: the 3-second deadline, the 15 minutes of a token, nonces, ids and timestamps. What a
client library waits for (Retry-After, `limit`) is real time. One server speaks for one application, whose bot is in
every guild that `server.guild` makes. `intents` are the privileged ones that are switched on in the portal.

Pointing by hand: `DiscordServer(pointed=False)`, then `with point.pointed(server.url)`; a process of its own calls
`point.aim(url)`. Another library: REST at `url + "/api/v10"`, gateway at `server.gateway.url` (other_library.py).
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import Any

from aiohttp import web

from . import point, routes_channels, routes_commands, routes_guilds, routes_interactions, routes_reactions, validate
from .channel import Channel
from .faults import Faults
from .gateway import Gateway
from .guild import BOT_MAY, Guild
from .interactions import Interaction
from .ledger import Ledger
from .member import Role
from .people import Person
from .rest import PREFIX, Rest
from .sessions import Sessions
from .webhook import Webhook
from .world import Clock, MachineClock, World

HANDLERS = (routes_channels, routes_commands, routes_guilds, routes_interactions, routes_reactions)
"""The modules that register who handles which request."""
PATIENCE = 10.0
"""Real seconds until `until` gives up."""
LONGEST_LOOK_AWAY = 0.02
"""Real seconds: what comes about without the server is seen within this time."""


def token_of(bot_id: int) -> str:
    """A token in Discord's form: its first part is the account's id, which some libraries read. It opens nothing."""
    return f"{base64.b64encode(str(bot_id).encode()).decode().rstrip('=')}.loop.back"


class DiscordServer(Faults, Ledger):
    """See the module. `activity` counts everything that moved between server and client."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        name: str = "Handrail",
        intents: Iterable[str] = ("members", "message_content"),
        pointed: bool = True,
    ) -> None:
        Faults.__init__(self)
        Ledger.__init__(self)
        self.url = ""
        self.sessions = Sessions()
        self.world = World(clock or MachineClock(), self.sessions, name=name, intents=frozenset(intents))
        self.token = token_of(self.world.bot.id)
        self.gateway = Gateway(self, self.sessions)
        self.rest = Rest(self)
        self.book = validate.book()
        self.people: dict[str, Person] = {}
        self.interactions: dict[str, Interaction] = {}
        self.activity = 0
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
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = self.world.base = f"http://{host}:{port}"
        if self._pointed:
            self._pointing = point.pointed(self.url)
            self._pointing.__enter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pointing is not None:
            self._pointing.__exit__(kind, error, trace)
        self.heal()
        self.gateway.cut()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _file(self, request: web.Request) -> web.Response:
        self.touch()
        found = self.world.files.get(request.path)
        return web.Response(status=404) if found is None else web.Response(body=found[0], content_type=found[1])

    # Who and what there is

    def guild(self, name: str, *, bot_may: Iterable[str] | int = BOT_MAY, locale: str = "en-US") -> Guild:
        """The guild of that name; made, with the bot in it, when there is none."""
        for guild in self.world.guilds.values():
            if guild.name == name:
                return guild
        made = Guild(self.world, name, bot_may=bot_may, locale=locale)
        self.world.guilds[made.id] = made
        made.arrives()
        return made

    def user(
        self, name: str, *guilds: Guild, locale: str | None = None, roles: Iterable[Role] = (), bot: bool = False
    ) -> Person:
        """The person of that name, in these guilds and with these roles (of the first guild); `bot`: another bot."""
        person = self.people.get(name)
        if person is None:
            person = self.people[name] = Person(self, self.world.new_user(name, bot=bot))
        if locale is not None:
            person.locale = locale
        for index, guild in enumerate(guilds):
            guild.join(person, *(roles if index == 0 else ()))
        return person

    def webhook(self, channel: Channel, *, owned: bool = True) -> Webhook:
        """A new webhook of a channel, and of its threads. `owned`: by another bot's application, else by hand."""
        application = self.world.new_id() if owned else None
        return Webhook(self, channel, self.world.new_id(), application)

    def send_interaction(self, interaction: Interaction) -> bool:
        """Send INTERACTION_CREATE. False when no client is connected: then it is lost, unless a session is
        resumed.
        """
        self.interactions[interaction.token] = interaction
        self.world.publish("INTERACTION_CREATE", interaction.json(), guild=interaction.channel.guild)
        return bool(self.sessions.connected)

    # Waiting

    def seconds(self) -> float:
        """Real seconds, for limits."""
        return asyncio.get_running_loop().time()

    def touch(self) -> None:
        """Something moved."""
        self.activity += 1
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def until(self, true: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
        """Wait until something is true; what it returned. Looked at whenever something moved. Fails with `what`."""
        over = self.seconds() + patience
        while not (found := true()):
            if self.seconds() > over:
                raise AssertionError(what)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), LONGEST_LOOK_AWAY)
        return found

    async def ready(self) -> None:
        """Until a client is identified and was sent its guilds."""
        await self.until(lambda: self.sessions.connected, "no client has identified")
        await self.settle()

    async def flush(self) -> None:
        """Until what was published is written to the connections."""
        while not self.gateway.idle:
            await asyncio.sleep(0)

    async def settle(self) -> None:
        """Until nothing has moved between server and client for a while (turns of the loop, and some
        milliseconds).
        """
        quiet = 0
        while quiet < 40:
            before = self.activity
            await asyncio.sleep(0.001 if quiet % 20 == 19 else 0)
            busy = self.rest.active > self.held or not self.gateway.idle
            quiet = 0 if busy or self.activity != before else quiet + 1
