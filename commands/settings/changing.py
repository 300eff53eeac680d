"""`/settings`: what is set, and changing it, one thing at a time or all in one form."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.errors import Mistake
from bot.talk.press import Press, Tone
from bot.talk.reply import Paragraph, Reply, facts, para, say
from bot.talk.text import Country, Language, Local, Text, Zone, _
from commands.settings import choices


@command("settings", inside="show", effects=False)
async def settings(ask: Ask, kit: Kit) -> Reply:
    """Your language, country and time zone."""
    person = ask.person
    unset = para(_("not set"))

    def shown(value: Country | Language | Zone | None) -> Paragraph:
        return para(_("{value}", value=value)) if value else unset

    return say(
        facts(
            (_("Language"), shown(Language(person.language) if person and person.language else None)),
            (_("Country"), shown(Country(person.country) if person and person.country else None)),
            (_("Time zone"), shown(Zone(person.zone) if person and person.zone else None)),
        ),
        presses=(Press(_("Change"), "settings change", tone=Tone.MAIN, form=True),),
    )


@command("settings change", form=True, examples=("settings change language=de country=DE zone=Europe/Berlin",))
async def change(
    ask: Ask,
    kit: Kit,
    language: Annotated[str | None, Arg(_("Your language"), suggest=choices.suggest_language)] = None,
    country: Annotated[str | None, Arg(_("Your country"), suggest=choices.suggest_country)] = None,
    zone: Annotated[str | None, Arg(_("Your time zone"), suggest=choices.suggest_zone)] = None,
) -> Reply:
    """Change your language, country or time zone. Leave empty what shall stay."""
    return await _set(ask, kit, language, country, zone)


@command("settings language", examples=("settings language de",))
async def language(
    ask: Ask,
    kit: Kit,
    language: Annotated[str, Arg(_("The language I shall write in"), suggest=choices.suggest_language)],
) -> Reply:
    """Choose the language I write to you in. A dash forgets it."""
    return await _set(ask, kit, language, None, None)


@command("settings country", examples=("settings country Germany",))
async def country(
    ask: Ask,
    kit: Kit,
    country: Annotated[str, Arg(_("The country you live in"), suggest=choices.suggest_country, rest=True)],
) -> Reply:
    """Choose your country, so that helplines work where you are. A dash forgets it."""
    return await _set(ask, kit, None, country, None)


@command("settings zone", examples=("settings zone Berlin",))
async def zone(
    ask: Ask,
    kit: Kit,
    zone: Annotated[str, Arg(_("Your time zone, or a city in it"), suggest=choices.suggest_zone, rest=True)],
) -> Reply:
    """Choose your time zone, so that reminders come at your hours. A dash forgets it."""
    return await _set(ask, kit, None, None, zone)


async def _set(ask: Ask, kit: Kit, language: str | None, country: str | None, zone: str | None) -> Reply:
    person = kit.require(ask, "settings")
    if not (language or country or zone):
        raise Mistake(_("Nothing was filled in, so nothing was changed."), "language")
    changes: dict[str, str | None] = {}
    if language:
        changes["language"] = None if language == choices.NONE else choices.read_language(language)
    if country:
        changes["country"] = None if country == choices.NONE else choices.read_country(country, ask.language)
    if zone:
        changes["zone"] = None if zone == choices.NONE else choices.read_zone(zone)
    async with kit.transaction() as tx:
        changed = await kit.people.set(tx, person.id, **changes)
        for feature in kit.catalogue.features:
            if feature.changed is not None:
                await feature.changed(kit, tx, changed)
    return say(_("Set."), *(_line(name, value, kit) for name, value in changes.items()))


def _line(name: str, value: str | None, kit: Kit) -> Text:
    if value is None:
        return _("I forgot that again.")
    if name == "language":
        return _("I write to you in {language} from now on.", language=Language(value))
    if name == "country":
        return _("Helplines are for {country} now.", country=Country(value))
    return _(
        "Your hours are those of {zone}; it is {time} there.", zone=Zone(value), time=Local(kit.now, value, "time")
    )
