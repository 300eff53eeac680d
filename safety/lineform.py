"""The parts of a list of helplines, read from YAML nodes: each mistake is noted at its place, with what would be right.

It knows no file and no line as a whole; `phonebook` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from zoneinfo import available_timezones

import yaml
from babel import Locale

from safety.helplines import TextTo
from safety.opening import ALWAYS, UNKNOWN, Hours, parse_span

_DIAL = re.compile(r"[*#]?\d(?:[ -]?\d){1,17}#?|\+\d(?:[ -]?\d){6,17}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,60}")
_HTTPS = re.compile(r"https://[^\s<>\"']{3,300}")
_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
SHORTEST_WORLDWIDE = 10
"""Digits of a number with +: fewer are a short code with a prefix before it, which nobody can dial."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake at its place; lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class Form:
    """One reading of one file; collects its faults."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []

    def fault(self, node: yaml.Node | None, message: str) -> None:
        mark = node.start_mark if node else None
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.faults.append(Fault(self.name, *at, message))

    def mapping(self, node: yaml.Node, known: tuple[str, ...], what: str) -> Mapping[str, yaml.Node]:
        out: dict[str, yaml.Node] = {}
        for key, value in self.pairs(node):
            name = self.word(key)
            if name not in known:
                self.fault(key, f"{what} has no {name!r}{close(name, known)}; known: {', '.join(known)}")
            elif name in out:
                self.fault(key, f"{name} is said twice; keep one")
            else:
                out[name] = value
        return out

    def pairs(self, node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
        if isinstance(node, yaml.MappingNode):
            return list(node.value)
        self.fault(node, "must hold names and values, indented below")
        return []

    def items(self, node: yaml.Node) -> list[yaml.Node]:
        if isinstance(node, yaml.SequenceNode):
            return list(node.value)
        self.fault(node, "must be a list: one item a line after a dash, or [a, b]")
        return []

    def word(self, node: yaml.Node, most: int = 300) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.fault(node, "must be a single value")
            return ""
        value = str(node.value).strip()
        if len(value) > most or any(ord(sign) < 32 for sign in value):
            self.fault(node, f"must be one line of at most {most} characters")
        return value

    def dial(self, node: yaml.Node) -> str:
        value = self.word(node)
        if not _DIAL.fullmatch(value):
            self.fault(node, f'{value!r} can\'t be dialled; write digits as they are dialled, as "116 123"')
        elif value.startswith("+") and sum(sign.isdigit() for sign in value) < SHORTEST_WORLDWIDE:
            self.fault(
                node, f"{value!r} is a short code with a country prefix, which can't be dialled; leave the prefix"
            )
        return value

    def dials(self, node: yaml.Node) -> tuple[str, ...]:
        return tuple(map(self.dial, self.items(node)))

    def country(self, node: yaml.Node) -> str:
        value = self.word(node)
        if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":bool"):
            self.fault(node, 'write Norway as "NO", in quotes: YAML reads a bare NO as false')
        elif len(value) != 2 or value not in Locale("en").territories:
            self.fault(node, f"{value!r} is no country; write its two letters, as DE")
        return value

    def https(self, node: yaml.Node) -> str:
        value = self.word(node)
        if not _HTTPS.fullmatch(value):
            self.fault(node, f"{value!r} must begin with https://")
        return value

    def texts(self, node: yaml.Node) -> tuple[TextTo, ...]:
        out = []
        for one in self.items(node):
            parts = self.mapping(one, ("to", "word", "language"), "a number to text")
            if "to" not in parts:
                self.fault(one, 'needs to: the number, as {to: "741741", word: "HOME"}')
                continue
            word, language = parts.get("word"), parts.get("language")
            out.append(
                TextTo(
                    self.dial(parts["to"]),
                    self.word(word, 20) if word else None,
                    self.language(language) if language else None,
                )
            )
        return tuple(out)

    def language(self, node: yaml.Node) -> str:
        value = self.word(node)
        if value not in Locale("en").languages:
            self.fault(node, f"{value!r} is no language; write its letters, as de or fil")
        return value

    def languages(self, node: yaml.Node) -> tuple[str, ...]:
        return tuple(map(self.language, self.items(node)))

    def one_of(self, node: yaml.Node, known: tuple[str, ...]) -> str:
        value = self.word(node)
        if value not in known:
            self.fault(node, f"{value!r} is none of {', '.join(known)}{close(value, known)}")
        return value

    def day(self, node: yaml.Node) -> date:
        """A day; of a month or a year alone, its first, so that it is never told younger than it is."""
        value = self.word(node)
        found = _DAY.fullmatch(value)
        try:
            if found is None:
                raise ValueError
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        except ValueError:
            self.fault(node, f"{value!r} is no day; write it as 2026-11-24, 2026-11 or 2026")
            return date.min

    def hours(self, node: yaml.Node | None, zone: yaml.Node | None) -> Hours:
        if node is None:
            return UNKNOWN
        if isinstance(node, yaml.ScalarNode):
            return ALWAYS if self.one_of(node, ("always", "unknown")) == "always" else UNKNOWN
        name = self.word(zone) if zone else ""
        if name not in available_timezones():
            self.fault(zone or node, "hours need the zone of the line, as zone: Europe/Berlin")
        spans = []
        for one in self.items(node):
            try:
                spans.append(parse_span(self.word(one)))
            except ValueError as error:
                self.fault(one, str(error))
        return Hours(spans=tuple(spans), zone=name)

    def flag(self, node: yaml.Node) -> bool:
        return self.one_of(node, ("true", "false")) == "true"

    def number(self, node: yaml.Node) -> int:
        value = self.word(node)
        if not value.isdecimal():
            self.fault(node, f"{value!r} must be a number")
            return 0
        return int(value)

    def id(self, node: yaml.Node) -> str:
        value = self.word(node)
        if not _ID.fullmatch(value):
            self.fault(node, f"{value!r} is no id; use a-z, 0-9 and -, as de-telefonseelsorge")
        return value


def close(typed: str, known: Iterable[str]) -> str:
    """The one that may have been meant, as the end of a sentence."""
    found = get_close_matches(typed, list(known), 1, 0.6)
    return f"; did you mean {found[0]}?" if found else ""
