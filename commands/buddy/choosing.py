"""The steps in which somebody chooses: each a small panel of switches, on every platform alike. Pure but for `panel`'s
words; what is chosen is a value.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.config.buddies import Buddies
from bot.talk.press import Press, Tone
from bot.talk.reply import Facts, Heading, Paragraph, Reply, Verbatim, facts, para
from bot.talk.text import Text, _, listing
from commands.buddy.profile import ACCEPTS, BANDS, GENDERS, LANGUAGES, PACES, RHYTHMS, Profile, label, language


@dataclass(frozen=True, slots=True)
class Option:
    """One switch. `note` says more of one that is on."""

    value: str
    label: Text
    on: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked, what there is to choose from, and what choosing makes of a profile."""

    title: Text
    hint: Text
    options: Callable[[Profile, Buddies], Sequence[Option]]
    choose: Callable[[Profile, str, Buddies], Profile]


PRIVATE = _("only to find somebody")


def key(topic: str) -> str:
    """A topic's name as a press may carry it."""
    return topic if re.fullmatch(r"[a-z_-]{1,30}", topic) else hashlib.sha256(topic.encode()).hexdigest()[:12]


def _topic(value: str, config: Buddies) -> str | None:
    return next((topic for topic in config.topics if key(topic) == value), None)


def _topics(profile: Profile, config: Buddies) -> list[Option]:
    return [
        Option(
            key(topic),
            label(topic),
            topic in profile.topics,
            PRIVATE if profile.topics.get(topic) is False else None,
        )
        for topic in config.topics
    ]


def _choose_topic(profile: Profile, value: str, config: Buddies) -> Profile:
    """Off, then open to a buddy, then only to find one, then off again."""
    topic = _topic(value, config)
    if topic is None:
        return profile
    topics = dict(profile.topics)
    if topic not in topics:
        topics[topic] = True
    elif topics[topic]:
        topics[topic] = False
    else:
        del topics[topic]
    return replace(profile, topics=topics, avoids=tuple(one for one in profile.avoids if one not in topics))


def _avoids(profile: Profile, config: Buddies) -> list[Option]:
    return [Option(key(one), label(one), one in profile.avoids) for one in config.topics if one not in profile.topics]


def _choose_avoid(profile: Profile, value: str, config: Buddies) -> Profile:
    topic = _topic(value, config)
    return profile if topic is None else replace(profile, avoids=_toggled(profile.avoids, topic))


def _languages(profile: Profile, config: Buddies) -> list[Option]:
    return [Option(tag, _("{language}", language=language(tag)), tag in profile.languages) for tag in LANGUAGES]


def _choose_language(profile: Profile, value: str, config: Buddies) -> Profile:
    return replace(profile, languages=_toggled(profile.languages, value)) if value in LANGUAGES else profile


def _ages(profile: Profile, config: Buddies) -> list[Option]:
    out = [Option(band, said, profile.band == band) for band, said in BANDS.items()]
    return [*out, Option("same", _("only people of my own age band"), profile.same_age)]


def _choose_age(profile: Profile, value: str, config: Buddies) -> Profile:
    if value == "same":
        return replace(profile, same_age=not profile.same_age)
    return replace(profile, band=value) if value in BANDS else profile


def _people(profile: Profile, config: Buddies) -> list[Option]:
    mine = [Option(f"me-{one}", _("I am: {what}", what=said), profile.gender == one) for one, said in GENDERS.items()]
    with_ = [
        Option(f"with-{one}", _("I'd like to talk with: {what}", what=said), one in profile.accepts)
        for one, said in ACCEPTS.items()
    ]
    return [*mine, *with_]


def _choose_people(profile: Profile, value: str, config: Buddies) -> Profile:
    whose, _sep, what = value.partition("-")
    if whose == "me" and what in GENDERS:
        return replace(profile, gender="" if profile.gender == what else what)
    if whose == "with" and what in ACCEPTS:
        return replace(profile, accepts=_toggled(profile.accepts, what))
    return profile


def _habits(profile: Profile, config: Buddies) -> list[Option]:
    awake = [
        Option(f"awake-{one}", _("I'm up {when}", when=said), profile.rhythm == one)
        for one, (said, _h) in RHYTHMS.items()
    ]
    often = [
        Option(f"often-{one}", _("I'd write {often}", often=said), profile.pace == one) for one, said in PACES.items()
    ]
    many = [
        Option(f"most-{n}", _("{n} buddy", "{n} buddies", n=n), profile.most == n) for n in range(1, config.most + 1)
    ]
    return [*awake, *often, *many]


def _choose_habit(profile: Profile, value: str, config: Buddies) -> Profile:
    what, _sep, chosen = value.partition("-")
    if what == "awake" and chosen in RHYTHMS:
        return replace(profile, rhythm=chosen)
    if what == "often" and chosen in PACES:
        return replace(profile, pace=chosen)
    if what == "most" and chosen.isdecimal() and 1 <= int(chosen) <= config.most:
        return replace(profile, most=int(chosen))
    return profile


def _toggled(chosen: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(other for other in chosen if other != one) if one in chosen else (*chosen, one)


STEPS: dict[str, Step] = {
    "topics": Step(
        _("What have you lived through?"),
        _(
            "Choose what you would like to share with somebody who knows it too. Choose one twice, and it only "
            "helps to "
            "find somebody: your buddy never learns of it."
        ),
        _topics,
        _choose_topic,
    ),
    "languages": Step(
        _("Which languages would you write in?"),
        _("A buddy speaks at least one of them."),
        _languages,
        _choose_language,
    ),
    "age": Step(
        _("How old are you?"),
        _("Adults and younger people are never brought together."),
        _ages,
        _choose_age,
    ),
    "avoid": Step(
        _("What would you rather not talk about?"),
        _("You will not be brought together with somebody who chose it. Nobody sees this."),
        _avoids,
        _choose_avoid,
    ),
    "people": Step(
        _("Whom would you like to talk with?"),
        _("Leave it open if it does not matter. Your buddy is not told what you chose."),
        _people,
        _choose_people,
    ),
    "habits": Step(
        _("When, how often, with how many?"),
        _("This only helps to find somebody who fits. It is no duty."),
        _habits,
        _choose_habit,
    ),
}


def panel(what: str, profile: Profile, config: Buddies) -> Reply:
    """One step, with its switches as they stand."""
    step = STEPS[what]
    presses = [
        Press(
            _switch(option),
            "buddy set",
            tone=Tone.MAIN if option.on else Tone.PLAIN,
            what=what,
            value=option.value,
        )
        for option in step.options(profile, config)
    ]
    presses.append(Press(_("Back"), "buddy setup"))
    return Reply((Heading(step.title), para(step.hint)), tuple(presses), replaces=True)


def _switch(option: Option) -> Text:
    if option.note is not None:
        return _("✓ {what} ({note})", what=option.label, note=option.note)
    return _("✓ {what}", what=option.label) if option.on else option.label


def summary(profile: Profile) -> Facts:
    """What somebody chose, for their own eyes."""
    nothing = _("nothing yet")

    def joined(words: Sequence[Text | str]) -> Paragraph:
        return para(_("{things}", things=listing(words))) if words else para(nothing)

    topics = [
        label(topic) if shown else _("{topic} ({note})", topic=label(topic), note=PRIVATE)
        for topic, shown in profile.topics.items()
    ]
    rows = [
        (_("Topics"), joined(topics)),
        (_("Languages"), joined([_("{language}", language=language(tag)) for tag in profile.languages])),
        (_("Age"), para(BANDS.get(profile.band, nothing))),
        (_("Interests"), joined(list(profile.interests))),
        (_("About you"), para(Verbatim(profile.bio)) if profile.bio else para(nothing)),
        (_("Hours"), para(RHYTHMS[profile.rhythm][0])),
        (_("How often"), para(PACES[profile.pace])),
        (_("How many"), para(_("{n} buddy", "{n} buddies", n=profile.most))),
    ]
    if profile.avoids:
        rows.append((_("Rather not"), joined([label(topic) for topic in profile.avoids])))
    if profile.gender:
        rows.append((_("You are"), para(GENDERS[profile.gender])))
    if profile.accepts:
        rows.append((_("You'd like to talk with"), joined([ACCEPTS[one] for one in profile.accepts])))
    if profile.same_age:
        rows.append((_("Age of others"), para(_("only people of my own age band"))))
    return facts(*rows)
