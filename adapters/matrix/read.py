"""What was said in a room becomes what the bot hears: `Incoming`, `Gone`, `Reacted`. It must not know what comes of it.

Whatever stands in an event was written by somebody: each field is looked at before it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote

from adapters.matrix.covered import with_covers
from bot.talk import parse
from bot.talk.command import Command
from bot.talk.inwords import line
from bot.talk.model import UserRef
from bot.talk.parse import Found

LATE = timedelta(minutes=5)
"""What is older when it is read was said during an outage."""

COMMAND = ("org.matrix.msc4391.command", "m.bot.command")
_PILL = re.compile(r'<a href="https://matrix\.to/#/(?P<id>[^"/?]+)(?:\?[^"]*)?">(?P<name>[^<]*)</a>')
_FALLBACK = re.compile(r"(?:> ?[^\n]*\n)+\n?")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote: the words, whether they are meant for the bot, and what they belong to."""

    text: str
    addressed: bool = False
    thread: str | None = None
    reply_to: str | None = None
    replaces: str | None = None


class Reader:
    """Reads messages for a bot of that id and name."""

    def __init__(self, me: str, prefix: str, commands: Sequence[Command]) -> None:
        self.me = me
        self.name = ""
        self._prefix = prefix
        self._commands = {command.name: command for command in commands}
        self._all = tuple(commands)

    def said(self, content: Mapping[str, Any]) -> Said | None:
        """None for what is no person's words: notices, files without a caption, broken content."""
        relation = _mapping(content.get("m.relates_to"))
        replaces = None
        if relation.get("rel_type") == "m.replace":
            replaces = _text(relation.get("event_id"))
            content = _mapping(content.get("m.new_content"))
        body = _words(content)
        if body is None or (relation.get("rel_type") == "m.replace" and replaces is None):
            return None
        answers = _text(_mapping(relation.get("m.in_reply_to")).get("event_id"))
        thread = _text(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None
        if thread is not None and relation.get("is_falling_back") is True:
            answers = None
        if answers is not None and body.startswith("> <@"):
            body = _FALLBACK.sub("", body, count=1)
        structured = self._structured(content)
        if structured is not None:
            return Said(structured, True, thread, answers, replaces)
        html = content.get("formatted_body") if content.get("format") == "org.matrix.custom.html" else None
        html = html if isinstance(html, str) else ""
        body = with_covers(html) or body
        mentioned = self.me in _list(_mapping(content.get("m.mentions")).get("user_ids")) or self.me in unquote(html)
        text, addressed = self._without_our_name(body, mentioned)
        return Said(_with_ids(text, html), addressed, thread, answers, replaces)

    def _structured(self, content: Mapping[str, Any]) -> str | None:
        """A command as clients send it that know its description (MSC4391), as the line that says the same."""
        asked = next((content[name] for name in COMMAND if isinstance(content.get(name), Mapping)), None)
        if asked is None or self.me not in _list(_mapping(content.get("m.mentions")).get("user_ids")):
            return None
        command = self._commands.get(str(asked.get("command")))
        if command is None:
            return None
        given = _mapping(asked.get("arguments"))
        known = {param.name for param in command.shown}
        args = {name: value for name, value in given.items() if name in known and isinstance(value, str | int | bool)}
        typed = line(command, args)
        return f"{self._prefix}{typed.command} {typed.rest}".rstrip()

    def _without_our_name(self, body: str, mentioned: bool) -> tuple[str, bool]:
        """The words after our name, where they begin with it."""
        start = body.lstrip()
        for name in sorted({self.me, self.name, self.me[1:].partition(":")[0]} - {""}, key=len, reverse=True):
            found = re.match(rf"@?{re.escape(name)}(?P<sign>[:,])?(?:\s+|$)", start, re.IGNORECASE)
            if found and (found["sign"] or mentioned or name == self.me):
                return start[found.end() :], True
        return body, False

    def command(self, said: Said, *, direct: bool) -> Found | None:
        """The command that the words ask for, as dispatch will find it."""
        text = said.text.lstrip()
        after = text[len(self._prefix) :] if text.startswith(self._prefix) else ""
        if not (after and after[0].isalpha()):
            after = text if direct or said.addressed else ""
        found = parse.find(after, self._all) if after else None
        return found if isinstance(found, Found) else None

    def number(self, said: Said) -> str | None:
        """A number that may answer a question, written bare or as a command."""
        typed = said.text.strip().removeprefix(self._prefix).rstrip(".)")
        return typed if typed.isascii() and typed.isdigit() and len(typed) <= 2 else None


def moment(milliseconds: Any, now: datetime) -> datetime:
    """When an event says that it was written; never later than now."""
    try:
        return min(datetime.fromtimestamp(max(int(milliseconds), 0) / 1000, UTC), now)
    except (TypeError, ValueError, OverflowError, OSError):
        return now


def sign(content: Mapping[str, Any]) -> tuple[str, str] | None:
    """The message and the emoji of a reaction. None for custom pictures and for words."""
    relation = _mapping(content.get("m.relates_to"))
    target, key = _text(relation.get("event_id")), _text(relation.get("key"))
    if target is None or key is None or relation.get("rel_type") != "m.annotation":
        return None
    if len(key) > 16 or key.startswith("mxc:") or any(each.isalpha() or each.isspace() for each in key):
        return None
    return target, key


def left(content: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a membership says that somebody who was there is there no more."""
    return content.get("membership") in ("leave", "ban") and before.get("membership") in ("join", None)


def user(id: str) -> UserRef:
    return UserRef("matrix", id)


def _words(content: Mapping[str, Any]) -> str | None:
    kind, body = content.get("msgtype"), content.get("body")
    if not isinstance(body, str):
        return None
    if kind in ("m.text", "m.emote"):
        return body
    if kind in ("m.image", "m.file", "m.audio", "m.video"):
        name = content.get("filename")
        return body if isinstance(name, str) and name != body else None
    return None


def _with_ids(text: str, html: str) -> str:
    """Mentions as the accounts that they mean: clients write the shown name into the plain words."""
    for pill in _PILL.finditer(html):
        id, name = unquote(pill["id"]), unescape(pill["name"])
        if id.startswith("@") and ":" in id and name and not name.startswith("@"):
            found = re.search(rf"(?<!\w)@?{re.escape(name)}(?!\w)", text)
            text = text[: found.start()] + id + text[found.end() :] if found else text
    return text


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
