"""The JSON Schema of rules files, for editors that mark mistakes while one types. `safety.rules` says more, and says it
better; this knows names, kinds and choices.
"""

from __future__ import annotations

from typing import Any

from safety.parts import LEVELS, SUBJECTS, TOPICS
from safety.reader.policy import Mode
from safety.rule import REGIONS, WHERE
from safety.rules import VERSION

TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}
TEXT = {"type": "string", "minLength": 1}
LEVEL = {"enum": list(LEVELS)}
ID = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,59}$"}


def _object(required: tuple[str, ...] = (), **known: Any) -> dict[str, Any]:
    return {"type": "object", "properties": known, "required": list(required), "additionalProperties": False}


def _map(values: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


RULE = _object(
    ("id", "topic", "level"),
    id=ID,
    topic={"enum": list(TOPICS)},
    about={"enum": list(SUBJECTS)},
    level=LEVEL,
    phrases=TEXTS,
    regexes=TEXTS,
    unless=TEXTS,
    channels=TEXTS,
    not_channels=TEXTS,
    roles=TEXTS,
    languages=TEXTS,
    mode={"enum": ["enforce", "shadow"]},
    cooldown={"type": "string", "pattern": r"^\d{1,5}\s*(s|min|m|h|d)$"},
    responses=_map(TEXT),
    explicit={"type": "boolean"},
    subject={"enum": ["read", "given"]},
    accents={"enum": ["loose", "strict"]},
    tags=TEXTS,
    examples=_object(match=TEXTS, other=TEXTS, ignore=TEXTS),
    note=TEXT,
)
STEP = _object(
    ("id", "then"),
    id=ID,
    where={"enum": list(WHERE)},
    within={"type": "integer", "minimum": 0, "maximum": 30},
    regions={"type": "array", "items": {"enum": list(REGIONS)}},
    phrases=TEXTS,
    unless=TEXTS,
    unless_in={"enum": ["sentence", "message"]},
    applies=_object(
        topics={"type": "array", "items": {"enum": list(TOPICS)}},
        about={"type": "array", "items": {"enum": list(SUBJECTS)}},
        levels={"type": "array", "items": LEVEL},
        tags=TEXTS,
        not_tags=TEXTS,
        rules=TEXTS,
        not_rules=TEXTS,
    ),
    then=_object(at_most=LEVEL, at_least=LEVEL, about={"enum": list(SUBJECTS)}, topic={"enum": list(TOPICS)}),
    because=TEXT,
)
TUNE = _object(
    ("rule",),
    rule=TEXT,
    level=LEVEL,
    mode={"enum": ["enforce", "shadow"]},
    channels=_map({"enum": ["off", *LEVELS]}),
)
SHARE = {"type": "integer", "minimum": 0, "maximum": 100}
MODES = {"enum": [mode.value for mode in Mode]}
READER = _object(
    mode=MODES,
    learn={"type": "boolean"},
    closer={"type": "boolean"},
    queue=SHARE,
    concern=SHARE,
    lift=SHARE,
    route=SHARE,
    doubt=SHARE,
    channels=_map(MODES),
)
SET = {"anyOf": [TEXT, TEXTS]}


def schema(*, pack: bool = False) -> dict[str, Any]:
    """For a community's own file, or for a pack."""
    common = {
        "version": {"const": VERSION},
        "sets": _map(SET),
        "spelling": _map(TEXT),
        "keywords": TEXTS,
        "context": {"type": "array", "items": STEP},
        "rules": {"type": "array", "items": RULE},
    }
    if pack:
        top = _object(
            ("version", "language", "author", "reviewed"),
            **common,
            language=TEXT,
            author=TEXT,
            reviewed=TEXT,
            inflections=_map(TEXTS),
            endings=TEXTS,
            elisions=TEXTS,
            not_elided=TEXTS,
            subjects=_object(self=TEXTS, other=TEXTS, reader=TEXTS, none=TEXTS),
        )
    else:
        top = _object(
            ("version",),
            **common,
            packs=TEXTS,
            support_channels=TEXTS,
            reader=READER,
            tune={"type": "array", "items": TUNE},
        )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Handrail safety rules", **top}
