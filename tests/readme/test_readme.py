from __future__ import annotations

import itertools
import re
import shlex

import discord
import pytest
import typer
from discord import app_commands

from bot.cli.program import build
from bot.client import EXTENSIONS, ClapperboardBot
from bot.sandbox.faults import parse_fault
from bot.ui.draft_buttons import begin_label
from tests.readme.document import (
    ROOT,
    TEXT,
    blocks,
    code_spans,
    configuration_table,
    shell_commands,
    table,
)

FILLED_IN = {"#6", "@luna", "Pick take 2", "Take 2 · 5", "They agree, add", "Newer", "Older"}
"""Buttons whose labels are put together, with a number or a name, as the README shows them."""
PROGRAM = re.compile(r"(?:^|/)python -m bot (.*)")


class NothingKnown:
    async def get(self, key: str) -> str | None:
        return None

    async def put(self, key: str, value: str) -> None:
        return None


@pytest.fixture
async def slash_commands() -> dict[str, set[str]]:
    """The names of all slash commands, each with its options."""
    bot = ClapperboardBot(NothingKnown())
    for extension in EXTENSIONS:
        await bot.load_extension(extension)
    return {
        f"/{command.qualified_name}": {parameter.name for parameter in command.parameters}
        for command in bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }


def program_calls() -> list[list[str]]:
    """The arguments of every call of the program that the README shows."""
    lines = [*shell_commands(), *"".join(blocks("ini")).splitlines(), *code_spans()]
    calls = [shlex.split(found[1]) for line in lines if (found := PROGRAM.search(line))]
    return [call for call in calls if not call[0].startswith("-")]


def test_every_slash_command_is_in_the_table_and_no_other(
    slash_commands: dict[str, set[str]],
) -> None:
    explained = {row[0] for row in table("command")}

    assert {row.strip("`") for row in explained if row.startswith("`/")} == set(slash_commands)


def test_no_other_slash_command_is_spoken_of(slash_commands: dict[str, set[str]]) -> None:
    spoken_of = {span for span in code_spans() if re.fullmatch(r"/[a-z]+( [a-z]+)*", span)}

    assert spoken_of <= set(slash_commands)


def test_every_option_of_making_a_video_is_explained(slash_commands: dict[str, set[str]]) -> None:
    explained = [name for row in table("option") for name in re.findall(r"`(\w+)`", row[0])]

    assert sorted(explained) == sorted(slash_commands["/video create"])


def test_every_button_is_explained_and_no_other() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "bot" / "ui").glob("*.py")]
    labels = {found for source in sources for found in re.findall(r'button\(\s*"([^"]+)"', source)}

    explained = [row[0] for row in table("button")]

    assert sorted(explained) == sorted(labels | FILLED_IN | {begin_label(1_120_000)})


def test_the_table_of_the_configuration_is_in_step() -> None:
    shown = TEXT.split("<!-- configuration -->")[1].split("<!-- /configuration -->")[0].strip()

    assert shown == configuration_table(), "put this between the two comments"


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^(\w+):", makefile, re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", "\n".join([*shell_commands(), *code_spans()])))

    assert {"demo", "test"} <= named <= targets


def test_every_call_of_the_program_is_one_that_it_takes() -> None:
    program = typer.main.get_group(build())
    calls = program_calls()

    with program.make_context("bot", ["demo"]) as context:
        for name, *arguments in calls:
            command = program.get_command(context, name)
            assert command is not None, name
            command.make_context(name, arguments, parent=context).close()
    assert {"run", "check-config", "generate", "sandbox"} <= {name for name, *_ in calls}


def test_every_fault_is_spelt_so_that_the_sandbox_takes_it() -> None:
    faults = [
        value
        for call in program_calls()
        for option, value in itertools.pairwise(call)
        if option == "--fault"
    ]

    assert faults
    for fault in faults:
        parse_fault(fault)


def test_the_three_modes_are_shown() -> None:
    modes = {call[call.index("--mode") + 1] for call in program_calls() if "--mode" in call}

    assert modes == {"events", "poll", "sync"}


def test_links_lead_to_files_and_headings_that_are_there() -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", TEXT)
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {
        "#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings
    }

    lost = [
        target
        for target in targets
        if not target.startswith("https://")
        and target not in anchors
        and not (ROOT / target).exists()
    ]

    assert targets
    assert lost == []


def test_paths_in_the_text_exist() -> None:
    layout = blocks("text")[-1]
    named = [
        span.partition(" ")[0]
        for span in [*code_spans(), *layout.split()]
        if re.match(r"(bot|cogs|tests|\.ci)/", span)
    ]

    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_invitation_asks_for_the_permissions_that_it_lists() -> None:
    listed = re.search(r"exactly what the bot uses: ([^.]+)\.", " ".join(TEXT.split()))
    assert listed is not None
    names = re.split(r", | and ", listed[1])

    permissions = discord.Permissions(
        **{name.lower().replace(" ", "_").replace("channels", "channel"): True for name in names}
    )

    assert f"&permissions={permissions.value}\n" in TEXT
    assert "&scope=bot+applications.commands&" in TEXT
