"""The local platform: a small community on one machine, played in a browser, with the same port as the others.

Imports of ours only the vocabulary. It must not know any feature, nor how the bot keeps anything.
"""

from adapters.local.platform import LocalPlatform
from adapters.local.rows import NotPossible
from adapters.local.served import open_served
from adapters.local.server import Mount, PageServer
from adapters.local.store import Store

__all__ = ["LocalPlatform", "Mount", "NotPossible", "PageServer", "Store", "open_served"]
