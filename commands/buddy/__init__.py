"""Buddies: people with similar lived experience find each other, agree, and talk through the bot under other names."""

from collections.abc import Sequence

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.people import Person
from bot.talk.feature import Feature, JobSpec
from bot.talk.model import Gone, UserRef
from bot.talk.text import Text, _
from commands.buddy import (
    asking,
    avoiding,
    away,
    ending,
    following,
    introducing,
    joining,
    matching,
    relaying,
    revealing,
    sending,
    sharing,
    showing,
    talking,
)
from commands.buddy.keeping import PURPOSE, STORED, SURVIVES, export, prune
from commands.buddy.reports import opening, queue, reporting
from commands.buddy.reports import tables as reports
from commands.buddy.tables import never, pairs, profiles


async def gone(kit: Kit, tx: Transaction, event: Gone) -> None:
    """Somebody left, or took a message back."""
    await following.gone_message(kit, tx, event)
    await ending.gone_away(kit, tx, event)


async def withdrawn(kit: Kit, tx: Transaction, person: Person, purpose: str) -> None:
    """Without the purpose nobody is looked for and nothing is passed on."""
    if purpose == PURPOSE.id:
        await ending.leave_all(kit, tx, person.id)
        await profiles.remove(tx, person.id)


async def may_link(kit: Kit, tx: Transaction, one: str, other: str) -> Text | None:
    """Two who are buddies, are being asked, or must not meet, are two."""
    marks = await never.marks(kit, tx, one), await never.marks(kit, tx, other)
    together = {side.pair for side in await pairs.of(tx, one, pairs.ASKED, pairs.MET)}
    theirs = {side.pair for side in await pairs.of(tx, other, pairs.ASKED, pairs.MET)}
    if together & theirs or await never.are_apart(tx, *marks, kit.now):
        return _("These two accounts can't be linked at the moment.")
    return None


async def linked(kit: Kit, tx: Transaction, kept: str, gone: str | None, accounts: Sequence[UserRef]) -> None:
    """Blocks, holds and reports of either account hold for both, from now on and after a parting too."""
    theirs = [never.mark(kit, account) for account in accounts]
    mine = [mark for mark in await never.marks(kit, tx, kept) if mark not in theirs]
    await never.unite(tx, mine, theirs)
    await reports.unite(tx, mine, theirs)
    if await profiles.seat(tx, kept) is not None:
        await never.enrol(kit, tx, kept)


async def unlinked(kit: Kit, tx: Transaction, person: Person, account: UserRef) -> None:
    """The account takes part no more."""
    if await profiles.seat(tx, person.id) is not None:
        await never.enrol(kit, tx, person.id)


FEATURE = Feature(
    name="buddy",
    title=_("Buddies"),
    about=_("Somebody who went through the same. You talk through me, under other names."),
    commands=(
        showing.buddy,
        showing.pool,
        joining.join,
        joining.setup,
        joining.step,
        joining.set_,
        joining.words,
        joining.ready,
        away.pause,
        away.resume,
        away.rest,
        away.leave,
        away.left,
        asking.accept,
        asking.decline,
        introducing.works,
        talking.talk_with,
        talking.quiet,
        talking.unsent,
        talking.thanks,
        sending.send_draft,
        ending.end,
        ending.end_now,
        ending.kept,
        avoiding.block,
        avoiding.block_now,
        avoiding.avoid,
        avoiding.avoids,
        avoiding.lift,
        reporting.report,
        reporting.reported,
        revealing.reveal,
        revealing.revealed,
        sharing.share,
        sharing.shared,
        sharing.shares,
        sharing.unshare,
    ),
    purposes=(PURPOSE,),
    stored=STORED,
    survives=SURVIVES,
    jobs=(
        JobSpec("buddy.round", matching.open_round, missed=matching.open_round, then=matching.make_rounds),
        JobSpec("buddy.rounds", matching.finish, then=matching.make_rounds),
        JobSpec("buddy.expire", asking.run_out),
        JobSpec("buddy.week", introducing.week),
        JobSpec("buddy.left", ending.left_behind),
        JobSpec("buddy.quiet", talking.fell_silent),
        JobSpec("buddy.hold", reporting.hold_over),
        JobSpec("buddy.shred", queue.nothing, then=queue.shred),
        JobSpec("buddy.prune", prune, missed=prune),
    ),
    forget=ending.forget,
    export=export,
    withdrawn=withdrawn,
    started=matching.started,
    listen=talking.listen,
    gone=gone,
    watches=following.watches,
    passes=relaying.passes,
    reacted=following.reacted,
    undelivered=following.lost,
    may_link=may_link,
    linked=linked,
    unlinked=unlinked,
)

REPORTS = Feature(
    name="reports",
    title=_("Reports"),
    about=_("For moderators: what members reported of a buddy, and deciding it."),
    commands=(
        queue.reports,
        queue.claim,
        queue.hold,
        queue.decide,
        queue.write,
        queue.answer,
        opening.evidence,
        opening.reveal,
        opening.agree,
        opening.read,
    ),
)
