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

Where a language elides (l'envie, d'envie), every longer word also stands for itself with an elided one glued before it.
A phrase is read into a tree (`safety.tree`). It knows no rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from safety import text
from safety.tree import NONE, Alt, Gap, Node, Seq, Word, expression, least, longest

MOST_WORDS = 16
MOST_GAP = 12
MOST_NESTED = 6
MOST_EXPRESSION = 20_000
LEAST_ELIDED = 4
"""Letters that a word has before which something may be elided: `on` is not in `mon`, `ai` not in `mai`."""
ELIDABLE = frozenset("aeiouyh")


class PhraseError(Exception):
    """A phrase that can't be read; says at which character (from 0) and what would be right."""

    def __init__(self, message: str, at: int = 0) -> None:
        super().__init__(message)
        self.at = at


@dataclass(frozen=True, slots=True)
class Language:
    """What a phrase may lean on: sets by name, inflected forms by word, endings for all others, spelling, what is
    elided before a vowel (l, d, qu) and which words only look so (larmes)."""

    sets: Mapping[str, Node] = field(default_factory=dict)
    inflections: Mapping[str, Sequence[str]] = field(default_factory=dict)
    endings: Sequence[str] = ()
    spelling: Mapping[str, str] = field(default_factory=dict)
    elisions: Sequence[str] = ()
    not_elided: Sequence[str] = ()
    strict: bool = False
    """Accents are kept."""
    read: dict[str, Node] = field(default_factory=dict, init=False, compare=False, repr=False)
    """Each word that was read, as it was written: most stand in many phrases."""


PLAIN = Language()
_TOKEN = re.compile(r"\s+|[()|?^$]|\{[^{}]*\}|<[^<>]*>|[^\s()|?^${}<>]+|.", re.DOTALL)
_GAP = re.compile(r"(\d+)(?:\s*(?:-|\.\.)\s*(\d+))?")


class _Parser:
    def __init__(self, source: str, language: Language, close: Callable[[str, Sequence[str]], str]) -> None:
        found = [(one.group(), one.start()) for one in _TOKEN.finditer(source)]
        self._tokens = [token for token in found if not token[0].isspace()]
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
        found = self._language.read.get(token)
        if found is None:
            found = self._language.read[token] = self._read(token, at)
        return found

    def _read(self, token: str, at: int) -> Node:
        if token.endswith("*") and len(token) > 1:
            found = text.words(token[:-1], strict=self._language.strict)
            if len(found) != 1 or len(found[0]) < 3:
                raise PhraseError("“*” follows at least three letters of one word, as in “suicid*”", at)
            return self._elidable(found[0], prefix=True)
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
        nodes = [self._elidable(word) for word in out if word != text.END]
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
        return Alt(tuple(self._elidable(form) for form in dict.fromkeys([word, *forms])))

    def _elidable(self, word: str, *, prefix: bool = False) -> Word:
        if len(word) < LEAST_ELIDED or not ELIDABLE.intersection(*text.words(word[0])):
            return Word(word, prefix)
        others = self._language.not_elided
        looks = [before + word for before in self._language.elisions]
        real = [one for one in looks if not any(other.startswith(one) if prefix else other == one for other in others)]
        return Word(word, prefix, tuple(one.removesuffix(word) for one in real))


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


def sets_in(source: str) -> Iterator[str]:
    """The names of the sets in a phrase that can be read."""
    return (found.group()[1:-1].strip() for found in _TOKEN.finditer(source) if found.group().startswith("<"))


def hasty(source: str) -> Iterator[tuple[str, int]]:
    """Bare words with a “?” straight after them, and at which character: whoever wrote “friends?” may have meant that
    the last letter may be missing, not the word."""
    if "?" not in source:
        return
    tokens = list(_TOKEN.finditer(source))
    for word, sign in pairwise(tokens):
        if sign.group() == "?" and word.group()[-1].isalnum() and len(word.group()) > 1:
            yield word.group(), word.start()
