"""Help at once: what a person in a bad hour is offered, for members who ask and for messages that the rules see; and
what moderators do with what the rules saw.

Nothing here waits for consent, for the database or for anybody's permission.
"""

from bot.kit import Kit
from bot.state.database import Transaction
from bot.talk.feature import Feature, JobSpec
from bot.talk.model import MessageRef
from bot.talk.text import _
from commands.crisis import alerts, console, learning, offering, panel, presses, reader, retention, status, wishes
from commands.crisis.guard import guard
from commands.crisis.handling import alerts_list, alerts_show, close, hand, note, reopen, take, take_over
from commands.crisis.keeping import PURPOSE, check
from commands.crisis.members import crisis, resources, worried
from commands.crisis.tuning import safety_rehearse, safety_reload, safety_test


async def _started(kit: Kit, tx: Transaction) -> None:
    await retention.started(kit, tx)
    await panel.start(kit, tx)
    await status.started(kit, tx)


async def _sent(kit: Kit, tx: Transaction, what: str, message: MessageRef) -> None:
    hear = panel.stands if what.startswith("panel.") else alerts.sent
    await hear(kit, tx, what, message)


FEATURE = Feature(
    name="crisis",
    title=_("Help now"),
    about=_("People who are there in a bad hour, where you are. No sign-up needed."),
    commands=(
        crisis,
        resources,
        worried,
        presses.opened,
        presses.not_me,
        presses.tell,
        wishes.no_more,
        wishes.again,
        wishes.ask_again,
        wishes.do_not_ask,
        wishes.better,
        alerts_list,
        alerts_show,
        take,
        take_over,
        hand,
        note,
        close,
        reopen,
        safety_test,
        safety_reload,
        safety_rehearse,
        status.safety_status,
        reader.safety_reader,
        reader.reader_reset,
        reader.reader_back,
        reader.reader_off,
        reader.reader_on,
    ),
    purposes=(PURPOSE,),
    stored=retention.STORED,
    jobs=(
        JobSpec("crisis.refresh", alerts.nothing, then=alerts.show_anew),
        JobSpec("crisis.escalate", alerts.escalate),
        JobSpec("crisis.unoffer", alerts.nothing, then=offering.take_away),
        JobSpec("crisis.unread", alerts.nothing, then=offering.look_again),
        JobSpec("crisis.followup", wishes.follow_up, "drop", 2 * 86_400),
        JobSpec("crisis.panel", panel.put),
        JobSpec("crisis.unpanel", alerts.nothing, then=panel.take_away),
        JobSpec("crisis.reader", alerts.nothing, then=learning.teach),
        JobSpec("crisis.digest", status.digest, missed=status.digest),
        JobSpec("crisis.tidy", retention.tidy, missed=retention.tidy, then=retention.shred),
    ),
    export=retention.export,
    forget=retention.forget,
    gone=retention.gone,
    moved=retention.moved,
    started=_started,
    runs=status.watch,
    sent=_sent,
    guard=guard,
    check=check,
    console=console.add,
)
