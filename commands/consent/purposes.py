"""The purposes that belong to no single feature, in words that a person reads before the yes and can read again."""

from __future__ import annotations

from bot.talk.feature import Purpose, Stored
from bot.talk.text import _

SETTINGS = Purpose(
    id="settings",
    version=1,
    title=_("Remember my language, country and time zone"),
    why=_(
        "May I remember your language, country and time zone? I use them to write in your language, to show "
        "helplines that work where you are, and to keep your hours."
    ),
    sensitive=False,
)

WRITE_FIRST = Purpose(
    id="write_first",
    version=1,
    title=_("Write to me first"),
    why=_(
        "May I write to you first, privately, when you asked for it: a reminder you set, or a follow-up you "
        "wanted? Without this I only ever answer."
    ),
    sensitive=False,
)

PURPOSES = (SETTINGS, WRITE_FIRST)

STORED = (
    Stored(
        what=_("Your account's id on the platform"),
        why=_("To know that it is you, and to be able to write to you."),
        kept=_("until you erase it"),
        read_by=_("the bot; sealed, and never shown to anybody"),
    ),
    Stored(
        what=_("What you agreed to, and when"),
        why=_("To do only what you said yes to."),
        kept=_("until you erase it; a yes taken back, one more year"),
        read_by=_("the bot"),
    ),
    Stored(
        what=_("Language, country and time zone, if you set them"),
        why=_("To write in your language and keep your hours."),
        kept=_("until you change or erase them"),
        read_by=_("the bot"),
    ),
)
