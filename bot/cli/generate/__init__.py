"""``python -m bot generate``: one video from the command line, in each of Oxen's three ways."""
