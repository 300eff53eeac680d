"""Reading a typed schedule: `daily 20:00`, `weekdays at 9`, `mon,thu 18:30`, `every 2 days`, `twice a day`. Pure.

What can't be read is answered with the nearest right form. The words stand in `vocabulary.py`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import date, time

from bot.talk.errors import Mistake
from bot.talk.text import Text, _, listing
from commands.checkin import vocabulary as words
from commands.checkin.schedule import EVERY_DAY, LONGEST_STEP, MOST_TIMES, WEEKDAYS, WEEKEND, Quiet, Schedule

USUAL: dict[int, tuple[time, ...]] = {
    1: (time(20),),
    2: (time(9), time(20)),
    3: (time(9), time(14), time(20)),
    4: (time(9), time(13), time(17), time(21)),
}
"""Times of day for who says only how often."""
_EPOCH = date(1970, 1, 1)
_TIME = re.compile(
    r"(?<![\d:.])(\d{1,2})(?:[:.h](\d{2}))?\s*(am\b|pm\b|a\.m\.|p\.m\.|uhr\b|h\b|heures?\b|horas?\b)?(?![\d:.])"
)
_SPACED = re.compile(r"\b(\d{1,2})\s*h(?:eures?)?\s+(\d{2})\b")
"""20 h 30, as French writes it."""
_FROM = re.compile(r"\b(?:from|ab|since|desde|à partir du|depuis le)\s+(\d{4}-\d{2}-\d{2})\b")


def _any(of: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(of, key=len, reverse=True))


_NUMBER = rf"(\d{{1,3}}|{_any(words.NUMBERS)})"
_STEP = re.compile(
    rf"\b(?:{_any(words.EVERY)})\s+{_NUMBER}\s*(?:({_any(words.DAY_UNITS)})|({_any(words.WEEK_UNITS)}))\b"
)
_HOURS = re.compile(rf"\b{_NUMBER}\s*(?:{_any(words.HOUR_UNITS)})\b(?!\d)")
_OTHER = re.compile(rf"\b({_any(words.OTHER)})\b")
_THROUGH = re.compile(rf"\b({_any(words.DAY_NAMES)})\.?\s+(?:{_any(words.THROUGH)})\s+({_any(words.DAY_NAMES)})\b")
_HALVES = tuple(
    (half, re.compile(rf"\b((?:0?[1-9]|1[01])(?:[:.]\d{{2}})?)\s+(?:{_any(said)})(?!\w)"))
    for half, said in (("am", words.BEFORE_NOON), ("pm", words.AFTER_NOON))
)
_TIMES = re.compile(rf"(?:\b({_any(words.TIMES)})|\b{_NUMBER}\s*(?:x|×|times|mal))\s+(?:{_any(words.A_DAY)})\b")


def parse(typed: str, today: date = _EPOCH) -> Schedule:
    """Read what was typed; every so many days counts from `today`. Raises Mistake with the nearest right forms."""
    found = _read(typed, today)
    if found is None:
        raise Mistake(_unreadable(typed, today), "schedule")
    return found


def _read(typed: str, today: date) -> Schedule | None:
    text = _SPACED.sub(r"\1:\2", halves(" ".join(typed.casefold().replace(";", ",").split())))
    if not text:
        return None
    start = today
    if dated := _FROM.search(text):
        try:
            start = date.fromisoformat(dated[1])
        except ValueError:
            return None
        text = _without(text, dated)
    every, count = 0, 0
    if step := _STEP.search(text):
        every = _number(step[1]) * (7 if step[3] else 1)
        text = _without(text, step)
    elif phrase := _OTHER.search(text):
        every = words.OTHER[phrase[1]]
        text = _without(text, phrase)
    elif times := _TIMES.search(text):
        count = words.TIMES[times[1]] if times[1] else _number(times[2])
        text = _without(text, times)
    at = _times(text)
    if at is None or (count and count not in USUAL and not at):
        return None
    days = _days(_TIME.sub(" ", text))
    if days is None or (every and (days != EVERY_DAY or not 1 <= every <= LONGEST_STEP)):
        return None
    if count and at and len(at) != count:
        return None
    at = at or USUAL[count or 1]
    if len(at) > MOST_TIMES:
        return None
    return Schedule(EVERY_DAY, at, every, start) if every > 1 else Schedule(days, at)


def halves(text: str) -> str:
    """Words for before and after noon as am and pm: "8 de la noche" is 8 pm."""
    for half, said in _HALVES:
        text = said.sub(rf"\1 {half}", text)
    return text


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _number(typed: str) -> int:
    return int(typed) if typed.isdigit() else words.NUMBERS[typed]


def _times(text: str) -> tuple[time, ...] | None:
    """The times of day in a text, in order; None where one of them is none."""
    found = {_time(one) for one in _TIME.finditer(text)}
    if None in found or re.search(r"\d", _TIME.sub(" ", text)) or re.search(r"\d\s+\d", text):
        return None
    return tuple(sorted(one for one in found if one is not None))


def _time(found: re.Match[str]) -> time | None:
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _days(text: str) -> frozenset[int] | None:
    """The days of the week; every day where nothing is said of them."""
    text = " ".join(_THROUGH.sub(r"\1-\2", text).replace(",", " , ").split()).strip(" ,")
    said = " ".join(word for word in text.split() if word not in words.FILLERS).strip(" ,")
    for whole in (text, said, text.rsplit(" ", 1)[0] if text.rsplit(" ", 1)[-1] in words.FILLERS else said):
        if not whole or whole in words.EVERY_DAY_WORDS:
            return EVERY_DAY
        if whole in words.WEEKDAY_WORDS:
            return WEEKDAYS
        if whole in words.WEEKEND_WORDS:
            return WEEKEND
    out: set[int] = set()
    for word in said.replace(",", " ").split():
        if word in words.WEEKEND_WORDS:
            out |= WEEKEND
        elif word in words.WEEKDAY_WORDS:
            out |= WEEKDAYS
        elif word in words.DAY_NAMES:
            out.add(words.DAY_NAMES[word])
        elif (span := _span(word)) is not None:
            out |= span
        elif word not in words.EVERY:
            return None
    return frozenset(out) or None


def _span(word: str) -> frozenset[int] | None:
    """mon-fri"""
    for dash in re.finditer(r"[-–]", word):
        ends = word[: dash.start()], word[dash.end() :]
        if all(end in words.DAY_NAMES for end in ends):
            first, last = (words.DAY_NAMES[end] for end in ends)
            return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
    return None


def nearest(typed: str, today: date = _EPOCH) -> Schedule | None:
    """What was meant, where words are only mistyped or unknown ones can be left out."""
    known = [*words.DAY_NAMES, *words.EVERY, *words.DAY_UNITS, *words.HOUR_UNITS, *words.NUMBERS, *words.TIMES]
    for of in (words.EVERY_DAY_WORDS, words.WEEKDAY_WORDS, words.WEEKEND_WORDS, words.OTHER):
        known += of
    text = halves(typed[:300].casefold())
    tokens = re.findall(r"[^\W\d_]+|\d{1,2}[:.h]\d{2}\s*(?:am|pm)?|\d+\s*(?:am|pm|uhr)?", text)
    mended, kept = [], []
    for token in tokens:
        close = token if not token[0].isalpha() or token in known or token in words.FILLERS else None
        near = difflib.get_close_matches(token, known, 1, 0.75) if close is None and len(token) > 2 else []
        mended.append(close or (near[0] if near else token))
        if (close or near) and (len(token) > 2 or not token.isalpha()):
            kept.append(close or near[0])
    clock = _last_clock(halves(typed.casefold()))
    alone = [word for word in kept if word[0].isalpha()]
    for line in (" ".join(mended), " ".join(kept), " ".join([*alone, f"{clock:%H:%M}"] if clock else alone)):
        if re.sub(r"[\W\d]", "", line) and (found := _read(line, today)):
            return found
    return None


def _last_clock(text: str) -> time | None:
    """The last time of day in a text, whatever else it says; numbers of days and hours are none."""
    bare = _HOURS.sub(" ", _TIMES.sub(" ", _STEP.sub(" ", text)))
    found = [at for at in map(_time, _TIME.finditer(bare)) if at is not None]
    return found[-1] if found else None


def _unreadable(typed: str, today: date) -> Text:
    text = halves(typed[:300].casefold())
    guess = nearest(typed, today)
    clock = f"{_last_clock(text) or USUAL[1][0]:%H:%M}"
    forms = [str(guess).partition(" from ")[0]] if guess else []
    forms += [f"daily {clock}", f"weekdays {clock}", f"mon,thu {clock}", f"every 2 days {clock}"]
    return _(
        "I can't read “{typed}” as a time. One of these would be right: {right}.",
        typed=typed.strip()[:60],
        right=listing(list(dict.fromkeys(forms))[:4]),
    )


def read_quiet(typed: str) -> Quiet | None:
    """`22:00-07:00`; None for "off". Raises Mistake."""
    text = halves(" ".join(typed.casefold().split()))
    if text in words.OFF:
        return None
    ends = [_time(one) for one in _TIME.finditer(re.sub(r"[-–—]", " ", text))]
    if len(ends) != 2 or None in ends or ends[0] == ends[1]:
        raise Mistake(
            _(
                "I can't read “{typed}” as quiet hours. One of these would be right: {right}.",
                typed=typed.strip()[:60],
                right=listing(["22:00-07:00", "off"]),
            ),
            "hours",
        )
    start, end = ends
    assert start is not None and end is not None
    return Quiet(start, end)
