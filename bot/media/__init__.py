"""Pixels and files: pictures, videos, animatics. All of it off the event loop."""
