"""One thing that a person did, handed to the bot, and its answer shown.

It must not know how events are kept or awaited.
"""

from __future__ import annotations

from dataclasses import replace

from adapters.local.post import Post, Spot
from adapters.local.read import Reader
from adapters.local.rows import BOT, Did, Event, Kind, Side
from adapters.local.store import Store
from bot.talk.inwords import in_words
from bot.talk.platform import Answer, Inbox, Ports
from bot.talk.reply import Audience, Reply


class Hand:
    """Brings events to an inbox. Every key derives from the event's, so handing it again shows nothing twice."""

    def __init__(self, inbox: Inbox, store: Store, ports: Ports, post: Post, reader: Reader) -> None:
        self._inbox = inbox
        self._store = store
        self._ports = ports
        self._post = post
        self._read = reader

    async def __call__(self, event: Event, *, late: bool) -> None:
        match event.did:
            case Did.SAID:
                understood = await self._number(event)
                if understood is None:
                    await self._inbox.receive(self._read.incoming(event, late=late))
                elif understood.data.get("form"):
                    await self._form_in_words(understood)
                else:
                    await self._invoke(understood, late=late)
            case Did.EDITED:
                await self._inbox.receive(self._read.incoming(event, late=late, edited=True))
            case Did.INVOKED:
                await self._invoke(event, late=late)
            case Did.DELETED | Did.LEFT:
                await self._inbox.gone(self._read.gone(event))
            case Did.REACTED:
                await self._inbox.reacted(self._read.reacted(event))

    async def _number(self, event: Event) -> Event | None:
        """The event as the invocation that a typed number means, remembered before it is acted on; else None."""
        if Side.of(event.place) is not Side.MATRIX or self._store.place(event.place).about is not None:
            return None
        if "command" in event.data:
            return event
        answered = await self._post.answered(self._store.place(event.place), str(event.data["text"]))
        if answered is None:
            return None
        asked, pressed = answered
        command = self._inbox.command(pressed.command)
        asks = bool(pressed.form and command and command.shown)
        data = {**event.data, "command": pressed.command, "args": dict(pressed.args), "form": asks, "pressed": asked}
        self._store.events.read_as(event.id, data)
        return replace(event, data=data)

    async def _invoke(self, event: Event, *, late: bool) -> None:
        command = self._inbox.command(str(event.data["command"]))
        answer = await self._inbox.invoke(self._read.invocation(event, command, late=late))
        if answer is not None:
            await self._show(event, answer)

    async def _show(self, event: Event, answer: Answer) -> None:
        account, place = self._store.account(event.account), self._store.place(event.place)
        language = answer.language
        if answer.aside is not None and not answer.aside.empty:
            alone = self._post.answer(account, place, Audience.PRIVATE)
            await self._post.say(alone, answer.aside, key=f"{event.key}:aside", language=language)
        reply = self._with_form_in_words(answer.reply, place.side)
        if reply.empty:
            return
        key = f"{event.key}:shown"
        pressed = event.data.get("pressed")
        if reply.replaces and pressed is not None and self._may_replace(pressed, account.id, answer.audience):
            if place.side is Side.DISCORD:
                await self._post.replace(pressed, reply, key=key, language=language)
                return
            await self._post.retire(pressed)
        spot = self._post.answer(account, place, answer.audience)
        used = event.data.get("used")
        await self._post.say(spot, reply, key=key, language=language, via=(account.name, used) if used else None)

    def _may_replace(self, pressed: int, account: str, audience: Audience) -> bool:
        """A private answer never takes the place of what others see."""
        message = self._store.messages.message(pressed)
        if message is None or message.author != BOT or message.deleted:
            return False
        spot = Spot(self._store.place(message.place), message.only)
        return audience is Audience.PUBLIC or spot.private_to == account

    def _with_form_in_words(self, reply: Reply, side: Side) -> Reply:
        if side is not Side.MATRIX or reply.reopens is None:
            return reply
        command = self._inbox.command(reply.reopens.command)
        return reply if command is None else reply.then(in_words(command, dict(reply.reopens.values)))

    async def _form_in_words(self, event: Event) -> None:
        """A choice that opens a form, where there are none: how to type the same."""
        command = self._inbox.command(str(event.data["command"]))
        if command is None:
            return
        account, place = self._store.account(event.account), self._store.place(event.place)
        spot = Spot(place) if place.kind is Kind.DIRECT else self._post.answer(account, place, command.audience)
        language = self._ports.words.closest(account.locale)
        reply = in_words(command, event.data["args"])
        await self._post.say(spot, reply, key=f"{event.key}:shown", language=language)
