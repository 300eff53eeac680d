"""YAML with the place of everything in it, read safely: no aliases, no tags, bounded in size and depth, every mistake
at its line and column. It knows nodes, not rules; a scalar is what was written, so that `no` and `off` stay words.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LARGEST = 1024 * 1024
DEEPEST = 20

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake and what would be right. Lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class RulesError(Exception):
    """Rules that can't be loaded, with every mistake in them. Nothing of them is in force."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(map(str, self.mistakes)))


def close(name: str, known: Sequence[str]) -> str:
    """ ", did you mean …?" where a known name is near, else what there is to choose from if that is short."""
    near = difflib.get_close_matches(name, known, 1, 0.6)
    if near:
        return f", did you mean “{near[0]}”?"
    return f": one of {', '.join(known)}" if 0 < len(known) < 13 else ""


class Reader:
    """Reads nodes into plain values and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.mistakes: list[Mistake] = []

    def wrong(self, node: Any, message: str, column: int = 0) -> None:
        mark = node.start_mark
        self.mistakes.append(Mistake(self.file, mark.line + 1, mark.column + 1 + column, message))

    def document(self, text: str) -> Any:
        """The root node; None after a mistake."""
        if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
            self.mistakes.append(Mistake(self.file, 1, 1, "larger than 1 MiB: split it into several files"))
            return None
        try:
            if not self._harmless(text):
                return None
            return yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self.mistakes.append(Mistake(self.file, line, column, f"not readable as YAML: {error.problem}"))
        except yaml.YAMLError as error:
            self.mistakes.append(Mistake(self.file, 1, 1, f"not readable as YAML: {str(error).splitlines()[0]}"))
        except (ValueError, RecursionError):
            self.mistakes.append(Mistake(self.file, 1, 1, "not readable as YAML"))
        return None

    def _harmless(self, text: str) -> bool:
        """Events, before any node is built: aliases, anchors, tags, depth."""
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                self.wrong(
                    event, "aliases and anchors (& and *) are not allowed here: write it out, or put it in quotes"
                )
                return False
            if getattr(event, "tag", None):
                self.wrong(event, "tags (!) are not allowed here: put the text in quotes")
                return False
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                depth += 1
                if depth > DEEPEST:
                    self.wrong(event, f"nested more than {DEEPEST} deep")
                    return False
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                depth -= 1
        return True

    def mapping(self, node: Any, known: Sequence[str] | None, what: str) -> dict[str, Any]:
        """Keys to value nodes. Unknown and repeated keys are mistakes; `known` None takes any."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} is written as “name: value” lines")
            return {}
        out: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.wrong(key, "a name is a single word or text")
            elif known is not None and key.value not in known:
                self.wrong(key, f"{what} has no “{key.value}”{close(key.value, known)}")
            elif key.value in out:
                self.wrong(key, f"“{key.value}” stands here twice: keep one")
            else:
                out[key.value] = value
        return out

    def items(self, node: Any, what: str, most: int = 20_000) -> list[Any]:
        if isinstance(node, yaml.ScalarNode) and node.value == "":
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{what} is a list: [one, two], or a line with “- ” for each")
            return []
        if len(node.value) > most:
            self.wrong(node, f"{what} holds more than {most:,} entries")
            return []
        return list(node.value)

    def text(self, node: Any, what: str, longest: int = 2000) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(node, f"{what} is a text; put it in quotes if it holds : or # or begins with [ or {{")
            return ""
        if not node.value.strip():
            self.wrong(node, f"{what} is empty")
            return ""
        if len(node.value) > longest:
            self.wrong(node, f"{what} is longer than {longest:,} characters")
            return ""
        return str(node.value)

    def texts(self, node: Any, what: str, most: int = 20_000) -> list[str]:
        return [found for item in self.items(node, what, most) if (found := self.text(item, f"an entry of {what}"))]

    def choice(self, node: Any, known: Sequence[str], what: str) -> str | None:
        found = self.text(node, what)
        if found and found not in known:
            self.wrong(node, f"“{found}” is no {what}{close(found, known)}")
            return None
        return found or None

    def number(self, node: Any, what: str, least: int, most: int) -> int | None:
        found = self.text(node, what)
        if not found:
            return None
        if not found.isascii() or not found.lstrip("-").isdigit() or not least <= int(found[:12]) <= most:
            self.wrong(node, f"{what} is a whole number from {least} to {most:,}, not “{found[:40]}”")
            return None
        return int(found)

    def truth(self, node: Any, what: str) -> bool:
        found = self.text(node, what)
        if found and found not in ("true", "false"):
            self.wrong(node, f"{what} is true or false, not “{found[:40]}”")
        return found == "true"


def read_file(path: Path) -> str:
    """The text of a rules file. Raises RulesError."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise RulesError([Mistake(str(path), 1, 1, f"can't be read: {error.strerror}")]) from None
    if len(raw) > LARGEST:
        raise RulesError([Mistake(str(path), 1, 1, "larger than 1 MiB: split it into several files")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise RulesError([Mistake(str(path), line, 1, "not written in UTF-8: save it as UTF-8")]) from None
