"""Slash commands, menus and buttons: each parses, calls one service, and renders the answer."""
