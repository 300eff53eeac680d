"""Help at once: what a person in a bad hour is offered, for members who ask and for messages that the rules see.

Nothing here waits for consent, for the database or for anybody's permission.
"""

from bot.talk.feature import Feature
from bot.talk.text import _
from commands.crisis.guard import guard
from commands.crisis.keeping import PURPOSE, check
from commands.crisis.members import crisis, resources, worried

FEATURE = Feature(
    name="crisis",
    title=_("Help now"),
    about=_("People who are there in a bad hour, where you are. No sign-up needed."),
    commands=(crisis, resources, worried),
    purposes=(PURPOSE,),
    guard=guard,
    check=check,
)
