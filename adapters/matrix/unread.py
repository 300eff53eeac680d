"""Messages that stay unreadable because their key did not come.

Whoever wrote one to the bot alone is told once for each key, in that room, for it may have been a call for help. In
common rooms nothing is said: the log counts them. It must not know how keys travel.
"""

from __future__ import annotations

import logging
from random import Random

from adapters.matrix.direct import Directs
from adapters.matrix.pauses import Pauses
from adapters.matrix.post import Post
from adapters.matrix.read import user
from adapters.matrix.rooms import Spot
from adapters.matrix.waiting import Waiting
from bot.talk.errors import TryLater, Unreachable
from bot.talk.platform import Ports
from bot.talk.reply import Reply, Typed, para, say
from bot.talk.text import _


class Unread:
    """Looks after what nobody could read."""

    def __init__(self, waiting: Waiting, directs: Directs, post: Post, ports: Ports, log: logging.Logger) -> None:
        self._waiting = waiting
        self._directs = directs
        self._post = post
        self._ports = ports
        self._log = log

    async def run(self) -> None:
        """For as long as the connection lives, from when rooms are known."""
        clock, pauses = self._ports.clock, Pauses(self._ports.clock, Random())
        while True:
            self._waiting.news.clear()
            try:
                await self._look()
                pauses.reset()
            except Exception as error:
                reason = error.reason if isinstance(error, TryLater) else type(error).__name__
                self._log.warning("nobody could be told that a message can't be read", extra={"reason": reason})
                await pauses.rest(error.after if isinstance(error, TryLater) else 0.0)
                continue
            await clock.wait(self._waiting.news, self._waiting.next)

    async def _look(self) -> None:
        """Deal with all whose time is up. Raises TryLater where somebody could not be told yet; others were."""
        late: dict[tuple[str, str], int] = {}
        for each in self._waiting.late():
            late[each.room, each.session] = late.get((each.room, each.session), 0) + 1
        count, failed = 0, None
        for (room, session), messages in late.items():
            try:
                if self._directs.private(room):
                    await self._tell(room, session)
            except TryLater as error:
                failed = error
                continue
            await self._waiting.over(room, session)
            count += messages
        if count:
            self._log.warning("messages can't be read, for their keys did not come", extra={"messages": count})
        if failed is not None:
            raise failed

    async def _tell(self, room: str, session: str) -> None:
        whose = self._directs.whose(room)
        assert whose is not None
        language = await self._ports.language(user(whose.user))
        try:
            await self._post.say(Spot(room, whose=whose), _sorry(), key=f"unread:{session}", language=language)
        except Unreachable as error:
            self._log.info("a notice reaches nobody", extra={"reason": error.reason})


def _sorry() -> Reply:
    return say(
        _("I could not read what you wrote: the key to it did not reach me."),
        _(
            "Please write it once more. If that does not help, send /discardsession in this room first (Element and "
            "its relatives know that), or write from another device."
        ),
        para(
            _("If you need someone now, type this in a room that we share with others. I answer you here, privately:"),
            " ",
            Typed("crisis"),
        ),
    )
