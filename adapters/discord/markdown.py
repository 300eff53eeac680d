"""Inline values as Discord's markdown: what a person wrote stays text, what we mean becomes markup.

Everything that is not ours is escaped, so it can neither ping nor format nor look like a command. It must not know
where the text goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from bot.talk.platform import Words
from bot.talk.reply import Code, Inline, Link, Mention, Moment, Spoiler, Strong, Typed, Verbatim
from bot.talk.text import Text

_URL = re.compile(r"https?://[^\s<>\[\]()\\`*|]+")
_SIGNS = re.compile(r"([\\*_~`|\[\]()<>@])")
_LINE_START = re.compile(r"^(\s*)([#>+-]|\d+\.(?=\s))", re.MULTILINE)
MASKED = frozenset({"http", "https"})
"""What Discord hides behind a label; other addresses stand beside it."""
APART = "\u200b"
"""A blank without width."""
COVER = "||"
"""Opens and ends a spoiler."""
STAMPS = {"time": "t", "date": "D", "day": "D", "full": "f"}
"""How Discord shows a moment in the reader's own clock (its message formatting reference, "timestamp styles")."""

Paths = Callable[[str], tuple[str, int | None]]
"""From a command's full name to its path on Discord, and the id under which Discord knows it, where it does."""


def escape(text: str) -> str:
    """Text that shows exactly as it stands. Web addresses stay whole; Discord reads no markup in them."""
    out: list[str] = []
    last = 0
    for url in _URL.finditer(text):
        out += [_SIGNS.sub(r"\\\1", text[last : url.start()]), url[0]]
        last = url.end()
    out.append(_SIGNS.sub(r"\\\1", text[last:]))
    return _LINE_START.sub(_escape_start, "".join(out))


def _escape_start(found: re.Match[str]) -> str:
    sign = found[2]
    return f"{found[1]}{sign[:-1]}\\." if sign.endswith(".") else f"{found[1]}\\{sign}"


class Markdown:
    """Writes inline values for one reader. `mentions` gathers who is meant to be pinged, as it is written."""

    def __init__(self, words: Words, language: str, paths: Paths) -> None:
        self._words = words
        self._language = language
        self._paths = paths
        self.mentions: list[str] = []
        self._covered = False

    def say(self, text: Text) -> str:
        return self._words.say(text, self._language)

    def inlines(self, parts: Iterable[Inline]) -> str:
        """One after the other; where the marks of two would run together, they are kept apart."""
        out = ""
        for part in parts:
            shown = self.inline(part)
            joint = APART if out and shown and out[-1] == shown[0] and shown[0] in "`*|" else ""
            out += joint + shown
        return out

    def inline(self, inline: Inline) -> str:
        match inline:
            case Text():
                return escape(self.say(inline))
            case Verbatim(text):
                return escape(text)
            case Strong(inner):
                return _around(self.inline(inner), "**")
            case Code(text):
                return "\n".join(map(code, text.split("\n"))) if self._covered else code(text)
            case Typed(command, rest):
                return self._typed(command, rest)
            case Link(url, label):
                return self._link(url, label)
            case Mention(user, role):
                if not user.id.isdecimal():
                    return escape("@" + user.id)
                said = f"<@&{user.id}>" if role else f"<@{user.id}>"
                self.mentions.append(said)
                return said
            case Moment(when):
                return f"<t:{int(when.at.timestamp())}:{STAMPS.get(when.style, 'f')}>"
            case Spoiler(parts):
                return self._spoiler(parts)

    def _spoiler(self, parts: Iterable[Inline]) -> str:
        """Each line covered by itself, so that no cut between lines uncovers any; one within another is part of it."""
        if self._covered:
            return self.inlines(parts)
        self._covered = True
        try:
            return "\n".join(map(cover, self.inlines(parts).split("\n")))
        finally:
            self._covered = False

    def _typed(self, command: str, rest: str) -> str:
        path, id = self._paths(command)
        shown = code(f"/{path}") if id is None else f"</{path}:{id}>"
        return f"{shown} {code(rest)}" if rest else shown

    def _link(self, url: str, label: Inline) -> str:
        said = self.inline(label)
        plain = label.text if isinstance(label, Verbatim | Code) else None
        if not _masks(url):
            return said if plain == url else f"{said} ({escape(url)})"
        if plain == url or "://" in said:
            # Discord shows no label that looks like an address of its own.
            return f"<{url}>" if plain == url else f"{said} <{url}>"
        return f"[{said}](<{url}>)"


def _masks(url: str) -> bool:
    try:
        return urlsplit(url).scheme in MASKED and not re.search(r"[\s<>]", url)
    except ValueError:
        return False


def _around(text: str, sign: str) -> str:
    """Strong text; blanks stay outside, where Discord needs them."""
    inner = text.strip()
    if not inner:
        return text
    start = text.index(inner)
    return f"{text[:start]}{sign}{inner}{sign}{text[start + len(inner) :]}"


def cover(line: str) -> str:
    """A line under a spoiler. Discord ends it at the next two bars, even within code: there are none but ours."""
    if not line.strip():
        return line
    inner = re.sub(r"\|(?=\|)|\|$", f"|{APART}", line)
    return f"{COVER}{inner}{COVER}"


def code(text: str) -> str:
    """Code exactly as it stands: a fence longer than what is in it."""
    if not text.strip():
        return text
    if "\n" in text:
        return "```\n" + text.replace("```", "`\u200b``") + "\n```"
    if "`" not in text:
        return f"`{text}`"
    return f"`` {text} ``" if "``" not in text else escape(text)
