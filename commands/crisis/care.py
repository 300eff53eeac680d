"""The words of a crisis reply. Few words, few choices: the concern, care, one or two lines, who will see what.

It never quotes, diagnoses, promises secrecy or rescue, or punishes. What a reply should and must not hold follows
#chatsafe (Orygen) and the trial of enhanced crisis resources by Koko (NCT03633825, doi 10.1016/j.jbct.2022.12.001).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.talk.model import MessageRef
from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Reply, Typed, para, say
from bot.talk.text import Text, _
from commands.crisis.lines import blocks
from safety import About, Level, Topic, Verdict
from safety.helplines import Found

CONCERN: dict[Topic, Text] = {
    Topic.SUICIDE: _(
        "What you wrote worries me: it sounds as if you may be thinking of suicide. I'm glad you said it."
    ),
    Topic.SELF_HARM: _(
        "What you wrote worries me: it sounds as if hurting yourself is on your mind. I'm glad you said it."
    ),
    Topic.ABUSE: _("What you wrote worries me: it sounds as if somebody is hurting you. That is not your fault."),
    Topic.EATING: _("What you wrote worries me: it sounds as if eating has become very hard for you."),
    Topic.EMERGENCY: _("What you wrote worries me: it sounds as if you may be in danger right now."),
    Topic.HELP: _("You asked for somebody to talk to. It is good that you did."),
}
HELD_BACK: dict[Topic, Text] = {
    Topic.ABUSE: _(
        "Many fear that nobody believes them, or that telling makes it worse. You decide what you say and when, and "
        "you may ask first what they do with it."
    ),
    Topic.EATING: _(
        "Many fear that it is not bad enough, or that others decide for them then. It need not be worse to be heard, "
        "and you may ask first what they do with what you say."
    ),
}
"""What keeps people from reaching out, by topic."""
HELD_BACK_USUALLY = _(
    "Many fear being a burden, or that somebody is sent to their door. You are not a burden, and you may ask first "
    "what they do with what you say."
)
USUAL = _("What you wrote sounds hard, and I'm glad you said it.")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a reply is written: their language, whether the country is only the community's (`labelled`), who was
    told what, the id of what they wrote, for presses (none: nothing is behind it), the community's own first words."""

    language: str
    labelled: bool
    told: Text
    signal: str = ""
    wording: str | None = None


def full(verdict: Verdict, found: Found, reader: Reader) -> Reply:
    """The whole private reply, to somebody whose own words worry or who worries about somebody else."""
    build = _for_other if verdict.about is About.OTHER else _for_self
    return build(verdict, found, reader)


def _for_self(verdict: Verdict, found: Found, reader: Reader) -> Reply:
    out: list[Block] = [para(reader.wording or CONCERN.get(verdict.topic, USUAL))]
    emergency = verdict.topic is Topic.EMERGENCY
    lines = blocks(
        found,
        danger=emergency or verdict.level >= Level.URGENT,
        labelled=reader.labelled,
        language=reader.language,
        danger_first=emergency,
    )
    if not emergency:
        there = _("You don't have to carry this alone. These people are there for it, and any words will do:")
        out.append(para(there if found.entries else _("You don't have to carry this alone.")))
    out += lines
    if verdict.topic is not Topic.EMERGENCY:
        out.append(para(HELD_BACK.get(verdict.topic, HELD_BACK_USUALLY)))
    out.append(para(_("I am a program, not a person."), " ", reader.told))
    return Reply(tuple(out), _presses(verdict, reader))


def _for_other(verdict: Verdict, found: Found, reader: Reader) -> Reply:
    out: list[Block] = [
        para(reader.wording or _("You are worried about somebody, and it is good that you look out for them.")),
        *how_to_help(),
        para(_("These lines also advise people who worry about somebody:")),
        *blocks(found, danger=True, labelled=reader.labelled, language=reader.language),
        para(_("I am a program, not a person."), " ", reader.told),
    ]
    return Reply(tuple(out), _presses(verdict, reader))


def how_to_help() -> list[Block]:
    """How to be there for somebody. For listening, not for fixing."""
    return [
        para(
            _(
                "Ask them directly and calmly how bad it is; asking does no harm. Listen, without solving it. Stay in "
                "touch, and help them to reach somebody they trust or one of the lines below."
            )
        ),
        para(_("You don't have to hold this alone either, and it is not on you to keep somebody safe.")),
    ]


def _presses(verdict: Verdict, reader: Reader) -> tuple[Press, ...]:
    out = []
    if reader.labelled:
        out.append(Press(_("Choose my country"), "resources", tone=Tone.MAIN, form=True))
    out.append(_more(verdict.topic))
    out.append(_tell(reader.signal))
    out.append(Press(_("Ask me tomorrow how I am"), "crisis ask-again"))
    if verdict.about is About.SELF and reader.signal:
        out.append(Press(_("This was not about me"), "crisis not-me", s=reader.signal))
    if verdict.level < Level.URGENT:
        out.append(Press(_("Don't offer me this again"), "crisis no-more"))
    return tuple(out)


def _more(topic: Topic) -> Press:
    if topic in CONCERN and topic is not Topic.HELP:
        return Press(_("More options"), "resources", topic=topic.value)
    return Press(_("More options"), "resources")


def _tell(signal: str) -> Press:
    label = _("Tell a moderator")
    return Press(label, "crisis tell", s=signal) if signal else Press(label, "crisis tell")


def short(verdict: Verdict, under: MessageRef, press: Press | None) -> Reply:
    """The one public line: it says no more than the person did, names no concern and quotes nothing. Without a press it
    says that something waits in a private room."""
    if verdict.about is About.OTHER:
        first = _("Thank you for looking out for somebody. Here is something that may help, for your eyes only.")
    else:
        first = _("I saw what you wrote, and I'm glad you are here. There is something for you, for your eyes only.")
    if press is None:
        waits = para(_("It waits for you in a private room: I sent you an invitation. This works too:"), " ")
        return replace(say(first, replace(waits, parts=(*waits.parts, Typed("resources")))), answers=under)
    return replace(say(first, presses=(press,)), answers=under)


def still_here() -> Reply:
    """To somebody who writes on privately after a full reply: that it was read, and where people are."""
    return say(
        _("I read that too. I am a program and can't be with you the way a person can; the people I named can."),
        presses=(
            Press(_("Show me the lines again"), "crisis", tone=Tone.MAIN),
            _tell(""),
        ),
    )


def for_anybody(found: Found, *, labelled: bool, language: str) -> Reply:
    """For somebody who opened what was meant for another: general, and no word of whose it was."""
    return Reply(
        (
            para(_("This was meant for somebody else. If you would like to know who is there in a bad hour:")),
            *blocks(found, danger=True, labelled=labelled, language=language),
        ),
        (Press(_("I worry about somebody"), "worried"), Press(_("More options"), "resources")),
    )


def addressed(verdict: Verdict) -> bool:
    """Whether the author is offered anything: harassment of somebody is for the moderators alone."""
    return verdict.level >= Level.CONCERN and verdict.topic is not Topic.HARASSMENT and verdict.about is not About.NONE
