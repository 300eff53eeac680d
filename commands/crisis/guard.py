"""The crisis guard: what dispatch asks first. It offers people help at once; recording comes after, and may fail.

It needs no database to answer: what it looks up there (a country, a language, a consent) has an answer without it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.kit import Kit
from bot.talk.errors import SendFailed, Unreachable
from bot.talk.model import Incoming, PlaceRef, UserRef
from bot.talk.platform import Ability
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, say
from bot.talk.text import Text, _
from commands.crisis import care
from commands.crisis.keeping import PURPOSE, helplines, rules
from safety import About, Level, Verdict

log = logging.getLogger("handrail.crisis")

FEW = 2


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an author, or the usual where nothing is."""

    language: str
    country: str | None
    chosen: bool
    may_write: bool = False


class CrisisGuard:
    """Implements the `Guard` port over the rules and helplines of the configuration."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._engine = rules(kit.config)
        self._lines = helplines(kit.config)

    def assess(self, text: str, *, place: PlaceRef, roles: frozenset[str], private: bool) -> Verdict:
        try:
            return self._engine.assess(text, channel=place.id, roles=roles, private=private)
        except Exception:
            log.exception("the rules failed on a text")
            return Verdict()

    async def public(self, incoming: Incoming, verdict: Verdict) -> None:
        if not care.addressed(verdict):
            return
        try:
            known = await self._known(incoming.author, verdict, incoming.locale)
            await self._offer(incoming, verdict, known)
        except Exception:
            log.exception("a crisis reply failed", extra={"platform": incoming.place.platform})

    async def private(self, author: UserRef, verdict: Verdict, *, key: str, language: str, place: PlaceRef) -> Reply:
        if not care.addressed(verdict):
            return Reply()
        known = await self._known(author, verdict, language)
        told = _("You wrote this privately: nobody else was told.")
        return self.full(verdict, known, told)

    async def passed(
        self, author: UserRef, verdict: Verdict, *, key: str, language: str, place: PlaceRef, speaker: str
    ) -> Reply:
        if not care.addressed(verdict):
            return Reply()
        known = await self._known(author, verdict, language)
        told = _("Your buddy has your message. Nobody else was told.")
        return self.full(verdict, known, told)

    def full(self, verdict: Verdict, known: Known, told: Text) -> Reply:
        """The whole private reply."""
        found = self._lines.find(known.country, known.language, verdict.topic.value, self._kit.now, FEW)
        build = care.for_other if verdict.about is About.OTHER else care.for_self
        return build(verdict, found, told=told, labelled=not known.chosen)

    async def _offer(self, incoming: Incoming, verdict: Verdict, known: Known) -> None:
        """The ladder: privately where the platform and the person allow it, else one short line under the message."""
        platform = self._kit.house.platforms[incoming.place.platform]
        key = f"{incoming.key}:care"
        told = _("Only you can see this.")
        unasked = platform.abilities(incoming.place).unasked is Ability.FULL
        if unasked or known.may_write:
            try:
                await platform.send(incoming.author, self.full(verdict, known, told), key=key, language=known.language)
                return
            except Unreachable:
                log.info("a private crisis reply could not be delivered", extra={"platform": platform.name})
            except SendFailed:
                log.warning("a private crisis reply failed; trying the short one", extra={"platform": platform.name})
        await platform.send(incoming.place, short(verdict), key=f"{key}:short", language=known.language)

    async def _known(self, author: UserRef, verdict: Verdict, locale: str | None) -> Known:
        """What we know of the author; a database that fails costs nothing but what they chose."""
        spoken = self._spoken(verdict, locale)
        usual = self._kit.config.community.country
        try:
            async with self._kit.transaction() as tx:
                person = await self._kit.people.find(tx, author)
                agreed = await self._kit.house.agreed(tx, person.id) if person else frozenset()
        except Exception:
            log.exception("answering without the database")
            return Known(spoken, usual, False)
        if person is None:
            return Known(spoken, usual, False)
        return Known(
            person.language or spoken,
            person.country or usual,
            person.country is not None,
            PURPOSE.id in agreed,
        )

    def _spoken(self, verdict: Verdict, locale: str | None) -> str:
        """The language to answer in: the platform's word, else that of the rule that fired, else the community's."""
        if locale:
            return self._kit.words.closest(locale)
        for rule in verdict.rules:
            tag, _sep, rest = rule.partition("/")
            if rest and (tag in self._kit.words.languages or self._kit.words.closest(tag) != "en"):
                return self._kit.words.closest(tag)
        return self._kit.config.community.language


def short(verdict: Verdict) -> Reply:
    """The one public line: it says no more than the person did, names no concern and quotes nothing."""
    if verdict.about is About.OTHER:
        first = _("Thank you for looking out for somebody. Here is something that may help, for your eyes only.")
    else:
        first = _("I saw what you wrote, and I'm glad you are here. There is something for you, for your eyes only.")
    level = "urgent" if verdict.level >= Level.URGENT else "concern"
    press = Press(_("Open it"), "crisis open", tone=Tone.MAIN, level=level, topic=verdict.topic.value)
    return say(first, presses=(press,))


def guard(kit: Kit) -> CrisisGuard:
    return CrisisGuard(kit)
