"""Language, country and time zone: chosen by the person, kept only if they agreed to it."""

from bot.talk.feature import Feature
from bot.talk.text import _
from commands.settings.changing import change, country, language, settings, zone

FEATURE = Feature(
    name="settings",
    title=_("Settings"),
    about=_("Your language, country and time zone."),
    commands=(settings, change, language, country, zone),
)
