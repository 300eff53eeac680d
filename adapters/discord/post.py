"""The bot's words onto Discord: which channel, which messages, and that repeating it is harmless.

Each message carries a nonce made from its key, which Discord enforces for a few minutes; and the same as the id of its
first component, by which it is found in the channel's own history when that window may have passed. It must not know
why anything is said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord

from adapters.discord import faults
from adapters.discord.choices import Button
from adapters.discord.direct import Directs
from adapters.discord.forms import FIX_LABEL, fix_id
from adapters.discord.layout import MARK_LIMIT, files, layout, mark_of, pings
from adapters.discord.markdown import Paths
from adapters.discord.read import PLATFORM, channel_id, place_of
from adapters.discord.render import Page, render
from bot.talk.drafts import Drafts
from bot.talk.errors import NotConnected, Unreachable
from bot.talk.model import MessageRef, PlaceRef, RoomWith, Target, UserRef
from bot.talk.platform import Ports
from bot.talk.press import Tone
from bot.talk.reply import AskForm, Reply

NONCE_WINDOW = timedelta(seconds=60)
"""Within it we trust Discord to know a nonce again; its documentation says "a few minutes"."""
DOUBT = timedelta(minutes=15)
"""After a start, for so long the first message to a channel may be one that an earlier run sent already."""
LOOKED_BACK = 50
MOST_UNSURE = 10_000

NOT_CONNECTED_PAUSE = 2.0
GetClient = Callable[[], discord.Client | None]


class Post:
    """Sends, edits and deletes. `client` is the connection of the moment, None where there is none."""

    def __init__(self, ports: Ports, directs: Directs, paths: Paths, client: GetClient) -> None:
        self._ports = ports
        self._directs = directs
        self._paths = paths
        self._client = client
        self._unsure: dict[str, datetime] = {}
        """Messages that may have arrived although we were not told so, by key, and when they were first tried."""
        self._doubt_until: datetime | None = None
        self._checked: set[int] = set()
        self.drafts: Drafts[AskForm] = Drafts()

    def started(self, down_since: datetime | None) -> None:
        """The bot runs again: what was under way when it ended may have arrived."""
        now = self._ports.clock.now()
        self._checked.clear()
        self._doubt_until = now + DOUBT if down_since is not None and now - down_since > NONCE_WINDOW else None

    # --- the port's verbs -----------------------------------------------------------------------------------------

    async def send(self, to: Target, reply: Reply, *, key: str, language: str) -> MessageRef:
        client = self._connected()
        user = _account(to)
        alone = self._alone(to, user)
        try:
            place = await self._place(client, to, user)
            pages = self.pages(reply, language, owner=alone)
            look_back = self._must_look(key, channel_id(place))
            for number, page in enumerate(pages):
                answers = reply.answers if number == 0 else None
                id = await self._page(
                    client, place, page, f"{key}#{number}", answers, reply.notice, look_back=look_back
                )
        except faults.FAULTS as error:
            raise await self._failed(error, key, alone) from error
        self._unsure.pop(key, None)
        self._checked.add(channel_id(place))
        if user is not None:
            await self._directs.met(user, channel_id(place))
        return MessageRef(place, str(id))

    async def edit(self, message: MessageRef, reply: Reply, *, key: str, language: str) -> None:
        client = self._connected()
        try:
            pages = self.pages(reply, language, owner=None)
            on = client.get_partial_messageable(channel_id(message.place)).get_partial_message(_number(message))
            await on.edit(view=layout(pages[0]), attachments=files(pages[0]), allowed_mentions=pings(pages[0]))
            for number, page in enumerate(pages[1:], 1):
                await self._page(client, message.place, page, f"{key}#{number}", None, reply.notice, look_back=False)
        except faults.FAULTS as error:
            raise faults.told(error) from error

    async def delete(self, message: MessageRef) -> None:
        client = self._connected()
        try:
            await client.http.delete_message(channel_id(message.place), _number(message))
        except discord.NotFound:
            return
        except faults.FAULTS as error:
            raise faults.told(error) from error

    async def react(self, message: MessageRef, sign: str, *, on: bool) -> None:
        client = self._connected()
        channel, id = channel_id(message.place), _number(message)
        try:
            if on:
                await client.http.add_reaction(channel, id, sign)
            else:
                await client.http.remove_own_reaction(channel, id, sign)
        except faults.FAULTS as error:
            raise faults.told(error) from error

    # --- messages -------------------------------------------------------------------------------------------------

    def pages(self, reply: Reply, language: str, *, owner: UserRef | None) -> list[Page]:
        """The messages of a reply. `owner` is who alone sees it: a form that could not be read comes back to them."""
        more: list[Button] = []
        if reply.reopens is not None and owner is not None:
            draft = self.drafts.keep(owner, reply.reopens, self._ports.clock.now())
            label = self._ports.words.say(reply.reopens.label or FIX_LABEL, language)
            more.append(Button(label, fix_id(draft, reply.reopens), Tone.MAIN))
        return render(reply, self._ports.words, language, self._paths, more)

    async def _page(
        self,
        client: discord.Client,
        place: PlaceRef,
        page: Page,
        key: str,
        answers: MessageRef | None,
        quiet: bool,
        *,
        look_back: bool,
    ) -> int:
        """One message; its id. The same key again is the same message."""
        channel = channel_id(place)
        if look_back and (known := await _sent_before(client, channel, mark(key))) is not None:
            return known
        options: dict[str, Any] = {} if answers is None else {"reference": _reference(answers)}
        sent = await client.get_partial_messageable(channel).send(
            view=layout(page, mark(key)),
            files=files(page),
            nonce=nonce(key),
            allowed_mentions=pings(page),
            silent=quiet,
            **options,
        )
        return int(sent.id)

    def _must_look(self, key: str, channel: int) -> bool:
        """Whether an earlier try may have arrived so long ago that Discord no longer knows its nonce."""
        now = self._ports.clock.now()
        tried = self._unsure.get(key)
        if tried is not None and now - tried > NONCE_WINDOW:
            return True
        return self._doubt_until is not None and now < self._doubt_until and channel not in self._checked

    # --- where ----------------------------------------------------------------------------------------------------

    async def _place(self, client: discord.Client, to: Target, user: int | None) -> PlaceRef:
        if isinstance(to, PlaceRef):
            if to.platform != PLATFORM or not (to.thread or to.id).isdecimal():
                raise Unreachable("no such place")
            return to
        if user is None:
            raise Unreachable("nobody there")
        return place_of(await self._directs.channel(client, user))

    def _alone(self, to: Target, user: int | None) -> UserRef | None:
        """Who alone reads what goes there."""
        if user is not None:
            return UserRef(PLATFORM, str(user))
        place = to if isinstance(to, PlaceRef) and to.id.isdecimal() and to.thread is None else None
        owner = None if place is None else self._directs.owner(channel_id(place))
        return None if owner is None else UserRef(PLATFORM, str(owner))

    async def _failed(self, error: Exception, key: str, alone: UserRef | None) -> Exception:
        if faults.unsure(error):
            self._unsure.setdefault(key, self._ports.clock.now())
            while len(self._unsure) > MOST_UNSURE:
                del self._unsure[next(iter(self._unsure))]
        if alone is not None and isinstance(error, discord.HTTPException) and error.code == faults.CLOSED:
            await self._directs.refused(int(alone.id))
        return faults.told(error)

    def _connected(self) -> discord.Client:
        client = self._client()
        if client is None or client.is_closed():
            raise NotConnected(NOT_CONNECTED_PAUSE)
        return client


async def _sent_before(client: discord.Client, channel: int, wanted: int) -> int | None:
    """The message of ours with that mark, among the latest of the channel; where it may not be read, none."""
    me = None if client.user is None else str(client.user.id)
    try:
        latest = await client.http.logs_from(channel, LOOKED_BACK)
    except discord.Forbidden:
        return None
    for message in latest:
        if message["author"]["id"] == me and mark_of(message.get("components")) == wanted:
            return int(message["id"])
    return None


def _account(to: Target) -> int | None:
    user = to.user if isinstance(to, RoomWith) else to
    if not isinstance(user, UserRef):
        return None
    return int(user.id) if user.platform == PLATFORM and user.id.isdecimal() else None


def _number(message: MessageRef) -> int:
    if not message.id.isdecimal():
        raise Unreachable("no such message")
    return int(message.id)


def _reference(answered: MessageRef) -> discord.MessageReference:
    return discord.MessageReference(
        message_id=_number(answered), channel_id=channel_id(answered.place), fail_if_not_exists=False
    )


def nonce(key: str) -> str:
    """At most 25 characters, the same for the same key."""
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


def mark(key: str) -> int:
    """A number below 2^31, the same for the same key: a component's id, which Discord keeps with the message."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8, person=b"mark").digest()) % MARK_LIMIT + 1
