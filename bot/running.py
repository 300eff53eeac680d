"""One way of running a command, whichever way it was asked for: permission, arguments, handler, and what to say.

A command with effects runs in one transaction with its event's key and, where the answer is a message, with its answer.
Whatever happens, there is something to say, in the person's language.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from bot.kit import House, Kit, ask_of
from bot.state.database import Transaction
from bot.state.effects import claim
from bot.state.people import Person
from bot.talk import parse
from bot.talk.command import Command
from bot.talk.errors import Mistake, NeedsConsent, NotAllowed, Paused, Told
from bot.talk.model import Incoming, Invocation, Target
from bot.talk.press import Press, Tone
from bot.talk.reply import AskForm, Audience, Reply, Typed, para, say
from bot.talk.text import _

log = logging.getLogger("handrail.running")

Event = Incoming | Invocation
Read = Callable[[parse.Say], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running came to. `repeated`: the event was handled before, so there is nothing to say. `queued`: the answer
    is on its way, written with what it answers."""

    reply: Reply
    audience: Audience
    language: str
    repeated: bool = False
    queued: bool = False


class Runner:
    """Runs commands over a house."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def run(self, event: Event, command: Command, read: Read, *, line: bool = False) -> Outcome:
        """Run it. `read` turns what was given into arguments; `line` says that the answer is a message of its own."""
        language = self.reads(event, None)
        given: Mapping[str, object] = {}
        try:
            if event.role < command.allow:
                raise NotAllowed()
            async with AsyncExitStack() as stack:
                tx, person, agreed = await self._open(event, command, stack)
                if tx is not None and not await claim(tx, event.key):
                    return Outcome(Reply(), command.audience, language, repeated=True)
                language = self.reads(event, person)
                speak = self._speak(language)
                given = read(speak)
                kwargs = parse.bind(command, given, speak, event.place.platform)
                ask = ask_of(event, language, person, agreed)
                reply = await command.run(ask, Kit(self._house, tx), **kwargs)
                if tx is not None:
                    person = await self._house.people.find(tx, event.author)
                    language = self.reads(event, person)
                if tx is not None and line and not reply.empty:
                    await self._queue(tx, event, command, replace(reply, language=language), person)
            return Outcome(reply, command.audience, language, queued=tx is not None and line)
        except Told as told:
            return Outcome(self._told(told, command, given, line), command.audience, language)
        except Exception:
            log.exception("a command failed", extra={"command": command.name})
            return Outcome(_sorry(), command.audience, language)

    def _speak(self, language: str) -> parse.Say:
        return lambda text: self._house.words.say(text, language)

    async def _open(
        self, event: Event, command: Command, stack: AsyncExitStack
    ) -> tuple[Transaction | None, Person | None, frozenset[str]]:
        """The transaction of a command with effects, and who asks. What must always answer does so without either."""
        try:
            if command.effects:
                tx = await stack.enter_async_context(self._house.db.transaction())
                return (tx, *await self._known(tx, event))
            async with self._house.db.transaction() as short:
                return (None, *await self._known(short, event))
        except Exception:
            if not command.always:
                raise
            log.exception("answering without the database", extra={"command": command.name})
            return None, None, frozenset()

    async def _known(self, tx: Transaction, event: Event) -> tuple[Person | None, frozenset[str]]:
        person = await self._house.people.find(tx, event.author)
        if person is None:
            return None, frozenset()
        return person, await self._house.agreed(tx, person.id)

    def reads(self, event: Event, person: Person | None) -> str:
        """The language of who reads the answer: chosen, else the platform's, else the community's."""
        if person and person.language:
            return person.language
        if event.locale:
            return self._house.words.closest(event.locale)
        return self._house.config.community.language

    def where(self, event: Event, audience: Audience, reply: Reply) -> Target:
        """Where the answer goes. A private room for one thing gets no choices: a number typed there is part of what is
        said there, and never an answer to the bot."""
        if isinstance(event, Incoming) and event.about is not None and reply.presses:
            return event.author
        return event.author if audience is Audience.PRIVATE and not event.direct else event.place

    async def _queue(
        self, tx: Transaction, event: Event, command: Command, reply: Reply, person: Person | None
    ) -> None:
        to = self.where(event, command.audience, reply)
        known = person.id if person else None
        await self._house.outbox.put(tx, to, reply, key=f"{event.key}:answer", person=known, urgent=True)

    def _told(self, told: Told, command: Command, given: Mapping[str, object], line: bool) -> Reply:
        """The sentence, with what would be right; a form comes back with what was typed."""
        reply = say(told.told)
        if isinstance(told, NeedsConsent):
            agree = Press(_("Yes, that is fine"), "start agree", tone=Tone.MAIN, purpose=told.purpose)
            reply = reply.with_presses(agree, Press(_("No, thank you"), "start decline", purpose=told.purpose))
        if isinstance(told, Mistake) and line:
            reply = reply.then(self._right(command))
        typed = tuple(
            (name, value)
            for name, value in given.items()
            if isinstance(value, str | int | float | bool) and command.param(name)
        )
        if command.form and typed and not line and isinstance(told, Mistake | NeedsConsent | Paused):
            reply = replace(reply, reopens=AskForm(command.name, typed))
        return reply

    def _right(self, command: Command) -> Reply:
        """The line that would be right, and one that is."""
        lines = [para(_("The line that would be right:"), " ", Typed(command.name, parse.usage(command)))]
        if command.examples:
            example = command.examples[0].removeprefix(command.name).strip()
            lines.append(para(_("For example:"), " ", Typed(command.name, example)))
        return Reply(tuple(lines))


def _sorry() -> Reply:
    return say(
        _("I'm sorry, that went wrong on my side, and nothing was changed. Please try again in a while."),
        para(_("If you need someone now:"), " ", Typed("crisis")),
    )
