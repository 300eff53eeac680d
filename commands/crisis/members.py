"""`/crisis`, `/resources`, `/worried`: for whoever asks. They answer without the database and without an opt-in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from babel import Locale

from bot.kit import Ask, Kit
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.press import Press
from bot.talk.reply import Block, Reply, para
from bot.talk.text import Country, _, p_
from commands.crisis.care import how_to_help
from commands.crisis.keeping import helplines
from commands.crisis.lines import blocks
from safety.helplines import Found

TOPICS = (
    Choice("suicide", p_("topic", "thoughts of suicide")),
    Choice("self_harm", p_("topic", "hurting oneself")),
    Choice("abuse", p_("topic", "being hurt by somebody")),
    Choice("eating", p_("topic", "eating")),
    Choice("emergency", p_("topic", "danger right now")),
)
FEW, MORE = 2, 6


def suggest_country(typed: str, language: str) -> Sequence[Choice]:
    """Countries that we have lines for, by their name in the reader's language."""
    names = Locale.parse(language.replace("-", "_")).territories
    wanted = typed.casefold()
    known = sorted((names.get(code, code), code) for code in _countries())
    return [Choice(code, name) for name, code in known if wanted in name.casefold() or wanted == code.casefold()][:25]


def _countries() -> Sequence[str]:
    from safety.helplines import shipped

    return shipped().countries()


def country_of(ask: Ask, kit: Kit) -> tuple[str | None, bool]:
    """The country whose lines fit, and whether it is only the community's, so that lines must say theirs."""
    if ask.person is not None and ask.person.country:
        return ask.person.country, False
    return kit.config.community.country, True


@command("crisis", effects=False, always=True)
async def crisis(ask: Ask, kit: Kit) -> Reply:
    """Someone to talk to now: people who are there, where you are.

    No sign-up, nothing is stored, and nobody is told that you asked.
    """
    country, labelled = country_of(ask, kit)
    found = helplines(kit.config).find(country, ask.language, "suicide", kit.now, FEW)
    out: list[Block] = [
        para(_("I'm glad you asked. These people are there for a bad hour, whatever it is about:")),
        *blocks(found, danger=True, labelled=labelled),
        para(_("Nobody was told that you asked. I am a program; they are people.")),
    ]
    return Reply(tuple(out), _further(labelled))


@command("resources", effects=False, always=True, examples=("resources abuse Germany",))
async def resources(
    ask: Ask,
    kit: Kit,
    topic: Annotated[str | None, Arg(_("What it is about"), choices=TOPICS)] = None,
    country: Annotated[str | None, Arg(_("Which country"), suggest=suggest_country, rest=True)] = None,
) -> Reply:
    """Helplines and services by topic and country."""
    labelled = False
    if country:
        code = _read(country, ask.language)
    else:
        known, labelled = country_of(ask, kit)
        code = known or ""
    found = helplines(kit.config).find(code or None, ask.language, topic, kit.now, MORE)
    first = _("These are lines for {country}:", country=Country(code)) if code else _("I don't know your country yet.")
    if code and not found.entries:
        first = _("I have no line for {country} that I could vouch for.", country=Country(code))
    return Reply((para(first), *blocks(found, danger=True, labelled=labelled)), _further(labelled))


@command("worried", effects=False, always=True)
async def worried(ask: Ask, kit: Kit) -> Reply:
    """How to help somebody you are worried about.

    I send nothing to anybody else; this is for you.
    """
    country, labelled = country_of(ask, kit)
    found: Found = helplines(kit.config).find(country, ask.language, "suicide", kit.now, FEW)
    return Reply(
        (
            para(_("It is good that you look out for them.")),
            *how_to_help(),
            para(_("These lines also advise people who worry about somebody:")),
            *blocks(found, danger=True, labelled=labelled),
        ),
        _further(labelled),
    )


def _read(typed: str, language: str) -> str:
    wanted = typed.strip().casefold()
    for tongue in (language, "en"):
        for code, name in Locale.parse(tongue.replace("-", "_")).territories.items():
            if len(code) == 2 and wanted in (code.casefold(), name.casefold()):
                return str(code)
    close = suggest_country(typed[:3], language)
    known = close[0].label if close else "Germany"
    raise Mistake(
        _("I know no country “{typed}”. This would be right: {right}.", typed=typed[:40], right=known), "country"
    )


def _further(labelled: bool) -> tuple[Press, ...]:
    if labelled:
        return (Press(_("Choose my country"), "resources", form=True), Press(_("I worry about somebody"), "worried"))
    return (Press(_("More options"), "resources"), Press(_("I worry about somebody"), "worried"))
