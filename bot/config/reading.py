"""YAML with positions: reads the file, checks it against the model, and tells every mistake as file:line:column.

All mistakes are told at once. Aliases, duplicate keys and oversized files are refused before anything is built.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from bot.config.model import Config
from bot.talk.errors import Problem, StartRefused

MOST_BYTES = 1 << 20
MOST_DEPTH = 20

Path_ = tuple[str | int, ...]


class ConfigError(StartRefused):
    """The configuration can't be used. `problems` lists every mistake at its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def read(path: Path) -> Config:
    """The settings of a file. Relative paths in it are relative to it. Raises ConfigError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        hint = " Copy config.example.yaml to begin." if isinstance(error, FileNotFoundError) else ""
        raise ConfigError([Problem(str(path), 1, 1, f"can't be read ({error.strerror}).{hint}")]) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError([Problem(str(path), line, 1, "is not UTF-8 text; save it as UTF-8")]) from None
    return read_text(text, str(path)).based_on(path.parent)


def read_text(text: str, name: str = "config.yaml") -> Config:
    """The settings of a text. Raises ConfigError."""
    if len(text.encode()) > MOST_BYTES:
        raise ConfigError([Problem(name, 1, 1, "is larger than 1 MiB; that is no configuration")])
    places: dict[Path_, tuple[int, int]] = {}
    problems: list[Problem] = []
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line = text[: event.start_mark.index].count("\n") + 1 if event.start_mark else 1
                raise ConfigError([Problem(name, line, 1, "aliases (*name) are not read; write it out")])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise ConfigError([Problem(name, line, column, f"is no YAML: {error.problem or error.context}")]) from None
    except (yaml.YAMLError, RecursionError):
        raise ConfigError([Problem(name, 1, 1, "is no YAML that can be read")]) from None
    data = _plain(node, (), places, problems, name) if node else {}
    if problems:
        raise ConfigError(problems)
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        raise ConfigError(_problems(error, places, name)) from None


def _plain(
    node: yaml.Node, path: Path_, places: dict[Path_, tuple[int, int]], problems: list[Problem], name: str
) -> Any:
    here = (node.start_mark.line + 1, node.start_mark.column + 1)
    places.setdefault(path, here)
    if len(path) > MOST_DEPTH:
        problems.append(Problem(name, *here, f"is nested deeper than {MOST_DEPTH}"))
        return None
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = key_node.start_mark
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            if not key:
                problems.append(Problem(name, mark.line + 1, mark.column + 1, "a key must be a plain word"))
                continue
            if key in out:
                problems.append(Problem(name, mark.line + 1, mark.column + 1, f"{key} is said twice; keep one"))
            places[(*path, key, "<key>")] = (mark.line + 1, mark.column + 1)
            out[key] = _plain(value_node, (*path, key), places, problems, name)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, index), places, problems, name) for index, item in enumerate(node.value)]
    try:
        loader = yaml.SafeLoader("")
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError):
        problems.append(Problem(name, *here, "can't be read; put it in quotes"))
        return None


def _problems(error: ValidationError, places: dict[Path_, tuple[int, int]], name: str) -> list[Problem]:
    out = []
    for one in error.errors(include_url=False, include_input=True):
        path = tuple(part for part in one["loc"])
        place = places.get((*path, "<key>")) if one["type"] in ("extra_forbidden",) else places.get(path)
        while place is None and path:
            path = path[:-1]
            place = places.get(path)
        out.append(Problem(name, *(place or (1, 1)), _sentence(one)))
    return sorted(out, key=lambda problem: (problem.line, problem.column))


def _sentence(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    context = error.get("ctx") or {}
    match error["type"]:
        case "extra_forbidden":
            known = _keys_beside(error["loc"])
            close = difflib.get_close_matches(str(error["loc"][-1]), known, 1, 0.6)
            hint = f"; did you mean {close[0]}?" if close else f"; known here: {', '.join(known)}" if known else ""
            return f"{where} is no setting{hint}"
        case "missing":
            return f"{where} is missing"
        case "literal_error" | "enum":
            return f"{where} must be {context.get('expected')}, not {error['input']!r}"
        case "greater_than_equal" | "greater_than":
            return f"{where} must be at least {context.get('ge', context.get('gt'))}"
        case "less_than_equal" | "less_than":
            return f"{where} must be at most {context.get('le', context.get('lt'))}"
        case "value_error":
            return f"{where}: {context.get('error')}" if where else str(context.get("error"))
        case "model_type" | "dict_type":
            return f"{where} must hold settings, indented below it"
        case "list_type" | "tuple_type":
            return f"{where} must be a list, one item a line after a dash"
        case "string_type":
            return f"{where} must be a text; put it in quotes"
        case "bool_parsing" | "bool_type":
            return f"{where} must be true or false"
        case "int_parsing" | "int_type" | "float_parsing" | "float_type" | "int_from_float":
            return f"{where} must be a number"
        case _:
            return f"{where}: {str(error['msg'])[:1].lower()}{str(error['msg'])[1:]}"


def _keys_beside(path: Sequence[str | int]) -> list[str]:
    """The settings known where the path's last part stands."""
    model: Any = Config
    for part in path[:-1]:
        fields = getattr(model, "model_fields", None)
        if isinstance(part, int) or fields is None:
            continue
        found = fields.get(part)
        if found is None:
            return []
        model = _model_in(found.annotation) or model
    return list(getattr(model, "model_fields", {}))


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found:
            return found
    return None


def schema() -> str:
    """The JSON Schema that editors use to complete and check the file."""
    return json.dumps(Config.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
