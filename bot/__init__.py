"""Clapperboard: a Discord bot that turns reference images and a prompt into videos."""

__version__ = "0.1.0"
