"""Rules files: what is read, and what is said of every mistake, at its line and column, all of them at once."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from safety.engine import Engine
from safety.load import PACKS, load_all, shipped
from safety.rules import load_text
from safety.schema import schema
from safety.source import LARGEST, RulesError
from safety.verdict import About, Level, Topic
from safety.write import dump

WHOLE = """\
version: 1
packs: [en]
support_channels: ["#vent"]
sets: {train: "(train|tram)", later: ["(soon|later)", "<train> {2} gone"]}
spelling: {trian: train}
keywords: [train]
context:
  - id: timetable
    where: near
    within: 3
    phrases: ["timetable"]
    unless: ["last timetable"]
    unless_in: message
    applies: {topics: [suicide], levels: [urgent], not_tags: [x]}
    then: {at_most: watch}
    because: "a timetable"
rules:
  - id: here-slang
    topic: suicide
    about: self
    level: urgent
    phrases: ["take the last <train>", "(done|finished) with (life|everything)"]
    regexes: ["last t(rain|ram)s? "]
    unless: ["done with everything {on,in} my list"]
    channels: ["#a", b]
    not_channels: [c]
    roles: [member]
    languages: [en]
    mode: shadow
    cooldown: 2 h
    responses: {en: "Hello"}
    explicit: true
    subject: given
    accents: strict
    tags: [here]
    examples:
      match: ["i'm done with life"]
      ignore: ["done with everything on my list"]
    note: "why"
tune:
  - rule: en/*
    level: concern
    mode: enforce
    channels: {"#finals": off, games: watch}
"""


def mistakes(source: str, pack: str = "") -> list[str]:
    with pytest.raises(RulesError) as raised:
        load_text(source, "r.yaml", pack=pack)
    return [str(one) for one in raised.value.mistakes]


def test_a_whole_file() -> None:
    file = load_text(WHOLE)
    (rule,) = file.rules
    assert (rule.id, rule.topic, rule.about, rule.level) == ("here-slang", Topic.SUICIDE, About.SELF, Level.URGENT)
    assert rule.channels == {"a", "b"}
    assert rule.cooldown == 7200
    assert rule.shadow and rule.explicit and rule.given and rule.strict
    assert file.tune[0].channels == {"finals": None, "games": Level.WATCH}
    assert file.support_channels == {"vent"}
    assert file.packs == ("en",)


def test_it_round_trips() -> None:
    file = load_text(WHOLE)
    assert load_text(dump(file)) == file
    assert dump(load_text(dump(file))) == dump(file)


@pytest.mark.parametrize("code", shipped())
def test_every_pack_round_trips_and_fits_the_schema(code: str) -> None:
    source = (PACKS / f"{code}.yaml").read_text("utf-8")
    file = load_text(source, pack=code)
    assert load_text(dump(file), pack=code) == file
    jsonschema_rs.validate(schema(pack=True), yaml.safe_load(source))


@pytest.mark.parametrize("code", shipped())
def test_every_pack_says_who_wrote_it_and_holds_its_examples(code: str) -> None:
    engine = Engine.load(packs=[code])
    assert engine.files[code].author and engine.files[code].reviewed
    assert {rule.topic for rule in engine.rules} >= {Topic.SUICIDE, Topic.SELF_HARM}
    assert len({rule.id for rule in engine.rules}) == len(engine.rules)


def test_the_schema_takes_what_we_take() -> None:
    jsonschema_rs.validate(schema(), yaml.safe_load(WHOLE.replace("off", '"off"')))
    assert not jsonschema_rs.is_valid(schema(), {"version": 1, "rules": [{"id": "x"}]})


RULE = "version: 1\nrules:\n  - {id: a, topic: custom, level: watch, phrases: [x y]"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("rules: []", "r.yaml:1:1: the first line is missing: “version: 1”"),
        ("version: 2", "r.yaml:1:10: this program reads version 1"),
        ("version: 1\nruels: []", "r.yaml:2:1: a rules file has no “ruels”, did you mean “rules”?"),
        ("- a", "r.yaml:1:1: a rules file is written as “name: value” lines"),
        ("version: 1\nrules: {}", "rules is a list"),
        ("version: 1\nrules: [a]", "r.yaml:2:9: a rule is written as “name: value” lines"),
        (RULE + "\n", "r.yaml:4:1: not readable as YAML"),
        ("version: 1\n\tx: 2", "not readable as YAML"),
        (RULE + ", levle: 1}]".replace("]", ""), "a rule has no “levle”, did you mean “level”?"),
        (RULE + "}\n  - {id: a, topic: custom, level: watch, phrases: [z]}", "r.yaml:4:10: the id “a” is taken"),
        (RULE.replace("id: a", "id: A b") + "}", "r.yaml:3:10: “A b” is no id"),
        (RULE.replace("id: a, ", "") + "}", "a rule needs an “id:”"),
        (RULE.replace("topic: custom, ", "") + "}", "a rule says its topic: one of suicide"),
        (RULE.replace("custom", "suicid") + "}", "“suicid” is no topic, did you mean “suicide”?"),
        (RULE.replace("watch", "high") + "}", "“high” is no level: one of none, watch, concern, urgent"),
        (RULE.replace(", phrases: [x y]", "") + "}", "a rule needs “phrases:”"),
        (RULE.replace("[x y]", "['']") + "}", "an entry of phrases is empty"),
        (RULE.replace("[x y]", "['want (to die']") + "}", "r.yaml:3:58: a “(” without its “)”"),
        (RULE.replace("[x y]", "[<mee> x]") + "}", "no set is called “mee”"),
        (RULE + ", regexes: ['(?=x)']}", "looking around"),
        (RULE + ", regexes: ['x{5000}']}", "repeats of at most 100"),
        (RULE + ", regexes: ['(x']}", "this regex can't be used"),
        (RULE + ", regexes: ['x*']}", "it would match an empty text"),
        (RULE + ", mode: shadwo}", "“shadwo” is no mode, did you mean “shadow”?"),
        (RULE + ", about: me}", "“me” is no about"),
        (RULE + ", explicit: yes}", "explicit is true or false, not “yes”"),
        (RULE + ", cooldown: soon}", "a cooldown is a number and s, min, h or d"),
        (RULE + ", phrases: [z]}", "“phrases” stands here twice"),
        (RULE + ", examples: {math: [x]}}", "has no “math”, did you mean “match”?"),
        ("version: 1\nx: &a [1]\ny: *a", "aliases and anchors"),
        ("version: 1\nrules: !!python/object x", "tags (!) are not allowed here"),
        ("version: 1\nrules: " + "[" * 30 + "]" * 30, "nested more than 20 deep"),
        ("version: 1\nsets: {Big: a}", "“Big” is no name for a set"),
        ("version: 1\nspelling: {'': b}", "spelling"),
        ("version: 1\ncontext: [{id: a, where: here, phrases: [x], then: {at_most: watch}}]", "“here” is no place"),
        ("version: 1\ncontext: [{id: a, phrases: [x]}]", "says what it does"),
        ("version: 1\ncontext: [{id: a, where: inside, then: {at_most: none}}]", "needs “regions:”"),
        ("version: 1\ncontext: [{id: a, then: {at_most: none}}]", "a step of context needs “phrases:”"),
        ("version: 1\ncontext: [{id: a, phrases: [x], within: 99, then: {}}]", "a whole number from 0 to 30"),
        ("version: 1\ntune: [{level: watch}]", "“tune” says which rule"),
        ("version: 1\ntune: [{rule: a, channels: {'#x': none_}}]", "“none_” is no level for a channel"),
    ],
)
def test_what_is_said_of_a_mistake(source: str, said: str) -> None:
    found = mistakes(source)
    assert any(said in one for one in found), found


def test_all_mistakes_are_told_at_once_in_order() -> None:
    found = mistakes("version: 1\nruls: []\nrules:\n  - {id: A, topic: x, level: y, phrases: ['(']}\n  - {}\n")
    assert len(found) > 6
    assert [one.split(":")[1] for one in found] == sorted(one.split(":")[1] for one in found)


def test_a_pack_says_its_language_and_authors() -> None:
    found = "\n".join(mistakes("version: 1\nrules: []", pack="xx"))
    assert "a pack says its language" in found and "author" in found and "reviewed" in found
    assert "an empty pack" in "\n".join(mistakes("", pack="xx"))


def test_examples_that_fail_are_mistakes_at_their_rule() -> None:
    broken = load_text(
        "version: 1\nrules:\n  - id: a\n    topic: custom\n    level: concern\n    phrases: [blue moon]\n"
        "    examples: {match: [red moon], ignore: [a blue moon tonight], other: [blue moon]}\n",
        "r.yaml",
    )
    with pytest.raises(RulesError) as raised:
        Engine.of({"": broken})
    told = [str(one) for one in raised.value.mistakes]
    assert "r.yaml:3:1: rule “a”: the example “red moon” should match, and does not" in told
    assert any("should be ignored, and “blue moon” matches" in one for one in told)
    assert any("should be about somebody else, and is not" in one for one in told)


def test_tuning_names_rules_that_exist() -> None:
    file = load_text("version: 1\nrules: []\ntune: [{rule: here-slagn, level: watch}]", "r.yaml")
    with pytest.raises(RulesError, match="no rule is called “here-slagn”"):
        Engine.of({"": file})


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"version: 1\n# caf\xe9")
    (tmp_path / "large.yaml").write_bytes(b"#" * (LARGEST + 1))
    paths = [tmp_path / "latin.yaml", tmp_path / "large.yaml", tmp_path / "missing.yaml"]
    with pytest.raises(RulesError) as raised:
        load_all(paths, ["en", "eng"])
    told = "\n".join(map(str, raised.value.mistakes))
    for said in (
        "latin.yaml:2:1: not written in UTF-8",
        "larger than 1 MiB",
        "can't be read",
        "no pack is called “eng”",
    ):
        assert said in told


def test_an_empty_file_has_no_rules() -> None:
    assert load_text("").rules == ()
    assert load_text("# nothing\n").rules == ()


@given(st.text(max_size=300))
def test_no_text_is_more_than_a_mistake(source: str) -> None:
    try:
        load_text(source)
    except RulesError as error:
        assert error.mistakes


LEAVES = st.one_of(
    st.text(max_size=8), st.integers(), st.booleans(), st.none(), st.sampled_from(["watch", "custom", "x"])
)
KEYS = st.sampled_from(
    ["id", "topic", "level", "phrases", "rules", "version", "tune", "sets", "context", "examples", "then"]
)


@given(
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
    )
)
def test_no_tree_is_more_than_a_mistake(tree: object) -> None:
    try:
        file = load_text(yaml.safe_dump(tree, allow_unicode=True))
    except RulesError as error:
        assert error.mistakes
    else:
        assert load_text(dump(file)) == file
