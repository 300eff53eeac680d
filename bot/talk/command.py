"""A command is declared once, as a plain async function, and every platform reads the declaration.

    @command("checkin", allow=Role.MEMBER, audience=Audience.PRIVATE, form=True)
    async def checkin(ask: Ask, kit: Kit, mood: Annotated[int | None, Arg(_("How are you?"), ge=1, le=5)] = None): ...

What Discord's published limits would refuse is refused here, when the module is imported. The first two parameters
(what was asked, what the handler may use) belong to dispatch; this module never looks at them.
"""

from __future__ import annotations

import inspect
import re
import types
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from bot.talk.errors import DeclarationError
from bot.talk.model import Role, UserRef
from bot.talk.reply import Audience, Reply
from bot.talk.text import Text

# Discord's published limits for application commands (its OpenAPI document of 2026-07-18).
NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
ABOUT_LIMIT = 100
OPTIONS_LIMIT = 25
CHOICES_LIMIT = 25
CHOICE_LIMIT = 100
DEPTH_LIMIT = 3
FORM_LIMIT = 5
FORM_LABEL_LIMIT = 45


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values, and what a person reads for it."""

    value: str | int
    label: Text | str


Suggest = Callable[[str, str], Sequence[Choice]]
"""From what was typed so far and the reader's language to at most 25 choices. Pure: no database, no network."""


@dataclass(frozen=True, slots=True)
class Arg:
    """What a person is told of an argument, and what it may be.

    `ge`/`le` bound numbers; `most` bounds the length of a text in characters; `rest` takes the rest of a typed line as
    it stands; `long` is a text of several lines; `words=False` says that a text is no free text of a person's own (a
    name, a schedule, a code), so that no rule reads it. `named` ones are given in a typed line as `name=value` only, so
    that they take no word of what follows; they may be declared after one that takes the rest, and are typed before it.
    """

    about: Text
    ge: float | None = None
    le: float | None = None
    most: int | None = None
    choices: tuple[Choice, ...] = ()
    suggest: Suggest | None = None
    rest: bool = False
    long: bool = False
    words: bool = True
    named: bool = False
    hidden: bool = False
    """Set by presses and code only: never offered in slash commands, forms or usage."""


@dataclass(frozen=True, slots=True)
class Param:
    """One argument of a declared command, read from the function's signature. `kind` is its plain type."""

    name: str
    kind: type
    arg: Arg
    required: bool
    default: object = None

    @property
    def free_text(self) -> bool:
        """Whether a person's own words stand here, so that the safety rules read them."""
        return self.kind is str and self.arg.words and not self.arg.choices and self.arg.suggest is None


KINDS: tuple[type, ...] = (str, int, float, bool, UserRef)
Run = Callable[..., Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Command:
    """A declared command: pure description plus what runs it.

    `form` asks for the arguments by a form when none came with the invocation. `effects` says that it may change
    state: it then runs in one transaction with its event's key and, where the answer is a message, with its answer.
    `hidden` commands are run by presses only. `always` answers even while nothing can be stored.
    `menu` also offers it on a message's own menu, with the message's reference as the argument `message`.
    `inside` is its name within its own group, for a command that is also a group ("checkin" beside "checkin history"):
    Discord runs no group, so there it is "checkin now"; a typed line may say either.
    """

    name: str
    about: Text
    more: Text | None
    run: Run
    params: tuple[Param, ...]
    allow: Role = Role.MEMBER
    audience: Audience = Audience.PRIVATE
    form: bool = False
    effects: bool = True
    hidden: bool = False
    always: bool = False
    menu: Text | None = None
    inside: str | None = None
    examples: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(self.name.split(" "))

    @property
    def slash_path(self) -> tuple[str, ...]:
        """The path on a platform that can't run a group itself."""
        return (*self.path, self.inside) if self.inside else self.path

    @property
    def shown(self) -> tuple[Param, ...]:
        """The arguments that a person can give."""
        return tuple(param for param in self.params if not param.arg.hidden)

    def param(self, name: str) -> Param | None:
        return next((param for param in self.params if param.name == name), None)


def command(
    name: str,
    *,
    allow: Role = Role.MEMBER,
    audience: Audience = Audience.PRIVATE,
    form: bool = False,
    effects: bool = True,
    hidden: bool = False,
    always: bool = False,
    menu: Text | None = None,
    inside: str | None = None,
    examples: tuple[str, ...] = (),
) -> Callable[[Run], Command]:
    """Declare a command. The function's docstring is its help: the first line, then the rest.

    Raises DeclarationError for what a platform would refuse.
    """

    def declare(run: Run) -> Command:
        doc = inspect.cleandoc(run.__doc__ or "")
        first, _sep, rest = doc.partition("\n\n")
        about = " ".join(first.split())
        found = Command(
            name=name,
            about=Text(about),
            more=Text(" ".join(rest.split())) if rest.strip() else None,
            run=run,
            params=_params(name, run),
            allow=allow,
            audience=audience,
            form=form,
            effects=effects,
            hidden=hidden,
            always=always,
            menu=menu,
            inside=inside,
            examples=examples,
        )
        _check(found)
        return found

    return declare


def _params(name: str, run: Run) -> tuple[Param, ...]:
    hints = get_type_hints(run, include_extras=True)
    out: list[Param] = []
    for param in list(inspect.signature(run).parameters.values())[2:]:
        hint = hints.get(param.name)
        if get_origin(hint) is not Annotated:
            raise DeclarationError(f"{name}: {param.name} needs Annotated[type, Arg(...)]")
        kind, *extras = get_args(hint)
        arg = next((extra for extra in extras if isinstance(extra, Arg)), None)
        if arg is None:
            raise DeclarationError(f"{name}: {param.name} needs an Arg")
        required = param.default is inspect.Parameter.empty
        plain = _plain_kind(kind)
        if plain not in KINDS:
            raise DeclarationError(f"{name}: {param.name} can't be a {kind}; it may be str, int, float, bool, UserRef")
        out.append(Param(param.name, plain, arg, required, None if required else param.default))
    return tuple(out)


def _plain_kind(kind: Any) -> type:
    if get_origin(kind) in (Union, types.UnionType):
        kinds = [one for one in get_args(kind) if one is not type(None)]
        return kinds[0] if len(kinds) == 1 else object
    return kind if isinstance(kind, type) else object


def _check(found: Command) -> None:
    """Refuse what Discord would refuse, with the limit and what would be right."""

    def refuse(why: str) -> None:
        raise DeclarationError(f"{found.name}: {why}")

    if len(found.slash_path) > DEPTH_LIMIT:
        refuse(f"a name has at most {DEPTH_LIMIT} parts")
    for part in found.slash_path:
        if not NAME.fullmatch(part):
            refuse(f"{part!r} must be 1 to 32 of a-z, 0-9, _ and -, starting with a letter")
    if not found.about.id:
        refuse("needs a docstring; its first line is what people read")
    if len(found.about.id) > ABOUT_LIMIT:
        refuse(f"its first line has {len(found.about.id)} characters, {ABOUT_LIMIT} is the limit")
    if len(found.shown) > OPTIONS_LIMIT:
        refuse(f"has {len(found.shown)} arguments, {OPTIONS_LIMIT} is the limit")
    if found.form and len(found.shown) > FORM_LIMIT:
        refuse(f"asks by a form, which has room for {FORM_LIMIT} arguments, not {len(found.shown)}")
    optional = None
    for param in found.params:
        if param.required and optional:
            refuse(f"the required {param.name!r} must stand before the optional {optional!r}")
        if param.required and param.arg.hidden:
            refuse(f"{param.name!r} is hidden, so it needs a default")
        optional = optional or (None if param.required else param.name)
        _check_param(found, param, refuse)
    by_place = [param for param in found.shown if not param.arg.named]
    for earlier in by_place[:-1]:
        if earlier.arg.rest:
            refuse(f"{earlier.name!r} takes the rest of the line, so it must be the last")


def _check_param(found: Command, param: Param, refuse: Callable[[str], None]) -> None:
    arg = param.arg
    if not NAME.fullmatch(param.name):
        refuse(f"the argument {param.name!r} must be 1 to 32 of a-z, 0-9, _ and -")
    if len(arg.about.id) > (FORM_LABEL_LIMIT if found.form and not arg.hidden else ABOUT_LIMIT):
        limit = FORM_LABEL_LIMIT if found.form else ABOUT_LIMIT
        refuse(f"{param.name!r} is described in {len(arg.about.id)} characters, {limit} is the limit")
    if len(arg.choices) > CHOICES_LIMIT:
        refuse(f"{param.name!r} has {len(arg.choices)} choices, {CHOICES_LIMIT} is the limit")
    for choice in arg.choices:
        label = choice.label.id if isinstance(choice.label, Text) else choice.label
        if not 1 <= len(label) <= CHOICE_LIMIT or not isinstance(choice.value, param.kind):
            refuse(
                f"{param.name!r}: the choice {choice.value!r} must be a {param.kind.__name__} with a label up to 100"
            )
    if arg.choices and arg.suggest:
        refuse(f"{param.name!r} has either choices or suggestions")
    if (arg.ge is not None or arg.le is not None) and param.kind not in (int, float):
        refuse(f"{param.name!r} is no number, so it has no bounds")
    if (arg.rest or arg.long or arg.most is not None) and param.kind is not str:
        refuse(f"{param.name!r} is no text")


def check_all(commands: Sequence[Command]) -> None:
    """Refuse a set of commands that no platform would take together: doubles, or a group that is also a command.

    Discord runs no command that has subcommands, so such a one needs a name `inside` its group. At most 100 top-level
    names, 25 in a group.
    """
    names = Counter(one.name for one in commands) + Counter(" ".join(one.slash_path) for one in commands if one.inside)
    for name, times in names.items():
        if times > 1:
            raise DeclarationError(f"{name} is declared twice")
    visible = {one.slash_path for one in commands if not one.hidden}
    groups: dict[tuple[str, ...], set[str]] = {}
    for path in visible:
        for depth in range(len(path)):
            groups.setdefault(path[:depth], set()).add(path[depth])
    for group, members in groups.items():
        if group in visible:
            raise DeclarationError(f"{' '.join(group)} is a command and a group; give it a name inside=...")
        limit = 100 if not group else OPTIONS_LIMIT
        if len(members) > limit:
            raise DeclarationError(
                f"{' '.join(group) or 'the top'} holds {len(members)} commands, {limit} is the limit"
            )


def renamed(found: Command, **changes: Any) -> Command:
    """A declaration with some facts changed, checked again."""
    changed = replace(found, **changes)
    _check(changed)
    return changed
