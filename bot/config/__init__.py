"""The configuration: one YAML file, frozen settings, and errors that say where and what would be right."""

from bot.config.model import Config
from bot.config.reading import ConfigError, read, read_text, schema

__all__ = ["Config", "ConfigError", "read", "read_text", "schema"]
