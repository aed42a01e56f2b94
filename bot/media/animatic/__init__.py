"""Animatics: the shape of a video as a real MP4, drawn from a request without any model."""

from bot.media.animatic.film import render_animatic
from bot.media.animatic.request import AnimaticElement, AnimaticRequest, AnimaticShot

__all__ = ["AnimaticElement", "AnimaticRequest", "AnimaticShot", "render_animatic"]
