"""Seeing, taking along and erasing everything oneself. It asks every feature what it keeps, and knows none of them."""

from bot.talk.feature import Feature
from bot.talk.text import _
from commands.privacy.erasing import erase, erase_now, erase_stop
from commands.privacy.exporting import export
from commands.privacy.showing import privacy

FEATURE = Feature(
    name="privacy",
    title=_("Privacy"),
    about=_("What is kept and why; take it along; erase it."),
    commands=(privacy, export, erase, erase_now, erase_stop),
)
