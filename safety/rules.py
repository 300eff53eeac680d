"""A rules file, from YAML to frozen values. Every mistake is told at file:line:column with what would be right, all of
them at once; a file with a mistake gives nothing. The format is described in docs/rules.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from safety import backends
from safety import phrases as language
from safety.parts import LEVELS, SUBJECTS, TOPICS
from safety.reader.policy import SHARES, Mode, Policy
from safety.rule import (
    Examples,
    Rule,
    RuleFile,
    Tune,
    channel_name,
)
from safety.source import Mistake, RulesError, read_file
from safety.steps import Steps
from safety.verdict import About, Level, Topic

VERSION = 1
TOP_PACK = (
    "version", "language", "author", "reviewed", "sets", "inflections", "endings", "elisions", "not_elided", "spelling",
    "keywords", "subjects", "context", "rules",
)  # fmt: skip
TOP_OWN = ("version", "packs", "support_channels", "reader", "sets", "spelling", "keywords", "context", "rules", "tune")
RULE = (
    "id", "topic", "about", "level", "phrases", "regexes", "unless", "channels", "not_channels", "roles", "languages",
    "mode", "cooldown", "responses", "explicit", "subject", "accents", "tags", "examples", "note",
)  # fmt: skip
MOST_REGEX = 1000
MOST_REPEATED = re.compile(r"\{(\d+)(?:,(\d*))?\}")


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


class _Rules(Steps):
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
        elisions = tuple(self._folded(top.get("elisions"), "elisions"))
        not_elided = tuple(self._folded(top.get("not_elided"), "not_elided"))
        self.grammar = language.Language({}, inflections, endings, spelling, elisions, not_elided)
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
            elisions=elisions,
            not_elided=not_elided,
            keywords=tuple(self._folded(top.get("keywords"), "keywords")),
            subjects=self._subjects(top.get("subjects")),
            context=tuple(self._step(node) for node in self._nodes(top.get("context"), "context")),
            reader=self._reader(top["reader"]) if "reader" in top else None,
            rules=tuple(self._rule(node) for node in self._nodes(top.get("rules"), "rules")),
            packs=tuple(self._list(top["packs"], "packs")) if "packs" in top else None,
            support_channels=self._channels(top.get("support_channels"), "support_channels"),
            tune=tuple(self._tune(node) for node in self._nodes(top.get("tune"), "tune")),
            grammar=self.grammar,
            doubts=tuple(self.doubts),
        )

    def _reader(self, node: Any) -> Policy:
        """What the second reader may do; its shares are written in hundredths."""
        top = self.mapping(node, ("mode", "learn", "closer", *SHARES, "channels"), "reader")
        given = {key: self.number(top[key], key, 0, 100) for key in SHARES if key in top}
        shares = {key: found / 100 for key, found in given.items() if found is not None}
        mode = self._mode(top["mode"]) if "mode" in top else Mode.CONCERN
        channels = self.mapping(top["channels"], None, "channels") if "channels" in top else {}
        own = {channel_name(name): self._mode(one) for name, one in channels.items()}
        learn = "learn" in top and self.truth(top["learn"], "learn")
        closer = "closer" not in top or self.truth(top["closer"], "closer")
        return Policy(mode, channels=own, learn=learn, closer=closer, **shares)

    def _mode(self, node: Any) -> Mode:
        return Mode(self.choice(node, [mode.value for mode in Mode], "mode of the reader") or Mode.OFF.value)

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
