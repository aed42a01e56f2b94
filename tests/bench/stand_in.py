"""Lets discord.py talk to the stand-in; imports nothing that would weigh on what is measured."""

from __future__ import annotations

import os

import discord
import yarl


def point_at_stand_in() -> None:
    """Take the addresses from ``STAND_IN_ORIGIN`` and ``STAND_IN_GATEWAY``."""
    origin = os.environ["STAND_IN_ORIGIN"]
    discord.http.Route.BASE = f"{origin}/api/v10"
    discord.Asset.BASE = origin
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["STAND_IN_GATEWAY"])
