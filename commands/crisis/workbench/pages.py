"""The workbench over HTTP: a small aiohttp application that is mounted behind a page's gate, which checks token, Host
and Origin. Everything slow runs in a thread; nothing that was typed is logged.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from babel import Locale

from commands.crisis.workbench.bench import Bench, ChangedMeanwhile, Compared, Opened, Tried, samples_of
from safety import Level, Verdict
from safety.fired import Explanation
from safety.source import Mistake, RulesError

PAGE = Path(__file__).parent / "page"
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
Now = Callable[[], datetime]
Work = Callable[[Bench, Mapping[str, Any], Now], Mapping[str, Any]]


def application(bench: Bench, now: Now, saved: Callable[[], Awaitable[None]] | None = None) -> web.Application:
    """The pages. `saved` is awaited after each save, so that a running bot takes the rules up at once."""

    async def page(request: web.Request) -> web.Response:
        name = request.path.rpartition("/")[2] or "index.html"
        path = PAGE / name
        if name not in FILES:
            raise web.HTTPNotFound()
        return web.Response(body=path.read_bytes(), content_type=KINDS[path.suffix], charset="utf-8")

    async def state(request: web.Request) -> web.Response:
        return web.json_response(await asyncio.to_thread(_state, bench))

    async def do(request: web.Request) -> web.Response:
        work = WORK.get(request.match_info["verb"])
        try:
            body = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            body = None
        if work is None or not isinstance(body, dict):
            return web.json_response({"error": "bad-request"}, status=400)
        try:
            said = await asyncio.to_thread(work, bench, body, now)
        except RulesError as error:
            return web.json_response({"mistakes": _mistakes(error.mistakes)}, status=422)
        except ChangedMeanwhile:
            return web.json_response({"error": "changed"}, status=409)
        except OSError as error:
            return web.json_response({"error": "not-written", "why": error.strerror or ""}, status=507)
        if request.match_info["verb"] == "save" and saved is not None:
            await saved()
        return web.json_response(said)

    app = web.Application()
    app.router.add_get("/api/state", state)
    app.router.add_post("/api/{verb}", do)
    app.router.add_get("/", page)
    for name in sorted(FILES):
        app.router.add_get(f"/{name}", page)
    return app


FILES = {path.name for path in PAGE.iterdir() if path.suffix in KINDS}


# --- what is asked for ------------------------------------------------------------------------------------------------


def _state(bench: Bench) -> Mapping[str, Any]:
    known = Locale("en").territories
    return {
        **_opened(bench.open()),
        "name": bench.path.name,
        "packs": list(bench.packs),
        "languages": [{"code": code, "name": _language(code)} for code in bench.words.languages],
        "countries": [{"code": code, "name": known.get(code, code)} for code in sorted(bench.lines.countries())],
    }


def _language(code: str) -> str:
    return (Locale.parse(code.replace("-", "_")).display_name or code).capitalize()


def _check(bench: Bench, body: Mapping[str, Any], now: Now) -> Mapping[str, Any]:
    found = bench.check(_text(body))
    return {"mistakes": _mistakes(found.mistakes), "rules": found.rules, "examples": found.examples}


def _try(bench: Bench, body: Mapping[str, Any], now: Now) -> Mapping[str, Any]:
    tried = bench.attempt(
        _text(body),
        str(body.get("message", ""))[:20_000],
        channel=str(body.get("channel", "")),
        private=bool(body.get("private")),
        language=str(body.get("language", "en")),
        country=str(body["country"]) if body.get("country") else None,
        now=now(),
    )
    return _tried(tried)


def _compare(bench: Bench, body: Mapping[str, Any], now: Now) -> Mapping[str, Any]:
    samples = samples_of(str(body.get("samples", "")))
    compared = bench.compare(_text(body), samples, channel=str(body.get("channel", "")))
    return {
        "seen": sum(bool(one.now) for one in compared),
        "of": len(samples),
        "changes": [_compared(one, samples) for one in compared if one.changed],
        "found": [_compared(one, samples) for one in compared if one.now and not one.changed][:200],
    }


def _save(bench: Bench, body: Mapping[str, Any], now: Now) -> Mapping[str, Any]:
    return _opened(bench.save(_text(body), str(body.get("stamp", ""))))


WORK: Mapping[str, Work] = {"check": _check, "try": _try, "compare": _compare, "save": _save}


# --- as JSON ----------------------------------------------------------------------------------------------------------


def _text(body: Mapping[str, Any]) -> str:
    return str(body.get("text", ""))


def _opened(opened: Opened) -> dict[str, Any]:
    return {"text": opened.text, "stamp": opened.stamp, "new": opened.new}


def _mistakes(mistakes: Sequence[Mistake]) -> list[dict[str, Any]]:
    return [{"line": one.line, "column": one.column, "message": one.message} for one in mistakes]


def _verdict(verdict: Verdict) -> dict[str, str]:
    return {"level": verdict.level.name.lower(), "about": verdict.about.value, "topic": verdict.topic.value}


def _compared(one: Compared, samples: Sequence[str]) -> dict[str, Any]:
    return {
        "sample": samples[one.index],
        "was": _verdict(one.was),
        "now": _verdict(one.now),
        "rules": list(one.now.rules or one.was.rules),
        "more": one.now.level > one.was.level,
    }


def _heard(explained: Explanation) -> dict[str, Any] | None:
    """What the second reader made of it; None where it was not asked, or can say nothing of the text."""
    reading = explained.reading
    if reading is None or not reading.read:
        return None
    return {
        "self": round(reading.self, 2),
        "other": round(reading.other, 2),
        "pieces": [one.piece for one in explained.weighed if one.weight > 0],
        "from": explained.ruled.level.name.lower(),
        "to": explained.verdict.level.name.lower(),
    }


def _tried(tried: Tried) -> dict[str, Any]:
    verdict = tried.explained.verdict
    return {
        **_verdict(verdict),
        "fired": [
            {
                "rule": one.rule.id,
                "said": one.said,
                "start": one.span.start,
                "end": one.span.end,
                "level": one.level.name.lower(),
                "began": one.rule.level.name.lower(),
                "dropped": one.level is Level.NONE,
                "steps": [
                    {"because": step.because, "level": step.level.name.lower(), "about": step.about.value}
                    for step in one.taken
                ],
            }
            for one in tried.explained.fired
        ],
        "reader": _heard(tried.explained),
        "shadow": list(verdict.shadow),
        "who": tried.sent.who,
        "lines": list(tried.sent.lines),
        "presses": list(tried.sent.presses),
    }
