"""How levels, topics, offers and states are called when moderators read them. Words only."""

from __future__ import annotations

from bot.talk.text import Text, _, p_
from safety import About, Level, Topic

TOPICS: dict[Topic, Text] = {
    Topic.SUICIDE: p_("topic", "thoughts of suicide"),
    Topic.SELF_HARM: p_("topic", "hurting oneself"),
    Topic.ABUSE: p_("topic", "being hurt by somebody"),
    Topic.EATING: p_("topic", "eating"),
    Topic.EMERGENCY: p_("topic", "danger right now"),
    Topic.HELP: p_("topic", "asking for somebody to talk to"),
    Topic.HARASSMENT: p_("topic", "telling somebody to harm themselves"),
    Topic.CUSTOM: p_("topic", "a rule of this community"),
    Topic.UNSURE: p_("topic", "something that sounds hard"),
    Topic.NONE: p_("topic", "asking for a moderator"),
}

LEVELS: dict[Level, Text] = {
    Level.NONE: p_("level", "asked for"),
    Level.WATCH: p_("level", "watch"),
    Level.CONCERN: p_("level", "concern"),
    Level.URGENT: p_("level", "urgent"),
}

ABOUTS: dict[About, Text] = {
    About.SELF: p_("about", "about themselves"),
    About.OTHER: p_("about", "about somebody else"),
    About.NONE: p_("about", "about nobody in particular"),
}

VERDICTS: dict[str, Text] = {
    "right": p_("verdict", "right: care was needed"),
    "false": p_("verdict", "false alarm"),
    "ambiguous": p_("verdict", "hard to say"),
}

OFFERS: dict[str, Text] = {
    "private": p_("offer", "written to privately"),
    "short": p_("offer", "a short line under the message"),
    "cool": p_("offer", "nothing new, because they were answered a while ago"),
    "panel": p_("offer", "nothing; the support panel stands there"),
    "queue": p_("offer", "nothing, as it is set up there"),
    "late": p_("offer", "nothing visible, because it was found too late"),
    "declined": p_("offer", "nothing, because they asked not to be offered it"),
    "moderators": p_("offer", "nothing: it is for you alone"),
    "failed": p_("offer", "it could not be delivered"),
    "asked": p_("offer", "they asked for a moderator"),
}

ARRIVALS: dict[str, Text] = {
    "yes": p_("arrival", "it arrived"),
    "no": p_("arrival", "it did not arrive"),
    "waiting": p_("arrival", "not seen yet"),
    "opened": p_("arrival", "they opened it"),
    "none": p_("arrival", "nothing to arrive"),
}

STEPS: dict[str, Text] = {
    "opened": _("noticed"),
    "alerted": _("moderators called"),
    "escalated": _("nobody had taken it; others called"),
    "taken": _("taken"),
    "handed": _("handed over"),
    "given-back": _("given back"),
    "noted": _("a note added"),
    "closed": _("closed"),
    "reopened": _("opened again"),
    "asked": _("its person asked for a moderator"),
    "not-me": _("its author said it was not about them"),
    "lapsed": _("its time was over"),
}
