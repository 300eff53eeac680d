"""The workbench: a page where a moderator writes the community's own rules and sees, before anything is in force, what
they would see, why, and what would be sent. On 127.0.0.1 only; it keeps nothing but the rules file.
"""

from bot.talk.text import _
from commands.crisis.workbench.bench import Bench
from commands.crisis.workbench.pages import application

TITLE = _("Rules workbench")

__all__ = ["TITLE", "Bench", "application"]
