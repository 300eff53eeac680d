"""Helplines: what is shipped can be dialled and was nowhere invented; mistakes are told at their place."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety.helplines import FALLBACK, STALE_AFTER, age_of, findings
from safety.opening import DAYS, Hours, parse_span
from safety.phonebook import SHIPPED, HelplinesError, load, read_text, shipped

THREE_AT_NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COLLECTED = next(
    (file for folder in Path(__file__).parents[3:5] if (file := folder / "shared/data/helplines.json").exists()), None
)


def digits(text: str) -> str:
    return re.sub(r"[ -]", "", text)


def own(text: str):
    return read_text(text, "own.yaml", base=shipped())


def faults(text: str) -> list[str]:
    with pytest.raises(HelplinesError) as caught:
        own(text)
    return [str(one) for one in caught.value.faults]


# --- what is shipped ---------------------------------------------------------------------------------------------


def test_every_country_has_something_to_dial():
    lines = shipped()
    assert len(lines.countries()) == 44
    for country in lines.countries():
        found = lines.find(country, "en", "suicide", THREE_AT_NIGHT, 2)
        assert found.emergency and found.emergency.numbers, country
        assert found.fallback == FALLBACK
        assert found.entries or country == "TR", country


def test_short_codes_have_no_country_prefix_and_links_are_https():
    for entry in shipped().entries:
        dialled = [*entry.call, *(text.to for text in entry.text), *filter(None, [entry.whatsapp])]
        assert dialled or entry.chat or entry.url, entry.id
        for number in dialled:
            assert not number.startswith("+") or len(digits(number)) > 10, (entry.id, number)
        for link in filter(None, [entry.chat, entry.url]):
            assert link.startswith("https://"), entry.id


@pytest.mark.skipif(COLLECTED is None, reason="the collected sources are not beside this checkout")
def test_no_number_is_invented():
    collected = COLLECTED.read_text(encoding="utf-8")
    known = digits(collected)
    for entry in shipped().entries:
        for number in [*entry.call, *(text.to for text in entry.text), *filter(None, [entry.whatsapp])]:
            assert digits(number) in known, (entry.id, number)
        for link in filter(None, [entry.chat, entry.url]):
            assert link in collected, (entry.id, link)
        for text in entry.text:
            assert text.word is None or text.word in collected
    for record in json.loads(collected)["records"]:
        emergency = shipped().emergency[record["cc"]]
        for number in [*emergency.numbers, *filter(None, [emergency.ambulance])]:
            assert number in record["emergency"], record["cc"]


def test_what_sources_dispute_is_marked_and_comes_last():
    malaysia = shipped().find("MY", "en", "suicide", NOON, 5).entries
    assert malaysia[-1].id == "my-befrienders" and "number" in malaysia[-1].doubt
    denmark = shipped().get("dk-livslinien")
    assert denmark and "hours" in denmark.doubt and not denmark.hours.always
    romania = shipped().get("ro-antisuicid")
    assert romania and "hours" in romania.doubt and not romania.hours.known
    assert shipped().get("co-106").region == "Bogotá"


def test_no_day_of_a_machine_written_source_counts_as_verified():
    for entry in shipped().entries:
        if entry.verified and "2026-04-22" in " ".join(entry.sources):
            assert entry.verified != date(2026, 4, 22), entry.id
        assert entry.machine <= len(entry.sources)


# --- who is found ------------------------------------------------------------------------------------------------


def test_by_country_language_and_hour():
    lines = shipped()
    assert lines.find("GB", "en", "suicide", NOON, 1).entries[0].call == ("116 123",)
    assert [one.call for one in lines.find("BE", "fr-BE", None, NOON, 2).entries] == [("0800 32 123",), ("1813",)]
    assert [one.call for one in lines.find("BE", "nl", None, NOON, 2).entries] == [("1813",), ("0800 32 123",)]
    assert lines.find("NO", "nb", None, NOON, 1).entries[0].id == "no-mental-helse"
    assert lines.find("JP", "en", None, NOON, 2).entries[1].id == "jp-tell"
    night, evening = (lines.find("PT", "pt", None, at, 2).entries for at in (THREE_AT_NIGHT, NOON))
    assert night[0].id == evening[0].id == "pt-1411"


def test_a_closed_line_comes_after_one_that_answers():
    text = """
version: 1
helplines:
  - {id: gb-day, country: GB, name: Day line, call: ["0800 000 000"], hours: ["daily 09:00-17:00"],
     zone: Europe/London, languages: [en], topics: [suicide], verified: 2026-11-01}
"""
    lines = own(text)
    assert lines.find("GB", "en", "suicide", NOON, 1).entries[0].id == "gb-day"
    assert lines.find("GB", "en", "suicide", THREE_AT_NIGHT, 1).entries[0].id == "gb-samaritans"
    assert lines.find("GB", "en", "abuse", NOON, 1).entries[0].id == "gb-samaritans"


def test_who_is_nowhere_has_the_directory():
    for country in (None, "XX", "VA"):
        found = shipped().find(country, "en", "suicide", NOON, 2)
        assert (found.entries, found.emergency, found.fallback) == ((), None, FALLBACK)


@settings(deadline=None)
@given(
    st.sampled_from([*shipped().countries(), None, "??"]),
    st.sampled_from(["en", "de", "pt-BR", "zh_Hans", "", "x"]),
    st.sampled_from([None, "suicide", "abuse", "eating", "nonsense"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.integers(0, 9),
)
def test_looking_up_never_fails_and_keeps_to_the_country(country, language, topic, now, few):
    found = shipped().find(country, language, topic, now, few)
    assert len(found.entries) <= few
    assert all(entry.country == country for entry in found.entries)
    doubts = ["number" in entry.doubt for entry in found.entries]
    assert doubts == sorted(doubts)


# --- hours -------------------------------------------------------------------------------------------------------


def test_hours_over_midnight_and_days():
    luxembourg = shipped().get("lu-sos-detresse").hours
    saturday, sunday, monday = (datetime(2026, 11, day, 1, 30, tzinfo=UTC) for day in (28, 29, 30))
    assert luxembourg.open_at(saturday) and luxembourg.open_at(sunday)  # 2:30 in the nights after Friday and Saturday
    assert luxembourg.open_at(monday) is False
    assert luxembourg.opens_next(monday) == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    assert Hours().open_at(NOON) is None and Hours(always=True).open_at(NOON) is True


@settings(deadline=None)
@given(
    st.sampled_from([*DAYS, "daily", "mon-fri", "fri-mon"]),
    st.integers(0, 1439),
    st.integers(1, 1440),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Berlin", "Asia/Tokyo", "America/New_York", "UTC"]),
)
def test_a_closed_line_says_when_it_opens(days, start, end, now, zone):
    written = f"{days} {start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    hours = Hours(spans=(parse_span(written),), zone=zone)
    opens = hours.opens_next(now)
    if hours.open_at(now):
        assert opens is None
    else:
        assert opens is not None and now < opens <= now + timedelta(days=8)


# --- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("version: 2", "1:10", 'must say "version: 1"'),
        ("version: 1\nhelpline: []", "2:1", "did you mean helplines?"),
        ("version: 1\nremove: [gb-samaritan]", "2:10", "did you mean gb-samaritans?"),
        ("version: 1\nemergency: {GB: {numbers: []}}", "2:17", "needs numbers"),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, verified: 2026}]", "2:13", "no way to reach it"),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, call: ['1']}]", "2:51", "can't be dialled"),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, call: ['+44116123']}]", "2:51", "country prefix"),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, call: ['+1741741']}]", "2:51", "country prefix"),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, url: http://a.example}]", "2:49", "https://"),
        ("version: 1\nhelplines: [{id: a1, country: NO, name: A, call: ['112']}]", "2:31", 'write Norway as "NO"'),
        ("version: 1\nhelplines: [{id: a1, country: Britain, name: A, call: ['112']}]", "2:31", "two letters"),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, call: ['112']}]", "2:13", "needs verified"),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, verified: soon, call: ['112']}]", "2:54", "is no day"),
        (
            "version: 1\nhelplines: [{id: a1, country: GB, name: A, hours: [mon 9-5], zone: UTC}]",
            "2:52",
            "are no hours",
        ),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, hours: [mon 09:00-17:00]}]", "2:51", "need the zone"),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, languages: [klingonish]}]", "2:56", "is no language"),
        ("version: 1\nhelplines: [{id: a1, country: GB, name: A, fone: ['112']}]", "2:44", "has no 'fone'"),
        ("version: 1\nhelplines: &a []\nremove: *a", "1:1", "aliases"),
        ("a: [", "1:5", "is no YAML"),
        ("", "1:1", "is empty"),
    ],
)
def test_mistakes_are_told_at_their_place(text, at, said):
    told = faults(text)
    assert any(one.startswith(f"own.yaml:{at}: ") and said in one for one in told), told


def test_all_mistakes_are_told_at_once():
    assert len(faults("version: 1\nhelplines:\n  - {id: A!, country: Q, name: x, call: [x], chat: ftp://x}\n")) >= 4


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(HelplinesError, match="can't be read"):
        load(tmp_path / "lines.yaml")


@settings(deadline=None)
@given(st.text(max_size=300) | st.from_regex(r"version: 1\nhelplines:\n( {2}- \{.{0,80}\}\n){1,3}", fullmatch=True))
def test_no_text_breaks_the_reader(text):
    try:
        own(text)
    except HelplinesError as error:
        assert error.faults


# --- a community's own -------------------------------------------------------------------------------------------


def test_a_community_overrides_adds_and_removes():
    lines = own(
        """
version: 1
fallback: https://lines.example
emergency:
  GB: {numbers: ["112"]}
remove: [gb-shout]
helplines:
  - id: gb-samaritans
    country: GB
    name: Samaritans here
    call: ["116 123"]
    verified: 2026-11-24
  - id: gb-ours
    country: GB
    name: Our own
    chat: https://ours.example
    topics: [abuse]
    verified: 2026-11-24
"""
    )
    ids = [entry.id for entry in lines.find("GB", "en", "abuse", NOON, 9).entries]
    assert ids[0] == "gb-ours" and "gb-shout" not in ids
    assert lines.get("gb-samaritans").name == "Samaritans here"
    assert lines.find("GB", "en", None, NOON, 1).emergency.numbers == ("112",)
    assert lines.find("DE", "de", None, NOON, 1).entries[0].id == "de-telefonseelsorge"
    assert lines.fallback == "https://lines.example"
    assert shipped().get("gb-shout") is not None


# --- what to look after ------------------------------------------------------------------------------------------


def test_findings_tell_age_and_doubt():
    today = date(2026, 11, 24)
    found = {(one.entry.id, one.what) for one in findings(shipped().entries, today)}
    assert ("my-befrienders", "number") in found
    assert ("dk-livslinien", "hours") in found
    assert ("th-1323", "unconfirmed") in found
    assert ("no-mental-helse", "stale") in found
    assert ("no-kirkens-sos", "undated") in found
    assert ("pl-centrum-wsparcia", "one-source") in found
    assert not any(id == "gb-samaritans" for id, _what in found)
    later = today + timedelta(days=STALE_AFTER)
    assert ("gb-samaritans", "stale") in {(one.entry.id, one.what) for one in findings(shipped().entries, later)}
    assert age_of(shipped().get("gb-samaritans"), today) == 175


def test_the_shipped_file_is_read_as_it_stands():
    assert SHIPPED.exists() and load() == shipped()


def test_the_example_in_the_docs_is_right():
    page = (Path(__file__).parents[2] / "docs" / "crisis.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert example and own(example[1]).get("gb-our-evening-line") is not None
