"""The tour of `handrail demo --tour`, played over the wire by people on Discord."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from adapters.local.tour import Tour, WrongTurn
from tests.contract.discord import DiscordSomeone, DiscordTown
from tests.wire.discord.towns import whole_town


class WireTour(Tour):
    """The same chapters. Who speaks in Matrix's manner there types lines here."""

    def __init__(self, town: DiscordTown, write: Any) -> None:
        nobody = SimpleNamespace(store=SimpleNamespace(accounts=tuple))
        super().__init__(nobody, town.settle, town.later, write)  # type: ignore[arg-type]
        self._town = town
        self._people: dict[str, DiscordSomeone] = {}

    async def _who(self, account: str) -> DiscordSomeone:
        name = account.partition(".")[2]
        if name not in self._people:
            self._people[name] = await self._town.person(name)
        return self._people[name]

    async def _say(self, account: str, text: str, *, direct: bool = False, expect: str | None) -> None:
        self._write(f"{account}: {text}")
        await (await self._who(account)).say(text, direct=direct)
        await self._after(account, expect)

    async def _use(self, account: str, command: str, *, expect: str | None, **args: object) -> None:
        self._write(f"{account}: /{command} {args}")
        await (await self._who(account)).ask(command, **args)
        await self._after(account, expect)

    async def _press(self, account: str, label: str, *, expect: str | None) -> None:
        self._write(f"{account}: [{label}]")
        await (await self._who(account)).press(label)
        await self._after(account, expect)

    async def _fill(self, account: str, *, expect: str, **values: object) -> None:
        self._write(f"{account}: (form) {values}")
        await (await self._who(account)).fill(**values)
        await self._after(account, expect)

    async def _wait(self, by: timedelta) -> None:
        await self._later(by)

    async def _after(self, account: str, expect: str | None) -> None:
        await self._settle()
        if expect is None:
            return
        try:
            heard = await (await self._who(account)).hears(expect)
        except AssertionError as wrong:
            raise WrongTurn(str(wrong)) from None
        self._seen.add((account, str(len(self._seen)), heard.text))


async def test_the_tour_over_the_wire(tmp_path):
    async with whole_town(tmp_path) as town:
        lines: list[str] = []
        heard = await WireTour(town, lines.append).play()
        assert heard >= 15
        assert any("the tour" in line for line in lines)
