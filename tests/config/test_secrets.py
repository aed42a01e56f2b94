from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import Config, Secrets, StorageSection, load_config, read_secret
from bot.errors import ConfigurationError


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text("")
    return path


def test_secrets_come_from_the_environment_or_from_files(config_file: Path, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text("from-the-file\n")

    config = load_config(
        config_file, {"DISCORD_TOKEN": "from-the-environment", "OXEN_API_KEY_FILE": str(key_file)}
    )

    assert config.secrets.values() == ("from-the-environment", "from-the-file")


def test_an_empty_variable_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("the-key")

    environ = {"OXEN_API_KEY": "", "OXEN_API_KEY_FILE": str(path)}

    assert read_secret("OXEN_API_KEY", environ).get_secret_value() == "the-key"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty; put the secret into it"),
        (b" \n", "is empty; put the secret into it"),
        (b"\xff\xfe", "it is not text"),
        (b"hunter2 " * 1000, "far too long"),
        (b"Bot hunter2", "holds spaces"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused_without_showing_it(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=problem) as caught:
        read_secret("OXEN_API_KEY", {"OXEN_API_KEY_FILE": str(path)})

    assert str(caught.value).startswith("OXEN_API_KEY_FILE: ")
    assert "hunter2" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot read .*missing.*No such file"):
        read_secret("OXEN_API_KEY", {"OXEN_API_KEY_FILE": str(tmp_path / "missing")})


def test_both_a_value_and_a_file_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="OXEN_API_KEY_FILE is set too"):
        read_secret("OXEN_API_KEY", {"OXEN_API_KEY": "a", "OXEN_API_KEY_FILE": str(tmp_path)})


def test_no_rendering_of_a_config_shows_a_secret() -> None:
    config = Config(
        secrets=Secrets(discord_token=SecretStr("hunter2"), oxen_api_key=SecretStr("hunter3")),
        storage=StorageSection(database="postgresql://bot:hunter4@localhost/bot"),
    )

    assert "hunter2" not in f"{config!r} {config} {config.model_dump()} {config.model_dump_json()}"
    assert "hunter3" not in f"{config!r} {config} {config.model_dump()} {config.model_dump_json()}"
    assert "hunter4" not in f"{config!r} {config}"
