"""The outbox: what still has to be sent, and who sends it. It knows no platform."""

from bot.state.outbox.box import LONGEST, Deed, Outbox, expire
from bot.state.outbox.delivered import Delivered, prune
from bot.state.outbox.sender import Sender

__all__ = ["LONGEST", "Deed", "Delivered", "Outbox", "Sender", "expire", "prune"]
