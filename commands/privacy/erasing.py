"""`/privacy erase`: with one confirmation, everything of a person goes, at once and for good."""

from __future__ import annotations

from bot.kit import Ask, Kit
from bot.state.erasure import erase as erase_person
from bot.talk.command import command
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, Typed, bullets, para, say
from bot.talk.text import _


@command("privacy erase", effects=False)
async def erase(ask: Ask, kit: Kit) -> Reply:
    """Erase everything I keep about you. I ask once before I do."""
    if ask.person is None:
        return say(_("There is nothing to erase: I keep nothing about you."))
    return say(
        _("Erase everything about you? This can't be undone."),
        bullets(
            [
                _("Your notes, reminders, settings and everything you agreed to go at once."),
                _("Older backups of mine can't be read for you any more, because your key is destroyed."),
                *(text for feature in kit.catalogue.features for text in feature.survives),
                _("What I can't reach: copies of messages that the platform keeps."),
            ]
        ),
        presses=(
            Press(_("Yes, erase everything"), "privacy erase-now", tone=Tone.DANGER),
            Press(_("Download first"), "privacy export"),
            Press(_("Keep it"), "privacy keep"),
        ),
    )


@command("privacy erase-now", hidden=True, effects=False)
async def erase_now(ask: Ask, kit: Kit) -> Reply:
    """Erase everything, after the question."""
    if ask.person is None:
        return say(_("It is all gone already."), replaces=True)
    await erase_person(kit.house.db, kit.house.vault, ask.person.id, kit.catalogue.forgets)
    return say(
        _("It is all erased. I know nothing about you any more. Thank you for having been here."),
        para(_("Should you want to come back, you begin anew:"), " ", Typed("start")),
        replaces=True,
    )


@command("privacy keep", hidden=True, effects=False)
async def erase_stop(ask: Ask, kit: Kit) -> Reply:
    """Change one's mind before erasing."""
    return say(_("Nothing was erased."), replaces=True)
