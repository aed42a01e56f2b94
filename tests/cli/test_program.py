"""The program as a process: help, version, configuration, the servers."""

import signal
from typing import Any

import httpx
import pytest
from typer.main import get_command

from bot import __version__
from bot.cli.program import build, main
from bot.sandbox.faults import FAULT_KINDS
from tests.cli.conftest import REPOSITORY, Run, Start

SECRETS = {"DISCORD_TOKEN": "discord-token", "OXEN_API_KEY": "oxen-key"}


async def test_help_and_version_are_printed_and_nothing_else(run: Run) -> None:
    helped = await run()
    version = await run("--version")

    assert (helped.status, helped.err) == (0, "")
    for word in ("run", "demo", "sandbox", "check-config", "generate", "EXIT STATUS", "130"):
        assert word in helped.out
    assert (version.status, version.out, version.err) == (0, f"{__version__}\n", "")


def test_every_fault_is_in_the_help_of_the_sandbox(capsys: pytest.CaptureFixture[str]) -> None:
    main(["sandbox", "--help"])

    words = capsys.readouterr().out.split()
    assert [kind for kind in FAULT_KINDS if kind not in words] == []


@pytest.mark.parametrize("command", ["run", "demo", "sandbox", "check-config", "generate"])
def test_every_option_is_explained(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main([command, "--help"]) == 0

    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 100
    known: Any = get_command(build())
    parameters = known.commands[command].params
    assert [one.name for one in parameters if one.name != "help" and not one.help] == []


async def test_a_good_configuration_is_confirmed(run: Run) -> None:
    example = REPOSITORY / "config.example.toml"

    ended = await run("check-config", "--config", example, environ=SECRETS)

    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"{example}: no mistakes.\n"


@pytest.mark.parametrize("command", ["check-config", "run"])
async def test_every_mistake_is_told_on_a_line_of_its_own(
    run: Run, tmp_path_factory: pytest.TempPathFactory, command: str
) -> None:
    path = tmp_path_factory.mktemp("config") / "config.toml"
    path.write_text("[oxen]\nmodle = 'x'\n[quota]\nin_flight = 0\n")

    ended = await run(command, "--config", path, environ={"OXEN_API_KEY": "oxen-key"})

    assert ended.status == 2
    assert [line.split(": ")[1:-1] for line in ended.err.splitlines()] == [
        [str(path), "oxen.modle"],
        [str(path), "quota.in_flight"],
        ["DISCORD_TOKEN"],
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_sandbox_tells_its_address_and_ends_cleanly(
    start: Start, number: signal.Signals
) -> None:
    program = await start("sandbox", "--port", "0", "--credits", "5", "--fault", "lost-event=1")
    word, address = (await program.line()).split()
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{address}/api/ai/models", headers={"Authorization": "Bearer k"})

    program.signal(number)
    ended = await program.ended()

    assert word == "Sandbox:"
    assert answer.status_code == 200
    assert (ended.status, ended.err) == (0, "")


async def test_a_port_that_is_taken_is_told_with_the_remedy(start: Start, run: Run) -> None:
    first = await start("sandbox", "--port", "0")
    port = (await first.line()).rpartition(":")[2]

    ended = await run("sandbox", "--port", port)

    assert ended.status == 1
    assert ended.err.startswith(f"clapperboard: Port {port} is taken by another program;")
    assert "choose another with --port" in ended.err
