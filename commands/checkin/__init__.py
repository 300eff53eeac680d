"""Check-ins: noting how one is, being reminded if one wants, and looking back. The record is the person's own."""

from bot.talk.feature import Feature, JobSpec
from bot.talk.text import _
from commands.checkin.answering import answer, later, note, skip
from commands.checkin.keeping import PURPOSE, STORED, export, keep, prune, started, withdrawn
from commands.checkin.noting import checkin, history
from commands.checkin.reminding import LATE, ask_again, missed, remind, reminders, ring, unremind
from commands.checkin.sharing import shares

FEATURE = Feature(
    name="checkin",
    title=_("Check-ins"),
    about=_("Note how you are, be reminded if you want, and look back. Only you can read it."),
    commands=(checkin, history, remind, reminders, unremind, keep, answer, note, skip, later),
    purposes=(PURPOSE,),
    stored=STORED,
    jobs=(
        JobSpec("checkin.ring", ring, "drop", LATE.total_seconds(), missed),
        JobSpec("checkin.again", ask_again, "drop", LATE.total_seconds()),
        JobSpec("checkin.prune", prune, missed=prune),
    ),
    export=export,
    withdrawn=withdrawn,
    started=started,
    shares=shares,
)
