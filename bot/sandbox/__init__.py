"""An Oxen of one's own: an HTTP server that behaves as Oxen's API does, for demo and tests."""

from bot.sandbox.faults import FAULT_KINDS, Fault, Faults, parse_fault
from bot.sandbox.options import SandboxOptions
from bot.sandbox.server import Sandbox, serve

__all__ = [
    "FAULT_KINDS",
    "Fault",
    "Faults",
    "Sandbox",
    "SandboxOptions",
    "parse_fault",
    "serve",
]
