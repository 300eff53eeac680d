"""Every message is in every language, fits its arguments there, and is shown as the reader's language shows things."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime, time

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot.extract import LOCALE, messages, template
from bot.talk.text import Country, Language, Local, Text, Zone, _, listing, p_
from bot.words import Catalogues
from commands import FEATURES

WORDS = Catalogues()
LANGUAGES = sorted(path.parent.name for path in LOCALE.glob("*/handrail.po"))
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def fields(text: str) -> set[str]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_missing(language):
    with (LOCALE / language / "handrail.po").open("rb") as file:
        catalog = read_po(file, locale=language.replace("-", "_"))
    missing = []
    for one in template():
        if not one.id:
            continue
        found = catalog.get(one.id, one.context)
        strings = found.string if found and isinstance(found.string, tuple | list) else [found.string if found else ""]
        if not all(strings):
            missing.append(one.id)
    assert not missing, f"{language} lacks {len(missing)} messages; run `python -m bot.extract` and translate them"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fit_their_arguments(language):
    with (LOCALE / language / "handrail.po").open("rb") as file:
        catalog = read_po(file, locale=language.replace("-", "_"))
    for one in catalog:
        if not one.id:
            continue
        ids = one.id if isinstance(one.id, tuple | list) else [one.id]
        wanted = set().union(*(fields(id) for id in ids))
        strings = one.string if isinstance(one.string, tuple | list) else [one.string]
        for translated in strings:
            assert fields(translated) <= wanted, (one.id, translated)
            if len(strings) == 1:
                assert fields(translated) == wanted, (one.id, translated)


def test_every_declared_word_is_extracted():
    known = {(one.id, one.context) for one in messages()}
    for feature in FEATURES:
        declared: list[Text] = [feature.title, feature.about]
        for command in feature.commands:
            declared += [command.about, *([command.more] if command.more else [])]
            for param in command.params:
                declared.append(param.arg.about)
                declared += [choice.label for choice in param.arg.choices if isinstance(choice.label, Text)]
        for command in feature.commands:
            if not command.hidden:
                declared += [Text(part, context="slash") for part in command.slash_path]
                declared += [Text(param.name, context="slash") for param in command.shown]
        for text in declared:
            assert (text.id, text.context) in known, text.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_commands_are_names_in_every_language(language):
    """Discord takes no others, and no two of the same group."""
    for feature in FEATURES:
        for command in feature.commands:
            named = [*command.slash_path, *(param.name for param in command.shown)]
            for name in named if not command.hidden else ():
                said = WORDS.say(Text(name, context="slash"), language)
                assert re.fullmatch(r"[-\w]{1,32}", said) and said == said.lower(), (name, said)
            inside = [WORDS.say(Text(param.name, context="slash"), language) for param in command.shown]
            assert len(inside) == len(set(inside)), (command.name, inside)


def test_plurals():
    days = [_("Nothing noted in the last day.", "Nothing noted in the last {n} days.", n=n) for n in (1, 2, 0)]
    assert [WORDS.say(one, "en") for one in days] == [
        "Nothing noted in the last day.",
        "Nothing noted in the last 2 days.",
        "Nothing noted in the last 0 days.",
    ]


def test_values_are_shown_as_the_language_shows_them():
    shown = {
        "en": ["1,234", "2.5", "Germany", "German", "a, b, and c", "12:00\u202fPM", "January 2, 2026"],
        "de": ["1.234", "2,5", "Deutschland", "Deutsch", "a, b und c", "12:00", "2. Januar 2026"],
        "es": ["1.234", "2,5", "Alemania", "alemán", "a, b y c", "12:00", "2 de enero de 2026"],
        "fr": ["1\u202f234", "2,5", "Allemagne", "allemand", "a, b et c", "12:00", "2 janvier 2026"],
        "pt-BR": ["1.234", "2,5", "Alemanha", "alemão", "a, b e c", "12:00", "2 de janeiro de 2026"],
    }
    values = [1234, 2.5, Country("DE"), Language("de"), listing("abc"), time(12), date(2026, 1, 2)]
    for language, wanted in shown.items():
        assert [WORDS.value(value, language) for value in values] == wanted
    assert WORDS.value(Local(NOON, "Europe/Berlin", "time"), "de") == "13:00"
    assert " et " not in WORDS.value(Local(NOON, "Europe/Paris"), "fr")
    assert "Berlin" in WORDS.value(Zone("Europe/Berlin"), "en")
    assert WORDS.value(Zone("No/Where"), "en") == "No/Where"


def test_a_persons_words_are_never_a_template():
    assert WORDS.say(_("You said {it}.", it="{x} {0} {it!r}"), "en") == "You said {x} {0} {it!r}."


@given(st.text(), st.text(), st.sampled_from([*LANGUAGES, "en", "xx", ""]))
def test_rendering_never_raises(id, arg, language):
    text = Text(id, None, (("a", arg),) if "{" not in id else ())
    if language in WORDS.languages:
        WORDS.say(text, language)
    assert WORDS.closest(language) in WORDS.languages


@pytest.mark.parametrize("locale", ["pt", "pt-BR", "pt_BR", "pt-PT", "pt_PT"])
def test_any_portuguese_is_met_by_that_of_brazil(locale):
    assert WORDS.closest(locale) == "pt-BR"


@pytest.mark.parametrize(
    ("locale", "closest"),
    [("de", "de"), ("de-AT", "de"), ("de_CH", "de"), ("en-US", "en"), ("ja", "en"), (None, "en"), ("x y", "en")],
)
def test_the_closest_language(locale, closest):
    assert WORDS.closest(locale) == closest


def test_what_people_read_is_plain():
    """No exclamation, no emoji in a sentence of ours; nothing says "committed"."""
    for one in messages():
        for text in filter(None, (one.id, one.plural)):
            assert "!" not in text, text
            assert not re.search("[\U0001f300-\U0001faff]", text), text
            assert not re.search(r"\bcommit(s|ted|ting)?\b", text, re.IGNORECASE), text


def test_contexts_tell_meanings_apart():
    assert WORDS.say(p_("mood", "low"), "en") == "low"
