"""Helplines from YAML: every mistake at its file, line and column with what would be right, all of them at once.

It knows no person and asks no clock. The shipped file and a community's own have one form; the own is read on top.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from safety.helplines import FALLBACK, Emergency, Helpline, Helplines
from safety.lineform import Fault, Form, close
from safety.verdict import Topic

SHIPPED = Path(__file__).parent / "helplines.yaml"
MOST_BYTES = 1 << 20
STATUSES = ("agree", "single-source", "disputed", "named")
DOUBTS = ("number", "hours")


class HelplinesError(Exception):
    """The file can't be used. `faults` are all its mistakes."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def load(own: Path | None = None, base: Path = SHIPPED) -> Helplines:
    """The shipped lines with a community's own on top. Raises HelplinesError; never half a file."""
    lines = _read(base.name, _bytes(base), own=False, base=None)
    return lines if own is None else _read(own.name, _bytes(own), own=True, base=lines)


@cache
def shipped() -> Helplines:
    """The shipped lines."""
    return load()


def read_text(text: str, name: str = "helplines.yaml", *, own: bool = True, base: Helplines | None = None) -> Helplines:
    """As `load`, from a text."""
    return _read(name, text.encode(), own=own, base=base)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise HelplinesError([Fault(str(path), 1, 1, f"can't be read ({error.strerror})")]) from None


def _read(name: str, raw: bytes, *, own: bool, base: Helplines | None) -> Helplines:
    reader = _Reader(name, own)
    root = reader.root(raw)
    found = reader.book(root, base) if root is not None else None
    if reader.faults or found is None:
        raise HelplinesError(sorted(reader.faults, key=lambda one: (one.line, one.column)))
    return found


class _Reader(Form):
    """Reads one file; `own` is a community's."""

    def __init__(self, name: str, own: bool) -> None:
        super().__init__(name)
        self.own = own

    def root(self, raw: bytes) -> yaml.Node | None:
        if len(raw) > MOST_BYTES:
            self.fault(None, "is larger than 1 MiB; that is no list of helplines")
            return None
        try:
            text = raw.decode("utf-8-sig")
            if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
                self.fault(None, "aliases (*name) are not read; write it out")
                return None
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except UnicodeDecodeError:
            self.fault(None, "is not UTF-8 text; save it as UTF-8")
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self.faults.append(Fault(self.name, *at, f"is no YAML: {error.problem or error.context}"))
        except (yaml.YAMLError, RecursionError, ValueError):
            self.fault(None, "is no YAML that can be read")
        else:
            if node is None:
                self.fault(None, 'is empty; begin with "version: 1"')
            return node
        return None

    # --- the file -------------------------------------------------------------------------------------------------

    def book(self, root: yaml.Node, base: Helplines | None) -> Helplines:
        parts = self.mapping(root, ("version", "fallback", "emergency", "helplines", "remove"), "the file")
        if "version" not in parts or self.word(parts["version"]) != "1":
            self.fault(parts.get("version", root), 'must say "version: 1"')
        fallback = self.https(parts["fallback"]) if "fallback" in parts else None
        emergency: dict[str, Emergency] = dict(base.emergency) if base else {}
        if "emergency" in parts:
            for code, node in self.pairs(parts["emergency"]):
                emergency[self.country(code)] = self.emergency(node)
        entries = {entry.id: entry for entry in base.entries} if base else {}
        for node in self.items(parts["remove"]) if "remove" in parts else []:
            id = self.word(node)
            if id not in entries:
                self.fault(node, f"{id!r} is no line to remove{close(id, entries)}")
            entries.pop(id, None)
        entries.update(self.entries(parts["helplines"]) if "helplines" in parts else {})
        return Helplines(tuple(entries.values()), emergency, fallback or (base.fallback if base else FALLBACK))

    def entries(self, node: yaml.Node) -> dict[str, Helpline]:
        out: dict[str, Helpline] = {}
        for one in self.items(node):
            entry = self.entry(one)
            if entry is not None and entry.id in out:
                self.fault(one, f"{entry.id} is said twice; the first is at line {out[entry.id].place.split(':')[-1]}")
            elif entry is not None:
                out[entry.id] = entry
        return out

    def emergency(self, node: yaml.Node) -> Emergency:
        parts = self.mapping(node, ("numbers", "ambulance"), "an emergency number")
        numbers = tuple(map(self.dial, self.items(parts["numbers"]))) if "numbers" in parts else ()
        if not numbers:
            self.fault(node, 'needs numbers, as {numbers: ["112"]}')
        return Emergency(numbers, self.dial(parts["ambulance"]) if "ambulance" in parts else None)

    def entry(self, node: yaml.Node) -> Helpline | None:
        before = len(self.faults)
        parts = self.mapping(node, (*_FIELDS, "zone"), "a helpline")
        given: dict[str, Any] = {
            name: _FIELDS[name](self, value) for name, value in parts.items() if name in _FIELDS and name != "hours"
        }
        for needed in ("id", "country", "name"):
            if needed not in parts:
                self.fault(node, f"a helpline needs {needed}")
        if not any(name in parts for name in ("call", "text", "whatsapp", "chat", "url")):
            self.fault(node, "says no way to reach it: call, text, whatsapp, chat or url")
        if "verified" not in parts and self.own:
            self.fault(node, "a line of your own needs verified: the day on which somebody looked, as 2026-11-24")
        given["hours"] = self.hours(parts.get("hours"), parts.get("zone"))
        if len(self.faults) > before:
            return None
        place = f"{self.name}:{node.start_mark.line + 1}"
        return replace(
            Helpline(given.pop("id"), given.pop("country"), given.pop("name")), **given, place=place, own=self.own
        )


_FIELDS: dict[str, Callable[[Form, yaml.Node], Any]] = {
    "id": Form.id,
    "country": Form.country,
    "name": lambda reader, node: reader.word(node, 100),
    "call": Form.dials,
    "option": lambda reader, node: reader.word(node, 10),
    "text": Form.texts,
    "calls_back": Form.flag,
    "whatsapp": Form.dial,
    "chat": Form.https,
    "url": Form.https,
    "hours": lambda reader, node: reader.hours(node, None),
    "languages": Form.languages,
    "topics": lambda reader, node: tuple(
        reader.one_of(one, tuple(topic.value for topic in Topic)) for one in reader.items(node)
    ),
    "region": Form.word,
    "mobile_only": Form.flag,
    "young": Form.flag,
    "verified": Form.day,
    "status": lambda reader, node: reader.one_of(node, STATUSES),
    "doubt": lambda reader, node: frozenset(reader.one_of(one, DOUBTS) for one in reader.items(node)),
    "machine": Form.number,
    "sources": lambda reader, node: tuple(map(reader.word, reader.items(node))),
    "notes": lambda reader, node: tuple(map(reader.word, reader.items(node))),
}
