"""What crisis replies ask for and load: the consent to be written to privately, the rules, the helplines."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.config import Config
from bot.talk.errors import StartRefused
from bot.talk.feature import Purpose
from bot.talk.text import _
from commands.crisis.rulebook import RuleBook, book
from safety.helplines import Helplines
from safety.phonebook import HelplinesError, load, shipped

PURPOSE = Purpose(
    id="crisis_dm",
    version=1,
    title=_("Write to me privately when something I wrote sounds bad"),
    why=_(
        "If something you write in a channel sounds as if you are in a bad place, may I write to you privately at "
        "once, with people you can reach? Without this I answer with one short line under your message."
    ),
)


def rulebook(config: Config) -> RuleBook:
    """The shipped packs and the community's own rules. Raises StartRefused with every mistake at its place."""
    return book(config.safety.rules, config.safety.packs)


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
    """For `handrail check`: what would be loaded."""
    engine, lines = rulebook(config).engine, helplines(config)
    return [f"Safety rules: {len(engine.rules)}.", f"Helplines: {len(lines.countries())} countries."]
