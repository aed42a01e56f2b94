"""Opens the whole application with nothing but the packages of a requirements file.

Called with the names of the pinned packages; run by ``test_locks.py`` as a process of its own.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module, metadata
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType


class OnlyPinned(MetaPathFinder):
    """Finds no module of a package that is installed but not pinned."""

    def __init__(self, pinned: set[str]) -> None:
        self._owners = metadata.packages_distributions()
        self._pinned = pinned

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        owners = {re.sub(r"[-_.]+", "-", name).lower() for name in self._owners.get(fullname, ())}
        if owners and not owners & self._pinned:
            raise ModuleNotFoundError(f"{fullname} is not pinned", name=fullname)
        return None


async def open_everything() -> None:
    from bot.app import Application  # noqa: PLC0415  after the finder is in place
    from bot.client import EXTENSIONS  # noqa: PLC0415
    from bot.config import Config, Secrets, StorageSection  # noqa: PLC0415

    import_module("bot.cli")
    import_module("asyncpg")
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            secrets=Secrets.model_validate({"discord_token": "t", "oxen_api_key": "k"}),
            storage=StorageSection(folder=Path(folder)),
        )
        async with Application(config) as application:
            for extension in EXTENSIONS:
                await application.bot.load_extension(extension)


sys.meta_path.insert(0, OnlyPinned(set(sys.argv[1:])))
asyncio.run(open_everything())
