"""Every mistake in the configuration is told at its place, with what would be right; the example is complete."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.config import Config, ConfigError, read, read_text, schema
from bot.config.secret import Secret
from bot.talk.errors import StartRefused

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"


def test_an_empty_file_is_the_defaults():
    assert read_text("") == Config()


def test_the_example_loads_and_says_everything():
    read(EXAMPLE)
    text = EXAMPLE.read_text(encoding="utf-8")
    for path in keys(Config):
        assert f"{path[-1]}:" in text, f"config.example.yaml says nothing of {'.'.join(path)}"


def keys(model: type[BaseModel], path: tuple[str, ...] = ()):
    for name, field in model.model_fields.items():
        yield (*path, name)
        inner = [one for one in (field.annotation, *getattr(field.annotation, "__args__", ())) if isinstance(one, type)]
        for one in inner:
            if issubclass(one, BaseModel) and one is not Secret:
                yield from keys(one, (*path, name))


def test_everything_is_described():
    described = json.loads(schema())
    for path in keys(Config):
        model: type[BaseModel] = Config
        for part in path[:-1]:
            field = model.model_fields[part]
            model = next(
                one
                for one in (field.annotation, *getattr(field.annotation, "__args__", ()))
                if isinstance(one, type) and issubclass(one, BaseModel)
            )
        assert model.model_fields[path[-1]].description, f"{'.'.join(path)} has no description"
    assert described["additionalProperties"] is False


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("comunity:\n  name: x\n", 1, 1, "did you mean community?"),
        ("community:\n  nam: x\n", 2, 3, "did you mean name?"),
        ("community:\n  country: Germany\n", 2, 12, "two letters"),
        ("community:\n  country: NO\n", 2, 12, "in quotes"),
        ("community:\n  zone: Berlin\n", 2, 9, "Europe/Berlin"),
        ("platforms:\n  local:\n    port: many\n", 3, 11, "must be a number"),
        ("platforms:\n  local:\n    port: 70000\n", 3, 11, "at most 65535"),
        ("log:\n  level: LOUD\n", 2, 10, "must be 'DEBUG'"),
        ("prefix: /\n", 1, 9, "Element keeps"),
        ("data:\n  key: {env: A, file: b}\n", 2, 8, "exactly one"),
        ("community:\n  name: a\n  name: b\n", 3, 3, "said twice"),
        ("community: [1, 2]\n", 1, 12, "must hold settings"),
        ("a: [\n", 2, 1, "is no YAML"),
        ("a: &x 1\nb: *x\n", 2, 1, "aliases"),
        ("community:\n\tname: x\n", 2, 1, "is no YAML"),
    ],
)
def test_mistakes_are_told_at_their_place(text, line, column, said):
    with pytest.raises(ConfigError) as caught:
        read_text(text, "c.yaml")
    problem = caught.value.problems[0]
    assert (problem.line, problem.column) == (line, column), str(problem)
    assert said in problem.message
    assert str(problem).startswith(f"c.yaml:{line}:{column}: ")


def test_all_mistakes_are_told_at_once():
    with pytest.raises(ConfigError) as caught:
        read_text("nonsense: 1\ncommunity:\n  zone: Nowhere\nprefix: abc\n")
    assert len(caught.value.problems) == 3


def test_a_missing_file_says_how_to_begin(tmp_path):
    with pytest.raises(ConfigError, match=r"config.example.yaml"):
        read(tmp_path / "config.yaml")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    try:
        read_text(text)
    except ConfigError as error:
        assert error.problems


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["community", "data", "log", "platforms", "prefix", "safety", "x"]), values))
def test_no_data_breaks_the_reader(data):
    try:
        read_text(yaml.safe_dump(data, allow_unicode=True))
    except ConfigError as error:
        assert error.problems


def test_secrets_come_from_where_they_belong(tmp_path):
    assert Secret(env="A").reveal("a token", {"A": " s3 \n"}) == "s3"
    with pytest.raises(StartRefused, match="is not set"):
        Secret(env="A").reveal("a token", {})
    file = tmp_path / "token"
    file.write_text("s3\n")
    file.chmod(0o600)
    assert Secret(file=file).reveal("a token") == "s3"
    (tmp_path / "name").write_text("s4")
    assert Secret(credential="name").reveal("a token", {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "s4"
    with pytest.raises(StartRefused, match="systemd"):
        Secret(credential="name").reveal("a token", {})


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_secret_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "token"
    file.write_text("s3")
    file.chmod(0o644)
    with pytest.raises(StartRefused, match="chmod 600"):
        Secret(file=file).reveal("a token")
