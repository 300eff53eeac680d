"""`/crisis`, `/resources`, `/worried`: for whoever asks. They answer without the database and without an opt-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, cast

from babel import Locale, UnknownLocaleError

from bot.kit import Ask, Kit
from bot.talk.command import Arg, Choice, command
from bot.talk.errors import Mistake
from bot.talk.press import Press
from bot.talk.reply import Block, Reply, para
from bot.talk.text import Country, Language, _, p_
from commands.crisis.care import how_to_help
from commands.crisis.keeping import helplines
from commands.crisis.lines import blocks
from safety.phonebook import shipped

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
    names = _names("territories", language)
    return _suggested(typed, {code: names.get(code, code) for code in shipped().countries()})


def suggest_language(typed: str, language: str) -> Sequence[Choice]:
    """Languages that lines are answered in, by their name in the reader's language."""
    names = _names("languages", language)
    spoken = {tag for entry in shipped().entries for tag in entry.languages}
    return _suggested(typed, {tag: names.get(tag, tag) for tag in spoken})


def _suggested(typed: str, known: Mapping[str, str]) -> Sequence[Choice]:
    wanted = typed.strip().casefold()
    fits = [(name, code) for code, name in known.items() if wanted in name.casefold() or wanted == code.casefold()]
    return [Choice(code, name) for name, code in sorted(fits)][:25]


def _names(of: str, language: str) -> Mapping[str, str]:
    try:
        found = getattr(Locale.parse(language.replace("-", "_")), of)
    except (UnknownLocaleError, ValueError):
        found = getattr(Locale("en"), of)
    return cast(Mapping[str, str], found)


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
        *blocks(found, danger=True, labelled=labelled, language=ask.language),
        para(_("Nobody was told that you asked. I am a program; they are people.")),
    ]
    tell = (Press(_("Tell a moderator"), "crisis tell"),) if kit.config.moderation.places else ()
    return Reply(tuple(out), (*_further(labelled), *tell))


@command("resources", effects=False, always=True, examples=("resources abuse Germany",))
async def resources(
    ask: Ask,
    kit: Kit,
    topic: Annotated[str | None, Arg(_("What it is about"), choices=TOPICS)] = None,
    country: Annotated[str | None, Arg(_("Which country"), suggest=suggest_country)] = None,
    language: Annotated[str | None, Arg(_("In which language"), suggest=suggest_language)] = None,
) -> Reply:
    """Helplines and services by topic, country and language."""
    code, labelled = country_of(ask, kit)
    spoken = ask.language
    if country and language and not _close_to(language, "languages", ask.language):
        country, language = f"{country} {language}", None  # a country's name in two words, typed
    if country:
        code, labelled = read_country(country, ask.language), False
    if language:
        spoken = read_language(language, ask.language)
    found = helplines(kit.config).find(code, spoken, topic, kit.now, MORE)
    first = _("These are lines for {country}:", country=Country(code)) if code else _("I don't know your country yet.")
    if code and not found.entries:
        first = _("I have no line for {country} that I could vouch for.", country=Country(code))
    out: list[Block] = [para(first), *blocks(found, danger=True, labelled=labelled, language=spoken)]
    if language and found.entries and not any(spoken in entry.languages for entry in found.entries):
        out.append(para(_("None of them is known to answer in {language}.", language=Language(spoken))))
    return Reply(tuple(out), _further(labelled or not code))


@command("worried", effects=False, always=True)
async def worried(ask: Ask, kit: Kit) -> Reply:
    """How to help somebody you are worried about.

    I send nothing to anybody else; this is for you.
    """
    country, labelled = country_of(ask, kit)
    found = helplines(kit.config).find(country, ask.language, "suicide", kit.now, FEW)
    return Reply(
        (
            para(_("It is good that you look out for them.")),
            *how_to_help(),
            para(_("These lines also advise people who worry about somebody:")),
            *blocks(found, danger=True, labelled=labelled, language=ask.language),
        ),
        _further(labelled),
    )


def read_country(typed: str, language: str) -> str:
    """A country's code from its letters or its name, or the only one we have lines for that begins so. Raises
    Mistake with what would be right."""
    found = _close_to(typed, "territories", language)
    if found and len(found) == 2:
        return found
    begins = [one for one in suggest_country(typed, language) if str(one.label).casefold().startswith(_fold(typed))]
    if len(begins) == 1:
        return str(begins[0].value)
    close = suggest_country(typed[:3], language) or suggest_country("", language)
    raise Mistake(
        _("I know no country “{typed}”. This would be right: {right}.", typed=typed[:40], right=str(close[0].label)),
        "country",
    )


def read_language(typed: str, language: str) -> str:
    """A language's tag from its letters or its name. Raises Mistake with what would be right."""
    found = _close_to(typed, "languages", language)
    if found:
        return found
    close = suggest_language(typed[:2], language) or suggest_language("", language)
    raise Mistake(
        _("I know no language “{typed}”. This would be right: {right}.", typed=typed[:40], right=str(close[0].label)),
        "language",
    )


def _close_to(typed: str, of: str, language: str) -> str | None:
    wanted = _fold(typed)
    for tongue in (language, "en"):
        for code, name in _names(of, tongue).items():
            if wanted in (code.casefold(), name.casefold()):
                return code
    return None


def _fold(typed: str) -> str:
    return typed.strip().casefold()


def _further(labelled: bool) -> tuple[Press, ...]:
    if labelled:
        return (Press(_("Choose my country"), "resources", form=True), Press(_("I worry about somebody"), "worried"))
    return (Press(_("More options"), "resources"), Press(_("I worry about somebody"), "worried"))
