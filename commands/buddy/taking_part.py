"""Who takes part: what they chose, that they are looked for, and when the next round is."""

from __future__ import annotations

from bot.kit import Ask, Kit
from bot.state.database import Transaction
from bot.talk.errors import Mistake
from bot.talk.text import Local, Text, _
from commands.buddy.keeping import PURPOSE
from commands.buddy.profile import Profile
from commands.buddy.schedule import next_round
from commands.buddy.tables import pairs, profiles


async def chosen(ask: Ask, kit: Kit, tx: Transaction) -> Profile:
    """What the person chose so far. Raises Mistake for who never began."""
    person = kit.require(ask, PURPOSE.id)
    profile = await profiles.profile(kit, tx, person.id)
    if profile is None:
        raise Mistake(_("You are not taking part yet. Begin with /buddy join."))
    return profile


async def look_for(kit: Kit, tx: Transaction, person: str, profile: Profile) -> None:
    """They take part from now on, and wait for a buddy where they have fewer than they want."""
    await profiles.set_state(tx, person, profiles.ACTIVE)
    have = await pairs.of(tx, person, pairs.MET)
    if len(have) < profile.most:
        await profiles.wait(tx, person, kit.now)
    else:
        await profiles.met(tx, person, False, kit.now)


def when(kit: Kit, ask: Ask) -> Text:
    """When the next round is, in the asker's time zone."""
    due = next_round(kit.config, kit.now)
    if due is None:
        return _("There are no rounds at the moment; a moderator can say when there will be.")
    zone = (ask.person and ask.person.zone) or kit.config.community.zone
    return _("The next round is on {at}. When I find somebody, I ask you both.", at=Local(due, zone))
