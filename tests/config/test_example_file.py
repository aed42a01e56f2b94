import json
import tomllib
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

from bot.config import Config, ImageLimits, load_config
from bot.config.problems import SETTINGS

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SECRETS = {"DISCORD_TOKEN": "discord-token", "OXEN_API_KEY": "oxen-key"}


def test_the_example_is_exactly_the_defaults(tmp_path: Path) -> None:
    nothing_set = tmp_path / "empty.toml"
    nothing_set.write_text("")

    assert load_config(EXAMPLE, SECRETS) == load_config(nothing_set, SECRETS)


def test_the_example_holds_every_key_and_no_other() -> None:
    in_the_file = tomllib.loads(EXAMPLE.read_text())
    defaults = load_config(EXAMPLE, SECRETS).model_dump(mode="json", exclude={"secrets"})
    del defaults["images"]["models"]
    del defaults["models"]

    assert json.loads(json.dumps(in_the_file)) == defaults


def test_the_overrides_that_are_commented_out_name_every_limit_and_load(tmp_path: Path) -> None:
    lines = EXAMPLE.read_text().splitlines()
    uncommented = "\n".join(line[1:] for line in lines if line[:1] == "#" and line[1:2] != " ")
    path = tmp_path / "config.toml"
    path.write_text("\n".join(line for line in uncommented.splitlines() if line))

    config = load_config(path, SECRETS)

    (overrides,) = config.images.models.values()
    assert overrides.model_fields_set == set(ImageLimits.model_fields)
    (correction,) = config.models.values()
    assert correction.model_fields_set == set(type(correction).model_fields)


@pytest.mark.parametrize("section", SETTINGS)
def test_every_key_is_documented_in_the_model(section: str) -> None:
    kind: Any = Config.model_fields[section].annotation
    if get_origin(kind) is dict:
        kind = get_args(kind)[1]

    assert [name for name, field in kind.model_fields.items() if not field.description] == []


def test_every_key_of_the_example_has_a_comment_in_its_block() -> None:
    bare = []
    commented = False
    for line in EXAMPLE.read_text().splitlines():
        if line.startswith("#"):
            commented = True
        elif not line or line.startswith("["):
            commented = False
        elif not commented:
            bare.append(line)

    assert bare == []
