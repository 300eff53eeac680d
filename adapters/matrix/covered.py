"""What somebody covered (a spoiler), as the bot hears it: `||like this||`.

The plain words of such a message mostly lay it open or leave it out, so it is read from its HTML, which is what people
see. Whatever stands there was written by somebody: nothing in it raises, and it is read in one pass.
"""

from __future__ import annotations

import re
from html import unescape

COVER = "||"
_TAG = re.compile(r"""<(/?)([a-z][a-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.IGNORECASE)
_SPOILER = re.compile(r"(?<![\w-])data-mx-spoiler(?![\w-])", re.IGNORECASE)
_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "li", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "table"}
)


def with_covers(html: str) -> str | None:
    """The words of a message with its covered ones marked; None where nothing in it is covered."""
    return _Reading().read(html) if _SPOILER.search(html) else None


class _Reading:
    """One pass over the tags of a message."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._spans: list[bool] = []
        self._quoted = 0
        """How deep we are in a copy of what is answered, which is not what this person says."""

    def read(self, html: str) -> str:
        at = 0
        for tag in _TAG.finditer(html):
            self._words(html[at : tag.start()])
            self._tag(tag[2].lower(), tag[3], closing=bool(tag[1]))
            at = tag.end()
        self._words(html[at:])
        self._quoted = 0
        while self._spans:
            self._tag("span", "", closing=True)
        text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(self._said))
        return re.sub(r"\n{3,}", "\n\n", text).strip()

    def _words(self, text: str) -> None:
        if self._quoted:
            return
        text = re.sub(r"\s+", " ", unescape(text))
        self._said.append(text.replace(COVER, "| |") if any(self._spans) else text)

    def _tag(self, name: str, attributes: str, *, closing: bool) -> None:
        if name == "mx-reply":
            self._quoted = max(self._quoted + (-1 if closing else 1), 0)
        elif self._quoted:
            return
        elif name == "span" and not closing:
            covers = _SPOILER.search(attributes) is not None
            if covers and not any(self._spans):
                self._said.append(COVER)
            self._spans.append(covers)
        elif name == "span" and self._spans:
            if self._spans.pop() and not any(self._spans):
                self._said.append(COVER)
        elif name == "br" or name in _BLOCKS:
            self._said.append("\n")
