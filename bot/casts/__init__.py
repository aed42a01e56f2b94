"""The cast: named characters and objects that prompts call by ``@name``."""
