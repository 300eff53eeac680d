"""`/stop`: leaving is one step. Everything stops at once; erasing is offered, not forced."""

from __future__ import annotations

from typing import Annotated

from bot.kit import Ask, Kit
from bot.talk.command import Arg, command
from bot.talk.press import Press, Tone
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import _
from commands.consent.starting import take_back


@command("stop")
async def stop(ask: Ask, kit: Kit) -> Reply:
    """Stop everything at once: I keep nothing new and write to you no more.

    What you noted stays sealed until you erase it, so that you can come back or take it along.
    """
    if ask.person is None:
        return say(
            _("There is nothing to stop: I keep nothing about you."),
            para(_("If you want to begin:"), " ", Typed("start")),
        )
    async with kit.transaction() as tx:
        for purpose in kit.catalogue.purposes:
            if purpose.id in ask.agreed:
                await take_back(kit, tx, ask.person, purpose)
    return say(
        _("Done. I stopped everything, and I will not write to you again by myself. Take care of yourself."),
        _("What you noted is still there, sealed. You can take it along, erase it, or leave it for later."),
        presses=(
            Press(_("Download everything"), "privacy export"),
            Press(_("Erase everything"), "privacy erase", tone=Tone.DANGER),
            Press(_("Undo"), "stop undo", agreed=".".join(sorted(ask.agreed))),
        ),
    )


@command("stop undo", hidden=True)
async def stop_undo(
    ask: Ask,
    kit: Kit,
    agreed: Annotated[str, Arg(_("What was on before"), words=False)] = "",
) -> Reply:
    """Turn on again what was on before stopping."""
    if ask.person is None:
        return say(para(_("There is nothing to bring back. You can begin anew:"), " ", Typed("start")), replaces=True)
    async with kit.transaction() as tx:
        for purpose in kit.catalogue.purposes:
            if purpose.id in agreed.split("."):
                await kit.people.grant(tx, ask.person.id, purpose.id, purpose.version)
    return say(
        _("Welcome back. It is all on again, as before. Reminders stay off until you set them again."), replaces=True
    )
