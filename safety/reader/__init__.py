"""A second reader: a small model that sees what phrases can't. It reads a text beside the rules and never alone decides
what is urgent. Everything works without it.
"""

from safety.reader.model import Model, Reading, Thresholds, Weighed, shipped_model
from safety.reader.stored import ModelRefused

__all__ = ["Model", "ModelRefused", "Reading", "Thresholds", "Weighed", "shipped_model"]
