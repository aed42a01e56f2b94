"""Logging: where it goes, what may be in it, and what is taken out."""

from bot.logs.redaction import Redactor
from bot.logs.routing import configure_logging

__all__ = ["Redactor", "configure_logging"]
