"""What a folder of `commands/` exports: the only way in which features meet each other and the core."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.talk.command import Command
from bot.talk.model import MessageRef
from bot.talk.reply import Reply
from bot.talk.text import Text


@dataclass(frozen=True, slots=True)
class Purpose:
    """One thing that a person may agree to. A higher `version` asks again.

    `sensitive` says that what is kept for it may tell of somebody's health or life; a platform's rules may forbid to
    keep that (`Keeps`).
    """

    id: str
    version: int
    title: Text
    why: Text
    sensitive: bool = True


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of a person for a feature: what, why, for how long, and who can read it."""

    what: Text
    why: Text
    kept: Text
    read_by: Text


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A kind of job that a feature runs later: `run(job, kit)` in one transaction with its effects.

    `late` says what lateness means: "run" it all the same, "coalesce" several missed ones into the last, or "drop"
    it when it is later than `after` seconds. `missed(job, kit)` runs instead of a job that is dropped, coalesced or
    given up, so that a recurring one can put its successor. `then(job, kit)` follows when the effects are durable, with
    no transaction open: the place for what asks a platform. It is not tried again by itself.
    """

    kind: str
    run: Callable[[Any, Any], Awaitable[None]]
    late: str = "run"
    after: float = 0.0
    missed: Callable[[Any, Any], Awaitable[None]] | None = None
    then: Callable[[Any, Any], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """What became of words that were written for somebody else. `speaker` is the pseudonym that they went under; None
    where they went to nobody. `reply` is for their author, who mostly needs none."""

    reply: Reply = field(default_factory=Reply)
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Shareable:
    """Something of a person's own that they may choose to show to somebody. `id` is the feature's own and random."""

    id: str
    title: Text
    said: Reply


@dataclass(frozen=True, slots=True)
class Feature:
    """What a folder of `commands/` exports; the only way in which features meet.

    `survives` says what an erasure must leave, and why; the erase dialogue reads it out.
    `forget(tx, person_id)` removes what a person's erasure must remove beyond rows that go with the person.
    `export(kit, tx, person)` returns what is kept as plain data. `withdrawn(kit, tx, person, purpose)` undoes what
    rested on a purpose. `started(kit, tx)` runs once after the start, to put recurring jobs. `listen(incoming, kit)`
    may answer a message that is no command. `gone(kit, tx, gone)` hears who left and what was deleted;
    `moved(kit, tx, moved)` which message stands for a deleted one.
    `watches(kit, tx, user)` names the messages of somebody's that it must follow when they are changed or deleted,
    oldest first.
    `changed(kit, tx, person)` hears that a person's language, country or time zone was changed.
    `reacted(kit, tx, reacted)` hears the signs under the bot's messages. `guard(kit)` makes the crisis guard.
    `runs(kit)` works in the background for as long as the bot runs, under a supervisor of its own.
    `sent(kit, tx, what, message)` hears where a message arrived that was put with `remember="feature:what"`.
    `passes(incoming, kit, verdict)` takes private words that are meant for somebody else, before they could be read as
    a command, and returns a `Passed`; None where they are not. `undelivered(kit, tx, mark)` hears that a message which
    was to be remembered never arrived; marks begin with the feature's name and a colon. `shares(kit, tx, person)`
    lists what its person may show to somebody, newest first. `may_link(kit, tx, one, other)` says in a `Text` why two
    people can't become one; `linked(kit, tx, kept, gone, accounts)` hands over what must not get lost with the record
    of `gone` (None where there was none), whose accounts belong to `kept` now; `unlinked(kit, tx, person, account)`
    hears that an account left its person.
    `check(config)` checks files that the configuration names, for `handrail check`; its lines are printed.
    `console(commands)` adds the feature's own commands to the command line, each with `set_defaults(run=...)`.
    """

    name: str
    title: Text
    about: Text
    commands: tuple[Command, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    stored: tuple[Stored, ...] = ()
    jobs: tuple[JobSpec, ...] = ()
    survives: tuple[Text, ...] = ()
    forget: Callable[..., Awaitable[None]] | None = None
    export: Callable[..., Awaitable[Mapping[str, object]]] | None = None
    withdrawn: Callable[..., Awaitable[None]] | None = None
    started: Callable[..., Awaitable[None]] | None = None
    changed: Callable[..., Awaitable[None]] | None = None
    listen: Callable[..., Awaitable[Reply | None]] | None = None
    gone: Callable[..., Awaitable[None]] | None = None
    moved: Callable[..., Awaitable[None]] | None = None
    watches: Callable[..., Awaitable[Sequence[MessageRef]]] | None = None
    passes: Callable[..., Awaitable[Passed | None]] | None = None
    undelivered: Callable[..., Awaitable[None]] | None = None
    shares: Callable[..., Awaitable[Sequence[Shareable]]] | None = None
    may_link: Callable[..., Awaitable[Text | None]] | None = None
    linked: Callable[..., Awaitable[None]] | None = None
    unlinked: Callable[..., Awaitable[None]] | None = None
    reacted: Callable[..., Awaitable[None]] | None = None
    guard: Callable[..., Any] | None = None
    check: Callable[..., list[str]] | None = None
    runs: Callable[..., Awaitable[None]] | None = None
    sent: Callable[..., Awaitable[None]] | None = None
    console: Callable[[Any], None] | None = None
