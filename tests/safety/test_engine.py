"""The engine on own rules: where a rule listens, what tunes it, what languages do together, what it explains."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety import backends
from safety.engine import Engine
from safety.reader.policy import RULE
from safety.reading import MOST
from safety.rules import load_text
from safety.verdict import NOTHING, About, Level, Span, Topic, Verdict, join
from tests.safety.conftest import engine_of

Own = Callable[..., Engine]
TRAIN = "rules:\n  - {id: train, topic: suicide, level: urgent, phrases: [take the last train], "


def test_an_own_rule_beside_no_pack(own: Own) -> None:
    verdict = own(TRAIN + "}").assess("I'll TAKE the låst   train, bye")
    assert verdict == Verdict(Level.URGENT, Topic.SUICIDE, About.SELF, ("train",), (Span(5, 26, "train"),), ())


def test_channels_roles_languages(own: Own) -> None:
    engine = own(TRAIN + "channels: ['#Talk'], not_channels: [x], roles: [young], languages: [en]}")
    text = "take the last train"
    assert engine.assess(text, channel="talk", roles=frozenset({"young"}))
    assert engine.assess(text, channel="#TALK", roles=frozenset({"young", "old"}), language="en-GB")
    assert not engine.assess(text, channel="talk")
    assert not engine.assess(text, channel="other", roles=frozenset({"young"}))
    assert not engine.assess(text, channel="talk", roles=frozenset({"young"}), language="de")


def test_shadow_only_counts(own: Own) -> None:
    verdict = own(TRAIN + "mode: shadow}").assess("take the last train")
    assert not verdict
    assert verdict.shadow == ("train",)


def test_tuning_a_pack(own: Own) -> None:
    text = "i want to kill myself"
    assert own("rules: []", "en").assess(text).level is Level.URGENT
    tuned = own("tune: [{rule: 'en/*', channels: {'#finals': off, '#games': watch}}]", "en")
    assert tuned.assess(text, channel="finals") == NOTHING
    assert tuned.assess(text, channel="games").level is Level.WATCH
    assert tuned.assess(text, channel="other").level is Level.URGENT
    assert own("tune: [{rule: 'en/*', level: watch}]", "en").assess(text).level is Level.WATCH
    quiet = own("tune: [{rule: 'en/*', mode: shadow}]", "en").assess(text)
    assert not quiet and "en/act-wish" in quiet.shadow


def test_a_support_channel_watches_concerns_and_answers_what_is_urgent(own: Own) -> None:
    engine = own("support_channels: ['#vent']", "en")
    assert engine.assess("i want to die", channel="chat").level is Level.CONCERN
    assert engine.assess("i want to die", channel="vent").level is Level.WATCH
    assert engine.assess("i want to die", channel="vent", private=True).level is Level.CONCERN
    assert engine.assess("i want to die", support=True).level is Level.WATCH
    assert engine.assess("i want to kill myself tonight", channel="vent").level is Level.URGENT


def test_accents_loose_and_strict(own: Own) -> None:
    loose = own("rules:\n  - {id: y, topic: custom, level: watch, phrases: [un año malo]}")
    strict = own("rules:\n  - {id: y, topic: custom, level: watch, phrases: [un año malo], accents: strict}")
    assert loose.assess("un ano malo") and loose.assess("un an\u0303o malo")
    assert strict.assess("un AÑO malo") and strict.assess("x un an\u0303o malo")
    assert not strict.assess("un ano malo")
    assert strict.assess("ay, un año malo").spans == (Span(4, 15, "y"),)


def test_own_rules_are_judged_by_the_context_of_the_packs(own: Own) -> None:
    engine = own(TRAIN + "}", "en")
    assert engine.assess("my friend wants to take the last train").about is About.OTHER
    assert engine.assess("if you want to take the last train").level is Level.NONE
    assert engine.assess("i wanna take the last train").level is Level.URGENT


def test_unless_drops_only_its_own_sentence(own: Own) -> None:
    engine = own(
        "rules:\n  - {id: d, topic: custom, level: concern, phrases: [done with everything],"
        " unless: ['{on,in} my list']}"
    )
    assert not engine.assess("done with everything on my list")
    assert engine.assess("done with everything. it is on my list")


def test_the_reader_lowers_no_level_that_the_community_chose(tmp_path: Path) -> None:
    def level(own: str) -> Level:
        (tmp_path / "rules.yaml").write_text(f"version: 1\n{own}\n", "utf-8")
        engine = Engine.load([tmp_path / "rules.yaml"], packs=["en"])
        return engine.assess("we mend the garden gate on sunday, then tea for all; nobody cares about that door").level

    assert level("") is Level.NONE
    gate = "{id: gate, topic: custom, level: concern, phrases: [garden gate]}"
    assert level(f"rules: [{gate}]") is Level.CONCERN
    assert level(f"reader: {{doubt: 99}}\nrules: [{gate}]") is Level.CONCERN


@pytest.mark.parametrize(
    "text", ["i w4nt t0 d1e", "i w@nt to d!e", "i wnat to dei", "i w4nn4 d13", "w i s h i w a s d e a d"]
)
def test_words_that_hide_or_were_mistyped_are_no_less_heard_with_the_reader(english: Engine, text: str) -> None:
    ruled = Engine.load(packs=["en"], reader=False).assess(text)
    assert ruled.level is Level.CONCERN is english.assess(text).level is english.explain(text).verdict.level


def test_what_is_explicit_is_rerouted_but_never_lowered_below_concern(own: Own) -> None:
    step = "context: [{id: c, where: message, phrases: [lol], then: {at_most: none}}]\n"
    assert own(step + TRAIN + "}").assess("take the last train lol").level is Level.NONE
    assert own(step + TRAIN + "explicit: true}").assess("take the last train lol").level is Level.CONCERN


def test_every_place_is_judged_by_itself(own: Own) -> None:
    engine = own(TRAIN + "}", "en")
    assert engine.assess('she said "take the last train". i want to take the last train').level is Level.URGENT


def test_many_places_and_rules_are_all_named(own: Own) -> None:
    engine = own(
        "rules:\n  - {id: one, topic: custom, level: watch, phrases: [blue moon]}\n"
        "  - {id: two, topic: abuse, level: concern, phrases: [blue moon rising]}\n"
    )
    verdict = engine.assess("blue moon rising, blue moon")
    assert verdict.rules == ("two", "one")
    assert verdict.topic is Topic.ABUSE
    assert {(one.start, one.end, one.rule) for one in verdict.spans} == {(0, 9, "one"), (0, 16, "two"), (18, 27, "one")}


def test_several_files_are_one(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("version: 1\n" + TRAIN + "}\n", "utf-8")
    (tmp_path / "b.yaml").write_text("version: 1\npacks: []\nsupport_channels: [vent]\n", "utf-8")
    engine = Engine.load([tmp_path / "a.yaml", tmp_path / "b.yaml"], packs=["en"])
    assert [rule.id for rule in engine.rules] == ["train"]
    assert engine.own.support_channels == {"vent"}


def test_a_text_that_is_too_long_is_read_at_both_ends(english: Engine) -> None:
    filler = "word " * (MOST // 2)
    assert english.assess("i want to kill myself. " + filler).level is Level.URGENT
    verdict = english.assess(filler + ". i want to kill myself")
    assert verdict.level is Level.URGENT


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", ".", "💀" * 50, "\u0301" * 5000, "a" * 70_000, "@" * 3000])
def test_odd_texts_are_ignored(english: Engine, text: str) -> None:
    assert english.assess(text).level <= Level.WATCH


def test_the_stand_ins_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["i want to die", "gonna k.m.s tonight", "lol ok", "my friend wants to kill herself", "i took all of them"]
    usual = [engine_of("en").assess(text) for text in texts]
    monkeypatch.setattr(backends, "ahocorasick_rs", None)
    monkeypatch.setattr(backends, "re2", None)
    assert [Engine.load(packs=["en"]).assess(text) for text in texts] == usual


def test_the_stand_in_gives_up_in_time() -> None:
    slow = backends.LoopExpressions([r"(a+)+$x"])
    assert list(slow.places(0, "a" * 5000 + "!")) == []


SENTENCES = st.lists(
    st.sampled_from(
        ["i want to die", "my friend said", "not", "kys", "lol", "in the game", '"', ".", "i took all of them", "he",
         "help", "years ago", "k1ll mys3lf", "w a n t", "диe", "\u200b", "💀", "> ", "\n", "http://x.y/die"]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@given(SENTENCES)
def test_explain_says_what_assess_says(text: str) -> None:
    engine = engine_of("en")
    verdict, explained = engine.assess(text), engine.explain(text)
    assert explained.verdict == verdict
    kept = {one.rule.id for one in explained.fired if one.level > Level.NONE}
    ruled = explained.ruled
    assert kept == set(ruled.rules) | set(ruled.shadow)
    assert verdict.rules == ruled.rules or not verdict or RULE in verdict.rules
    assert RULE not in explained.ruled.rules
    for one in explained.fired:
        if one.taken:
            assert one.taken[-1].because


@given(SENTENCES)
def test_spans_lie_in_the_text(text: str) -> None:
    verdict = engine_of("en").assess(text)
    assert {span.rule for span in verdict.spans} == set(verdict.rules) - {RULE}
    for span in verdict.spans:
        assert 0 <= span.start < span.end <= len(text)


@given(SENTENCES)
def test_a_place_alone_still_holds_what_fired(text: str) -> None:
    """The characters of a place, folded again, hold the words that the rule fired on."""
    for one in engine_of("en").explain(text).fired:
        again = engine_of("en").read(text[one.span.start : one.span.end], "en")
        assert one.said.split()[0] in again.split() or one.said == ""


@given(SENTENCES, SENTENCES)
def test_a_harmless_neighbour_paragraph_never_raises(one: str, other: str) -> None:
    """Reading the same text twice says the same; the order of questions does not matter."""
    engine = engine_of("en")
    first = engine.assess(one)
    engine.assess(other)
    assert engine.assess(one) == first


VERDICTS = st.builds(
    Verdict,
    st.sampled_from(Level),
    st.sampled_from(Topic),
    st.sampled_from(About),
    st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3).map(tuple),
    st.just(()),
    st.lists(st.sampled_from(["s", "t"]), unique=True, max_size=2).map(tuple),
)


@given(VERDICTS, VERDICTS, VERDICTS)
def test_the_laws_of_join(a: Verdict, b: Verdict, c: Verdict) -> None:
    def says(verdict: Verdict) -> tuple[object, ...]:
        return verdict.level, verdict.topic, verdict.about

    assert join(a, a) == a
    assert says(join(a, b)) == says(join(b, a))
    assert says(join(join(a, b), c)) == says(join(a, join(b, c)))
    assert set(join(a, b).rules) == set(a.rules) | set(b.rules)
    assert set(join(a, b).shadow) == set(a.shadow) | set(b.shadow)
    assert join(a, b).level == max(a.level, b.level)


def test_join_with_nothing() -> None:
    verdict = Verdict(Level.WATCH, Topic.ABUSE, About.OTHER, ("a",))
    assert join(verdict, NOTHING) == join(NOTHING, verdict) == verdict


def test_a_file_of_values_needs_no_file() -> None:
    assert Engine.of({"": load_text("version: 1\nrules: []")}).assess("anything") == NOTHING
