"""Discord's markdown as a client shows it: what a person has before their eyes, in plain words."""

from __future__ import annotations

import re

_OPENS = re.compile(r"^(?:#{1,3} |-# |> |(?P<item>\s*- ))", re.MULTILINE)
_URL = re.compile(r"https?://[^\s<>\[\]()\\`*|]+")
_MASKED = re.compile(r"\]\(<([^>]+)>\)")
_ANGLES = re.compile(
    r"<(?:/(?P<command>[^:<>]+):\d+|(?P<url>https?://[^<>\s]+)|(?P<who>@\d+)|(?P<time>t:-?\d+:[a-zA-Z]))>"
)


def plain(text: str) -> str:
    """Escapes are undone, marks are gone, commands and addresses stand as they read."""
    lines = text.split("\n")
    if all(line.startswith(">") for line in lines):
        # A quotation's marks are before everything else, code in it too.
        return plain("\n".join(line.removeprefix(">").removeprefix(" ") for line in lines))
    out: list[str] = []
    at = 0
    line_start = True
    while at < len(text):
        sign = text[at]
        opens = _OPENS.match(text, at) if line_start else None
        if opens is not None:
            out.append("• " if opens["item"] else "")
            at, line_start = opens.end(), False
            continue
        line_start = sign == "\n"
        if sign == "\\" and at + 1 < len(text) and not text[at + 1].isalnum() and not text[at + 1].isspace():
            out.append(text[at + 1])
            at += 2
        elif sign == "`" and (code := _code(text, at)) is not None:
            out.append(code[0])
            at = code[1]
        elif text.startswith(("**", "||"), at):
            at += 2
        elif (url := _URL.match(text, at)) is not None:
            out.append(url[0])
            at = url.end()
        elif (angles := _ANGLES.match(text, at)) is not None:
            out.append("/" + angles["command"] if angles["command"] else angles[0].strip("<>"))
            at = angles.end()
        elif sign == "[":
            at += 1
        elif (masked := _MASKED.match(text, at)) is not None:
            out.append(f" ({masked[1]})")
            at = masked.end()
        else:
            out.append(sign)
            at += 1
    return "".join(out)


def _code(text: str, at: int) -> tuple[str, int] | None:
    """Inline code or a block of it: what stands in it, and where it ends."""
    fence = re.compile("`+").match(text, at)
    assert fence is not None
    marks = fence[0]
    closing = re.compile(rf"(?<!`){marks}(?!`)").search(text, fence.end())
    if closing is None:
        return None
    inside = text[fence.end() : closing.start()]
    if len(marks) == 2 and inside.startswith(" ") and inside.endswith(" "):
        inside = inside[1:-1]
    return inside, closing.end()
