"""What crisis replies ask for and load: the consent to be written to privately, the rules, the helplines."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.config import Config
from bot.talk.errors import StartRefused
from bot.talk.feature import Purpose
from bot.talk.text import _
from commands.crisis.rulebook import RuleBook, book
from safety import Engine
from safety.helplines import Helplines
from safety.phonebook import HelplinesError, load, shipped
from safety.source import RulesError

PURPOSE = Purpose(
    id="crisis_dm",
    version=1,
    title=_("Write to me privately when something I wrote sounds bad"),
    why=_(
        "If something you write in a channel sounds as if you are in a bad place, may I write to you privately at "
        "once, with people you can reach? Without this I answer with one short line under your message."
    ),
    sensitive=False,
)


def rulebook(config: Config) -> RuleBook:
    """The shipped packs and the community's own rules. With mistakes in the own ones, the last good of them. Raises
    StartRefused with every mistake at its place where nothing can be loaded."""
    try:
        return book(config.safety.rules, tuple(config.safety.packs), config.data.folder)
    except RulesError as error:
        raise StartRefused(str(error)) from None


def helplines(config: Config) -> Helplines:
    """The shipped helplines with the community's own on top. Raises StartRefused with every mistake at its place."""
    if config.safety.helplines is None:
        return shipped()
    return _helplines(config.safety.helplines)


@cache
def _helplines(path: Path) -> Helplines:
    try:
        return load(path)
    except HelplinesError as error:
        raise StartRefused(str(error)) from None


def check(config: Config) -> list[str]:
    """For `handrail check`: what would be loaded. Raises StartRefused for any mistake, also in own rules."""
    own = [config.safety.rules] if config.safety.rules else []
    try:
        rules = Engine.load(own, packs=list(config.safety.packs)).rules
    except RulesError as error:
        raise StartRefused(str(error)) from None
    said = [f"Safety rules: {len(rules)}.", f"Helplines: {len(helplines(config).countries())} countries."]
    if not config.moderation.places:
        said.append("No moderators' room is named (moderation.places), so nobody is called to what the rules see.")
    running = {name for name in type(config.platforms).model_fields if getattr(config.platforms, name) is not None}
    for setting, places in (
        ("moderation.places", config.moderation.places),
        ("moderation.escalate_to", config.moderation.escalate_to),
        ("safety.panel.places", config.safety.panel.places),
    ):
        away = sorted(set(places) - running)
        if away:
            raise StartRefused(f"{setting} names {', '.join(away)}, which is not under platforms: in the file.")
    return said
