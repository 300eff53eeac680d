"""Text in, verdict out: the ground the house stands on. It imports nothing of ours and knows nobody."""

from safety.engine import Engine
from safety.verdict import NOTHING, About, Level, Span, Topic, Verdict, join

__all__ = ["NOTHING", "About", "Engine", "Level", "Span", "Topic", "Verdict", "join"]
