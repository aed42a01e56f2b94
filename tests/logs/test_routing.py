import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog

from bot.logs import configure_logging
from bot.logs.routing import CHATTY_LIBRARIES, QUIET_LIBRARIES

KEY = "oxen-key-0123456789abcdef"


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """The stream that everything is written to; what was configured before comes back."""
    root = logging.getLogger()
    named = ["bot", "cogs", *CHATTY_LIBRARIES, *QUIET_LIBRARIES]
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in named]
    handlers, level, show = root.handlers[:], root.level, warnings.showwarning
    yield io.StringIO()
    logging.captureWarnings(capture=False)
    warnings.showwarning = show
    root.handlers[:] = handlers
    root.setLevel(level)
    for logger, old in before:
        logger.setLevel(old)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_events_and_the_libraries_own_lines_take_the_same_way(logs: io.StringIO) -> None:
    configure_logging("info", "json", stream=logs)

    structlog.get_logger("bot.generations").info("generation_accepted", generation=7)
    logging.getLogger("discord.client").info("Shard %s is ready", 3)

    first, second = lines(logs)
    assert (first["event"], first["generation"]) == ("generation_accepted", 7)
    assert (first["level"], first["logger"]) == ("info", "bot.generations")
    assert first["timestamp"].endswith("Z")
    assert (second["event"], second["logger"]) == ("Shard 3 is ready", "discord.client")


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "sqlalchemy.engine.Engine"])
def test_libraries_that_name_whole_addresses_stay_quiet_at_debug(
    logs: io.StringIO, name: str
) -> None:
    configure_logging("debug", "json", stream=logs)

    logging.getLogger(name).info("HTTP Request: GET https://s.example/?sig=1")
    logging.getLogger(name).warning("slow")

    assert [line["event"] for line in lines(logs)] == ["slow"]


@pytest.mark.parametrize("name", ["discord.http", "discord.gateway", "some.other.library"])
def test_libraries_that_write_payloads_stay_at_info(logs: io.StringIO, name: str) -> None:
    configure_logging("debug", "json", stream=logs)

    logging.getLogger(name).debug("payload")
    logging.getLogger("bot.oxen").debug("connecting")

    assert [line["event"] for line in lines(logs)] == ["connecting"]


def test_the_level_holds_for_the_program(logs: io.StringIO) -> None:
    configure_logging("warning", "json", stream=logs)

    structlog.get_logger("bot.app").info("started")
    structlog.get_logger("cogs.video").warning("late")

    assert [line["event"] for line in lines(logs)] == ["late"]


@pytest.mark.parametrize("format_", ["json", "console"])
def test_no_secret_is_written_not_even_in_a_traceback(
    logs: io.StringIO, format_: Literal["json", "console"]
) -> None:
    configure_logging("debug", format_, stream=logs, secrets=[KEY])
    log = structlog.get_logger("bot.oxen")

    try:
        int(f"https://s.example/v.mp4?hm=0123456789 {KEY}")
    except ValueError:
        log.exception("download_failed", headers={"Authorization": f"Bearer {KEY}"})
        logging.getLogger("bot.store").exception("while reading %s", KEY)

    written = logs.getvalue()
    assert "Traceback" in written
    assert "download_failed" in written
    assert KEY not in written
    assert "0123456789" not in written


def test_console_lines_carry_no_colours_in_a_pipe(logs: io.StringIO) -> None:
    configure_logging("info", "console", stream=logs)

    structlog.get_logger("bot.app").info("started", port=8000)

    assert "\x1b" not in logs.getvalue()
    assert "port=8000" in logs.getvalue()


def test_importing_configures_nothing() -> None:
    code = "import logging, bot.logs, bot.config; assert not logging.getLogger().handlers"

    subprocess.run([sys.executable, "-c", code], check=True)
