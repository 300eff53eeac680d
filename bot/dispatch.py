"""What adapters bring, and what becomes of it: safety, then permission, then run, then reply.

A message and a slash command end in the same way of running. An ordinary message that matters to nobody costs one pass
of the rules and no database. It knows no platform but by name.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.kit import Guard, House, Kit
from bot.looking import Looks
from bot.running import Outcome, Runner
from bot.state.effects import claim
from bot.talk import parse
from bot.talk.command import Command
from bot.talk.feature import Passed
from bot.talk.model import Gone, Incoming, Invocation, MessageRef, Moved, Reacted, Target, UserRef
from bot.talk.platform import Answer
from bot.talk.reply import Audience, Reply, Typed, bullets, para, say
from bot.talk.text import _
from safety.verdict import Verdict

log = logging.getLogger("handrail.dispatch")


class Dispatch:
    """Implements the `Inbox` port over a house and its guard."""

    def __init__(self, house: House, guard: Guard) -> None:
        self._house = house
        self._guard = guard
        self._runner = Runner(house)
        self._looks = Looks(guard)
        self._prefix = house.config.prefix

    def command(self, name: str) -> Command | None:
        return self._house.catalogue.command(name)

    async def receive(self, incoming: Incoming) -> None:
        """A message: the rules first, then whatever it asks for."""
        alone = incoming.direct or incoming.about is not None
        plain = alone and not self._prefixed(incoming) and not self._calls_for_help(incoming)
        if plain and await self._passed_on(incoming):
            return
        line = self._line(incoming)
        found = None if line is None else parse.find(line, self._house.catalogue.commands)
        if found is None or self._not_ours(incoming, found):
            verdict = await self._looks.assess(incoming, incoming.text, private=False)
            if verdict:
                await self._guard.public(incoming, verdict)
            return
        if isinstance(found, parse.Unknown):
            await self._no_command(incoming, found)
        else:
            await self._typed(incoming, found)

    async def invoke(self, invocation: Invocation) -> Answer:
        """A slash command, press or form. The adapter shows the answer."""
        command = self.command(invocation.command)
        if command is None:
            over = say(para(_("This no longer works. What does:"), " ", Typed("help")))
            return Answer(over, Audience.PRIVATE, self._runner.reads(invocation, None))
        aside = await self._care_for_arguments(invocation, command)
        outcome = await self._runner.run(invocation, command, lambda _say: dict(invocation.args))
        if outcome.repeated:
            # Killed between the effect and its answer: a platform that showed the answer drops this one by its key.
            return Answer(say(_("That is done already.")), outcome.audience, outcome.language)
        return Answer(outcome.reply, outcome.audience, outcome.language, aside)

    async def gone(self, gone: Gone) -> None:
        """Somebody left or was removed, or a message: each feature hears it in one transaction of its own."""
        await self._looks.turn(gone.place)
        for feature in self._house.catalogue.features:
            if feature.gone is not None:
                await self._heard(feature.name, gone, feature.gone)

    async def moved(self, moved: Moved) -> None:
        """A message stands elsewhere: the same way."""
        await self._looks.turn(moved.message.place)
        for feature in self._house.catalogue.features:
            if feature.moved is not None:
                await self._heard(feature.name, moved, feature.moved)

    async def reacted(self, reacted: Reacted) -> None:
        """A sign under a message of the bot's: the same way."""
        for feature in self._house.catalogue.features:
            if feature.reacted is not None:
                await self._heard(feature.name, reacted, feature.reacted)

    async def watched(self, user: UserRef) -> Sequence[MessageRef]:
        """What of somebody's own words features must follow."""
        found: list[MessageRef] = []
        for feature in self._house.catalogue.features:
            if feature.watches is not None:
                try:
                    async with self._house.db.transaction() as tx:
                        found += await feature.watches(Kit(self._house, tx), tx, user)
                except Exception:
                    log.exception("what is to be watched is not known", extra={"feature": feature.name})
        return found

    async def _heard(self, feature: str, event: Gone | Moved | Reacted, hear: Callable[..., Awaitable[None]]) -> None:
        """Once for each event, whatever another feature makes of it."""
        try:
            async with self._house.db.transaction() as tx:
                if await claim(tx, f"{event.key}:{feature}"):
                    await hear(Kit(self._house, tx), tx, event)
        except Exception:
            log.exception("a feature could not follow what happened", extra={"feature": feature})

    # --- messages ------------------------------------------------------------------------------------------------

    def _line(self, incoming: Incoming) -> str | None:
        """The command line in a message, without what made it one; None for an ordinary message."""
        text = incoming.text.lstrip()
        if self._prefixed(incoming):
            return text[len(self._prefix) :]
        if incoming.about is not None and not self._calls_for_help(incoming):
            return None
        return text if incoming.direct or incoming.addressed else None

    def _prefixed(self, incoming: Incoming) -> bool:
        text = incoming.text.lstrip()
        return text.startswith(self._prefix) and text[len(self._prefix) : len(self._prefix) + 1].isalpha()

    def _calls_for_help(self, incoming: Incoming) -> bool:
        """The bare name of a command that must always answer, and nothing else: help before everything."""
        name = " ".join(incoming.text.casefold().split())
        return any(one.always and one.name == name for one in self._house.catalogue.commands)

    def _not_ours(self, incoming: Incoming, found: parse.Found | parse.Unknown) -> bool:
        """A line in a public place that only looks like one of our commands: it is for another bot, or for nobody."""
        if incoming.direct or incoming.addressed or isinstance(found, parse.Found):
            return False
        return not found.close and not found.group

    async def _typed(self, incoming: Incoming, found: parse.Found) -> None:
        command = found.command
        if any(param.free_text for param in command.params):
            await self._care(incoming)
        platform = incoming.place.platform
        outcome = await self._runner.run(
            incoming, command, lambda speak: parse.arguments(command, found.rest, speak, platform), line=True
        )
        if outcome.repeated or outcome.queued or outcome.reply.empty:
            return
        await self._say(incoming, outcome)

    async def _passed_on(self, incoming: Incoming) -> bool:
        """Whether the words are for somebody else: then they are never read as a command, a number or an answer. Their
        author is helped at once, also where they could not be passed on."""
        verdict = await self._looks.assess(incoming, incoming.text, private=True)
        passed = await self._passing(incoming, verdict)
        if passed is None:
            return False
        if verdict:
            await self._care(incoming, verdict, passed.speaker)
        if not passed.reply.empty:
            await self._say(incoming, Outcome(passed.reply, Audience.PRIVATE, self._runner.reads(incoming, None)))
        return True

    async def _passing(self, incoming: Incoming, verdict: Verdict) -> Passed | None:
        for feature in self._house.catalogue.features:
            if feature.passes is None:
                continue
            try:
                passed = await feature.passes(incoming, Kit(self._house), verdict)
            except Exception:
                log.exception("words could not be passed on", extra={"feature": feature.name})
                passed = None
                if incoming.about is not None:
                    return Passed(say(_("I could not pass that on just now. Please write it again in a while.")))
            if passed is not None:
                return passed
        return Passed() if incoming.about is not None else None

    async def _no_command(self, incoming: Incoming, unknown: parse.Unknown) -> None:
        """Words for the bot that are no command: someone may need help, answer a buddy, or have mistyped."""
        if incoming.direct:
            helped = await self._care(incoming)
        else:
            verdict = await self._looks.assess(incoming, incoming.text, private=False)
            helped = bool(verdict)
            if verdict:
                await self._guard.public(incoming, verdict)
        if incoming.direct and not incoming.text.lstrip().startswith(self._prefix):
            reply = await self._listeners(incoming)
            if reply is not None:
                await self._say(incoming, Outcome(reply, Audience.PRIVATE, self._runner.reads(incoming, None)))
                return
        if not helped and not incoming.edited:
            said = Outcome(self._did_you_mean(unknown), Audience.PRIVATE, self._runner.reads(incoming, None))
            await self._say(incoming, said)

    async def _listeners(self, incoming: Incoming) -> Reply | None:
        for feature in self._house.catalogue.features:
            if feature.listen is not None:
                reply = await feature.listen(incoming, Kit(self._house))
                if reply is not None:
                    return reply
        return None

    def _did_you_mean(self, unknown: parse.Unknown) -> Reply:
        name = unknown.typed[:40]
        if name.rstrip(".)").isdigit():
            over = _("“{name}” answers no open question any more. The line beside the choice still works.", name=name)
            return say(over)
        if unknown.group:
            lines = bullets([Typed(one) for one in unknown.group])
            return say(_("“{name}” has these:", name=name), lines)
        if unknown.close:
            lines = bullets([Typed(one) for one in unknown.close])
            return say(_("I don't know “{name}”. Did you mean this?", name=name), lines)
        return say(_("I don't know “{name}”. This shows what I can do:", name=name), Typed("help"))

    # --- a person's own words -------------------------------------------------------------------------------------

    async def _care(self, incoming: Incoming, verdict: Verdict | None = None, speaker: str | None = None) -> bool:
        """Resources for private words in a message: at once, past the outbox, under a key of the event. Whether there
        was anything to offer. `speaker` is the pseudonym under which the words went to somebody else."""
        verdict = await self._looks.assess(incoming, incoming.text, private=True) if verdict is None else verdict
        if not verdict:
            return False
        language = self._runner.reads(incoming, None)
        key, author, place = f"{incoming.key}:care", incoming.author, incoming.place
        if speaker is not None:
            reply = await self._guard.relayed(author, verdict, key=key, language=language, place=place, speaker=speaker)
        else:
            reply = await self._guard.private(author, verdict, key=key, language=language, place=place)
        if not reply.empty:
            await self._at_once(self._runner.where(incoming, Audience.PRIVATE, reply), reply, key, language)
        return not reply.empty

    async def _care_for_arguments(self, invocation: Invocation, command: Command) -> Reply | None:
        """As `_care`, for what stands in a slash command or a form: the adapter shows it before the answer."""
        free = {param.name for param in command.params if param.free_text}
        texts = [value for name, value in invocation.args.items() if name in free and isinstance(value, str)]
        if not texts:
            return None
        verdict = await self._looks.assess(invocation, "\n".join(texts), private=True)
        if not verdict:
            return None
        language = self._runner.reads(invocation, None)
        key = f"{invocation.key}:care"
        reply = await self._guard.private(
            invocation.author, verdict, key=key, language=language, place=invocation.place
        )
        return None if reply.empty else reply

    # --- saying it ------------------------------------------------------------------------------------------------

    async def _say(self, incoming: Incoming, outcome: Outcome) -> None:
        """An answer that changed nothing: through the outbox too, so that an outage does not lose it; past it where
        the database can't take it."""
        to = self._runner.where(incoming, outcome.audience, outcome.reply)
        key = f"{incoming.key}:answer"
        reply = replace(outcome.reply, language=outcome.language)
        try:
            async with self._house.db.transaction() as tx:
                if await claim(tx, key):
                    await self._house.outbox.put(tx, to, reply, key=key, urgent=True)
        except Exception:
            log.exception("answering past the outbox")
            await self._at_once(to, outcome.reply, key, outcome.language)

    async def _at_once(self, to: Target, reply: Reply, key: str, language: str) -> None:
        platform = self._house.platforms.get(to.platform)
        if platform is None:
            return
        try:
            await platform.send(to, reply, key=key, language=language)
        except Exception:
            log.exception("an answer could not be sent", extra={"platform": to.platform})
