"""People on Discord: they write, use commands, press, choose, fill in forms; and they see what is meant for them.

What a client would not let them do fails with an `AssertionError`. Each deed returns when its event has been written to
the gateway; those with an answer wait for the acknowledgement unless `wait=False`.
"""

from __future__ import annotations

from .using import Using
from .writing import Writing


class Person(Writing, Using):
    """Somebody with an account."""
