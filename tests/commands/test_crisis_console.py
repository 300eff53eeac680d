"""The rules and lines on a terminal."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from safety import Engine
from safety.console import scan

RULES = """
version: 1
packs: []
rules:
  - id: plain-wish
    topic: suicide
    level: urgent
    phrases: ["want to die"]
    examples: {match: ["i want to die"], ignore: ["i want to dive"]}
"""
BROKEN = RULES.replace("i want to dive", "i want to die now")


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "broken.yaml").write_text(BROKEN)
    (tmp_path / "lines.yaml").write_text("version: 1\nhelplines:\n  - {id: a1, country: GB, name: A, verified: 2020}\n")
    return tmp_path


def test_checking_rules(files, capsys):
    assert main(["rules", "check", "rules.yaml"]) == 0
    assert "rules are in order" in capsys.readouterr().out
    assert main(["rules", "check", "broken.yaml"]) == 1
    told = capsys.readouterr().out
    assert "broken.yaml:5:" in told and "should be ignored" in told
    assert main(["rules", "check"]) == 0
    assert "reviewed this pack" in capsys.readouterr().out


def test_testing_rules(files, capsys):
    assert main(["rules", "test", "rules.yaml"]) == 0
    assert "2 examples hold" in capsys.readouterr().out


def test_explaining_a_text(files, capsys):
    assert main(["rules", "explain", "my friend says he wants to die"]) == 0
    told = capsys.readouterr().out
    assert "about other" in told and "it is said of somebody else" in told
    assert main(["rules", "explain", "good morning"]) == 0
    assert "No rule fired" in capsys.readouterr().out


def test_scanning_lines(files, capsys, monkeypatch):
    lines = [
        json.dumps({"id": "a", "text": "my friend says he wants to die", "lang": "en"}),
        "",
        json.dumps({"id": "b", "text": "good morning", "channel": "#general"}),
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    assert main(["rules", "scan"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["id"] == "a" and first["level"] == "concern" and first["about"] == "other" and first["rules"]
    assert second == {"id": "b", "level": "none", "about": "none", "topic": "none", "rules": []}


def test_a_line_that_can_not_be_read_is_told_and_the_rest_goes_on(files, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO('{"text": 3}\nno json\n[1]\n{"id": 9, "text": "hello"}\n'))
    assert main(["rules", "scan"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["id"] == 9
    assert said.err.count("\n") == 3


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(max_size=60)
        | st.dictionaries(st.sampled_from(["id", "text", "lang"]), st.text(max_size=20)).map(json.dumps)
    )
)
def test_no_line_breaks_the_scan(lines):
    out = io.StringIO()
    assert scan(ENGINE, lines, out, io.StringIO()) in (0, 1)
    for line in filter(None, out.getvalue().split("\n")):
        assert set(json.loads(line)) == {"id", "level", "about", "topic", "rules"}


ENGINE = Engine.load([], packs=["en"])


def test_checking_helplines(files, capsys):
    assert main(["helplines", "check", "--today", "2026-11-24"]) == 0
    told = capsys.readouterr().out
    assert "Befrienders KL" in told and "sources differ about the number" in told
    assert "Samaritans (116 123)" not in told.split("\n")[0] and "Nothing was dialled" in told
    assert main(["helplines", "check", "--all", "--today", "2026-11-24"]) == 0
    assert "GB Samaritans (116 123): 175 days old; nothing to look after" in capsys.readouterr().out
    assert main(["helplines", "check", "lines.yaml"]) == 1
    assert "lines.yaml:3:5: says no way to reach it" in capsys.readouterr().err


def test_the_whole_check_says_whether_moderators_can_be_called(files, capsys):
    (files / "config.yaml").write_text("platforms: {local: {}}\n")
    assert main(["check"]) == 0
    assert "No moderators' room is named" in capsys.readouterr().out
    (files / "config.yaml").write_text("platforms: {local: {}}\nmoderation: {places: {discord: ['1']}}\n")
    assert main(["check"]) == 1
    assert "moderation.places names discord" in capsys.readouterr().err
    (files / "config.yaml").write_text("platforms: {local: {}}\nsafety: {rules: broken.yaml}\n")
    assert main(["check"]) == 1
    assert "broken.yaml:" in capsys.readouterr().err
    (files / "config.yaml").write_text("platforms: {local: {}}\nsafety: {helplines: lines.yaml}\n")
    assert main(["check"]) == 1
    assert "lines.yaml:3:5" in capsys.readouterr().err
