"""What the console says and returns."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from safety import console
from safety.engine import Engine


def test_check_says_what_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(
        "version: 1\nrules:\n  - {id: a, topic: custom, level: watch, phrases: [x y], mode: shadow}\n", "utf-8"
    )
    out = io.StringIO()
    assert console.check([path], packs=["en"], out=out) == 0
    assert "1 of your own" in out.getvalue() and "1 of them in shadow" in out.getvalue()
    assert "No native speaker and no clinician" in out.getvalue()


def test_check_doubts_a_question_mark_after_a_bare_word(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    phrase = "leave my friends? alone"
    path.write_text(
        f'version: 1\nsets: {{me: [i, "we? all"]}}\nrules:\n  - id: a\n    topic: custom\n    level: watch\n'
        f'    phrases: [one two, "{phrase}"]\n',
        "utf-8",
    )
    out = io.StringIO()
    assert console.check([path], packs=[], out=out) == 0
    told = [line for line in out.getvalue().splitlines() if line.startswith(str(path))]
    column = len("    phrases: [one two, ") + 2 + phrase.index("friends")
    assert [line.removeprefix(f"{path}:").partition(": ")[0] for line in told] == ["2:17", f"7:{column}"]
    assert "“(friends)?”" in told[1] and "“(friend|friends)”" in told[1]


def test_check_says_every_mistake(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("version: 1\nrules:\n  - {id: a, topic: custm, level: watch, phrases: ['(']}\n", "utf-8")
    out = io.StringIO()
    assert console.check([path], packs=[], out=out) == 1
    lines = out.getvalue().splitlines()
    assert lines[0].startswith(f"{path}:3:") and "did you mean “custom”?" in lines[0]
    assert lines[-1] == "2 mistakes; nothing was loaded."


def test_test_runs_examples(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("version: 1\nrules:\n  - {id: a, topic: custom, level: watch, phrases: [x y]}\n", "utf-8")
    out = io.StringIO()
    assert console.test([path], packs=["en"], out=out, verbose=True) == 0
    assert "examples hold." in out.getvalue() and "Without any example: a." in out.getvalue()
    path.write_text(path.read_text("utf-8").replace("[x y]}", "[x y], examples: {match: [z]}}"), "utf-8")
    assert console.test([path], packs=[], out=io.StringIO()) == 1


def test_explain_tells_rule_words_steps_and_answer(english: Engine) -> None:
    out = io.StringIO()
    assert console.explain(english, "my friend wants to die", out=out) == 0
    told = out.getvalue()
    assert "en/wish-dead on “wants to die”: concern" in told
    assert "subject: it is said of somebody else → concern, other" in told
    assert "= concern, about other, suicide: a gentle offer" in told
    out = io.StringIO()
    console.explain(english, "good morning", out=out)
    assert out.getvalue() == "No rule fired.\nreader: it hears nothing in these words\n= none: nobody is answered\n"


def test_scan_answers_line_by_line(english: Engine) -> None:
    lines = [
        '{"id": 1, "text": "i want to kill myself"}\n',
        "\n",
        '{"id": "b", "text": "good morning", "lang": "en", "channel": "#x", "more": 1}\n',
        '{"id": 3, "text": "my friend wants to die", "lang": null}',
    ]
    out, err = io.StringIO(), io.StringIO()
    assert console.scan(english, lines, out, err) == 0
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(row["id"], row["level"], row["about"], row["topic"]) for row in rows] == [
        (1, "urgent", "self", "suicide"),
        ("b", "none", "none", "none"),
        (3, "concern", "other", "suicide"),
    ]
    assert list(rows[0]) == ["id", "level", "about", "topic", "rules"]
    assert "en/act-wish" in rows[0]["rules"]
    assert err.getvalue() == ""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nope", "line 1: no JSON"),
        ("[1]", "line 1: an object with “id” and a “text”"),
        ('{"id": 1}', "an object with “id”"),
        ('{"id": 1, "text": 2}', "an object with “id”"),
        ('{"id": 1, "text": "x", "lang": 3}', "“lang” is a text"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_scan_tells_bad_lines_and_goes_on(english: Engine, line: str, said: str) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert console.scan(english, [line, '{"id": 2, "text": "x"}'], out, err) == 1
    assert said in err.getvalue()
    assert json.loads(out.getvalue())["id"] == 2
