"""What people did becomes what the bot hears: `Incoming`, `Invocation`, `Gone`. It must not know what comes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from adapters.local.rows import Account, Event, Place, Side
from adapters.local.store import Store
from bot.talk.command import Command
from bot.talk.model import Gone, Incoming, Invocation, MessageRef, PlaceRef, Reacted, Role, UserRef

BOT_NAME = "Handrail"
_ADDRESSED = re.compile(rf"\s*(?:@{BOT_NAME}\b[:,]?|{BOT_NAME}[:,])\s*", re.IGNORECASE)


class Reader:
    """Reads events with the store at hand: who somebody is now, and where."""

    def __init__(self, platform: str, store: Store) -> None:
        self._platform = platform
        self._store = store

    def user(self, id: str) -> UserRef:
        return UserRef(self._platform, id)

    def place(self, id: str) -> PlaceRef:
        return PlaceRef(self._platform, id)

    def message(self, place: str, id: int) -> MessageRef:
        return MessageRef(self.place(place), str(id))

    def incoming(self, event: Event, *, late: bool, edited: bool = False) -> Incoming:
        account, place = self._who(event)
        text = str(event.data["text"])
        called = _ADDRESSED.match(text)
        answered = event.data.get("reply_to")
        return Incoming(
            key=event.key,
            author=self.user(account.id),
            place=self.place(place.id),
            text=self._with_ids(text[called.end() :] if called else text, account.side),
            at=event.at,
            message=self.message(place.id, event.data["message"]),
            role=account.role,
            roles=roles(account),
            direct=place.owner is not None,
            addressed=bool(called),
            locale=account.locale,
            reply_to=None if answered is None else self.message(place.id, answered),
            edited=edited,
            late=late,
            about=place.about,
        )

    def _with_ids(self, text: str, side: Side) -> str:
        """ "@Ana" as the platform itself would hand it over: with the account's id."""
        if "@" not in text:
            return text
        for account in sorted(self._store.accounts(), key=lambda one: -len(one.name)):
            if account.side is side:
                text = re.sub(rf"@{re.escape(account.name)}(?!\w)", f"@{account.id}", text)
        return text

    def invocation(self, event: Event, command: Command | None, *, late: bool) -> Invocation:
        account, place = self._who(event)
        pressed, about = event.data.get("pressed"), event.data.get("message")
        return Invocation(
            key=event.key,
            author=self.user(account.id),
            place=self.place(place.id),
            command=str(event.data["command"]),
            at=event.at,
            args=self._args(event.data["args"], command),
            role=account.role,
            roles=roles(account),
            direct=place.owner is not None,
            locale=account.locale,
            pressed=None if pressed is None else self.message(place.id, pressed),
            message=None if about is None else self.message(place.id, about),
            late=late,
        )

    def _args(self, args: Mapping[str, Any], command: Command | None) -> dict[str, object]:
        kinds = {param.name: param.kind for param in command.params} if command else {}
        return {
            name: self.user(value) if kinds.get(name) is UserRef and isinstance(value, str) and value else value
            for name, value in args.items()
        }

    def gone(self, event: Event) -> Gone:
        """Somebody left a side of the community, whose id stands for the place; or a message was deleted."""
        message = event.data.get("message")
        if message is not None:
            return Gone(event.key, self.place(event.place), message=self.message(event.place, message))
        return Gone(event.key, self.place(event.place), self.user(event.account), removed=bool(event.data["removed"]))

    def reacted(self, event: Event) -> Reacted:
        """A sign under a message of the bot's, where only its reader and the bot are."""
        account, place = self._who(event)
        return Reacted(
            key=event.key,
            author=self.user(account.id),
            message=self.message(place.id, event.data["message"]),
            sign=str(event.data["sign"]),
            at=event.at,
            removed=not event.data["on"],
            about=place.about,
        )

    def _who(self, event: Event) -> tuple[Account, Place]:
        return self._store.account(event.account), self._store.place(event.place)


def roles(account: Account) -> frozenset[str]:
    return frozenset() if account.role is Role.MEMBER else frozenset({account.role.name.lower()})
