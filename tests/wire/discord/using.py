"""Using the bot as a person: slash commands, context menus, buttons, menus, forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import invoking
from .account import Account, Where, the
from .channel import Channel
from .interactions import Interaction, Sort
from .message import Message
from .modal import Modal
from .seeing import Seen


class Using(Account):
    async def slash(
        self,
        line: str,
        where: Where = None,
        /,
        options: Mapping[str, Any] | None = None,
        *,
        wait: bool = True,
        **more: Any,
    ) -> Interaction:
        """`await ana.slash("checkin now", mood=4)`. Options by name; `options` for names that Python does not allow."""
        channel = self.at(where)
        data = invoking.data(self, channel, line, {**(options or {}), **more})
        return await self._send(Interaction(self.server, self, Sort.COMMAND, channel, data), wait)

    async def autocomplete(
        self, line: str, option: str, typed: str, where: Where = None, /, **others: Any
    ) -> list[tuple[str, Any]]:
        """What is offered while typing into an option: (name as this person reads it, value)."""
        channel = self.at(where)
        data = invoking.data(self, channel, line, {**others, option: typed}, focused=option)
        sent = await self._send(Interaction(self.server, self, Sort.AUTOCOMPLETE, channel, data), True)
        return [(invoking.local(choice, "name", self.locale), choice["value"]) for choice in sent.choices]

    def commands(self, where: Where = None, kind: str = "slash") -> list[str]:
        """The commands this person is offered, in their language. `kind`: slash, user or message."""
        found = invoking.offered(self, self.at(where), invoking.KINDS[kind])
        return [invoking.local(command, "name", self.locale) for command in found]

    async def menu(self, name: str, target: Message | Seen | Account, *, wait: bool = True) -> Interaction:
        """Use an entry of a message's or (in the only guild) a person's context menu."""
        channel = self.at(None) if isinstance(target, Account) else the(target).channel
        kind = 2 if isinstance(target, Account) else 3
        commands = invoking.offered(self, channel, kind)
        found = [one for one in commands if name in (one["name"], invoking.local(one, "name", self.locale))]
        assert found, f"{self.name} is offered no {name!r}, only {[one['name'] for one in commands]}"
        data = {
            "id": found[0]["id"],
            "name": found[0]["name"],
            "type": kind,
            "target_id": str(target.id),
            "resolved": {},
        }
        if "guild_id" in found[0]:
            data["guild_id"] = found[0]["guild_id"]
        if isinstance(target, Account):
            self.resolves(channel, target, data["resolved"])
        else:
            data["resolved"] = {"messages": {str(target.id): the(target).json()}}
        return await self._send(Interaction(self.server, self, Sort.COMMAND, channel, data), wait)

    async def press(self, message: Message | Seen, label: str, *, wait: bool = True) -> Interaction:
        """Press a button by its label (or custom id)."""
        source = self._before_me(message)
        button = Seen.of(source).button(label)
        assert not button.disabled and button.custom_id is not None, f"{label!r} can't be pressed: {button}"
        data = {"custom_id": button.custom_id, "component_type": 2, "id": button.id}
        return await self._send(
            Interaction(self.server, self, Sort.COMPONENT, source.channel, data, source=source), wait
        )

    async def select(
        self, message: Message | Seen, *values: Any, menu: str | None = None, wait: bool = True
    ) -> Interaction:
        """Choose in a menu: options by label or value; people, roles and channels as themselves."""
        source = self._before_me(message)
        found = Seen.of(source).menu(menu)
        assert not found.disabled, "that menu is disabled"
        assert found.least <= len(values) <= found.most, f"{found.least} to {found.most} values, not {len(values)}"
        resolved: dict[str, Any] = {}
        chosen = [self._choice(source.channel, found.options, found.kind, value, resolved) for value in values]
        data: dict[str, Any] = {"custom_id": found.custom_id, "component_type": found.kind, "id": found.id}
        data |= {"values": chosen, **({"resolved": resolved} if found.kind != 3 else {})}
        return await self._send(
            Interaction(self.server, self, Sort.COMPONENT, source.channel, data, source=source), wait
        )

    def _choice(
        self, channel: Channel, options: Sequence[tuple[str, str]], kind: int, value: Any, resolved: dict[str, Any]
    ) -> str:
        if kind != 3:
            return self.resolves(channel, value, resolved)
        for label, stored in options:
            if value in (label, stored):
                return stored
        raise AssertionError(f"no option {value!r}, only {[label for label, _ in options]}")

    async def submit(
        self, form: Modal | Interaction, values: Mapping[str, Any] | None = None, /, *, wait: bool = True, **more: Any
    ) -> Interaction:
        """Send a form: values by label or custom id; what is not named keeps what the form opened with."""
        modal = form if isinstance(form, Modal) else form.modal
        assert modal is not None, "no form was opened"
        cause = modal.interaction
        components, resolved = modal.filled({**(values or {}), **more})
        data: dict[str, Any] = {"custom_id": modal.custom_id, "components": components}
        if resolved:
            data["resolved"] = resolved
        sent = Interaction(self.server, self, Sort.MODAL, cause.channel, data, source=cause.source, cause=cause)
        return await self._send(sent, wait)

    async def _send(self, interaction: Interaction, wait: bool) -> Interaction:
        heard = self.server.send_interaction(interaction)
        await self.server.flush()
        assert heard or not wait, f"{interaction}: the application did not respond (no client is connected)"
        return await interaction.answered() if wait else interaction
