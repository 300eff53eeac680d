"""The tour: a small community played on the terminal by a script, from opting in to erasing, so that one can read what
the bot does. It uses the bot as people do, on both sides of the local platform, and stops where an answer is missing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Awaitable, Callable
from datetime import timedelta

from adapters.local.platform import LocalPlatform
from adapters.local.rows import BOT, Shown
from bot.talk.errors import HandrailError

Settle = Callable[[], Awaitable[None]]
Later = Callable[[timedelta], Awaitable[None]]
Write = Callable[[str], None]
WIDTH = 96


class WrongTurn(HandrailError):
    """The bot did not say what the tour waits for."""


class Tour:
    """`settle` does what is due now; `later` lets time pass."""

    def __init__(self, platform: LocalPlatform, settle: Settle, later: Later, write: Write) -> None:
        self._platform = platform
        self._settle = settle
        self._later = later
        self._write = write
        self._seen: set[tuple[str, str, str]] = set()

    async def play(self) -> int:
        """Play it all, with people who read English; how many messages of the bot's were read. Raises WrongTurn."""
        await self._opting_in()
        await self._checking_in()
        await self._a_bad_hour()
        await self._erasing()
        self._write("")
        self._write("That was the tour. `handrail demo` opens the same community in a browser.")
        return len(self._seen)

    # --- the chapters ------------------------------------------------------------------------------------------------

    async def _opting_in(self) -> None:
        self._chapter("Opting in. Nothing is kept before a yes, and each thing is its own question.")
        await self._use("d.ana", "start", expect="Keep my check-ins")
        await self._press("d.ana", "Yes: Keep my check-ins", expect="on now")
        await self._press("d.ana", "Yes: Write to me first", expect="on now")
        await self._say("m.ben", "!checkin 4", expect="May I keep the moods")
        await self._press("m.ben", "Yes, that is fine", expect="on now")

    async def _checking_in(self) -> None:
        self._chapter("Checking in: on the left with a form, on the right by a typed line.")
        await self._use("d.ana", "checkin", expect=None)
        await self._fill("d.ana", mood="4", note="Slept well, walked to work. #sleep", expect="Noted")
        await self._say("m.ben", "!checkin 2 long night", direct=True, expect="Noted")
        self._chapter("Being reminded, at one's own hours.")
        await self._use("d.ana", "checkin remind", schedule="daily 20:00", expect="I will remind you")
        await self._wait(timedelta(days=1))
        await self._hear("d.ana", "How are you right now?")
        await self._press("d.ana", "so-so", expect="Noted")
        await self._say("m.ben", "chekin 3", direct=True, expect="Did you mean")
        await self._use("d.ana", "checkin history", expect="2 entries")

    async def _a_bad_hour(self) -> None:
        self._chapter("A bad hour: help answers anybody, opted in or not.")
        await self._use("d.mira", "crisis", expect="there for a bad hour")

    async def _erasing(self) -> None:
        self._chapter("Seeing, taking along and erasing everything oneself.")
        await self._use("d.ana", "privacy export", expect="everything I keep")
        await self._use("d.ana", "privacy erase", expect="can't be undone")
        await self._press("d.ana", "Yes, erase everything", expect="It is all erased")
        await self._use("d.ana", "privacy", expect="Nothing. You never said yes")

    # --- what people do ----------------------------------------------------------------------------------------------

    async def _say(self, account: str, text: str, *, direct: bool = False, expect: str | None) -> None:
        place = self._direct(account) if direct else f"{account[0]}.general"
        self._line(account, place, text)
        await self._platform.say(account, place, text)
        await self._after(account, expect)

    async def _use(self, account: str, command: str, *, expect: str | None, **args: object) -> None:
        place = f"{account[0]}.general"
        given = "".join(f" {name}: {value}" for name, value in args.items())
        self._line(account, place, f"/{command}{given}")
        await self._platform.invoke(account, place, command, args)
        await self._after(account, expect)

    async def _press(self, account: str, label: str, *, expect: str | None) -> None:
        for shown in reversed(self._visible(account)):
            for choice in shown.presses:
                if choice.label == label:
                    how = f"[{label}]" if choice.number is None else str(choice.number)
                    self._line(account, shown.place, how)
                    await self._platform.press(account, shown.id, choice.packed)
                    await self._after(account, expect)
                    return
        raise WrongTurn(f"there is no choice {label!r}")

    async def _fill(self, account: str, *, expect: str, **values: object) -> None:
        form = self._platform.form(account)
        if form is None:
            raise WrongTurn("no form is open")
        self._line(account, form.place, f"(form) {'; '.join(str(value) for value in values.values())}")
        await self._platform.submit(account, form.id, values)
        await self._after(account, expect)

    async def _wait(self, by: timedelta) -> None:
        self._write("")
        self._write(f"   … {by.days} day later …" if by.days == 1 else f"   … {by} later …")
        await self._later(by)

    async def _hear(self, account: str, expect: str) -> None:
        await self._after(account, expect)

    # --- what people read --------------------------------------------------------------------------------------------

    async def _after(self, account: str, expect: str | None) -> None:
        await self._settle()
        said = []
        for shown in self._visible(account):
            mark = (account, shown.id, shown.text)
            if mark not in self._seen:
                self._seen.add(mark)
                said.append(shown.text)
                self._show(account, shown)
        if expect is not None and not any(expect in text for text in said):
            raise WrongTurn(f"the bot did not say {expect!r}, but {said!r}")

    def _visible(self, account: str) -> list[Shown]:
        who = self._platform.store.account(account)
        places = [place.id for place in self._platform.store.places() if place.open_to(who)]
        shown = [one for place in places for one in self._platform.seen(account, place) if one.author == BOT]
        return sorted((one for one in shown if not one.deleted), key=lambda one: int(one.id))

    def _direct(self, account: str) -> str:
        return self._platform.store.direct(account).id

    def _chapter(self, words: str) -> None:
        self._write("")
        self._write(f"── {words} ".ljust(WIDTH, "─"))

    def _line(self, account: str, place: str, words: str) -> None:
        who = self._platform.store.account(account)
        manners = "Discord" if account.startswith("d.") else "Matrix"
        self._write("")
        self._write(f"{who.name}, on {manners}, in {self._platform.store.place(place).name}: {words}")

    def _show(self, account: str, shown: Shown) -> None:
        private = shown.only_you or ".dm." in shown.place
        self._write(f"   Handrail{' (only to ' + self._platform.store.account(account).name + ')' if private else ''}:")
        for line in shown.text.splitlines():
            for part in textwrap.wrap(line, WIDTH - 6) or [""]:
                self._write(f"      {part}")
        for choice in shown.presses:
            if choice.number is None:
                self._write(f"      [ {choice.label} ]")
