"""The workbench without its page: what is checked, compared and saved, and what is left alone."""

from __future__ import annotations

import os

import pytest

from bot.words import Catalogues
from commands.crisis.keeping import helplines
from commands.crisis.workbench.bench import BEGINNING, Bench, ChangedMeanwhile, samples_of
from commands.crisis.workbench.pages import _tried
from safety import Engine, Level
from safety.source import RulesError
from tests.contract.town import config_for
from tests.local.test_workbench import NOW, OWN


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path / "own" / "rules.yaml", ["en"], helplines(config_for(tmp_path, "local")), Catalogues())


def test_it_begins_with_a_rule_that_can_be_loaded(bench):
    opened = bench.open()
    assert opened.new and opened.text == BEGINNING
    assert bench.check(opened.text).mistakes == ()


def test_what_is_saved_is_what_was_written(bench):
    saved = bench.save(OWN, bench.open().stamp)
    assert bench.path.read_text() == OWN
    assert bench.open() == saved
    assert bench.in_force().assess("i catch the last train").level is Level.URGENT
    assert [path.name for path in bench.path.parent.iterdir()] == ["rules.yaml"]


def test_rules_with_a_mistake_are_not_saved(bench):
    bench.save(OWN, "")
    with pytest.raises(RulesError):
        bench.save(OWN.replace("urgent", "urgentt"), bench.open().stamp)
    assert bench.path.read_text() == OWN


def test_a_file_that_changed_meanwhile_is_left_alone(bench):
    bench.save(OWN, "")
    with pytest.raises(ChangedMeanwhile):
        bench.save(BEGINNING, "")
    assert bench.path.read_text() == OWN


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_takes_nothing_is_an_error_of_the_system(bench):
    bench.path.parent.mkdir(mode=0o500)
    with pytest.raises(OSError):
        bench.save(OWN, "")


def test_only_what_changes_is_a_change(bench):
    compared = bench.compare(OWN, ["i take the last train", "hello"], channel="")
    assert [one.changed for one in compared] == [True, False]
    bench.save(OWN, "")
    assert not any(one.changed for one in bench.compare(OWN, ["i take the last train", "hello"], channel=""))


def test_what_would_be_sent_is_the_reply_itself(bench):
    tried = bench.attempt(OWN, "i take the last train", channel="", private=False, language="en", country="GB", now=NOW)
    assert any("116 123" in line for line in tried.sent.lines)
    calm = bench.attempt(OWN, "good soup", channel="", private=False, language="en", country=None, now=NOW)
    assert calm.sent.lines == () and "Nothing happens" in calm.sent.who


def test_what_the_second_reader_makes_of_a_message_is_shown_and_counts_as_it_will(bench):
    text = "there is no place for me in any of the years that are coming"
    asked = {"channel": "", "private": False, "language": "en", "country": None, "now": NOW}
    explained = bench.attempt(OWN, text, **asked).explained
    assert explained.reading is not None and explained.verdict == Engine.load(packs=bench.packs).assess(text)
    shown = _tried(bench.attempt(OWN, text, **asked))["reader"]
    assert shown["self"] > 0.3 and shown["to"] == explained.verdict.level.name.lower() != "none"
    off = OWN.replace("version: 1\n", "version: 1\nreader: {mode: off}\n")
    assert "mode: off" in off and _tried(bench.attempt(off, text, **asked))["reader"] is None


def test_samples_are_lines():
    assert samples_of(" one \n\n two\r\n") == ["one", "two"]
