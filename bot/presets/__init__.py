"""Presets: named settings of a person or a server."""
