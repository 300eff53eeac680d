"""What a person sees on the local platform: places with what is unread in them, messages, what is offered to them.

It changes nothing but what counts as read. It must not know how anything came about.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.local.read import BOT_NAME
from adapters.local.rows import BOT, Account, File, Message, NotPossible, Place, PressShown, Shown, Side
from adapters.local.store import Store


@dataclass(frozen=True, slots=True)
class Door:
    """A place as it stands in a person's list."""

    place: Place
    unread: int


class Seeing:
    """Reads the store through one account's eyes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def doors(self, account: str) -> list[Door]:
        """The places that this account can enter."""
        who = self._store.account(account)
        open_places = [place for place in self._store.places() if place.open_to(who)]
        return [Door(place, self._store.messages.unread(place.id, who.id)) for place in open_places]

    def unread(self, account: str) -> int:
        return sum(door.unread for door in self.doors(account))

    def read(self, account: str, place: str) -> bool:
        """All that stands there was seen. Whether anything was new."""
        who, where = self._enter(account, place)
        return self._store.messages.mark_read(where.id, who.id)

    def seen(self, account: str, place: str) -> list[Shown]:
        """The messages that this account sees there, oldest first. As on Discord, a deleted one is gone; as on
        Matrix, its place stays."""
        who, where = self._enter(account, place)
        names = {one.id: one.name for one in self._store.accounts()} | {BOT: BOT_NAME}
        found = self._store.messages.messages(where.id, who.id)
        return [
            _shown(message, who, names.get(message.author, message.author), self._store.messages.signs(message.id))
            for message in found
            if not message.deleted or (where.side is Side.MATRIX and message.only is None)
        ]

    def file(self, account: str, id: str) -> File:
        """A picture or attachment of a message that this account sees."""
        file = self._store.messages.file(id)
        message = None if file is None else self._store.messages.message(file.message)
        if file is None or message is None or message.only not in (None, account):
            raise NotPossible("no-such-message")
        self._enter(account, message.place)
        return file

    def _enter(self, account: str, place: str) -> tuple[Account, Place]:
        who, where = self._store.account(account), self._store.place(place)
        if not where.open_to(who):
            raise NotPossible("not-open-to-you")
        return who, where


def _shown(message: Message, who: Account, name: str, signs: list[tuple[str, str]]) -> Shown:
    via, speaker = message.body.get("via"), message.body.get("speaker")
    return Shown(
        id=str(message.id),
        place=message.place,
        author=message.author,
        name=speaker["name"] if speaker else name,
        at=message.at,
        text=message.text,
        blocks=tuple(message.body.get("blocks", ())),
        presses=tuple(
            PressShown(index, one["label"], one["tone"], one["packed"], one.get("number"), one.get("line"))
            for index, one in enumerate(message.body.get("presses", ()))
        ),
        only_you=message.only is not None,
        mine=message.author == who.id,
        notice=message.notice,
        edited=message.edited,
        deleted=message.deleted,
        reply_to=None if message.reply_to is None else str(message.reply_to),
        via=None if via is None else (via[0], via[1]),
        speaker=speaker,
        signs=tuple((sign, author == who.id) for sign, author in signs),
    )
