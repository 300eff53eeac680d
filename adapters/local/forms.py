"""Dialogs that people have open: what each is for outlives a restart, what is filled in is kept in memory only.

It must not know what becomes of a form that was sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from adapters.local.declare import Reader, fields
from adapters.local.rows import Account, Form, NotPossible, OpenForm, Place
from adapters.local.store import Store
from bot.talk.command import Command


class Forms:
    """At most one open dialog an account, as platforms have it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._filled: dict[str, Mapping[str, object]] = {}

    def open(
        self,
        reader: Reader,
        who: Account,
        where: Place,
        command: Command,
        data: Mapping[str, object],
        filled: Mapping[str, object],
        *,
        lost: bool = False,
    ) -> Form:
        """Open one. `data` is what the invocation will hold; of its arguments, those that are asked for are left to
        the person. `lost` says that what was typed before is no longer kept."""
        id = secrets.token_urlsafe(9)
        asked = {param.name for param in command.shown}
        args = data.get("args")
        kept = {name: value for name, value in args.items() if name not in asked} if isinstance(args, dict) else {}
        self.close(who.id, None)
        self._store.events.open_form(id, who.id, where.id, command.name, {**data, "args": kept})
        self._filled[id] = filled
        return self.shown(reader, OpenForm(id, where.id, command.name, data), command, lost=lost)

    def get(self, account: str) -> OpenForm | None:
        return self._store.events.form(account)

    def of(self, account: str, id: str) -> OpenForm:
        """The one of that id. Raises NotPossible where it is not open."""
        found = self.get(account)
        if found is None or found.id != id:
            raise NotPossible("form-closed")
        return found

    def close(self, account: str, id: str | None) -> None:
        """Close that one, or whichever is open."""
        found = self.get(account)
        if found is not None and id in (None, found.id):
            self._store.events.close_form(account, found.id)
            self._filled.pop(found.id, None)

    def shown(self, reader: Reader, form: OpenForm, command: Command, *, lost: bool = False) -> Form:
        """The dialog as its reader sees it."""
        asked = fields(command.shown, self._filled.get(form.id, {}), reader)
        name = "/" + " ".join(command.slash_path)
        return Form(form.id, form.place, command.name, name, reader.say(command.about), asked, lost)
