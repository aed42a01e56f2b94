"""From a file and an environment to a ``Config``, or to everything that is wrong with them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import TomlConfigSettingsSource

from bot.config.problems import line_for, refuse_strangers
from bot.config.secrets import Secrets, read_secrets
from bot.config.sections import Config
from bot.errors import ConfigurationError

_STAND_IN = SecretStr("-")


def load_config(path: Path, environ: Mapping[str, str]) -> Config:
    """Read the settings from a TOML file and the secrets from the environment or files.

    Raises ``ConfigurationError`` with every mistake at once, in the order of the file, the secrets
    last; no line of it holds a secret.
    """
    problems: list[str] = []
    data: dict[str, Any] = {}
    try:
        data = _read(path)
    except ConfigurationError as error:
        problems += error.problems
    problems += [_in_file(path, line) for line in refuse_strangers(data)]
    secrets = Secrets(discord_token=_STAND_IN, oxen_api_key=_STAND_IN)
    secret_problems: tuple[str, ...] = ()
    try:
        secrets = read_secrets(environ)
    except ConfigurationError as error:
        secret_problems = error.problems
    try:
        config = Config(**data, secrets=secrets)
    except ValidationError as error:
        problems += [_in_file(path, line_for(one)) for one in error.errors(include_url=False)]
        raise ConfigurationError([*problems, *secret_problems]) from None
    if problems or secret_problems:
        raise ConfigurationError([*problems, *secret_problems])
    return config


def _in_file(path: Path, line: str) -> str:
    return f"{path}: {line}"


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise ConfigurationError(
            [f'"{path}": there is no such file; copy config.example.toml and name it with --config']
        )
    if path.is_dir():
        raise ConfigurationError([f'"{path}": is a folder; name the file in it with --config'])
    try:
        return dict(TomlConfigSettingsSource(Config, toml_file=path)())
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError([f'"{path}": not valid TOML: {error}']) from None
    except UnicodeDecodeError:
        raise ConfigurationError([f'"{path}": not valid TOML: save it as UTF-8']) from None
    except OSError as error:
        raise ConfigurationError(
            [f'"{path}": cannot be read ({error.strerror}); name a readable file with --config']
        ) from None
