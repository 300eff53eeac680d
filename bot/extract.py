"""Finds every message that a person may read, and brings the catalogues up to date: `python -m bot.extract`.

It reads the source as text and runs nothing of it: calls of `_` and `p_`, and of declared commands the docstrings and
the names that are shown (context "slash": Discord shows a command's name in each reader's language).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDERS = ("bot", "adapters", "commands")
LOCALE = ROOT / "bot" / "locale"
SLASH = "slash"
"""The context of names: a translation is one word in small letters, with hyphens, of at most 32 characters."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message with where it stands."""

    id: str
    plural: str | None
    context: str | None
    file: str
    line: int


def messages(root: Path = ROOT) -> Iterator[Message]:
    """Every message of the source, in order of files and lines."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            yield from _in_file(ast.parse(path.read_text(encoding="utf-8")), name)


def _in_file(tree: ast.Module, name: str) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "p_"):
            words = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
            if not words or not all(isinstance(word, str) for word in words):
                raise ValueError(f"{name}:{node.lineno}: a message must be a literal")
            first, second = str(words[0]), str(words[1]) if len(words) > 1 else None
            if node.func.id == "p_":
                yield Message(second or "", None, first, name, node.lineno)
            else:
                yield Message(first, second, None, name, node.lineno)
        elif isinstance(node, ast.AsyncFunctionDef) and any(_declares(one) for one in node.decorator_list):
            first, _sep, rest = (ast.get_docstring(node) or "").partition("\n\n")
            for part in (first, rest):
                if part.strip():
                    yield Message(" ".join(part.split()), None, None, name, node.lineno)
            for word in _names(node):
                yield Message(word, None, SLASH, name, node.lineno)


def _names(node: ast.AsyncFunctionDef) -> list[str]:
    """The parts of a command's name and of its arguments', where people are shown it."""
    declared = next(one for one in node.decorator_list if _declares(one))
    assert isinstance(declared, ast.Call)
    said = {one.arg: one.value.value for one in declared.keywords if one.arg and isinstance(one.value, ast.Constant)}
    if said.get("hidden"):
        return []
    name = declared.args[0]
    words = str(name.value).split(" ") if isinstance(name, ast.Constant) else []
    words += [str(said["inside"])] if said.get("inside") else []
    args = [one for one in node.args.args[2:] if "hidden=True" not in ast.unparse(one.annotation or one)]
    return list(dict.fromkeys([*words, *(one.arg for one in args)]))


def _declares(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "command"


def template(root: Path = ROOT) -> Catalog:
    """All messages as a catalogue without translations."""
    catalog = Catalog(project="handrail", charset="utf-8", fuzzy=False)
    for one in messages(root):
        id = (one.id, one.plural) if one.plural else one.id
        catalog.add(id, locations=[(one.file, one.line)], context=one.context)
    return catalog


def update(locale: Path = LOCALE) -> dict[str, int]:
    """Bring every catalogue up to date; how many messages each still lacks."""
    lacking = {}
    fresh = template()
    for path in sorted(locale.glob("*/handrail.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.parent.name.replace("-", "_"))
        catalog.update(fresh, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=120, omit_header=False, include_lineno=False, sort_output=False)
        lacking[path.parent.name] = sum(1 for one in catalog if one.id and not _complete(one.string))
    return lacking


def _complete(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    for language, missing in update().items():
        print(f"{language}: {missing} without a translation")
    sys.exit(0)
