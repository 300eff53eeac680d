"""A second reader: a small model that sees what phrases can't. It reads a text beside the rules and never alone decides
what is urgent. Everything works without it.
"""

from safety.reader.model import Model, ModelRefused, Reading, Thresholds, Weighed, shipped_model

__all__ = ["Model", "ModelRefused", "Reading", "Thresholds", "Weighed", "shipped_model"]
