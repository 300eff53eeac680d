"""What rules files share: choices, channels, ids, phrases, the words of a language. From nodes to values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import Enum
from typing import Any, TypeVar

from safety import phrases as language
from safety import text
from safety.phrases import PhraseError
from safety.rule import Phrase, channel_name
from safety.source import Mistake, Reader, close
from safety.tree import Node
from safety.verdict import About, Level, Topic

LEVELS = {level.name.lower(): level for level in Level}
TOPICS = {topic.value: topic for topic in Topic if topic not in (Topic.NONE, Topic.UNSURE)}
SUBJECTS = {about.value: about for about in About}
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
E_ = TypeVar("E_", bound=Enum)


class Parts(Reader):
    """What both rules and steps are read with. `pack` is the code of a pack, or empty."""

    def __init__(self, file: str, pack: str) -> None:
        super().__init__(file)
        self.pack = pack
        self.grammar = language.PLAIN
        self.strict = replace(language.PLAIN, strict=True)
        self.doubts: list[Mistake] = []
        self._ids: set[tuple[str, str]] = set()

    def _sets(self, node: Any) -> dict[str, str]:
        """The sets as they were written; the grammars know their trees, with accents and without."""
        out: dict[str, str] = {}
        loosely: dict[str, Node] = {}
        strictly: dict[str, Node] = {}
        self.grammar = replace(self.grammar, sets=loosely)
        self.strict = replace(self.strict, sets=strictly)
        for name, value in (self.mapping(node, None, "sets") if node is not None else {}).items():
            if not NAME.fullmatch(name):
                self.wrong(value, f"“{name}” is no name for a set: small letters, digits and -")
                continue
            source = self._joined(value, f"the set “{name}”")
            loose = self._phrase(value, source) if source else None
            if loose is None:
                continue
            # Without accents, in it and in the sets that it names, both are one and the same.
            same = source.isascii() and all(loosely[one] is strictly[one] for one in language.sets_in(source))
            strict = loose if same else self._phrase(value, source, strict=True)
            if strict is not None:
                out[name], loosely[name], strictly[name] = source, loose.node, strict.node
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
        read: Callable[..., Node] = language.parse
        self._doubted(node)
        try:
            return Phrase(source, read(source, self.strict if strict else self.grammar, close))
        except PhraseError as error:
            quoted = 1 if getattr(node, "style", None) in ("'", '"') else 0
            self.wrong(node, str(error), error.at + quoted if node.start_mark.line == node.end_mark.line else 0)
            return None

    def _doubted(self, node: Any) -> None:
        """What can be read, and may have been meant otherwise."""
        if isinstance(node.value, list):
            for item in node.value:
                self._doubted(item)
            return
        quoted = 1 if node.style in ("'", '"') else 0
        mark, same_line = node.start_mark, node.start_mark.line == node.end_mark.line
        for word, at in language.hasty(str(node.value)):
            message = (
                f"“{word}?” makes the whole word optional: write “({word})?” if that is meant,"
                f" “({word[:-1]}|{word})” if a letter may be missing"
            )
            column = mark.column + 1 + (at + quoted if same_line else 0)
            doubt = Mistake(self.file, mark.line + 1, column, message)
            if doubt not in self.doubts:
                self.doubts.append(doubt)
