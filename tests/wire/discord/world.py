"""Everything the server knows: accounts, guilds, channels, files, the application and its commands; and its one clock.

Whatever changes here is published to the gateway at once and in order. Ids are snowflakes of the clock's time, so that
they sort as they were made. Knows nothing of sockets or HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .channel import Channel
    from .guild import Guild
    from .message import Message

EPOCH = 1_420_070_400_000
"""Discord's epoch, milliseconds."""


class Clock(Protocol):
    """What tells the time; `bot.state.clock`'s clocks fit."""

    def now(self) -> datetime: ...


class MachineClock:
    """The machine's own."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class Publisher(Protocol):
    """How a change reaches the connected clients. `needs` is the intent's bit, 0 for none."""

    def publish(self, event: str, data: Any, *, guild: Guild | None = None, needs: int = 0) -> None: ...


@dataclass(eq=False)
class User:
    """An account. `dms_open` False: nobody but friends may write to them directly (50007). `avatar` is a hash."""

    id: int
    name: str
    display: str
    bot: bool = False
    locale: str = "en-US"
    dms_open: bool = True
    avatar: str | None = None

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0",
            "global_name": None if self.bot else self.display,
            "avatar": self.avatar,
            "public_flags": 0,
            "flags": 0,
            "primary_guild": None,
            "avatar_decoration_data": None,
        }
        if self.bot:
            shown["bot"] = True
        return shown


@dataclass(eq=False)
class Application:
    """The bot's application, as the developer portal holds it.

    `intents` are the privileged intents that are switched on there: "members", "presences", "message_content".
    """

    id: int
    name: str
    owner: User
    intents: frozenset[str] = frozenset({"members", "message_content"})
    public: bool = True
    global_commands: dict[int, dict[str, Any]] = field(default_factory=dict)
    guild_commands: dict[int, dict[int, dict[str, Any]]] = field(default_factory=dict)

    @property
    def flags(self) -> int:
        """With the *limited* flags, as an application in fewer than 100 guilds has them."""
        bits = {"presences": 13, "members": 15, "message_content": 19}
        return sum(1 << bits[name] for name in self.intents)

    def commands(self, guild_id: int | None) -> dict[int, dict[str, Any]]:
        if guild_id is None:
            return self.global_commands
        return self.guild_commands.setdefault(guild_id, {})


class World:
    """All state. One application, whose bot account is `bot`."""

    def __init__(self, clock: Clock, publisher: Publisher, *, name: str, intents: frozenset[str]) -> None:
        self.clock = clock
        self.publisher = publisher
        self.base = ""
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.directs: dict[int, Channel] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.nonces: dict[str, tuple[datetime, Message]] = {}
        self._last_id = 0
        self.owner = self.new_user("owner")
        self.application = Application(self.new_id(), name, self.owner, intents)
        self.bot = User(self.application.id, name.lower(), name, bot=True)
        self.users[self.bot.id] = self.bot

    def now(self) -> datetime:
        return self.clock.now()

    def new_id(self) -> int:
        """The next snowflake: always larger than the one before."""
        milliseconds = int(self.now().timestamp() * 1000) - EPOCH
        self._last_id = max(milliseconds << 22, self._last_id + 1)
        return self._last_id

    def new_user(self, name: str, *, locale: str = "en-US", bot: bool = False) -> User:
        user = User(self.new_id(), name, name.title(), bot=bot, locale=locale)
        self.users[user.id] = user
        return user

    def publish(self, event: str, data: Any, *, guild: Guild | None = None, needs: int = 0) -> None:
        self.publisher.publish(event, data, guild=guild, needs=needs)

    def direct(self, user: User) -> Channel:
        """The direct channel of the bot with an account; made on first use."""
        from .channel import Channel, Kind

        if user.id not in self.directs:
            made = self.directs[user.id] = Channel(self, self.new_id(), Kind.DM, recipient=user)
            self.channels[made.id] = made
        return self.directs[user.id]

    def keep_file(self, place: int, made: int, name: str, data: bytes, kind: str) -> str:
        """Store a file; its address."""
        path = f"/attachments/{place}/{made}/{name}"
        self.files[path] = (data, kind)
        return self.base + path


def stamp(when: datetime) -> str:
    """A moment as Discord writes it."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")
