"""Requests held against Discord's published OpenAPI document, where it is at hand.

The document is looked for as `shared/specs/discord-openapi.json` in the folders above this file. `SnowflakeType` is
relaxed to accept integers, which clients send and the platform takes. Keys the document does not know are faults too,
but for the few in `BESIDES`, which Discord has and the document leaves out. Building a validator takes a moment, so
each operation's is built on first use and kept for the whole run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema_rs

if TYPE_CHECKING:
    from .calls import Call

WHY_NOT = "Discord's OpenAPI document (shared/specs/discord-openapi.json) is not here"
SWITCH = {"type": ["boolean", "null"]}
BESIDES: dict[str, dict[str, Any]] = {
    # Part of the platform, missing in the document.
    "ApplicationCommandUpdateRequest": {"nsfw": SWITCH},
    "ApplicationCommandCreateRequest": {"nsfw": SWITCH},
    "ApplicationCommandPatchRequestPartial": {"nsfw": SWITCH},
    # Sent by discord.py with edits, and ignored by the platform.
    "IncomingWebhookUpdateRequestPartial": {"tts": SWITCH},
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": {"tts": SWITCH},
    "MessageEditRequestPartial": {"tts": SWITCH},
    "MessageAttachmentRequest": {
        name: {}
        for name in ("url", "proxy_url", "size", "content_type", "width", "height", "spoiler", "ephemeral", "flags")
    },
}


def path_of_document() -> Path | None:
    for folder in Path(__file__).resolve().parents:
        found = folder / "shared" / "specs" / "discord-openapi.json"
        if found.is_file():
            return found
    return None


class Objection(NamedTuple):
    """Something said against a request. `ignored`: an unknown key, which the platform itself passes over."""

    text: str
    ignored: bool = False


class Book:
    """The document, or nothing: then `present` is False and `check` finds no fault."""

    def __init__(self, document: dict[str, Any] | None) -> None:
        self.present = document is not None
        self.paths: dict[str, Any] = document["paths"] if document else {}
        self.schemas: dict[str, Any] = document["components"]["schemas"] if document else {}
        self.answers: dict[str, Any] = deepcopy(self.schemas)
        self._built: dict[tuple[str, str], Any] = {}
        for name, schema in self.schemas.items():
            _close(schema, BESIDES.get(name, {}))
        if document:
            self.schemas["SnowflakeType"] = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"}

    def check(self, call: Call) -> list[Objection]:
        """What the document says against a request."""
        if not self.present:
            return []
        template = published(call)
        operation = self.paths.get(template, {}).get(call.method.lower())
        if operation is None:
            return [Objection(f"{call.method} {template} is not in the document")]
        parameters = [Objection(text) for text in self._parameters(call, template, operation)]
        return [*parameters, *self._body(call, template, operation)]

    def check_answer(self, call: Call, status: int, body: Any) -> list[str]:
        """What the document says against an answer of ours. Keys that it does not know are no fault."""
        operation = self.paths.get(published(call), {}).get(call.method.lower()) if self.present else None
        promised = (operation or {}).get("responses", {}).get(str(status), {}).get("content", {})
        if "application/json" not in promised:
            return []
        schema = promised["application/json"]["schema"]
        return self._shape(("answer", call.method + published(call)), schema, body)

    def check_shape(self, name: str, body: Any) -> list[str]:
        """The same for a part of an event: "MessageResponse"."""
        return self._shape(("shape", name), {"$ref": f"#/components/schemas/{name}"}, body) if self.present else []

    def _shape(self, key: tuple[str, str], schema: Any, body: Any) -> list[str]:
        if key not in self._built:
            whole = {**schema, "components": {"schemas": self.answers}}
            self._built[key] = jsonschema_rs.Draft202012Validator(whole)
        return [one.text for error in self._built[key].iter_errors(body) for one in _causes(error)]

    def _parameters(self, call: Call, template: str, operation: Any) -> Iterator[str]:
        declared = [*self.paths[template].get("parameters", []), *operation.get("parameters", [])]
        known = {one["name"] for one in declared if one["in"] == "query"}
        yield from (f"query: {name} is not in the document" for name in call.query if name not in known)
        for one in declared:
            value = call.params.get(one["name"]) if one["in"] == "path" else call.query.get(one["name"])
            if value is None:
                if one.get("required") and one["in"] == "query":
                    yield f"query: {one['name']} is missing"
                continue
            validator = self._validator(("parameter", json.dumps(one["schema"])), one["schema"])
            if not any(validator.is_valid(each) for each in _readings(value)):
                yield f"{one['in']}: {one['name']}={value!r} does not fit"

    def _body(self, call: Call, template: str, operation: Any) -> Iterator[Objection]:
        asked = operation.get("requestBody")
        if asked is None:
            if call.body not in (None, {}):
                yield Objection("a body where none belongs")
            return
        if call.body is None:
            if asked.get("required"):
                yield Objection("the body is missing")
            return
        content = asked["content"]
        if call.multipart and "multipart/form-data" not in content:
            yield Objection("a multipart body where none belongs")
        schema = content["application/json"]["schema"]
        validator = self._validator((call.method, template), schema)
        for error in validator.iter_errors(call.body):
            yield from _causes(error)

    def _validator(self, key: tuple[str, str], schema: Any) -> Any:
        if key not in self._built:
            whole = {**schema, "components": {"schemas": self.schemas}}
            self._built[key] = jsonschema_rs.Draft202012Validator(whole)
        return self._built[key]


def _causes(error: Any) -> Iterator[Objection]:
    """What is really wrong below a "none of these fits": the faults of the branch that the value was meant for."""
    branches = getattr(error.kind, "context", None)
    if branches:
        meant = min(branches, key=lambda branch: (any(_other(one, error) for one in branch), len(branch)))
        for one in meant:
            yield from _causes(one)
        return
    where = ".".join(str(step) for step in error.instance_path) or "body"
    yield Objection(f"{where}: {error.message[:300]}", error.kind.name == "additionalProperties")


def _other(error: Any, above: Any) -> bool:
    """Whether a fault says that the value is of another kind than its branch."""
    path = list(error.instance_path)
    return (path == list(above.instance_path) and error.kind.name == "type") or path[-1:] == ["type"]


def published(call: Call) -> str:
    """Our template as the document spells it: `@me` and `@original` have paths of their own there."""
    template = call.template.replace("/channels/{channel_id}/thread-members/{user_id}", "")
    if not template:
        own = call.params.get("user_id") == "@me"
        return "/channels/{channel_id}/thread-members/" + ("@me" if own else "{user_id}")
    if call.params.get("message_id") == "@original":
        return call.template.replace("{message_id}", "@original")
    return call.template


def _readings(value: str) -> Iterator[Any]:
    yield value
    if value.lstrip("-").isdecimal():
        yield int(value)
        if value in ("0", "1"):
            yield value == "1"
    if value.lower() in ("true", "false"):
        yield value.lower() == "true"


def _close(schema: Any, besides: dict[str, Any]) -> None:
    if isinstance(schema, dict) and schema.get("type") == "object" and schema.get("properties"):
        schema["properties"].update(besides)
        schema.setdefault("additionalProperties", False)


@cache
def book() -> Book:
    """The one book of this run."""
    found = path_of_document()
    return Book(json.loads(found.read_text()) if found is not None else None)
