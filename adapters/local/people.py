"""What a person can do on the local platform, and what the platform itself does not let them do.

Plain and synchronous: each thing done is accepted for good, or raises NotPossible. It must not know what the bot makes
of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.local import names
from adapters.local.declare import Reader, fits, options
from adapters.local.forms import Forms
from adapters.local.post import FIX, Find, Post
from adapters.local.render import person_wrote
from adapters.local.rows import BOT, Accepted, Account, Did, Form, Message, NotPossible, Option, Place, Side
from adapters.local.store import Store
from bot.talk.command import Command
from bot.talk.inwords import line
from bot.talk.model import Role, UserRef
from bot.talk.platform import Ports
from bot.talk.press import unpack

LONGEST = 20_000
"""Characters in one message."""
SUGGESTIONS = 25


class People:
    """The people's side. `find` gives a declaration by its name while the bot runs, and None otherwise."""

    def __init__(self, platform: str, store: Store, ports: Ports, post: Post, find: Find, prefix: str) -> None:
        self._platform = platform
        self._store = store
        self._ports = ports
        self._post = post
        self._find = find
        self._prefix = prefix
        self._forms = Forms(store)

    # --- talking --------------------------------------------------------------------------------------------------

    def say(self, account: str, place: str, text: str, reply_to: str | None = None) -> Accepted:
        """Write a message."""
        who, where = self._at(account, place)
        said = _words(text)
        answered = None if reply_to is None else self._visible(who, reply_to)
        if answered is not None and answered.place != where.id:
            raise NotPossible("no-such-message")
        now = self._ports.clock.now()
        to = None if answered is None else answered.id
        with self._store.transaction():
            message = Message(0, where.id, who.id, now, said, person_wrote(said), reply_to=to)
            id = self._store.messages.add(message)
            data = {"message": id, "text": said, "reply_to": to}
            event = self._store.events.happened(Did.SAID, who.id, where.id, now, data)
        return Accepted(event, message=str(id))

    def edit(self, account: str, message: str, text: str) -> Accepted:
        """Put other words into a message of one's own."""
        who = self._store.account(account)
        own = self._visible(who, message)
        if own.author != who.id:
            raise NotPossible("not-yours")
        said = _words(text)
        with self._store.transaction():
            self._store.messages.change(own.id, said, person_wrote(said))
            data = {"message": own.id, "text": said, "reply_to": own.reply_to}
            event = self._store.events.happened(Did.EDITED, who.id, own.place, self._ports.clock.now(), data)
        return Accepted(event, message=message)

    def delete(self, account: str, message: str) -> Accepted:
        """Take back a message of one's own; a moderator may take away anybody's. Dismisses what one alone can see."""
        who = self._store.account(account)
        found = self._visible(who, message)
        if found.author != who.id and found.only != who.id and who.role < Role.MODERATOR:
            raise NotPossible("not-yours")
        with self._store.transaction():
            self._store.messages.remove(found.id)
            if found.only is not None:
                return Accepted(message=message)
            data = {"message": found.id}
            event = self._store.events.happened(Did.DELETED, who.id, found.place, self._ports.clock.now(), data)
        return Accepted(event, message=message)

    def react(self, account: str, message: str, sign: str, *, on: bool = True) -> Accepted:
        """Put a sign under a message, or take one's own away. The bot hears of those under its private messages."""
        who = self._store.account(account)
        found = self._visible(who, message)
        place = self._store.place(found.place)
        with self._store.transaction():
            changed = self._store.messages.mark(found.id, who.id, sign, on=on)
            if not changed or found.author != BOT or place.owner is None:
                return Accepted(message=message)
            data = {"message": found.id, "sign": sign, "on": on}
            event = self._store.events.happened(Did.REACTED, who.id, place.id, self._ports.clock.now(), data)
        return Accepted(event, message=message)

    # --- commands -------------------------------------------------------------------------------------------------

    def invoke(
        self, account: str, place: str, command: str, args: Mapping[str, object], about: str | None = None
    ) -> Accepted:
        """Use a slash command, or an entry of the menu of the message `about`; where there are none, type the line."""
        who, where = self._at(account, place)
        given = {name: value for name, value in args.items() if value not in ("", None)}
        found = self._find(command)
        if who.side is Side.MATRIX:
            typed = line(self._known(found), given)
            return self.say(account, place, f"{self._prefix}{typed.command} {typed.rest}".rstrip(), about)
        data: dict[str, Any] = {"args": given, "used": f"/{command}"}
        if found is not None:
            data["used"] = "/" + " ".join(found.slash_path)
        if about is not None:
            data["message"] = self._visible(who, about).id
            if found is not None and found.param("message") is not None:
                data["args"] = {**given, "message": about}
        if found is not None and fits(who.side, found) and found.shown and not given:
            return Accepted(form=self._forms.open(self.reader(who), who, where, found, data, {}))
        return self._invoked(who, where, command, data)

    def press(self, account: str, message: str, which: int | str) -> Accepted:
        """Take a choice under a message, by its place in the row or by what it says packed; where there are no
        buttons, type its number, or its line when a later question has the numbers."""
        who = self._store.account(account)
        found = self._visible(who, message)
        place = self._store.place(found.place)
        packed = self._choice(found, which)
        if packed.startswith(FIX):
            return self._fix(who, place, packed)
        if place.side is Side.MATRIX:
            index = next(n for n, one in enumerate(found.body["presses"]) if one["packed"] == packed)
            latest = self._post.latest_asked(place) == found.id
            return self.say(account, place.id, str(index + 1) if latest else found.body["presses"][index]["line"])
        pressed = unpack(packed)
        if pressed is None:
            raise NotPossible("no-such-choice")
        data = {"args": dict(pressed.args), "pressed": found.id}
        command = self._find(pressed.command)
        if pressed.form and command is not None and command.shown:
            filled = dict(pressed.args)
            return Accepted(form=self._forms.open(self.reader(who), who, place, command, data, filled))
        return self._invoked(who, place, pressed.command, data)

    def submit(self, account: str, form: str, values: Mapping[str, object]) -> Accepted:
        """Send a filled form."""
        who = self._store.account(account)
        row = self._forms.of(who.id, form)
        place = self._store.place(row.place)
        given = {name: value for name, value in values.items() if value not in ("", None)}
        with self._store.transaction():
            self._forms.close(account, form)
            return self._invoked(who, place, row.command, {**row.data, "args": {**row.data["args"], **given}})

    def cancel(self, account: str, form: str) -> None:
        """Close a form without sending it."""
        self._forms.close(account, form)

    def suggest(self, account: str, command: str, param: str, typed: str) -> tuple[Option, ...]:
        """What fits what was typed so far."""
        who = self._store.account(account)
        found = self._known(self._find(command)).param(param)
        if found is None or found.arg.suggest is None:
            return ()
        reader = self.reader(who)
        return options(found.arg.suggest(typed, reader.language), reader)[:SUGGESTIONS]

    def form(self, account: str) -> Form | None:
        """The dialog that this person has open."""
        row = self._forms.get(account)
        command = None if row is None else self._find(row.command)
        if row is None or command is None:
            return None
        return self._forms.shown(self.reader(self._store.account(account)), row, command)

    def reader(self, account: Account) -> Reader:
        others = [one for one in self._store.accounts() if one.side is account.side and one.here]
        return Reader(self._ports.words, self._ports.words.closest(account.locale), others)

    # --- being there ----------------------------------------------------------------------------------------------

    def add_person(self, name: str, locale: str, role: Role = Role.MEMBER) -> str:
        """Somebody new, with an account on each side; their id without the side."""
        shown = names.clean(name)
        if not shown:
            raise NotPossible("no-name")
        taken = {account.person for account in self._store.accounts()}
        if any(account.name.casefold() == shown.casefold() for account in self._store.accounts()):
            raise NotPossible("name-taken")
        person = names.free_id(shown, taken)
        self._store.add_person(person, shown, locale, role)
        return person

    def leave(self, account: str, *, removed: bool = False) -> Accepted:
        """Leave that side of the community, or be removed from it."""
        who = self._store.account(account)
        if not who.here:
            return Accepted()
        with self._store.transaction():
            self._store.change_account(account, here=False)
            place = self._store.direct(account).id
            data = {"removed": removed}
            return Accepted(self._store.events.happened(Did.LEFT, account, place, self._ports.clock.now(), data))

    def join(self, account: str) -> None:
        """Come (back) to that side of the community."""
        self._store.change_account(self._store.account(account).id, here=True)

    # --- within ---------------------------------------------------------------------------------------------------

    def _at(self, account: str, place: str) -> tuple[Account, Place]:
        who, where = self._store.account(account), self._store.place(place)
        if not where.open_to(who):
            raise NotPossible("not-open-to-you" if who.here else "not-here")
        return who, where

    def _visible(self, who: Account, message: str) -> Message:
        found = self._store.messages.message(int(message)) if message.isdecimal() else None
        if found is None or found.deleted or found.only not in (None, who.id):
            raise NotPossible("no-such-message")
        self._at(who.id, found.place)
        return found

    def _known(self, command: Command | None) -> Command:
        if command is None:
            raise NotPossible("no-such-command")
        return command

    def _choice(self, message: Message, which: int | str) -> str:
        packed = [str(one["packed"]) for one in message.body.get("presses", ())]
        if message.author == BOT and isinstance(which, int) and 0 <= which < len(packed):
            return packed[which]
        if message.author == BOT and which in packed:
            return str(which)
        raise NotPossible("no-such-choice")

    def _invoked(self, who: Account, where: Place, command: str, data: Mapping[str, Any]) -> Accepted:
        now = self._ports.clock.now()
        return Accepted(self._store.events.happened(Did.INVOKED, who.id, where.id, now, {**data, "command": command}))

    def _fix(self, who: Account, where: Place, packed: str) -> Accepted:
        draft, _sep, name = packed.removeprefix(FIX).partition(":")
        kept = self._post.drafts.bring(draft, UserRef(self._platform, who.id), self._ports.clock.now())
        values = {} if kept is None else dict(kept.values)
        data = {"args": values, "used": f"/{name}"}
        command = self._known(self._find(name))
        return Accepted(form=self._forms.open(self.reader(who), who, where, command, data, values, lost=kept is None))


def _words(text: str) -> str:
    said = text.strip()
    if not said:
        raise NotPossible("empty")
    if len(said) > LONGEST:
        raise NotPossible("too-long")
    return said
