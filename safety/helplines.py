"""Who to call: by country, language, topic and hour, one or two entries that can be dialled. Values and the look-up.

It reads no file (`phonebook` does) and knows nobody. What is dialled stands as it is dialled in its country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from safety.opening import UNKNOWN, Hours

FALLBACK = "https://findahelpline.com"
"""The international directory, where nothing else fits."""


@dataclass(frozen=True, slots=True)
class TextTo:
    """A number to send a message to, and the word to begin with where there is one; `language` where words differ."""

    to: str
    word: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Emergency:
    """What to dial where there is danger now; `ambulance` is one of its own beside."""

    numbers: tuple[str, ...]
    ambulance: str | None = None


@dataclass(frozen=True, slots=True)
class Helpline:
    """One service.

    `call` are numbers of the same line, the usual one first; `option` is what to choose once through. `topics` are
    those it is for, none meaning any. `region` is where alone it can be reached. `doubt` names what its sources
    disagree about: "number", "hours". `verified` is the newest day on which a source that people keep vouched for it;
    nothing was dialled. `machine` counts those of its sources that a language model wrote.
    """

    id: str
    country: str
    name: str
    call: tuple[str, ...] = ()
    option: str | None = None
    text: tuple[TextTo, ...] = ()
    calls_back: bool = False
    whatsapp: str | None = None
    chat: str | None = None
    url: str | None = None
    hours: Hours = UNKNOWN
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    region: str | None = None
    mobile_only: bool = False
    young: bool = False
    verified: date | None = None
    status: str = "agree"
    doubt: frozenset[str] = frozenset()
    machine: int = 0
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    place: str = ""
    """Where it stands: file:line."""
    own: bool = False
    """Whether the community wrote it."""

    def words(self, language: str) -> TextTo | None:
        """What to text, in the reader's language where there is a choice."""
        return next((one for one in self.text if one.language == language), next(iter(self.text), None))


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for somebody. `asked` is the country that was asked for, `now` when."""

    entries: tuple[Helpline, ...]
    country: str | None
    emergency: Emergency | None
    now: datetime
    fallback: str = FALLBACK


@dataclass(frozen=True, slots=True)
class Helplines:
    """All lines we know, in the order of the files."""

    entries: tuple[Helpline, ...]
    emergency: Mapping[str, Emergency] = field(default_factory=dict)
    fallback: str = FALLBACK

    def countries(self) -> Sequence[str]:
        """Those that have a line or an emergency number."""
        return sorted({entry.country for entry in self.entries} | set(self.emergency))

    def find(self, country: str | None, language: str, topic: str | None, now: datetime, few: int) -> Found:
        """At most `few` lines of a country, the likeliest to help first. A country without any has its emergency
        number and the directory.

        What decides, in this order: that sources agree on the number, that it is not closed at this hour, that it is
        for everybody (young people's lines come after), that it speaks the reader's language, that it is meant for the
        topic, that more than one source names it, that it answers in the whole country, that its hours are known.
        """
        here = [entry for entry in self.entries if entry.country == country]
        ranked = sorted(here, key=lambda entry: _rank(entry, _base(language), topic, now))
        return Found(tuple(ranked[:few]), country, self.emergency.get(country or ""), now, self.fallback)

    def get(self, id: str) -> Helpline | None:
        return next((entry for entry in self.entries if entry.id == id), None)


def _base(language: str) -> str:
    tag = language.replace("_", "-").split("-")[0].casefold()
    return "no" if tag in ("nb", "nn") else tag


def _rank(entry: Helpline, language: str, topic: str | None, now: datetime) -> tuple[int, ...]:
    open_now = entry.hours.open_at(now)
    if topic in entry.topics:
        meant = 0
    else:
        meant = 2 if entry.topics else 1
    return (
        "number" in entry.doubt,
        open_now is False,
        entry.young,
        bool(entry.languages) and language not in entry.languages,
        meant,
        not entry.own,
        entry.status in ("single-source", "named"),
        entry.region is not None,
        open_now is None,
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look after in an entry: "stale", "undated", "one-source", "number", "hours" (what
    sources disagree about), "unconfirmed" (no source but what a language model wrote)."""

    entry: Helpline
    what: str


STALE_AFTER = 365
"""Days after which an entry is worth looking at again."""


def findings(entries: Iterable[Helpline], today: date, stale_after: int = STALE_AFTER) -> list[Finding]:
    """Everything to look after, in the order of the entries."""
    out = []
    for entry in entries:
        age = age_of(entry, today)
        kept = len(entry.sources) - entry.machine
        if age is None:
            out.append(Finding(entry, "undated"))
        elif age > stale_after:
            out.append(Finding(entry, "stale"))
        if not entry.own and kept == 0:
            out.append(Finding(entry, "unconfirmed"))
        elif not entry.own and (kept == 1 or entry.status in ("single-source", "named")):
            out.append(Finding(entry, "one-source"))
        out += [Finding(entry, what) for what in sorted(entry.doubt)]
    return out


def age_of(entry: Helpline, today: date) -> int | None:
    """Days since it was vouched for; None where no day is known."""
    return None if entry.verified is None else (today - entry.verified).days
