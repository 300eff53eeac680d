"""The two libraries that search for us, each with a slower stand-in where no wheel of it exists (Alpine, old ARM):
an automaton for many literals, and sets of regular expressions that run in linear time.

Nothing else imports them. Lines are folded (`safety.text`), so they hold no lone surrogate, which both refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

try:
    import ahocorasick_rs
except ImportError:  # pragma: no cover - depends on the machine
    ahocorasick_rs = None  # type: ignore[assignment]
try:
    import re2
except ImportError:  # pragma: no cover - depends on the machine
    re2 = None

SECONDS = 0.25
"""How long the stand-in for RE2 may look at one text with one expression."""


class Automaton(Protocol):
    """Finds every place of every literal, overlapping: (which, start, end)."""

    def find(self, line: str) -> Sequence[tuple[int, int, int]]: ...


class Expressions(Protocol):
    """Which expressions occur in a line, and where one of them does."""

    def which(self, line: str | bytes) -> Sequence[int]: ...

    def places(self, index: int, line: str) -> Iterator[tuple[int, int]]: ...


class RustAutomaton:
    """ahocorasick_rs."""

    def __init__(self, literals: Sequence[str]) -> None:
        self._inner: Any = ahocorasick_rs.AhoCorasick(literals) if literals else None

    def find(self, line: str) -> Sequence[tuple[int, int, int]]:
        if self._inner is None:
            return ()
        found: Sequence[tuple[int, int, int]] = self._inner.find_matches_as_indexes(line, overlapping=True)
        return found


class WordAutomaton:
    """The stand-in: every literal begins with a space, so it is looked up by its first word."""

    def __init__(self, literals: Sequence[str]) -> None:
        self._whole: dict[str, list[int]] = {}
        self._open: dict[str, list[int]] = {}
        self._literals = tuple(literals)
        for index, literal in enumerate(literals):
            if literal.endswith(" "):
                self._whole.setdefault(literal.split(" ", 2)[1], []).append(index)
            else:
                self._open.setdefault(literal[1:4], []).append(index)

    def find(self, line: str) -> Sequence[tuple[int, int, int]]:
        out = []
        at = line.find(" ")
        while at >= 0:
            end = line.find(" ", at + 1)
            word = line[at + 1 : end] if end > 0 else line[at + 1 :]
            for index in (*self._whole.get(word, ()), *self._open.get(word[:3], ())):
                if line.startswith(self._literals[index], at):
                    out.append((index, at, at + len(self._literals[index])))
            at = end
        return out


class SetExpressions:
    """google-re2: one pass says which of them occur. Compiled when first asked for."""

    def __init__(self, expressions: Sequence[str]) -> None:
        self._sources = tuple(expressions)
        self._compiled: dict[int, Any] = {}
        self._set: Any = re2.Set.SearchSet(_options(64 << 20))
        for expression in expressions:
            self._set.Add(expression)
        self._set.Compile()

    def which(self, line: str | bytes) -> Sequence[int]:
        found: Sequence[int] | None = self._set.Match(line)
        return found or ()

    def places(self, index: int, line: str) -> Iterator[tuple[int, int]]:
        if index not in self._compiled:
            self._compiled[index] = re2.compile(self._sources[index], _options(8 << 20))
        compiled = self._compiled[index]
        # Bytes and characters count alike in ASCII, and re2 need not translate between them.
        where: str | bytes = line.encode() if line.isascii() else line
        found = compiled.search(where)
        while found:
            start, end = found.span()
            yield start, end
            # The space between two neighbours belongs to both.
            found = compiled.search(where, max(start + 1, end - 1))


def _options(memory: int) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = memory
    return options


class LoopExpressions:
    """The stand-in: one after another by `regex`, each with a time limit, for what passes it says nothing."""

    def __init__(self, expressions: Sequence[str]) -> None:
        import regex

        self._compiled = [regex.compile(expression) for expression in expressions]

    def which(self, line: str | bytes) -> Sequence[int]:
        line = line if isinstance(line, str) else line.decode()
        return [index for index in range(len(self._compiled)) if any(True for _ in self.places(index, line))]

    def places(self, index: int, line: str) -> Iterator[tuple[int, int]]:
        try:
            for found in self._compiled[index].finditer(line, overlapped=True, timeout=SECONDS):
                yield found.span()
        except TimeoutError:
            return


def automaton(literals: Sequence[str]) -> Automaton:
    return RustAutomaton(literals) if ahocorasick_rs is not None else WordAutomaton(literals)


def expressions(sources: Sequence[str]) -> Expressions:
    return SetExpressions(sources) if re2 is not None else LoopExpressions(sources)


_REPEAT = re.compile(r"\{(\d+)?(?:,(\d*))?\}")
_LOOKS = re.compile(r"\(\?(?:[=!>]|<[=!])|\\[1-9]")
MOST_REPEATS = 100


def refuse(source: str) -> str | None:
    """Why a moderator's regular expression can't be used; None where it can."""
    if _LOOKS.search(source):
        return "looking around and back-references can't be matched in a fixed time; use “unless” instead"
    if any(int(number) > MOST_REPEATS for pair in _REPEAT.findall(source) for number in pair if number):
        return f"repeats of at most {MOST_REPEATS}"
    try:
        if re2 is not None:
            empty = re2.compile(source, _options(1 << 20)).search("") is not None
        else:
            import regex

            empty = regex.compile(source).search("") is not None
    except Exception as error:
        said = error.args[0] if error.args else "it can't be read"
        return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return "it would match an empty text" if empty else None
