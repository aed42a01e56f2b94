"""The real program, with Discord's address replaced by the stand-in's; nothing else differs.

Run as ``python -m tests.chaos.launcher run --config FILE`` with ``STAND_IN_ORIGIN`` and
``STAND_IN_GATEWAY`` in the environment.
"""

from __future__ import annotations

import os
import sys

import discord
import yarl

from bot.cli.program import main


def point_at_stand_in(origin: str, gateway: str) -> None:
    """Let discord.py talk to the stand-in."""
    discord.http.Route.BASE = f"{origin}/api/v10"
    discord.Asset.BASE = origin
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


if __name__ == "__main__":
    point_at_stand_in(os.environ["STAND_IN_ORIGIN"], os.environ["STAND_IN_GATEWAY"])
    sys.exit(main(sys.argv[1:]))
