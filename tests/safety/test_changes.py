"""What changed between two sets of rules, what a reload keeps, and what a rehearsal counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from safety.changes import Changes, changes, rehearse, reload
from safety.engine import Engine
from safety.verdict import Level

Own = Callable[..., Engine]
A = "rules:\n  - {id: a, topic: custom, level: watch, phrases: [blue moon]}\n"
B = "  - {id: b, topic: custom, level: concern, phrases: [red moon]}\n"


def test_nothing_changed(own: Own) -> None:
    assert not changes(own(A), own(A))
    assert changes(own(A), own(A)) == Changes()


def test_what_changed(own: Own) -> None:
    found = changes(own(A), own(A.replace("watch", "urgent").replace("blue", "(blue|new)") + B))
    assert found.lines() == ["+ b", "~ a: level, phrases"]
    assert changes(own(A + B), own(A)).lines() == ["- b"]
    assert changes(own(A), own("support_channels: [x]\n" + A)).other == ("support_channels",)
    assert "packs" in changes(own(A), own(A, "en")).other


def test_reload_is_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("version: 1\n" + A, "utf-8")
    first = Engine.load([path], packs=[])
    path.write_text("version: 1\n" + A.replace("custom", "custm"), "utf-8")
    kept = reload(first, [path], packs=[])
    assert kept.engine is first and len(kept.mistakes) == 1 and not kept.changes
    path.write_text("version: 1\n" + A + B, "utf-8")
    new = reload(first, [path], packs=[])
    assert new.engine is not first and new.changes.added == ("b",) and not new.mistakes
    path.unlink()
    assert reload(first, [path], packs=[]).engine is first


def test_a_rehearsal_counts_and_keeps_no_text(own: Own) -> None:
    before, after = own(A), own(A.replace("watch", "concern") + B)
    found = rehearse(after, ["blue moon", "red moon", "no moon"], before=before)
    assert found.texts == 3
    assert found.levels == {Level.CONCERN: 2, Level.NONE: 1}
    assert found.rules == {"a": 1, "b": 1}
    assert (found.newly, found.no_longer, found.raised, found.lowered) == ((0, 1), (), 2, 0)
    assert rehearse(before, ["red moon"], before=after).no_longer == (0,)
    assert rehearse(before, []).texts == 0
