"""What the page sends, read with care: each verb of the page as a call to the people's side of the platform.

Anything that is not of the expected shape is a BadRequest. It must not know HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from adapters.local.platform import LocalPlatform
from adapters.local.rows import Accepted, NotPossible, Side
from adapters.local.view import form_data
from bot.talk.errors import HandrailError
from bot.talk.model import Role

LONGEST_SIGN = 16

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}

Body = Mapping[str, Any]
Data = dict[str, Any]


class BadRequest(HandrailError):
    """What came is not what the page sends."""


class Doings:
    """The verbs, by name. Each is accepted at once; what comes of it is seen later."""

    def __init__(self, platform: LocalPlatform) -> None:
        self._platform = platform
        self._people = platform.people
        self._verbs: dict[str, Callable[[Body], Data]] = {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "invoke": self._invoke,
            "press": self._press,
            "submit": self._submit,
            "cancel": self._cancel,
            "suggest": self._suggest,
            "read": self._read,
            "add": self._add,
            "speak": self._speak,
            "leave": self._leave,
            "join": self._join,
        }

    async def do(self, verb: str, body: object) -> Data:
        """Raises NotPossible, or BadRequest."""
        if not isinstance(body, dict):
            raise BadRequest("not an object")
        if verb == "advance":
            return await self._advance(body)
        if verb not in self._verbs:
            raise BadRequest("no such verb")
        return self._verbs[verb](body)

    def _say(self, body: Body) -> Data:
        answered = body.get("reply_to")
        to = None if answered is None else _text(body, "reply_to")
        return self._done(self._people.say(_text(body, "account"), _text(body, "place"), _text(body, "text"), to))

    def _edit(self, body: Body) -> Data:
        return self._done(self._people.edit(_text(body, "account"), _text(body, "message"), _text(body, "text")))

    def _delete(self, body: Body) -> Data:
        return self._done(self._people.delete(_text(body, "account"), _text(body, "message")))

    def _react(self, body: Body) -> Data:
        account, message, sign = _text(body, "account"), _text(body, "message"), _text(body, "sign")
        if not 0 < len(sign) <= LONGEST_SIGN:
            raise BadRequest("sign")
        return self._done(self._people.react(account, message, sign, on=bool(body.get("on", True))))

    def _invoke(self, body: Body) -> Data:
        about = None if body.get("about") is None else _text(body, "about")
        account, place, command = _text(body, "account"), _text(body, "place"), _text(body, "command")
        return self._done(self._people.invoke(account, place, command, _values(body, "args"), about))

    def _press(self, body: Body) -> Data:
        index = body.get("index")
        if not isinstance(index, int) or isinstance(index, bool):
            raise BadRequest("index")
        return self._done(self._people.press(_text(body, "account"), _text(body, "message"), index))

    def _submit(self, body: Body) -> Data:
        return self._done(self._people.submit(_text(body, "account"), _text(body, "form"), _values(body, "values")))

    def _cancel(self, body: Body) -> Data:
        self._people.cancel(_text(body, "account"), _text(body, "form"))
        return {}

    def _suggest(self, body: Body) -> Data:
        account, command = _text(body, "account"), _text(body, "command")
        found = self._people.suggest(account, command, _text(body, "param"), _text(body, "typed"))
        return {"options": [asdict(option) for option in found]}

    def _read(self, body: Body) -> Data:
        if self._platform.seeing.read(_text(body, "account"), _text(body, "place")):
            self._platform.changes.tell()
        return {}

    def _add(self, body: Body) -> Data:
        role = Role.MODERATOR if body.get("role") == "moderator" else Role.MEMBER
        person = self._people.add_person(_text(body, "name"), self._language(body), role)
        self._platform.changes.tell()
        return {"person": person}

    def _speak(self, body: Body) -> Data:
        """Another language for a person's accounts, as their clients would say it."""
        language = self._language(body)
        for side in Side:
            account = self._platform.store.account(f"{side.value}.{_text(body, 'person')}")
            self._platform.store.change_account(account.id, locale=language)
        self._platform.changes.tell()
        return {}

    def _leave(self, body: Body) -> Data:
        return self._done(self._people.leave(_text(body, "account")))

    def _join(self, body: Body) -> Data:
        self._people.join(_text(body, "account"))
        self._platform.changes.tell()
        return {}

    async def _advance(self, body: Body) -> Data:
        step = STEPS.get(_text(body, "by"))
        if step is None or self._platform.advance is None:
            raise BadRequest("by")
        await self._platform.advance(step)
        self._platform.changes.tell()
        return {}

    def _language(self, body: Body) -> str:
        language = _text(body, "language")
        if language not in self._platform.ports.words.languages:
            raise NotPossible("unknown")
        return language

    def _done(self, accepted: Accepted) -> Data:
        self._platform.enqueue(accepted)
        return {"form": None if accepted.form is None else form_data(accepted.form), "message": accepted.message}


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise BadRequest(name)
    return value


def _values(body: Body, name: str) -> dict[str, object]:
    value = body.get(name, {})
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise BadRequest(name)
    return dict(value)
