"""The real process when somebody replaces its database: it ends at once and says why."""

from pathlib import Path

import pytest

from tests.chaos.stage import staged

pytestmark = pytest.mark.chaos


async def test_the_bot_ends_when_its_database_is_replaced(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.database.rename(stage.database.with_suffix(".aside"))

        status = await stage.bot.gone()

        assert status == 1
        assert "database.gone" in stage.bot.last_words()
        last = stage.bot.last_words().splitlines()[-1]
        assert last.startswith(f'clapperboard: The database file "{stage.database}" was deleted')
        assert last.endswith("start the bot again.")
