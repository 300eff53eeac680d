"""The outbox: what still has to be sent, and who sends it. It knows no platform."""

from bot.state.outbox.box import LONGEST, Outbox, expire
from bot.state.outbox.sender import Sender

__all__ = ["LONGEST", "Outbox", "Sender", "expire"]
