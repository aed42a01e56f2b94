"""Joins videos into one, without encoding them anew where their streams allow it.

``python -m bot.media.joining TARGET SOURCE...`` is how the reel library runs it, so that joining
neither holds the bot's interpreter nor outlives a cancellation.
"""

from bot.media.joining.film import join_videos

__all__ = ["join_videos"]
