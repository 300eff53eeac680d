"""Check-ins: noting how one is, being reminded if one wants, and looking back. The record is the person's own."""

from bot.kit import Kit
from bot.state.database import Transaction
from bot.state.people import Person
from bot.talk.feature import Feature, JobSpec
from bot.talk.text import _
from commands.checkin.answering import answer, later, note, rate, skip
from commands.checkin.editing import delete, drop, edit, entries, entry, undelete
from commands.checkin.helping import helped, remember, unhelped
from commands.checkin.keeping import PURPOSE, STORED, export, keep, prune, started, withdrawn
from commands.checkin.looking import history
from commands.checkin.noting import checkin
from commands.checkin.pausing import pause, quiet, resume
from commands.checkin.reminding import change, remind, restart, unremind, weekly
from commands.checkin.ringing import LATE, ask_again, missed, moved, ring
from commands.checkin.sharing import shares
from commands.checkin.showing import reminder, reminders
from commands.checkin.summing import choose, own_words, summary
from commands.checkin.tracking import add, listed, remove


async def changed(kit: Kit, tx: Transaction, person: Person) -> None:
    """Somebody travelled, or chose another language: their reminders go along."""
    await moved(kit, tx, person)


FEATURE = Feature(
    name="checkin",
    title=_("Check-ins"),
    about=_("Note how you are, be reminded if you want, and look back. Only you can read it."),
    commands=(
        *(checkin, history, entries, helped, summary),
        *(remind, reminders, pause, resume, quiet, weekly),
        *(add, listed, remove, keep),
        *(answer, rate, note, skip, later),
        *(entry, edit, delete, undelete, remember, unhelped),
        *(own_words, choose),
        *(reminder, change, unremind, restart),
    ),
    purposes=(PURPOSE,),
    stored=STORED,
    jobs=(
        JobSpec("checkin.ring", ring, "drop", LATE.total_seconds(), missed),
        JobSpec("checkin.again", ask_again, "drop", LATE.total_seconds()),
        JobSpec("checkin.drop", drop, missed=drop),
        JobSpec("checkin.prune", prune, missed=prune),
    ),
    export=export,
    withdrawn=withdrawn,
    started=started,
    changed=changed,
    shares=shares,
)
