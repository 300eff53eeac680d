"""The crisis guard: what dispatch asks first. It offers people help at once; recording comes after, and may fail.

It needs no database to answer: what it looks up there (a country, a language, a consent) has an answer without it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.kit import Kit
from bot.talk.model import Incoming, PlaceRef, UserRef
from bot.talk.reply import Reply
from bot.talk.text import Text, _
from commands.crisis import care, ladder, signals, tables
from commands.crisis.keeping import PURPOSE, helplines, rulebook
from commands.crisis.ladder import Offered
from commands.crisis.plan import Plan, plan, told
from commands.crisis.recent import Recent
from commands.crisis.recording import record, record_relayed
from safety import Level, Topic, Verdict

log = logging.getLogger("handrail.crisis")

FEW = 2


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an author, or the usual where nothing is."""

    language: str
    country: str | None
    chosen: bool
    may_write: bool = False
    no_more: bool = False
    answered: Level = Level.NONE
    met: Level = Level.NONE


class CrisisGuard:
    """Implements the `Guard` port over the rules and helplines of the configuration."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._rules = rulebook(kit.config)
        self._lines = helplines(kit.config)
        self._recent = Recent(timedelta(minutes=kit.config.safety.cooldown))
        self._private = Recent(timedelta(minutes=kit.config.safety.cooldown))

    def glance(self, text: str, *, place: PlaceRef, roles: frozenset[str], private: bool) -> Verdict | None:
        try:
            return self._rules.glance(text, channel=place.id, roles=roles, private=private)
        except Exception:
            log.exception("the rules failed on a text")
            return Verdict()

    def assess(self, text: str, *, place: PlaceRef, roles: frozenset[str], private: bool) -> Verdict:
        try:
            return self._rules.assess(text, channel=place.id, roles=roles, private=private)
        except Exception:
            log.exception("the rules failed on a text")
            return Verdict()

    async def public(self, incoming: Incoming, verdict: Verdict) -> None:
        try:
            await self._met(incoming, plan(self._kit.config, incoming, verdict, self._kit.now))
        except Exception:
            log.exception("a crisis reply failed", extra={"platform": incoming.place.platform})

    async def private(self, author: UserRef, verdict: Verdict, *, key: str, language: str, place: PlaceRef) -> Reply:
        return await self._privately(author, verdict, language, _("You wrote this privately: nobody else was told."))

    async def _privately(self, author: UserRef, verdict: Verdict, language: str, said: Text) -> Reply:
        if not care.addressed(verdict):
            return Reply()
        try:
            known = await self._known(author, verdict, language, None)
        except Exception:
            log.exception("a crisis reply has only the usual")
            known = Known(language, self._kit.config.community.country, False)
        if known.no_more and verdict.level < Level.URGENT:
            return Reply()
        who = tables.lookup(self._kit, author)
        before = self._private.answered(who, verdict.about, self._kit.now)
        self._private.note(who, verdict.about, max(before, verdict.level), self._kit.now)
        if before >= verdict.level:
            return care.still_here()
        return self._full(verdict, known, said, "")

    async def relayed(
        self, author: UserRef, verdict: Verdict, *, key: str, language: str, place: PlaceRef, speaker: str
    ) -> Reply:
        """Words that go on to somebody else through the bot: as `private`, and at urgent the moderators are called."""
        if verdict.level < Level.URGENT:
            said = _("Your buddy has your message. Nobody else was told.")
            return await self._privately(author, verdict, language, said)
        await record_relayed(self._kit, author, verdict, key=key, speaker=speaker)
        if not care.addressed(verdict):
            return Reply()
        known = await self._known(author, verdict, language, None)
        said = _(
            "As you both were told, the moderators were called. They know that you may need care, not what you wrote."
        )
        return self._full(verdict, known, said, "")

    def _full(self, verdict: Verdict, known: Known, said: Text, signal: str) -> Reply:
        """The whole private reply."""
        found = self._lines.find(known.country, known.language, verdict.topic.value, self._kit.now, FEW)
        wording = self._rules.wording(verdict, known.language)
        return care.full(verdict, found, care.Reader(known.language, not known.chosen, said, signal, wording))

    async def _met(self, incoming: Incoming, planned: Plan) -> None:
        """Answer first, then record it and call the moderators."""
        verdict, now = planned.verdict, self._kit.now
        who = tables.lookup(self._kit, incoming.author)
        message = signals.message_hash(self._kit, incoming.message)
        known = await self._known(incoming.author, verdict, incoming.locale, message)
        if incoming.edited and max(self._recent.met(message), known.met) >= verdict.level:
            return  # an edit that changes nothing for the worse
        self._recent.meet(message, verdict.level)
        offered = await self._offer(incoming, planned, known, who)
        if offered.how in ("private", "short"):
            self._recent.note(who, verdict.about, verdict.level, now)
        await record(self._kit, incoming, planned, offered, known.language)

    async def _offer(self, incoming: Incoming, planned: Plan, known: Known, who: str) -> Offered:
        verdict = planned.verdict
        if verdict.topic is Topic.HARASSMENT:
            return Offered("moderators", "none")
        if not care.addressed(verdict):
            return ladder.NOTHING
        if known.no_more and verdict.level < Level.URGENT:
            return Offered("declined", "none")
        lately = self._recent.answered(who, verdict.about, self._kit.now, self._cooldown(verdict))
        if max(lately, known.answered) >= verdict.level:
            return Offered("cool", "none")
        said = told(self._kit.config, alerted=planned.alerts, now=self._kit.now)
        reply = self._full(verdict, known, said, signals.signal_id(incoming.key))
        return await ladder.offer(self._kit, incoming, planned, reply, known.language, may_write=known.may_write)

    async def _known(self, author: UserRef, verdict: Verdict, locale: str | None, message: str | None) -> Known:
        """What we know of the author; a database that fails costs nothing but what they chose."""
        kit, who = self._kit, tables.lookup(self._kit, author)
        known = Known(self._spoken(verdict, locale), kit.config.community.country, False)
        try:
            async with kit.transaction() as tx:
                person = await kit.people.find(tx, author)
                agreed = await kit.house.agreed(tx, person.id) if person else frozenset()
                since = kit.now - self._cooldown(verdict)
                known = replace(
                    known,
                    no_more=await tx.one("SELECT 1 FROM crisis_quiet WHERE lookup = ?1", who) is not None,
                    answered=await signals.answered_since(tx, who, verdict.about, since),
                    met=await signals.met_message(tx, message) if message else Level.NONE,
                )
        except Exception:
            log.exception("answering without the database")
            return known
        if person is None:
            return known
        return replace(
            known,
            language=person.language or known.language,
            country=person.country or known.country,
            chosen=person.country is not None,
            may_write=PURPOSE.id in agreed,
        )

    def _cooldown(self, verdict: Verdict) -> timedelta:
        own = self._rules.cooldown(verdict)
        return self._recent.cooldown if own is None else timedelta(seconds=own)

    def _spoken(self, verdict: Verdict, locale: str | None) -> str:
        """The language to answer in: the platform's word, else that of the rule that fired, else the community's."""
        if locale:
            return self._kit.words.closest(locale)
        for rule in verdict.rules:
            tag, _sep, rest = rule.partition("/")
            if rest and (tag in self._kit.words.languages or self._kit.words.closest(tag) != "en"):
                return self._kit.words.closest(tag)
        return self._kit.config.community.language


def guard(kit: Kit) -> CrisisGuard:
    return CrisisGuard(kit)
