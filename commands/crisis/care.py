"""The words of a crisis reply. Few words, few choices: the concern, care, one or two lines, who will see what.

It never quotes, diagnoses, promises secrecy or rescue, or punishes. What a reply should and must not hold follows
#chatsafe (Orygen) and the trial of enhanced crisis resources by Koko (NCT03633825, doi 10.1016/j.jbct.2022.12.001).
"""

from __future__ import annotations

from bot.talk.press import Press, Tone
from bot.talk.reply import Block, Reply, para
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
}
USUAL = _("What you wrote sounds hard, and I'm glad you said it.")


def for_self(
    verdict: Verdict, found: Found, *, told: Text, labelled: bool, language: str, presses: tuple[Press, ...] = ()
) -> Reply:
    """To somebody whose own words worry. `told` says truthfully who will see what."""
    urgent = verdict.level >= Level.URGENT
    out: list[Block] = [para(CONCERN.get(verdict.topic, USUAL))]
    out.append(para(_("You don't have to carry this alone. These people are there for it, in your own words:")))
    out += blocks(found, danger=urgent or verdict.topic is Topic.EMERGENCY, labelled=labelled, language=language)
    out.append(
        para(
            _(
                "Many fear being a burden, or that somebody is sent to their door. You are no burden, and you may ask "
                "first what they do with what you say."
            )
        )
    )
    out.append(para(_("I am a program, not a person."), " ", told))
    return Reply(tuple(out), (*_options(verdict, labelled), *presses))


def for_other(
    verdict: Verdict, found: Found, *, told: Text, labelled: bool, language: str, presses: tuple[Press, ...] = ()
) -> Reply:
    """To somebody who worries about somebody else."""
    out: list[Block] = [
        para(_("You are worried about somebody, and it is good that you look out for them.")),
        *how_to_help(),
        para(_("These lines also advise people who worry about somebody:")),
        *blocks(found, danger=True, labelled=labelled, language=language),
        para(_("I am a program, not a person."), " ", told),
    ]
    return Reply(tuple(out), (*_options(verdict, labelled), *presses))


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


def _options(verdict: Verdict, labelled: bool) -> tuple[Press, ...]:
    out = []
    if labelled:
        out.append(Press(_("Choose my country"), "resources", tone=Tone.MAIN, form=True, topic=verdict.topic.value))
    out.append(Press(_("More options"), "resources", topic=verdict.topic.value))
    return tuple(out)


def addressed(verdict: Verdict) -> bool:
    """Whether the author is offered anything: harassment of somebody is for the moderators alone."""
    return verdict.level >= Level.CONCERN and verdict.topic is not Topic.HARASSMENT and verdict.about is not About.NONE
