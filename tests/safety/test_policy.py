"""What the model may do beside the rules, and what it may never do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safety.reader.model import Reading, Thresholds
from safety.reader.policy import RULE, Mode, Policy, decide
from safety.verdict import NOTHING, About, Level, Topic, Verdict

USUAL = Thresholds(queue=0.7, concern=0.9, lift=0.6, route=0.5, doubt=0.05)
shares = st.floats(0, 1, allow_nan=False)
readings = st.builds(lambda one, other: Reading(one, min(other, 1 - one)), shares, shares)
policies = st.builds(Policy, st.sampled_from(Mode), queue=shares | st.none(), concern=shares | st.none())
verdicts = st.builds(
    Verdict,
    st.sampled_from(Level),
    st.sampled_from([topic for topic in Topic if topic is not Topic.NONE]),
    st.sampled_from([About.SELF, About.OTHER]),
    st.just(("en/some-rule",)),
)


@given(verdicts, readings, policies, st.booleans())
def test_it_never_reaches_urgent_and_never_lowers_a_plan(verdict, reading, policy, explicit):
    both = decide(verdict, reading, policy, USUAL, explicit=explicit)
    assert (both.level is Level.URGENT) == (verdict.level is Level.URGENT)
    if explicit:
        assert both.level >= verdict.level
    assert both.level >= verdict.level - 1
    if verdict:
        assert set(verdict.rules) <= set(both.rules)


@given(readings, verdicts)
def test_switched_off_it_says_nothing(reading, verdict):
    assert decide(verdict, reading, Policy(Mode.OFF), USUAL) == verdict
    in_games = Policy(Mode.CONCERN, channels={"games": Mode.OFF})
    assert decide(verdict, reading, in_games, USUAL, channel="games") == verdict


@given(readings)
def test_alone_in_the_queue_it_answers_nobody(reading):
    assert decide(NOTHING, reading, Policy(Mode.QUEUE), USUAL).level <= Level.WATCH


def test_alone_it_queues_then_offers_and_says_that_it_was_the_reader():
    assert decide(NOTHING, Reading(0.5, 0.1), Policy(), USUAL) == NOTHING
    queued = decide(NOTHING, Reading(0.8, 0.1), Policy(), USUAL)
    assert (queued.level, queued.about, queued.rules) == (Level.WATCH, About.SELF, (RULE,))
    offered = decide(NOTHING, Reading(0.05, 0.93), Policy(), USUAL)
    assert (offered.level, offered.about) == (Level.CONCERN, About.OTHER)


def test_a_weak_hit_goes_up_or_down_by_one():
    watch = Verdict(Level.WATCH, Topic.SUICIDE, About.SELF, ("en/a",))
    assert decide(watch, Reading(0.95, 0), Policy(), USUAL).level is Level.CONCERN
    assert decide(watch, Reading(0.65, 0), Policy(), USUAL).level is Level.CONCERN
    assert decide(watch, Reading(0.5, 0), Policy(), USUAL) == watch
    concern = Verdict(Level.CONCERN, Topic.SUICIDE, About.SELF, ("en/a",))
    assert decide(concern, Reading(0.01, 0), Policy(), USUAL).level is Level.WATCH
    assert decide(concern, Reading(0.2, 0), Policy(), USUAL) == concern
    assert decide(concern, Reading(read=False), Policy(), USUAL) == concern


@given(readings, policies, st.sampled_from([topic for topic in Topic if topic not in (Topic.SUICIDE, Topic.NONE)]))
def test_whoever_asks_for_help_or_tells_of_being_hurt_gets_an_answer_whatever_it_hears(reading, policy, topic):
    concern = Verdict(Level.CONCERN, topic, About.SELF, ("en/a",))
    assert decide(concern, reading, policy, USUAL).level is Level.CONCERN


def test_whom_it_is_about_follows_the_reader_where_the_rule_does_not_say():
    concern = Verdict(Level.CONCERN, Topic.SUICIDE, About.SELF, ("en/a",))
    assert decide(concern, Reading(0.2, 0.7), Policy(), USUAL).about is About.OTHER
    assert decide(concern, Reading(0.2, 0.7), Policy(), USUAL, named=True).about is About.SELF
