"""Replies and targets as bytes and back, for the outbox. The format is ours alone and carries its version.

Every value of the tree is written as `[class name, field, ...]`; only classes listed here are ever built, so a damaged
or foreign row can't make anything else.
"""

from __future__ import annotations

import base64
import json
from dataclasses import fields
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from bot.talk import press, reply, text
from bot.talk.errors import HandrailError
from bot.talk.model import MessageRef, PlaceRef, RoomWith, Target, UserRef

VERSION = 1

_NODES: dict[str, type[Any]] = {
    node.__name__: node
    for node in (
        UserRef,
        PlaceRef,
        RoomWith,
        MessageRef,
        text.Text,
        text.Zone,
        text.Country,
        text.Language,
        text.Listing,
        text.Local,
        reply.Verbatim,
        reply.Strong,
        reply.Code,
        reply.Typed,
        reply.Link,
        reply.Mention,
        reply.Moment,
        reply.Spoiler,
        reply.Heading,
        reply.Paragraph,
        reply.Bullets,
        reply.Quote,
        reply.Facts,
        reply.Picture,
        reply.Attachment,
        reply.AskForm,
        reply.Speaker,
        reply.Sign,
        reply.Reply,
        press.Press,
    )
}


class Unreadable(HandrailError):
    """Bytes that this version can't read."""


def encode(value: reply.Reply | reply.Sign) -> bytes:
    return _dump(value)


def encode_message(value: MessageRef) -> bytes:
    return _dump(value)


def decode_message(data: bytes) -> MessageRef:
    """Raises Unreadable for anything else."""
    value = _load(data)
    if not isinstance(value, MessageRef):
        raise Unreadable("not a message")
    return value


def decode_sign(data: bytes) -> reply.Sign:
    """Raises Unreadable for anything else."""
    value = _load(data)
    if not isinstance(value, reply.Sign):
        raise Unreadable("not a sign")
    return value


def decode(data: bytes) -> reply.Reply:
    """Raises Unreadable for anything that is not a reply of this version."""
    value = _load(data)
    if not isinstance(value, reply.Reply):
        raise Unreadable("not a reply")
    return value


def encode_target(value: Target) -> bytes:
    return _dump(value)


def decode_target(data: bytes) -> Target:
    value = _load(data)
    if not isinstance(value, UserRef | PlaceRef | RoomWith):
        raise Unreadable("not a target")
    return value


def _dump(value: object) -> bytes:
    return json.dumps([VERSION, _plain(value)], ensure_ascii=False, separators=(",", ":")).encode()


def _load(data: bytes) -> object:
    try:
        version, tree = json.loads(data)
        if version != VERSION:
            raise Unreadable(f"version {version}")
        return _value(tree)
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable(type(error).__name__) from None


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return ["b", base64.b64encode(value).decode()]
        case datetime():
            return ["dt", value.isoformat()]
        case date():
            return ["d", value.isoformat()]
        case time():
            return ["t", value.isoformat()]
        case tuple():
            return ["*", *(_plain(item) for item in value)]
        case press.Press():
            args = dict(value.args)
            return ["Press", _plain(value.label), value.command, value.tone.value, value.form, ["{", args]]
        case Enum():
            raise TypeError(f"{value!r} has no place in a reply")
        case _ if type(value).__name__ in _NODES:
            return [type(value).__name__, *(_plain(getattr(value, f.name)) for f in fields(value))]  # type: ignore[arg-type]
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a reply")


def _value(tree: object) -> Any:
    if not isinstance(tree, list):
        return tree
    kind, *rest = tree
    match kind:
        case "b":
            return base64.b64decode(rest[0], validate=True)
        case "dt":
            return datetime.fromisoformat(rest[0])
        case "d":
            return date.fromisoformat(rest[0])
        case "t":
            return time.fromisoformat(rest[0])
        case "*":
            return tuple(_value(item) for item in rest)
        case "Press":
            label, command, tone, form, (_brace, args) = rest
            return press.Press(_value(label), command, tone=press.Tone(tone), form=form, **args)
        case _:
            return _NODES[kind](*(_value(item) for item in rest))
