"""Opting in and leaving: who this is and is not, and one yes or no for each purpose. Nothing is kept before a yes."""

from bot.talk.feature import Feature
from bot.talk.text import _
from commands.consent.leaving import stop, stop_undo
from commands.consent.purposes import PURPOSES, STORED
from commands.consent.starting import agree, decline, start, withdraw

FEATURE = Feature(
    name="consent",
    title=_("Starting and stopping"),
    about=_("Who I am, what I may keep, and how to leave."),
    commands=(start, stop, agree, decline, withdraw, stop_undo),
    purposes=PURPOSES,
    stored=STORED,
)
