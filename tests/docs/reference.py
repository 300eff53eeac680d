"""Writes docs/commands.md and docs/configuration.md from the declarations: `python -m tests.docs.reference`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from bot.config import Config
from bot.config.secret import Secret
from bot.talk.command import Command
from bot.talk.model import Role
from bot.talk.reply import Audience
from commands import FEATURES

DOCS = Path(__file__).parents[2] / "docs"
MADE = "<!-- Written from the declarations by `python -m tests.docs.reference`. -->\n"


def commands() -> str:
    out = ["# Commands\n", MADE]
    out.append(
        "On Discord they start with `/`, on Matrix with `!`, and in a direct room on Matrix with nothing. A command "
        "that is also a group has a second name on Discord, given in brackets. Arguments in `<>` are needed, those in "
        "`[]` are not.\n"
    )
    for feature in FEATURES:
        shown = [one for one in feature.commands if not one.hidden]
        if shown:
            out.append(f"## {feature.title.id}\n\n{feature.about.id}\n")
            out += [_command(one) for one in shown]
    return "\n".join(out)


def _command(one: Command) -> str:
    second = f" (`{' '.join(one.slash_path)}`)" if one.inside else ""
    lines = [f"### `{one.name}`{second}\n", one.about.id]
    if one.more:
        lines.append(one.more.id)
    facts = ["answered privately" if one.audience is Audience.PRIVATE else "answered where it was asked"]
    if one.allow > Role.MEMBER:
        facts.append(f"for a {one.allow.name.lower()} and above")
    if one.form:
        facts.append("asks by a form where there are forms")
    if one.always:
        facts.append("answers without the database")
    lines.append(f"*{', '.join(facts)}*\n")
    for param in one.shown:
        sign = f"<{param.name}>" if param.required else f"[{param.name}]"
        bounds = ""
        if param.arg.ge is not None or param.arg.le is not None:
            bounds = f" ({param.arg.ge:g} to {param.arg.le:g})"
        choices = (
            f" One of: {', '.join(str(choice.value) for choice in param.arg.choices)}." if param.arg.choices else ""
        )
        lines.append(f"- `{sign}` {param.arg.about.id}{bounds}.{choices}".replace("?.", "?"))
    if one.examples:
        lines.append("\n" + "\n".join(f"`!{example}`  " for example in one.examples))
    return "\n".join(lines) + "\n"


def configuration() -> str:
    out = ["# Configuration\n", MADE]
    out.append(
        "One YAML file, `config.yaml`; `config.example.yaml` is complete and commented. An unknown key is an error. A "
        "secret is never written into it: say `{env: NAME}`, `{file: PATH}` (mode 0600) or `{credential: NAME}` "
        "(systemd).\n"
    )
    out.append("| setting | default | meaning |\n|---|---|---|")
    out += _rows(Config, ())
    return "\n".join(out) + "\n"


def _rows(model: type[BaseModel], path: tuple[str, ...]) -> list[str]:
    rows = []
    for name, field in model.model_fields.items():
        kinds = [one for one in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(one, type)]
        inner = next((one for one in kinds if issubclass(one, BaseModel) and one is not Secret), None)
        here = ".".join((*path, name))
        if inner is None or field.default is None:
            default = (
                "none"
                if field.is_required() or field.get_default(call_default_factory=True) is None
                else _default(field)
            )
            rows.append(f"| `{here}` | {default} | {field.description} |")
        if inner is not None:
            rows += _rows(inner, (*path, name))
    return rows


def _default(field) -> str:
    value = field.get_default(call_default_factory=True)
    if isinstance(value, Secret):
        return f"`{{file: {value.file}}}`"
    if isinstance(value, tuple):
        return f"`[{', '.join(str(one) for one in value)}]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    (DOCS / "commands.md").write_text(commands(), encoding="utf-8")
    (DOCS / "configuration.md").write_text(configuration(), encoding="utf-8")
