"""The phrase language that moderators write: words, alternatives, optional words, gaps, inflection, named sets.

    want to die                 these words, one after another
    (done|finished) with life   one of these; may be empty words, several words, nested
    want to (just)? die         optional
    want to {2} die             up to two words of any kind; {1-3} at least one, at most three; never past a sentence
    cross {on,in} my list       one of these words: as (on|in)
    suicid*                     any ending
    kill~ myself                kill, kills, killed, killing: as the pack's inflections say
    <wish> die                  a set named in the file
    ^bye$                       the beginning and the end of a sentence

A phrase is read into a tree, and the tree becomes literals (for Aho-Corasick) where there are few of them, else one
regular expression without anything that could be slow. It knows no rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from safety import text
from safety.common import COMMON, FREQUENT

MOST_LITERALS = 48
MOST_WORDS = 16
MOST_GAP = 12
MOST_NESTED = 6
MOST_EXPRESSION = 20_000


class PhraseError(Exception):
    """A phrase that can't be read; says at which character (from 0) and what would be right."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Seq:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    options: tuple[Node, ...]


Node = Word | Gap | Seq | Alt
NONE = Seq(())


@dataclass(frozen=True, slots=True)
class Language:
    """What a phrase may lean on: sets by name, inflected forms by word, endings for all others, spelling."""

    sets: Mapping[str, Node] = field(default_factory=dict)
    inflections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    endings: Sequence[str] = ()
    spelling: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False
    """Accents are kept."""


PLAIN = Language()
_TOKEN = re.compile(r"\s+|[()|?^$]|\{[^{}]*\}|<[^<>]*>|[^\s()|?^${}<>]+|.", re.DOTALL)
_GAP = re.compile(r"(\d+)(?:\s*(?:-|\.\.)\s*(\d+))?")


class _Parser:
    def __init__(self, source: str, language: Language, close: Callable[[str, Sequence[str]], str]) -> None:
        self._tokens = [(found.group(), found.start()) for found in _TOKEN.finditer(source)]
        self._tokens = [token for token in self._tokens if token[0].strip()]
        self._at = 0
        self._language = language
        self._close = close
        self._source = source
        self._depth = 0

    def parse(self) -> Node:
        node = self._alternatives()
        if self._at < len(self._tokens):
            raise PhraseError("a “)” without its “(”", self._tokens[self._at][1])
        return node

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _alternatives(self) -> Node:
        options = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Alt(tuple(options))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self._at < len(self._tokens) and self._peek() not in "|)":
            node = self._one()
            if self._peek() == "?":
                self._at += 1
                node = Alt((node, NONE))
            items.append(node)
        return items[0] if len(items) == 1 else Seq(tuple(items))

    def _one(self) -> Node:
        token, at = self._tokens[self._at]
        self._at += 1
        if token == "(":
            self._depth += 1
            if self._depth > MOST_NESTED:
                raise PhraseError(f"more than {MOST_NESTED} brackets inside one another", at)
            node = self._alternatives()
            if self._peek() != ")":
                raise PhraseError("a “(” without its “)”", at)
            self._at += 1
            self._depth -= 1
            return node
        if token in "^$":
            return Word(text.END)
        if token == "?":
            raise PhraseError("“?” follows the word or bracket that may be missing, as in “(just)?”", at)
        if token in "{}<>":
            raise PhraseError(f"a “{token}” without its partner", at)
        if token.startswith("{"):
            return self._gap(token, at)
        if token.startswith("<"):
            return self._set(token, at)
        return self._word(token, at)

    def _gap(self, token: str, at: int) -> Node:
        inner = token[1:-1].strip()
        found = _GAP.fullmatch(inner)
        if found is None:
            names = [part.strip() for part in inner.split(",")]
            if len(names) < 2 or not all(names):
                raise PhraseError(f"“{token}” is no gap: write {{2}} for up to two words, {{1-3}} for one to three", at)
            return Alt(tuple(self._word(name, at) for name in names))
        first = int(found.group(1))
        least, most = (first, int(found.group(2))) if found.group(2) else (0, first)
        if most > MOST_GAP or least > most:
            raise PhraseError(f"a gap holds at most {MOST_GAP} words, the smaller number first", at)
        return Gap(least, most)

    def _set(self, token: str, at: int) -> Node:
        name = token[1:-1].strip()
        if name not in self._language.sets:
            raise PhraseError(f"no set is called “{name}”{self._close(name, list(self._language.sets))}", at)
        return self._language.sets[name]

    def _word(self, token: str, at: int) -> Node:
        if token.endswith("*") and len(token) > 1:
            found = text.words(token[:-1], strict=self._language.strict)
            if len(found) != 1 or len(found[0]) < 3:
                raise PhraseError("“*” follows at least three letters of one word, as in “suicid*”", at)
            return Word(found[0], prefix=True)
        if "*" in token:
            raise PhraseError("“*” stands at the end of a word and means any ending", at)
        if token.endswith("~"):
            return self._inflected(token[:-1], at)
        return self._spelled(token, at)

    def _spelled(self, token: str, at: int) -> Node:
        out: list[str] = []
        for word in text.words(token, strict=self._language.strict):
            out += self._language.spelling.get(word, word).split()
        if not out or out == [text.END]:
            raise PhraseError(f"“{token}” holds no letter", at)
        nodes = [Word(word) for word in out if word != text.END]
        return nodes[0] if len(nodes) == 1 else Seq(tuple(nodes))

    def _inflected(self, token: str, at: int) -> Node:
        found = text.words(token, strict=self._language.strict)
        if len(found) != 1:
            raise PhraseError("“~” follows one word, as in “kill~”", at)
        word = found[0]
        forms = self._language.inflections.get(word)
        if forms is None:
            if not self._language.endings:
                raise PhraseError(f"no forms of “{word}” are known here: write them as ({word}|…)", at)
            forms = [word + ending for ending in self._language.endings]
        return Alt(tuple(Word(form) for form in dict.fromkeys([word, *forms])))


def parse(source: str, language: Language = PLAIN, close: Callable[[str, Sequence[str]], str] | None = None) -> Node:
    """The tree of a phrase. Raises PhraseError."""
    if "\\" in source or "[" in source:
        raise PhraseError("this looks like a regular expression: those stand under “regexes”")
    node = _Parser(source, language, close or (lambda _name, _names: "")).parse()
    if least(node) == 0:
        raise PhraseError("this would match anything: at least one word must not be optional")
    if longest(node) > MOST_WORDS + 8:
        raise PhraseError(f"longer than {MOST_WORDS} words")
    if len(expression(node)) > MOST_EXPRESSION:
        raise PhraseError("too many alternatives in one phrase: write several phrases")
    return node


def least(node: Node) -> int:
    """How many words of its own it has at least; gaps and sentence ends do not count."""
    match node:
        case Word():
            return int(node.text != text.END)
        case Gap():
            return 0
        case Seq():
            return sum(map(least, node.items))
        case Alt():
            return min(map(least, node.options))


def longest(node: Node) -> int:
    """How many words it spans at most."""
    match node:
        case Word():
            return 1
        case Gap():
            return node.most
        case Seq():
            return sum(map(longest, node.items))
        case Alt():
            return max(map(longest, node.options))


def literals(node: Node, most: int = MOST_LITERALS) -> list[tuple[str, ...]] | None:
    """Every way to say it; None where there are more than `most`, or a gap or an open ending."""
    match node:
        case Word():
            return None if node.prefix else [(node.text,)]
        case Gap():
            return None
        case Alt():
            out: list[tuple[str, ...]] = []
            for option in node.options:
                ways = literals(option, most)
                if ways is None or len(out) + len(ways) > most:
                    return None
                out += ways
            return list(dict.fromkeys(out))
        case Seq():
            whole: list[tuple[str, ...]] = [()]
            for item in node.items:
                ways = literals(item, most)
                if ways is None or len(whole) * len(ways) > most:
                    return None
                whole = [one + way for one in whole for way in ways]
            return list(dict.fromkeys(whole))


def expression(node: Node) -> str:
    """As a regular expression over a padded line, without its leading space; each word brings the space after it."""
    match node:
        case Word():
            return re.escape(node.text) + ("[^ .]* " if node.prefix else " ")
        case Gap():
            return f"(?:[^ .]+ ){{{node.least},{node.most}}}"
        case Seq():
            return "".join(map(expression, node.items))
        case Alt():
            return f"(?:{'|'.join(map(expression, node.options))})"


def anchors(node: Node) -> tuple[Word, ...] | None:
    """Words of which one must be there for the phrase to match; the rarest such group. None: there is no such group."""
    groups = groups_of(node)
    return groups[0] if groups else None


def groups_of(node: Node) -> list[tuple[Word, ...]]:
    """Groups of words of which one each must be there for the phrase to match, the rarest first."""
    match node:
        case Word():
            return [(node,)] if node.text != text.END else []
        case Gap():
            return []
        case Alt():
            out: dict[Word, None] = {}
            for option in node.options:
                found = anchors(option)
                if found is None:
                    return []
                out.update(dict.fromkeys(found))
            return [tuple(out)]
        case Seq():
            return sorted((group for item in node.items for group in groups_of(item)), key=_commonness)


def _commonness(group: tuple[Word, ...]) -> float:
    return sum(
        80 if word.text in COMMON else 15 if word.text in FREQUENT else 1 + 20 / len(word.text) ** 2 for word in group
    )


def vocabulary(node: Node) -> frozenset[str]:
    """Every whole word in it."""
    match node:
        case Word():
            return frozenset() if node.prefix or node.text == text.END else frozenset((node.text,))
        case Gap():
            return frozenset()
        case Seq():
            return reduce(frozenset.union, map(vocabulary, node.items), frozenset())
        case Alt():
            return reduce(frozenset.union, map(vocabulary, node.options), frozenset())
