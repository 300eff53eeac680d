"""What a crisis reply holds, for every topic, level and language; what it must never hold; and who is told what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.config import read_text
from bot.talk.command import check_all
from bot.talk.model import Incoming, MessageRef, PlaceRef, UserRef
from bot.talk.press import pack
from bot.talk.reply import Bullets, Link, Reply, Strong, Typed, Verbatim, inlines
from bot.talk.text import Text
from bot.words import Catalogues
from commands import FEATURES
from commands.crisis import care
from commands.crisis.plan import LATE, plan, told
from commands.crisis.recent import Recent
from safety import About, Level, Topic, Verdict
from safety.phonebook import shipped

WORDS = Catalogues()
NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HERE = MessageRef(PlaceRef("local", "d.general"), "1")
TOPICS = [topic for topic in Topic if topic not in (Topic.HARASSMENT, Topic.NONE)]
FORBIDDEN = (
    "committed", "commit suicide", "attention", "selfish", "promise you", "secret", "confidential", "we will save",
    "police", "you should", "you must", "diagnos", "suicidal", "begangen", "selbstmord", "vertraulich",
    "du solltest", "du musst dich", "cometeu", "cometer", "confidencial", "segredo", "sigilo", "polícia", "egoís",
    "você deve", "você precisa se", "você tem que",
)  # fmt: skip


def plain(reply: Reply, language: str) -> str:
    def said(part) -> str:
        match part:
            case Text():
                return WORDS.say(part, language)
            case Verbatim(text):
                return text
            case Strong(inner) | Link(label=inner):
                return said(inner)
            case Typed(command):
                return command
            case _:
                return ""

    return " ".join(map(said, inlines(reply)))


def full(topic, level, about, language, country, labelled=False) -> Reply:
    verdict = Verdict(level, topic, about, ("en/a-rule",))
    found = shipped().find(country, language, topic.value, NIGHT, 2)
    said = told(read_text(""), alerted=level is Level.URGENT, now=NIGHT)
    return care.full(verdict, found, care.Reader(language, labelled, said, "0123456789ab"))


@pytest.mark.parametrize("language", WORDS.languages)
@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("about", [About.SELF, About.OTHER])
@pytest.mark.parametrize("level", [Level.CONCERN, Level.URGENT])
def test_every_reply_cares_dials_and_says_who_sees_what(language, topic, about, level):
    for country in ("GB", "DE", "TR", None):
        reply = full(topic, level, about, language, country)
        text = plain(reply, language)
        found = shipped().find(country, language, topic.value, NIGHT, 2)
        dialled = [number for entry in found.entries for number in entry.call[:1]]
        assert all(number in text for number in dialled)
        assert dialled or "findahelpline.com" in text
        assert sum(len(block.items) for block in reply.blocks if isinstance(block, Bullets)) <= 2
        if level is Level.URGENT and found.emergency:
            assert found.emergency.numbers[0] in text
            assert text.count(found.emergency.numbers[0]) == 1 or found.emergency.numbers[0] in " ".join(dialled)
        assert not [word for word in FORBIDDEN if word in text.casefold()]
        assert len(reply.presses) <= 6 and all(len(pack(press)) <= 100 for press in reply.presses)
        assert len(text) < 1_900, "it fits into one message everywhere"


def test_the_public_line_names_no_concern_in_any_language():
    for language in WORDS.languages:
        for about in (About.SELF, About.OTHER):
            line = care.short(Verdict(Level.URGENT, Topic.SUICIDE, about), HERE, None)
            text = plain(line, language).casefold()
            for word in (
                "suicid",
                "suizid",
                "crisis",
                "krise",
                "hurt",
                "die ",
                "dying",
                "help now",
                "danger",
                "moderator",
                "morir",
                "daño",
                "peligro",
                "moderación",
                "suicíd",
                "crise",
                "machuc",
                "morr",
                "perigo",
                "moderação",
            ):
                assert word not in text or (language == "de" and word == "die "), (language, word)
            assert line.answers == HERE


def test_urgent_offers_can_not_be_turned_off():
    labels = {press.command for press in full(Topic.SUICIDE, Level.URGENT, About.SELF, "en", "GB").presses}
    assert "crisis no-more" not in labels and "crisis tell" in labels
    assert "crisis no-more" in {
        press.command for press in full(Topic.SUICIDE, Level.CONCERN, About.SELF, "en", "GB").presses
    }


def test_every_press_of_a_reply_leads_to_a_command():
    commands = {one.name: one for feature in FEATURES for one in feature.commands}
    check_all(list(commands.values()))
    for topic in TOPICS:
        for about in (About.SELF, About.OTHER):
            for press in full(topic, Level.CONCERN, about, "en", "GB", labelled=True).presses:
                command = commands[press.command]
                assert all(command.param(name) for name, _value in press.args), press


# --- plans -------------------------------------------------------------------------------------------------------

SETTINGS = """
safety:
  ways: {urgent: reply, concern: dm}
  support: {local: [sad]}
  channels: {loud: {concern: queue}, shy: {urgent: panel}}
moderation: {places: {local: [mods]}, hours: ["mon-fri 09:00-17:00"]}
"""


def met(place: str, level: Level, age: timedelta = timedelta(0), **more):
    where = PlaceRef("local", place)
    incoming = Incoming("k", UserRef("local", "a"), where, "…", NIGHT - age, MessageRef(where, "1"), **more)
    return plan(read_text(SETTINGS), incoming, Verdict(level, Topic.SUICIDE, About.SELF), NIGHT)


def test_ways_by_level_and_place():
    assert [met("any", level).way for level in (Level.URGENT, Level.CONCERN)] == ["reply", "dm"]
    assert [met("loud", level).way for level in (Level.URGENT, Level.CONCERN)] == ["reply", "queue"]
    assert [met("shy", level).way for level in (Level.URGENT, Level.CONCERN)] == ["panel", "dm"]
    assert met("sad", Level.CONCERN).verdict.level is Level.WATCH
    assert met("sad", Level.URGENT).verdict.level is Level.URGENT


def test_what_is_late():
    minute = timedelta(minutes=1)
    assert not met("any", Level.URGENT, LATE).late
    assert met("any", Level.URGENT, LATE + minute).late
    assert met("any", Level.URGENT, LATE + minute, late=True).late
    assert not met("any", Level.URGENT, 100 * minute, edited=True).late, "an old message that was edited just now"


def test_what_is_told_is_true():
    config = read_text(SETTINGS)
    assert "before" in WORDS.say(told(config, alerted=True, now=NIGHT), "en")
    noon = NIGHT.replace(hour=12)
    assert "can read it." in WORDS.say(told(config, alerted=True, now=noon), "en")
    assert "nobody was called" in WORDS.say(told(config, alerted=False, now=noon), "en")
    assert "nobody else was told" in WORDS.say(told(read_text(""), alerted=True, now=noon), "en")


# --- lately ------------------------------------------------------------------------------------------------------


def test_the_memory_of_who_was_answered_is_bounded(monkeypatch):
    monkeypatch.setattr("commands.crisis.recent.MOST", 3)
    recent = Recent(timedelta(hours=1))
    for who in "abcd":
        recent.note(who, About.SELF, Level.URGENT, NIGHT)
        recent.meet(who, Level.CONCERN)
    assert recent.answered("a", About.SELF, NIGHT) is Level.NONE and recent.met("a") is Level.NONE
    assert recent.answered("d", About.SELF, NIGHT) is Level.URGENT and recent.met("d") is Level.CONCERN
    assert recent.answered("d", About.OTHER, NIGHT) is Level.NONE
    assert recent.answered("d", About.SELF, NIGHT + timedelta(hours=1)) is Level.NONE
    recent.meet("d", Level.WATCH)
    assert recent.met("d") is Level.CONCERN
