"""The context of a language, from nodes to values: subjects, steps, weighing."""

from __future__ import annotations

from typing import Any

from safety.parts import LEVELS, SUBJECTS, TOPICS, Parts
from safety.rule import REGIONS, WHERE, Applies, Step, Subjects, Then

STEP = ("id", "where", "within", "regions", "phrases", "unless", "unless_in", "applies", "then", "because")
APPLIES = ("topics", "about", "levels", "tags", "not_tags", "rules", "not_rules")
THEN = ("at_most", "at_least", "about", "topic")


class Steps(Parts):
    """Reads what a rule is judged by."""

    def _subjects(self, node: Any) -> Subjects:
        top = self.mapping(node, ("self", "other", "reader", "none"), "subjects") if node is not None else {}
        return Subjects(
            self._phrases(top.get("self"), "self"),
            self._phrases(top.get("other"), "other"),
            self._phrases(top.get("reader"), "reader"),
            self._phrases(top.get("none"), "none"),
        )

    def _step(self, node: Any) -> Step:
        top = self.mapping(node, STEP, "a step of context")
        where = self.choice(top["where"], WHERE, "place") if "where" in top else "sentence"
        regions = self._choices(top.get("regions"), REGIONS, "region")
        if where == "inside" and not regions:
            self.wrong(node, f"“where: inside” needs “regions:”, of {', '.join(REGIONS)}")
        if where != "inside" and not top.get("phrases"):
            self.wrong(node, "a step of context needs “phrases:”")
        if "then" not in top:
            self.wrong(node, "a step of context says what it does: “then: {at_most: watch}”")
        return Step(
            id=self._id(node, top, "a step of context"),
            where=where or "sentence",
            then=self._then(top.get("then")),
            phrases=self._phrases(top.get("phrases"), "phrases"),
            within=(self.number(top["within"], "within", 0, 30) if "within" in top else 6) or 0,
            regions=frozenset(regions),
            unless=self._phrases(top.get("unless"), "unless"),
            unless_anywhere="unless_in" in top
            and self.choice(top["unless_in"], ("sentence", "message"), "place for unless") == "message",
            applies=self._applies(top.get("applies")),
            because=self.text(top["because"], "because") if "because" in top else "",
        )

    def _then(self, node: Any) -> Then:
        top = self.mapping(node, THEN, "then") if node is not None else {}
        return Then(
            self._enum(top.get("at_most"), LEVELS, "level"),
            self._enum(top.get("at_least"), LEVELS, "level"),
            self._enum(top.get("about"), SUBJECTS, "about"),
            self._enum(top.get("topic"), TOPICS, "topic"),
        )

    def _applies(self, node: Any) -> Applies:
        top = self.mapping(node, APPLIES, "applies") if node is not None else {}
        return Applies(
            frozenset(TOPICS[one] for one in self._choices(top.get("topics"), tuple(TOPICS), "topic")),
            frozenset(SUBJECTS[one] for one in self._choices(top.get("about"), tuple(SUBJECTS), "about")),
            frozenset(LEVELS[one] for one in self._choices(top.get("levels"), tuple(LEVELS), "level")),
            frozenset(self._list(top.get("tags"), "tags")),
            frozenset(self._list(top.get("not_tags"), "not_tags")),
            frozenset(self._list(top.get("rules"), "rules")),
            frozenset(self._list(top.get("not_rules"), "not_rules")),
        )
