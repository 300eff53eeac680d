"""Interactions from both ends: what is sent to the bot, when it must answer, what it may answer, what came of it.

An interaction can be acknowledged once (40060), within three seconds by the server's clock (10062); its token lives
15 minutes (50027). The acknowledgement fixes who sees the answer.
"""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum
from time import monotonic
from typing import TYPE_CHECKING, Any

from .channel import Channel
from .errors import token_expired
from .message import EPHEMERAL, Message
from .modal import Modal
from .permissions import EVERYTHING

if TYPE_CHECKING:
    from .account import Account
    from .seeing import Seen
    from .server import DiscordServer

DEADLINE = timedelta(seconds=3)
LIFETIME = timedelta(minutes=15)


class Sort(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Interaction:
    """What a person did, and the bot's answers to it.

    `acknowledged` is the callback's type (4 message, 5 deferred message, 6 deferred update, 7 update, 8 choices, 9
    modal) or None; `after` the time it took by the server's clock, `took` by the machine's, both in seconds;
    `ephemeral` whether the answer is seen by this person alone. `original` is the answer (for a component's 6 and 7:
    the message it stands on), `followups` what came after it, `modal` the form, `choices` those of an autocomplete.
    """

    def __init__(
        self,
        server: DiscordServer,
        person: Account,
        sort: Sort,
        channel: Channel,
        data: dict[str, Any],
        *,
        source: Message | None = None,
        cause: Interaction | None = None,
    ) -> None:
        world = server.world
        self.server = server
        self.person = person
        self.sort = sort
        self.channel = channel
        self.data = data
        self.source = source
        self.cause = cause
        self.id = world.new_id()
        self.token = f"interaction-{self.id}"
        self.sent = world.now()
        self._started = monotonic()
        self.acknowledged: int | None = None
        self.after = 0.0
        self.took = 0.0
        self.ephemeral: bool | None = None
        self.original: Message | None = None
        self.followups: list[Message] = []
        self.modal: Modal | None = None
        self.choices: list[dict[str, Any]] = []

    # For the routes

    @property
    def late(self) -> bool:
        return self.server.world.now() - self.sent > DEADLINE

    def check_token(self) -> None:
        if self.server.world.now() - self.sent > LIFETIME:
            raise token_expired()

    def acknowledge(self, kind: int, *, ephemeral: bool | None = None) -> None:
        self.acknowledged = kind
        self.ephemeral = ephemeral
        self.after = (self.server.world.now() - self.sent).total_seconds()
        self.took = monotonic() - self._started
        self.server.touch()

    @property
    def reader(self) -> Any:
        """Who alone sees an ephemeral answer."""
        return self.person.user

    def metadata(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": str(self.id),
            "type": int(self.sort),
            "user": self.person.user.json(),
            "authorizing_integration_owners": self._owners(),
        }
        if self.sort is Sort.COMMAND:
            shown["name"] = self.data["name"]
        if self.source is not None and self.sort is Sort.COMPONENT:
            shown["interacted_message_id"] = str(self.source.id)
        if self.cause is not None:
            shown["triggering_interaction_metadata"] = self.cause.metadata()
        return shown

    def _owners(self) -> dict[str, str]:
        guild = self.channel.guild
        return {"0": str(guild.id) if guild is not None else "0"}

    def json(self) -> dict[str, Any]:
        """The INTERACTION_CREATE event."""
        world, guild, user = self.server.world, self.channel.guild, self.person.user
        shown: dict[str, Any] = {
            "id": str(self.id),
            "application_id": str(world.application.id),
            "type": int(self.sort),
            "token": self.token,
            "version": 1,
            "data": self.data,
            "channel_id": str(self.channel.id),
            "channel": {**self.channel.json(), "permissions": str(self.channel.may(user))},
            "locale": user.locale,
            "app_permissions": str(self.channel.may(world.bot) if guild is not None else EVERYTHING),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": self._owners(),
            "context": 1 if guild is None else 0,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if guild is None:
            shown["user"] = user.json()
        else:
            member = guild.members[user.id]
            shown["member"] = {**member.json(), "permissions": str(self.channel.may(user))}
            shown |= {"guild_id": str(guild.id), "guild_locale": guild.locale}
            shown["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        if self.source is not None:
            shown["message"] = self.source.json()
        return shown

    # For tests

    @property
    def failed(self) -> bool:
        """The person reads "The application did not respond"."""
        return self.acknowledged is None and self.late

    @property
    def deferred(self) -> bool:
        """It was deferred, and nothing has come yet."""
        return self.original is not None and self.original.loading

    @property
    def messages(self) -> list[Message]:
        """The answer and its followups that still stand."""
        found = [self.original, *self.followups] if self.acknowledged in (4, 5) else list(self.followups)
        return [one for one in found if one is not None and not one.deleted]

    async def answered(self) -> Interaction:
        """Wait for the acknowledgement."""
        await self.server.until(lambda: self.acknowledged is not None, f"{self} was not acknowledged")
        return self

    async def answer(self) -> Seen:
        """Wait for the whole answer (after a deferral, what fills it), as the person sees it."""
        from .seeing import Seen

        await self.server.until(
            lambda: self.original is not None and not self.original.loading, f"{self} was not answered"
        )
        assert self.original is not None
        return Seen.of(self.original)

    def __str__(self) -> str:
        what = self.data.get("name") or self.data.get("custom_id")
        return f"{self.sort.name.lower()} {what!r} of {self.person.name}"

    @staticmethod
    def wants_ephemeral(body: Any) -> bool:
        return bool(((body or {}).get("flags") or 0) & EPHEMERAL)
