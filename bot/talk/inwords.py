"""Asking for a command's arguments where there are no forms: the line to type, what each part means, what is known.

It knows no platform.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.talk.command import Command, Param
from bot.talk.model import UserRef
from bot.talk.parse import usage
from bot.talk.reply import Block, Inline, Paragraph, Reply, Strong, Typed, Verbatim, bullets, para, say
from bot.talk.text import _, listing


def as_typed(value: object) -> str:
    """An argument as somebody would type it; nothing for none."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case UserRef(id=id):
            return id
        case _:
            return str(value)


def line(command: Command, args: Mapping[str, object]) -> Typed:
    """The typed line that gives these arguments."""
    parts: list[str] = []
    last: list[str] = []
    for param in command.params:
        value = as_typed(args.get(param.name))
        if not value:
            continue
        if param.arg.rest:
            last.append(f"{param.name}={value}")
        else:
            parts.append(f"{param.name}={_quoted(value)}")
    return Typed(command.name, " ".join(parts + last))


def _quoted(value: str) -> str:
    if not any(sign.isspace() or sign in '"“' for sign in value):
        return value
    return f'"{value}"' if '"' not in value else "“" + value.replace("”", '"') + "”"


def in_words(command: Command, args: Mapping[str, object]) -> Reply:
    """What asks for the arguments where there are no forms: the line to type, what each part means, what is known."""
    blocks: list[Block] = [
        para(Strong(command.about)),
        para(_("Type a line like this:"), " ", Typed(command.name, usage(command))),
    ]
    asked = [_part(param) for param in command.shown]
    if asked:
        blocks.append(bullets(asked))
    if any(param.name in args for param in command.shown):
        blocks.append(para(_("As it is now:"), " ", line(command, args)))
    elif command.examples:
        example = command.examples[0].removeprefix(command.name).strip()
        blocks.append(para(_("For example:"), " ", Typed(command.name, example)))
    return say(*blocks)


def _part(param: Param) -> Paragraph:
    parts: list[Inline] = [Strong(Verbatim(param.name)), Verbatim(": "), param.arg.about]
    if param.arg.choices:
        parts += [Verbatim(" "), _("One of: {choices}.", choices=listing(one.label for one in param.arg.choices))]
    return Paragraph(tuple(parts))
