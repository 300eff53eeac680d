"""A rules file, from YAML to frozen values. Every mistake is told at file:line:column with what would be right, all of
them at once; a file with a mistake gives nothing. The format is described in docs/rules.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from safety import backends, text
from safety import phrases as language
from safety.phrases import PhraseError
from safety.rule import (
    REGIONS,
    WHERE,
    Applies,
    Examples,
    Phrase,
    Rule,
    RuleFile,
    Step,
    Subjects,
    Then,
    Tune,
    Weighing,
    channel_name,
)
from safety.source import Mistake, Reader, RulesError, close, read_file
from safety.verdict import About, Level, Topic

VERSION = 1
TOP_PACK = (
    "version", "language", "author", "reviewed", "sets", "inflections", "endings", "spelling", "keywords", "subjects",
    "context", "evidence", "rules",
)  # fmt: skip
TOP_OWN = ("version", "packs", "support_channels", "sets", "spelling", "keywords", "context", "rules", "tune")
RULE = (
    "id", "topic", "about", "level", "phrases", "regexes", "unless", "channels", "not_channels", "roles", "languages",
    "mode", "cooldown", "responses", "explicit", "subject", "accents", "tags", "examples", "note",
)  # fmt: skip
STEP = ("id", "where", "within", "regions", "phrases", "unless", "unless_in", "applies", "then", "because")
APPLIES = ("topics", "about", "levels", "tags", "not_tags", "rules", "not_rules")
EVIDENCE = ("concern", "watch", "route", "doubt")
THEN = ("at_most", "at_least", "about", "topic")
LEVELS = {level.name.lower(): level for level in Level}
TOPICS = {topic.value: topic for topic in Topic if topic is not Topic.NONE}
SUBJECTS = {about.value: about for about in About}
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MOST_REGEX = 1000
MOST_REPEATED = re.compile(r"\{(\d+)(?:,(\d*))?\}")
E_ = TypeVar("E_", bound=Enum)


def load_file(path: Path, *, pack: str = "") -> RuleFile:
    """Read a file. `pack` is its code if it is a pack. Raises RulesError."""
    return load_text(read_file(path), str(path), pack=pack)


def load_text(source: str, file: str = "rules.yaml", *, pack: str = "") -> RuleFile:
    """As `load_file`, from a text."""
    reader = _Rules(file, pack)
    out = reader.file_of(source)
    if reader.mistakes or out is None:
        raise RulesError(reader.mistakes)
    return out


class _Rules(Reader):
    def __init__(self, file: str, pack: str) -> None:
        super().__init__(file)
        self.pack = pack
        self.grammar = language.PLAIN
        self.strict = replace(language.PLAIN, strict=True)
        self._ids: set[tuple[str, str]] = set()

    def file_of(self, source: str) -> RuleFile | None:
        root = self.document(source)
        if root is None:
            if not self.mistakes and self.pack:
                self.mistakes.append(Mistake(self.file, 1, 1, "an empty pack: it begins with “version: 1”"))
            return RuleFile()
        top = self.mapping(root, TOP_PACK if self.pack else TOP_OWN, "a pack" if self.pack else "a rules file")
        self._version(root, top)
        spelling = self._words(top.get("spelling"), "spelling")
        inflections = self._forms(top.get("inflections"))
        endings = tuple(self._list(top.get("endings"), "endings"))
        self.grammar = language.Language({}, inflections, endings, spelling)
        self.strict = replace(self.grammar, strict=True)
        sets = self._sets(top.get("sets"))
        return RuleFile(
            language=self._language(root, top),
            author=self._line(top, "author", root),
            reviewed=self._line(top, "reviewed", root),
            sets=sets,
            inflections=inflections,
            endings=endings,
            spelling=spelling,
            keywords=tuple(self._folded(top.get("keywords"), "keywords")),
            subjects=self._subjects(top.get("subjects")),
            context=tuple(self._step(node) for node in self._nodes(top.get("context"), "context")),
            evidence=self._weighing(top.get("evidence")),
            rules=tuple(self._rule(node) for node in self._nodes(top.get("rules"), "rules")),
            packs=tuple(self._list(top["packs"], "packs")) if "packs" in top else None,
            support_channels=self._channels(top.get("support_channels"), "support_channels"),
            tune=tuple(self._tune(node) for node in self._nodes(top.get("tune"), "tune")),
            grammar=self.grammar,
        )

    # --- the head ------------------------------------------------------------------------------------------------

    def _version(self, root: Any, top: Mapping[str, Any]) -> None:
        if "version" not in top:
            self.wrong(root, "the first line is missing: “version: 1”")
        elif self.text(top["version"], "version") not in ("", str(VERSION)):
            self.wrong(top["version"], f"this program reads version {VERSION}")

    def _language(self, root: Any, top: Mapping[str, Any]) -> str:
        if not self.pack:
            return ""
        if "language" not in top:
            self.wrong(root, "a pack says its language, as in “language: en”")
            return ""
        return self.text(top["language"], "language")

    def _line(self, top: Mapping[str, Any], key: str, root: Any) -> str:
        if key in top:
            return self.text(top[key], key)
        if self.pack:
            self.wrong(
                root, f"a pack says who wrote it (“author:”) and who reviewed it (“reviewed:”); “{key}” is missing"
            )
        return ""

    def _sets(self, node: Any) -> dict[str, str]:
        """The sets as they were written; the grammars know their trees, with accents and without."""
        out: dict[str, str] = {}
        for name, value in (self.mapping(node, None, "sets") if node is not None else {}).items():
            if not NAME.fullmatch(name):
                self.wrong(value, f"“{name}” is no name for a set: small letters, digits and -")
                continue
            source = self._joined(value, f"the set “{name}”")
            loose = self._phrase(value, source) if source else None
            strict = self._phrase(value, source, strict=True) if loose else None
            if loose is not None and strict is not None:
                out[name] = source
                self.grammar = replace(self.grammar, sets={**self.grammar.sets, name: loose.node})
                self.strict = replace(self.strict, sets={**self.strict.sets, name: strict.node})
        return out

    def _joined(self, node: Any, what: str) -> str:
        """A phrase, or a list of phrases as alternatives."""
        if hasattr(node, "value") and isinstance(node.value, list):
            return "(" + "|".join(self.texts(node, what)) + ")"
        return self.text(node, what, 20_000)

    def _forms(self, node: Any) -> dict[str, tuple[str, ...]]:
        out = {}
        for word, value in (self.mapping(node, None, "inflections") if node is not None else {}).items():
            out[word] = tuple(self._folded(value, f"the forms of “{word}”"))
        return out

    def _words(self, node: Any, what: str) -> dict[str, str]:
        out: dict[str, str] = {}
        for word, value in (self.mapping(node, None, what) if node is not None else {}).items():
            meant = " ".join(text.words(self.text(value, f"{what} of “{word}”")))
            if not word.split():
                self.wrong(value, f"{what} maps single words to what is meant; here the word is missing")
            for one in word.split():
                folded = text.words(one)
                if len(folded) != 1 or not meant:
                    self.wrong(value, f"{what} maps single words to what is meant, as in “wanna: want to”")
                else:
                    out[folded[0]] = meant
        return out

    def _folded(self, node: Any, what: str) -> list[str]:
        out: list[str] = []
        for found in self._list(node, what):
            out += text.words(found)
        return out

    # --- language and context ------------------------------------------------------------------------------------

    def _subjects(self, node: Any) -> Subjects:
        top = self.mapping(node, ("self", "other", "reader", "none"), "subjects") if node is not None else {}
        return Subjects(
            self._phrases(top.get("self"), "self"),
            self._phrases(top.get("other"), "other"),
            self._phrases(top.get("reader"), "reader"),
            self._phrases(top.get("none"), "none"),
        )

    def _step(self, node: Any) -> Step:
        top = self.mapping(node, STEP, "a step of context")
        where = self.choice(top["where"], WHERE, "place") if "where" in top else "sentence"
        regions = self._choices(top.get("regions"), REGIONS, "region")
        if where == "inside" and not regions:
            self.wrong(node, f"“where: inside” needs “regions:”, of {', '.join(REGIONS)}")
        if where != "inside" and not top.get("phrases"):
            self.wrong(node, "a step of context needs “phrases:”")
        if "then" not in top:
            self.wrong(node, "a step of context says what it does: “then: {at_most: watch}”")
        return Step(
            id=self._id(node, top, "a step of context"),
            where=where or "sentence",
            then=self._then(top.get("then")),
            phrases=self._phrases(top.get("phrases"), "phrases"),
            within=(self.number(top["within"], "within", 0, 30) if "within" in top else 6) or 0,
            regions=frozenset(regions),
            unless=self._phrases(top.get("unless"), "unless"),
            unless_anywhere="unless_in" in top
            and self.choice(top["unless_in"], ("sentence", "message"), "place for unless") == "message",
            applies=self._applies(top.get("applies")),
            because=self.text(top["because"], "because") if "because" in top else "",
        )

    def _weighing(self, node: Any) -> Weighing:
        top = self.mapping(node, EVIDENCE, "evidence") if node is not None else {}
        return Weighing(*(self.number(top[key], key, 0, 100) or 0 if key in top else 0 for key in EVIDENCE))

    def _then(self, node: Any) -> Then:
        top = self.mapping(node, THEN, "then") if node is not None else {}
        return Then(
            self._enum(top.get("at_most"), LEVELS, "level"),
            self._enum(top.get("at_least"), LEVELS, "level"),
            self._enum(top.get("about"), SUBJECTS, "about"),
            self._enum(top.get("topic"), TOPICS, "topic"),
        )

    def _applies(self, node: Any) -> Applies:
        top = self.mapping(node, APPLIES, "applies") if node is not None else {}
        return Applies(
            frozenset(TOPICS[one] for one in self._choices(top.get("topics"), tuple(TOPICS), "topic")),
            frozenset(SUBJECTS[one] for one in self._choices(top.get("about"), tuple(SUBJECTS), "about")),
            frozenset(LEVELS[one] for one in self._choices(top.get("levels"), tuple(LEVELS), "level")),
            frozenset(self._list(top.get("tags"), "tags")),
            frozenset(self._list(top.get("not_tags"), "not_tags")),
            frozenset(self._list(top.get("rules"), "rules")),
            frozenset(self._list(top.get("not_rules"), "not_rules")),
        )

    # --- a rule --------------------------------------------------------------------------------------------------

    def _rule(self, node: Any) -> Rule:
        top = self.mapping(node, RULE, "a rule")
        for key in ("topic", "level"):
            if key not in top:
                self.wrong(node, f"a rule says its {key}: one of {', '.join(TOPICS if key == 'topic' else LEVELS)}")
        if not any(key in top for key in ("phrases", "regexes")):
            self.wrong(node, "a rule needs “phrases:” (or “regexes:”)")
        mode = self.choice(top["mode"], ("enforce", "shadow"), "mode") if "mode" in top else None
        subject = self.choice(top["subject"], ("read", "given"), "subject") if "subject" in top else None
        accents = self.choice(top["accents"], ("loose", "strict"), "accents") if "accents" in top else None
        about = self._enum(top.get("about"), SUBJECTS, "about") or About.SELF
        topic = self._enum(top.get("topic"), TOPICS, "topic") or Topic.CUSTOM
        name = self._id(node, top, "a rule")
        return Rule(
            id=f"{self.pack}/{name}" if self.pack else name,
            topic=topic,
            about=about,
            level=self._enum(top.get("level"), LEVELS, "level") or Level.NONE,
            phrases=self._phrases(top.get("phrases"), "phrases", strict=accents == "strict"),
            regexes=tuple(self._regexes(top.get("regexes"))),
            unless=self._phrases(top.get("unless"), "unless"),
            channels=self._channels(top.get("channels"), "channels"),
            not_channels=self._channels(top.get("not_channels"), "not_channels"),
            roles=frozenset(self._list(top.get("roles"), "roles")),
            languages=frozenset(self._list(top.get("languages"), "languages")),
            shadow=mode == "shadow",
            cooldown=self._duration(top["cooldown"]) if "cooldown" in top else None,
            responses=self._responses(top.get("responses")),
            explicit="explicit" in top and self.truth(top["explicit"], "explicit"),
            given=subject == "given" if subject else (about is not About.SELF or topic is Topic.HARASSMENT),
            strict=accents == "strict",
            tags=frozenset(self._list(top.get("tags"), "tags")),
            examples=self._examples(top.get("examples")),
            note=self.text(top["note"], "note") if "note" in top else "",
            pack=self.pack,
            file=self.file,
            line=node.start_mark.line + 1,
        )

    def _id(self, node: Any, top: Mapping[str, Any], what: str) -> str:
        if "id" not in top:
            self.wrong(node, f"{what} needs an “id:”, a short neutral name")
            return ""
        found = self.text(top["id"], "id")
        if found and not NAME.fullmatch(found):
            self.wrong(top["id"], f"“{found[:60]}” is no id: small letters, digits and -, as in “here-slang”")
        elif (what, found) in self._ids:
            self.wrong(top["id"], f"the id “{found}” is taken already: give each its own")
        self._ids.add((what, found))
        return found

    def _examples(self, node: Any) -> Examples:
        top = self.mapping(node, ("match", "ignore", "other"), "examples") if node is not None else {}
        return Examples(*(tuple(self._list(top.get(key), key)) for key in ("match", "ignore", "other")))

    def _responses(self, node: Any) -> dict[str, str]:
        top = self.mapping(node, None, "responses") if node is not None else {}
        return {tag: self.text(value, f"the response in “{tag}”") for tag, value in top.items()}

    def _duration(self, node: Any) -> int | None:
        found = self.text(node, "cooldown")
        if not found:
            return None
        parts = re.fullmatch(r"(\d{1,5})\s*(s|min|m|h|d)", found)
        if parts is None:
            self.wrong(node, f"a cooldown is a number and s, min, h or d, as in “30 min”, not “{found[:40]}”")
            return None
        return int(parts[1]) * {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86400}[parts[2]]

    def _regexes(self, node: Any) -> list[str]:
        out = []
        for item in self._nodes(node, "regexes"):
            found = self.text(item, "a regex", MOST_REGEX)
            wrong = backends.refuse(found) if found else None
            if wrong:
                self.wrong(item, f"this regex can't be used: {wrong}")
            elif found:
                out.append(found)
        return out

    def _tune(self, node: Any) -> Tune:
        top = self.mapping(node, ("rule", "level", "mode", "channels"), "tune")
        if "rule" not in top:
            self.wrong(node, "“tune” says which rule: “rule: en/plain-wish”, or “en/*”")
        mode = self.choice(top["mode"], ("enforce", "shadow"), "mode") if "mode" in top else None
        channels: dict[str, Level | None] = {}
        found = self.mapping(top["channels"], None, "channels") if "channels" in top else {}
        for name, value in found.items():
            level = self.choice(value, ("off", *LEVELS), "level for a channel")
            if level is not None:
                channels[channel_name(name)] = None if level == "off" else LEVELS[level]
        return Tune(
            self.text(top["rule"], "rule") if "rule" in top else "",
            self._enum(top.get("level"), LEVELS, "level"),
            None if mode is None else mode == "shadow",
            channels,
            self.file,
            node.start_mark.line + 1,
        )

    # --- small things --------------------------------------------------------------------------------------------

    def _nodes(self, node: Any, what: str) -> list[Any]:
        return self.items(node, what) if node is not None else []

    def _list(self, node: Any, what: str) -> list[str]:
        return self.texts(node, what) if node is not None else []

    def _channels(self, node: Any, what: str) -> frozenset[str]:
        return frozenset(channel_name(one) for one in self._list(node, what))

    def _choices(self, node: Any, known: Sequence[str], what: str) -> list[str]:
        return [one for item in self._nodes(node, f"a list of {what}s") if (one := self.choice(item, known, what))]

    def _enum(self, node: Any, known: Mapping[str, E_], what: str) -> E_ | None:
        found = self.choice(node, tuple(known), what) if node is not None else None
        return known[found] if found is not None else None

    def _phrases(self, node: Any, what: str, *, strict: bool = False) -> tuple[Phrase, ...]:
        out = []
        for item in self._nodes(node, what):
            source = self.text(item, f"an entry of {what}")
            phrase = self._phrase(item, source, strict=strict) if source else None
            if phrase is not None:
                out.append(phrase)
        return tuple(out)

    def _phrase(self, node: Any, source: str, *, strict: bool = False) -> Phrase | None:
        read: Callable[..., language.Node] = language.parse
        try:
            return Phrase(source, read(source, self.strict if strict else self.grammar, close))
        except PhraseError as error:
            quoted = 1 if getattr(node, "style", None) in ("'", '"') else 0
            self.wrong(node, str(error), error.at + quoted if node.start_mark.line == node.end_mark.line else 0)
            return None
