"""The tour is played to its end, as `handrail demo --tour` plays it: every answer that it waits for comes."""

from __future__ import annotations

from bot.__main__ import main


def test_the_tour_is_played_to_its_end(capsys):
    assert main(["demo", "--tour"]) == 0
    said = capsys.readouterr().out
    assert "It is all erased" in said
    assert "That was the tour." in said
