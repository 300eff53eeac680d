"""How far verdicts may move the reader, and what they may never touch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety.engine import Engine
from safety.reader.learning import FEWEST, MOST_STEPS, moved, next_step, odds_times
from safety.reader.model import Reading, Thresholds
from safety.reader.policy import Mode, Policy, decide, in_force
from safety.rule import RuleFile
from safety.rules import load_text
from safety.source import RulesError
from safety.verdict import NOTHING, About, Level, Topic, Verdict

USUAL = Thresholds(queue=0.7, concern=0.9, lift=0.4, route=0.5, doubt=0.15)
shares = st.floats(0, 1, allow_nan=False)
bases = st.builds(Thresholds, queue=shares, concern=shares, lift=shares, route=shares, doubt=shares)
steps = st.integers(-MOST_STEPS, MOST_STEPS)
counts = st.integers(0, 200)
readings = st.builds(lambda one, other: Reading(one, min(other, 1 - one)), shares, shares)


def policy(base: Thresholds, step: int) -> Policy:
    to = moved(base, step)
    return Policy(Mode.CONCERN, to.queue, to.concern, to.lift, to.route, to.doubt)


@given(bases, steps, counts, counts)
def test_one_step_at_a_time_never_further_than_three_and_only_for_enough_verdicts(base, step, right, false):
    to = next_step(base, step, right, false)
    assert abs(to - step) <= 1 and abs(to) <= MOST_STEPS
    if right + false < FEWEST:
        assert to == step
    if to > step:
        assert false > right
    if to < step:
        assert false < (right + false) / 10
    if to != step:
        assert moved(base, to) != moved(base, step)


@given(bases, steps)
def test_only_where_the_reader_alone_answers_moves_and_it_stays_between_nothing_and_all(base, step):
    to = moved(base, step)
    assert (to.route, to.doubt) == (base.route, base.doubt)
    assert min(to.queue, to.concern) == min(base.queue, base.concern)
    for name in ("concern", "lift"):
        one, before = getattr(to, name), getattr(base, name)
        assert 0 <= one <= 1
        assert one >= before if step > 0 else one <= before if step < 0 else one == before
    assert to.concern >= min(base.queue, base.concern) and to.lift >= min(base.doubt, base.lift)


@given(bases, steps, steps)
def test_more_steps_answer_fewer(base, one, other):
    low, high = moved(base, min(one, other)), moved(base, max(one, other))
    assert low.concern <= high.concern and low.lift <= high.lift


@given(st.floats(0.01, 0.99), st.integers(-3, 3))
def test_up_and_down_again_is_where_it_began(threshold, step):
    there = odds_times(threshold, 2.0**step)
    assert odds_times(there, 2.0**-step) == pytest.approx(threshold)


def test_near_the_top_a_step_halves_the_distance():
    assert 1 - odds_times(0.96, 2) == pytest.approx(0.02, abs=0.001)
    assert (odds_times(0.0, 2), odds_times(1.0, 0.5)) == (0.0, 1.0)


@given(bases, steps, readings, st.booleans(), st.booleans())
def test_urgent_explicit_and_the_rules_own_concern_are_as_without_it(base, step, reading, explicit, named):
    for level in (Level.URGENT, Level.CONCERN):
        ruled = Verdict(level, Topic.SUICIDE, About.SELF, ("en/some-rule",))
        with_it, without = (
            decide(ruled, reading, policy(base, one), USUAL, explicit=explicit, named=named) for one in (step, 0)
        )
        assert with_it == without


@given(bases, steps, readings)
def test_as_much_is_seen_as_without_it(base, step, reading):
    """Answered or in the queue: it only decides which of the two."""
    seen = [bool(decide(NOTHING, reading, policy(base, one), USUAL)) for one in (0, step)]
    assert seen[0] == seen[1]


def test_a_community_asks_for_it_in_its_own_file():
    assert Policy().learn is False
    file = load_text("version: 1\nreader: {learn: true, concern: 90}\n")
    assert file.reader is not None and file.reader.learn and file.reader.concern == 0.9
    with pytest.raises(RulesError, match="learn"):
        load_text("version: 1\nreader: {learn: sometimes}\n")


def test_an_engine_with_steps_shares_its_rules_and_leaves_the_first_alone():
    from safety.reader.model import shipped_model

    model = shipped_model()
    assert model is not None
    own = RuleFile(reader=Policy(concern=0.9, learn=True))
    first = Engine({"": own}, model)
    second = first.stepped(2)
    assert first.learns and second.learns and first.stepped(0) is first
    assert first.thresholds == in_force(own.reader, model.thresholds)
    assert second.thresholds == moved(first.thresholds, 2)
    assert second.rules is first.rules
    nobody = Engine({"": RuleFile(reader=Policy(Mode.OFF, learn=True))}, model)
    assert not nobody.learns and nobody.thresholds is None and nobody.stepped(1) is nobody


@given(bases, bases)
def test_what_is_in_force_is_the_files_where_it_says_something_else_the_models(own, usual):
    half = Policy(queue=own.queue, lift=own.lift, doubt=own.doubt)
    assert in_force(half, usual) == Thresholds(own.queue, usual.concern, own.lift, usual.route, own.doubt)
    assert in_force(Policy(), usual) == usual
