"""Declared commands in Matrix's terms: descriptions as room state (MSC4391), for clients that complete commands and ask
for their arguments. It must not know who runs them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from bot.talk.command import Command, Param
from bot.talk.model import Role, UserRef
from bot.talk.platform import Words
from bot.talk.text import Text

KIND = "org.matrix.msc4391.command_description"
TYPES: dict[type, str] = {int: "integer", bool: "boolean", UserRef: "user_id"}
"""What is no whole number, yes or no, or account is text there: Matrix's JSON has no fractions."""


def descriptions(commands: Sequence[Command], me: str, words: Words, language: str) -> dict[str, dict[str, Any]]:
    """From a state key to the content that describes a command. What only moderators may do is not advertised."""
    return {
        state_key(one.name, me): {
            "command": one.name,
            "description": _said(one.about, words, language),
            "parameters": [_parameter(param, words, language) for param in one.shown],
            **_tail(one),
        }
        for one in commands
        if not one.hidden and one.allow is Role.MEMBER
    }


def state_key(command: str, me: str) -> str:
    return base64.b64encode(hashlib.sha256(f"{command}{me}".encode()).digest()).decode()


def _parameter(param: Param, words: Words, language: str) -> dict[str, Any]:
    return {
        "key": param.name,
        "schema": _schema(param),
        "description": _said(param.arg.about, words, language),
        **({} if param.required else {"optional": True}),
    }


def _schema(param: Param) -> dict[str, Any]:
    if param.arg.choices:
        kind = TYPES.get(param.kind, "string")
        variants = [
            {"schema_type": "literal", "literal_type": kind, "value": choice.value} for choice in param.arg.choices
        ]
        return {"schema_type": "union", "variants": variants}
    return {"schema_type": "primitive", "type": TYPES.get(param.kind, "string")}


def _tail(command: Command) -> dict[str, str]:
    """The argument that takes the rest of the line; an extension that gomuks and its relatives read."""
    last = command.shown[-1] if command.shown else None
    return {"fi.mau.tail_parameter": last.name} if last is not None and last.arg.rest else {}


def _said(text: Text, words: Words, language: str) -> dict[str, Any]:
    return {"m.text": [{"body": words.say(text, language)}]}
