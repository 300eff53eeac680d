"""What buddies ask for and keep, for how long, what an export holds, and what a withdrawn yes undoes."""

from __future__ import annotations

from collections.abc import Mapping

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.jobs import Job
from bot.state.people import Person
from bot.talk.feature import Purpose, Stored
from bot.talk.text import _
from commands.buddy.tables import never, pairs, profiles, talk

PURPOSE = Purpose(
    id="buddies",
    version=1,
    title=_("Find me a buddy"),
    why=_(
        "May I keep what you choose about yourself, sealed with a key of your own, to find somebody who went "
        "through the "
        "same, and write to you privately about it? You talk through me under other names. What you two write is kept "
        "for 7 days, sealed, in case one of you reports it; then it is gone. A moderator can read it only after "
        "a report, "
        "together with a second one. Where what you write sounds like danger to a life, the moderators are told, "
        "without "
        "your name."
    ),
)

STORED = (
    Stored(
        what=_("What you chose for buddies: topics, interests, languages, age band, hours, a few words"),
        why=_("To find somebody who fits."),
        kept=_("until you leave or erase it"),
        read_by=_("the bot; your buddy what you chose to show"),
    ),
    Stored(
        what=_("Whom you are paired with, under which names"),
        why=_("To pass on what you write to each other."),
        kept=_("as long as you are a pair, and 7 days"),
        read_by=_("the bot"),
    ),
    Stored(
        what=_("What you and a buddy write to each other"),
        why=_("In case one of you reports it."),
        kept=_("7 days, sealed; after a report until it is decided, at most 90 days"),
        read_by=_("nobody; after a report two moderators, and each reading is recorded"),
    ),
    Stored(
        what=_("Whom you blocked or don't want to meet, as a code that names nobody"),
        why=_("So that you never meet them."),
        kept=_("until you lift it; former buddies, 3 months"),
        read_by=_("the bot"),
    ),
)

SURVIVES = (
    _("A block stays, as a code that names nobody, so that who you blocked or who blocked you is not met again."),
    _(
        "If you were reported, or reported somebody, who you are and what was written stays sealed until that is "
        "decided, 90 days at most."
    ),
)


async def export(kit: Kit, tx: Transaction, person: Person) -> Mapping[str, object]:
    profile = await profiles.profile(kit, tx, person.id)
    seat = await profiles.seat(tx, person.id)
    if profile is None or seat is None:
        return {}
    sides = await pairs.of(tx, person.id, pairs.ASKED, pairs.MET, pairs.OVER)
    names = []
    for side in sides:
        pair, other = await pairs.pair(tx, side.pair), await pairs.other(tx, side)
        if pair is not None and pair.met is not None:
            names.append(
                {
                    "you_were": side.name,
                    "buddy_was": other.name if other else None,
                    "met": pair.met.isoformat(timespec="seconds"),
                    "ended": pair.ended.isoformat(timespec="seconds") if pair.ended else None,
                }
            )
    return {
        "state": seat.state,
        "chosen": profile.plain(),
        "buddies": names,
        "not_to_meet": [
            {"who": one.label, "since": one.made.date().isoformat()} for one in await never.mine(kit, tx, person.id)
        ],
        "shown_to_buddies": [
            {"what": one.title, "at": one.at.isoformat(timespec="seconds")}
            for one in await talk.shares(kit, tx, person.id)
        ],
    }


async def prune(job: Job, kit: Kit) -> None:
    """Every few hours: what its time is over for goes. The buffer is kept for a week, not for a week and a day."""
    async with kit.transaction() as tx:
        await kit.jobs.put(tx, "buddy.prune", kit.now + talk.EVERY, key="buddy.prune")
        await talk.prune(tx, kit.now)
        await never.prune(tx, kit.now)
        await pairs.prune(tx, kit.now)
