"""The bot's words onto the server: where a reply goes, who alone sees it, and what its numbers will mean.

The same key twice is one message, also after a restart. What is meant for one person goes where that person alone
looks, or nowhere. It must not know why anything is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.local.changes import Changes
from adapters.local.render import Rendered, Renderer
from adapters.local.rows import BOT, Account, Message, NotPossible, Place, Side
from adapters.local.store import Store
from bot.talk.command import Command
from bot.talk.drafts import Drafts
from bot.talk.errors import Unreachable
from bot.talk.model import MessageRef, PlaceRef, RoomWith, Target, UserRef
from bot.talk.platform import Ports
from bot.talk.press import Pressed
from bot.talk.question import Question
from bot.talk.reply import AskForm, Audience, Reply
from bot.talk.text import _

Find = Callable[[str], Command | None]
FIX = "fix:"
"""What opens a form again that could not be read; followed by the draft's id and the command."""
FIX_LABEL = _("Fix it")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a message stands: `only` is the one account that sees it."""

    place: Place
    only: str | None = None
    reply_to: int | None = None

    @property
    def private_to(self) -> str | None:
        return self.only or self.place.owner


class Post:
    """Puts replies onto the server."""

    def __init__(self, platform: str, store: Store, ports: Ports, changes: Changes, find: Find, prefix: str) -> None:
        self._platform = platform
        self._store = store
        self._ports = ports
        self._find = find
        self._prefix = prefix
        self._changes = changes
        self.drafts: Drafts[AskForm] = Drafts()

    # --- where ----------------------------------------------------------------------------------------------------

    def target(self, to: Target, reply: Reply) -> Spot:
        """Raises Unreachable for who left and for places that are not there."""
        if to.platform != self._platform:
            raise Unreachable("another platform")
        try:
            place = self._place(to, reply)
            if place.owner is not None and not self._store.account(place.owner).here:
                raise Unreachable("left")
        except NotPossible:
            raise Unreachable("unknown") from None
        thread = to.thread if isinstance(to, PlaceRef) else None
        answered = thread or (reply.answers.id if reply.answers and reply.answers.place.id == place.id else None)
        return Spot(place, reply_to=int(answered) if answered and answered.isdecimal() else None)

    def _place(self, to: Target, reply: Reply) -> Place:
        match to:
            case RoomWith(user, about) if Side.of(user.id) is Side.MATRIX:
                return self._store.own(user.id, about, reply.speaker.name if reply.speaker else None)
            case RoomWith(user):
                return self._store.direct(user.id)
            case UserRef():
                return self._store.direct(to.id)
            case PlaceRef():
                return self._store.place(to.id)

    def answer(self, account: Account, place: Place, audience: Audience) -> Spot:
        """Where the answer to somebody goes who asked there."""
        if audience is Audience.PUBLIC or place.owner is not None:
            return Spot(place)
        if account.side is Side.DISCORD:
            return Spot(place, only=account.id)
        return Spot(self._store.direct(account.id))

    def ref(self, message: int, place: str) -> MessageRef:
        return MessageRef(PlaceRef(self._platform, place), str(message))

    # --- what -----------------------------------------------------------------------------------------------------

    async def say(
        self, spot: Spot, reply: Reply, *, key: str, language: str, via: tuple[str, str] | None = None
    ) -> MessageRef:
        known = self._store.messages.accepted(key)
        if known is not None:
            return self.ref(known, spot.place.id)
        rendered = self._render(spot, reply, language)
        await self._ask(spot.place, reply)
        body = rendered.body if via is None else {**rendered.body, "via": list(via)}
        message = Message(
            id=0,
            place=spot.place.id,
            author=BOT,
            at=self._ports.clock.now(),
            text=rendered.text,
            body=body,
            only=spot.only,
            reply_to=spot.reply_to or self._answers(spot, reply),
            notice=reply.notice,
        )
        with self._store.transaction():
            known = self._store.messages.accepted(key)
            id = self._store.messages.add(message, rendered.files) if known is None else known
            self._store.messages.accept(key, id)
        self._changes.tell(spot.place.id)
        return self.ref(id, spot.place.id)

    async def replace(self, id: int, reply: Reply, *, key: str, language: str) -> None:
        """Put a reply in the place of a message of the bot's. Raises Unreachable where there is none."""
        if self._store.messages.accepted(key) is not None:
            return
        message = self._store.messages.message(id)
        if message is None or message.deleted or message.author != BOT:
            raise Unreachable("no such message")
        place = self._store.place(message.place)
        spot = Spot(place, message.only, message.reply_to)
        rendered = self._render(spot, reply, language)
        if self.latest_asked(place) == id:
            await self._ask(place, reply, forget=True)
        body: Mapping[str, Any] = rendered.body
        if "via" in message.body:
            body = {**body, "via": message.body["via"]}
        with self._store.transaction():
            self._store.messages.change(id, rendered.text, body, rendered.files)
            self._store.messages.accept(key, id)
        self._changes.tell(place.id)

    async def remove(self, id: int) -> None:
        """Take a message away, with what its numbers meant. Removing it again changes nothing."""
        message = self._store.messages.message(id)
        if message is None:
            raise Unreachable("no such message")
        if message.deleted:
            return
        place = self._store.place(message.place)
        if self.latest_asked(place) == id:
            await self._ask(place, Reply(), forget=True)
        self._store.messages.remove(id)
        self._changes.tell(place.id)

    def _answers(self, spot: Spot, reply: Reply) -> int | None:
        """The message in the same place that this one stands under, where it is still there."""
        under = reply.answers
        if under is None or under.place.id != spot.place.id or not under.id.isdecimal():
            return None
        message = self._store.messages.message(int(under.id))
        return None if message is None or message.deleted else message.id

    def react(self, id: int, sign: str, *, on: bool) -> None:
        """Put the bot's own sign under a message. Raises Unreachable where there is none."""
        message = self._store.messages.message(id)
        if message is None or message.deleted:
            raise Unreachable("no such message")
        if self._store.messages.mark(id, BOT, sign, on=on):
            self._changes.tell(message.place)

    def _render(self, spot: Spot, reply: Reply, language: str) -> Rendered:
        renderer = Renderer(spot.place.side, self._ports.words, language, self._name, self._path, self._prefix)
        rendered = renderer.render(reply)
        owner = spot.private_to
        if reply.reopens is not None and owner is not None and spot.place.side is Side.DISCORD:
            draft = self.drafts.keep(UserRef(self._platform, owner), reply.reopens, self._ports.clock.now())
            fix = {
                "label": self._ports.words.say(reply.reopens.label or FIX_LABEL, language),
                "tone": "main",
                "packed": f"{FIX}{draft}:{reply.reopens.command}",
            }
            body = {**rendered.body, "presses": [*rendered.body["presses"], fix]}
            return Rendered(rendered.text, body, rendered.files)
        return rendered

    def _name(self, user: UserRef) -> str:
        try:
            return self._store.account(user.id).name
        except NotPossible:
            return user.id

    def _path(self, command: str) -> str:
        found = self._find(command)
        return command if found is None else " ".join(found.slash_path)

    # --- numbers --------------------------------------------------------------------------------------------------

    def latest_asked(self, place: Place) -> int | None:
        """The message whose numbers are answered in a place."""
        if place.side is not Side.MATRIX:
            return None
        return self._store.messages.latest_asked(place.id, BOT)

    async def retire(self, id: int) -> None:
        """The question of a message was answered: its choices go, its words stay."""
        message = self._store.messages.message(id)
        if message is None or not message.body.get("presses"):
            return
        place = self._store.place(message.place)
        if self.latest_asked(place) == id:
            await self._ask(place, Reply(), forget=True)
        blocks = [block for block in message.body["blocks"] if block["kind"] != "choices"]
        self._store.messages.dress(id, {**message.body, "blocks": blocks, "presses": []})
        self._changes.tell(place.id)

    async def answered(self, place: Place, typed: str) -> tuple[int, Pressed] | None:
        """What a typed number means there, and the message it answers. What was remembered must be what stands in the
        latest question itself, or a number means nothing."""
        asked = self.latest_asked(place)
        message = None if asked is None else self._store.messages.message(asked)
        if message is None:
            return None
        try:
            question = Question.load(await self._ports.memory.get(question_key(place)))
        except Exception:
            self._ports.log.exception("a question could not be recalled")
            return None
        if question is None:
            return None
        if question.choices != tuple(press["packed"] for press in message.body["presses"]):
            return None
        pressed = question.answer(typed, self._ports.clock.now())
        return None if pressed is None else (message.id, pressed)

    async def _ask(self, place: Place, reply: Reply, *, forget: bool = False) -> None:
        """A number typed from now on answers this. Written before the message is there to be answered; where it can't
        be written, the message is said all the same, and the line beside each number works."""
        if place.side is not Side.MATRIX:
            return
        try:
            if reply.presses:
                question = Question.of(reply.presses, self._ports.clock.now())
                await self._ports.memory.put(question_key(place), question.dump())
            elif forget:
                await self._ports.memory.delete(question_key(place))
        except Exception:
            self._ports.log.exception("a question could not be remembered")


def question_key(place: Place) -> str:
    """Named by the account where the place is somebody's alone, so that an erasure finds it."""
    return f"question:{place.owner or place.id}" + (f":{place.about}" if place.about else "")
