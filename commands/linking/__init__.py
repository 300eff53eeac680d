"""One person, several accounts: linked by a code that both accounts confirm, and parted again at any time."""

from bot.talk.feature import Feature, JobSpec
from bot.talk.text import _
from commands.linking.keeping import PURPOSE, STORED, prune, started
from commands.linking.linking import code, confirm, erase_it, keep, link, nothing_yet, refuse
from commands.linking.parting import accounts, part, parted

FEATURE = Feature(
    name="linking",
    title=_("Linking accounts"),
    about=_("Be one person on Discord and on Matrix."),
    commands=(link, code, accounts, part, keep, confirm, refuse, parted),
    purposes=(PURPOSE,),
    stored=STORED,
    jobs=(
        JobSpec("linking.erase", nothing_yet, then=erase_it),
        JobSpec("linking.prune", prune, missed=prune),
    ),
    started=started,
)
