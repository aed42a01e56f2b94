"""Draws the sample pictures of ``bot/demo/pictures``: ``python -m bot.demo.drawing FOLDER``."""
