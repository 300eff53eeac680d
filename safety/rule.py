"""What a rules file holds once it was read: frozen values. They know neither YAML nor how they are matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from safety.phrases import Language
from safety.reader.policy import Policy
from safety.source import Mistake
from safety.tree import Node
from safety.verdict import About, Level, Topic

WHERE = ("before", "after", "near", "over", "sentence", "message", "inside")
REGIONS = ("code", "quoted", "said", "sung", "named")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it was written, and its tree."""

    source: str
    node: Node = field(compare=False)


@dataclass(frozen=True, slots=True)
class Examples:
    """Sentences that a rule promises something about. `other`: it fires, and the worry is about somebody else."""

    match: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `id` has its pack before it ("en/plain-wish"); a community's own have none.

    `explicit`: a plan or an act; context may re-route it, never lower it below concern. `given`: whom it is about is
    in its words, so that no subject is looked for. `cooldown` in seconds; None is the usual.
    """

    id: str
    topic: Topic
    about: About
    level: Level
    phrases: tuple[Phrase, ...] = ()
    regexes: tuple[str, ...] = ()
    unless: tuple[Phrase, ...] = ()
    channels: frozenset[str] = frozenset()
    not_channels: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    shadow: bool = False
    cooldown: int | None = None
    responses: Mapping[str, str] = field(default_factory=dict, hash=False)
    explicit: bool = False
    given: bool = False
    strict: bool = False
    tags: frozenset[str] = frozenset()
    examples: Examples = Examples()
    note: str = ""
    pack: str = ""
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Applies:
    """Which rules a step of context looks at; what is empty asks nothing."""

    topics: frozenset[Topic] = frozenset()
    about: frozenset[About] = frozenset()
    levels: frozenset[Level] = frozenset()
    tags: frozenset[str] = frozenset()
    not_tags: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    not_rules: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Then:
    """What a step does: at most or at least this level, about this, this topic."""

    at_most: Level | None = None
    at_least: Level | None = None
    about: About | None = None
    topic: Topic | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of context: where these phrases stand near what fired, do that, unless those stand there too."""

    id: str
    where: str
    then: Then
    phrases: tuple[Phrase, ...] = ()
    within: int = 6
    regions: frozenset[str] = frozenset()
    unless: tuple[Phrase, ...] = ()
    unless_anywhere: bool = False
    applies: Applies = Applies()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Subjects:
    """How a language says who is meant. The nearest before what fired counts; `none` only looks like one."""

    own: tuple[Phrase, ...] = ()
    other: tuple[Phrase, ...] = ()
    reader: tuple[Phrase, ...] = ()
    none: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Tune:
    """A community's change to rules of a pack. `channels`: a level, or None for off."""

    rule: str
    level: Level | None = None
    shadow: bool | None = None
    channels: Mapping[str, Level | None] = field(default_factory=dict, hash=False)
    file: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file: a pack, with its language, or a community's own rules."""

    language: str = ""
    author: str = ""
    reviewed: str = ""
    sets: Mapping[str, str] = field(default_factory=dict)
    inflections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    endings: tuple[str, ...] = ()
    spelling: Mapping[str, str] = field(default_factory=dict)
    elisions: tuple[str, ...] = ()
    not_elided: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    subjects: Subjects = Subjects()
    context: tuple[Step, ...] = ()
    reader: Policy | None = None
    rules: tuple[Rule, ...] = ()
    packs: tuple[str, ...] | None = None
    support_channels: frozenset[str] = frozenset()
    tune: tuple[Tune, ...] = ()
    grammar: Language = field(default_factory=Language, compare=False, repr=False)
    doubts: tuple[Mistake, ...] = field(default=(), compare=False, repr=False)
    """What is right but may not be what was meant; it does not keep the file from being used."""


def channel_name(name: str) -> str:
    """A channel as rules name it: with or without #, in any case."""
    return name.strip().lstrip("#").casefold()
