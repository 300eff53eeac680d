"""The tour's stage on Matrix: what the tour asks of the local platform, done by people on a real server.

Those whom the tour has on Discord are on Matrix too, where a form is the line with the same arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.local.rows import BOT, PressShown, Shown
from bot.state.clock import ManualClock
from bot.talk.model import Role
from tests.contract.matrix import MatrixSomeone, MatrixTown

DIRECT = ".dm."


@dataclass(frozen=True)
class StageAccount:
    id: str
    name: str


@dataclass(frozen=True)
class StagePlace:
    """A room as one account has it: `id` opens with the account's side, as the tour reads it."""

    id: str
    name: str

    def open_to(self, account: StageAccount) -> bool:
        return self.id.endswith(f".{account.id}")


@dataclass
class Form:
    id: str
    place: str
    command: str


class Stage:
    """Plays both `platform` and `platform.store`."""

    def __init__(self, town: MatrixTown) -> None:
        self.town = town
        self.store = self
        self._people: dict[str, MatrixSomeone] = {}
        self._forms: dict[str, Form] = {}
        self._shown: dict[str, list[Any]] = {}

    async def invite(self, roles: Mapping[str, Role]) -> None:
        for account, role in roles.items():
            self._people[account] = await self.town.person(account.replace(".", "-"), role=role)

    # What the tour asks of a store

    def account(self, id: str) -> StageAccount:
        return StageAccount(id, id.partition(".")[2].title())

    def places(self) -> list[StagePlace]:
        return [StagePlace(f"{kind}.{id}", kind) for id in self._people for kind in ("general", f"x{DIRECT}x")]

    def place(self, id: str) -> StagePlace:
        return StagePlace(id, "the direct room" if DIRECT in id else "general")

    def direct(self, account: str) -> StagePlace:
        return StagePlace(f"x{DIRECT}x.{account}", "the direct room")

    # What the tour asks of a platform

    async def say(self, account: str, place: str, text: str) -> None:
        await self._people[account].say(text, direct=DIRECT in place)
        await self._look()

    async def invoke(self, account: str, place: str, command: str, args: Mapping[str, Any]) -> None:
        found = self.town.app.house.catalogue.command(command)
        assert found is not None, command
        if found.form and found.shown and not args and account.startswith("d."):
            self._forms[account] = Form("form", place, command)
            return
        await self._people[account].ask(command, direct=DIRECT in place, **args)
        await self._look()

    async def press(self, account: str, message: str, packed: str) -> None:
        room = next(one.room for one in self._shown[account] if one.id == message)
        await self._people[account].say(packed, place=room)
        await self._look()

    def form(self, account: str) -> Form | None:
        return self._forms.get(account)

    async def submit(self, account: str, form: str, values: Mapping[str, Any]) -> None:
        opened = self._forms.pop(account)
        await self._people[account].ask(opened.command, **values)
        await self._look()

    def seen(self, account: str, place: str) -> list[Shown]:
        mine = self._shown.get(account, [])
        return [_shown(number, one, place) for number, one in enumerate(mine) if one.private is (DIRECT in place)]

    async def _look(self) -> None:
        await self.town.settle()
        for account, person in self._people.items():
            self._shown[account] = await person._seen()


def _shown(number: int, one: Any, place: str) -> Shown:
    presses = tuple(
        PressShown(index, label, "plain", line, int(typed), line)
        for index, (typed, label, line) in enumerate(one.choices)
    )
    return Shown(
        id=Sortable(one.id, number),
        place=place,
        author=BOT,
        name="Handrail",
        at=ManualClock,  # type: ignore[arg-type]  # the tour does not read it
        text=one.text,
        blocks=(),
        presses=presses,
        only_you=False,
        mine=False,
        notice=False,
        edited=False,
        deleted=False,
        reply_to=None,
        via=None,
    )


class Sortable(str):
    """An event's id that sorts by when it came, as the tour sorts by number."""

    number: int

    def __new__(cls, id: str, number: int) -> Sortable:
        made = super().__new__(cls, id)
        made.number = number
        return made

    def __int__(self) -> int:
        return self.number
