from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from bot.config import Config, ImagesSection, OxenSection, Secrets, load_config
from bot.errors import ConfigurationError

SECRETS = {"DISCORD_TOKEN": "discord-token", "OXEN_API_KEY": "oxen-key"}
Load = Callable[..., Config]
Problems = Callable[..., list[str]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load(text: str, environ: dict[str, str] = SECRETS) -> Config:
        path = tmp_path / "config.toml"
        path.write_text(text)
        return load_config(path, environ)

    return load


@pytest.fixture
def problems(load: Load, tmp_path: Path) -> Problems:
    """Loads a wrong file; its mistakes, without the name of the file before those in it."""

    def problems(text: str, environ: dict[str, str] = SECRETS) -> list[str]:
        with pytest.raises(ConfigurationError) as caught:
            load(text, environ)
        name = f"{tmp_path / 'config.toml'}: "
        return [line.removeprefix(name) for line in caught.value.problems]

    return problems


def test_a_mistake_names_its_file_and_a_missing_secret_does_not(load: Load, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load("[oxen]\nmax_in_flight = 0", {"OXEN_API_KEY": "oxen-key"})

    in_file, in_environment = caught.value.problems
    assert in_file.startswith(f"{tmp_path / 'config.toml'}: oxen.max_in_flight: 0")
    assert in_environment.startswith("DISCORD_TOKEN: missing")


@pytest.mark.parametrize(
    "placeholder", ["your-token-here", "<token>", "...", "changeme", "YOUR_TOKEN", "xxxx"]
)
def test_a_placeholder_is_no_secret(problems: Problems, placeholder: str) -> None:
    (line,) = problems("", SECRETS | {"DISCORD_TOKEN": placeholder})

    assert line.startswith("DISCORD_TOKEN: still holds the placeholder of an example; put the bot")


def test_every_mistake_is_reported_at_once_each_with_its_key(problems: Problems) -> None:
    found = problems(
        """
        [oxen]
        max_in_flight = "many"
        max_inflight = 3
        [quota]
        time_zone = "Europe/Berln"
        [loging]
        level = "info"
        """,
        {"OXEN_API_KEY": "oxen-key"},
    )

    assert found == [
        "[loging]: not a section; did you mean [logging]?",
        'oxen.max_in_flight: "many" is not right; a whole number from 1 to 1000 would be right',
        "oxen.max_inflight: unknown; did you mean max_in_flight?",
        (
            'quota.time_zone: "Europe/Berln" is not right; no time zone has that name; '
            'did you mean "Europe/Berlin"?'
        ),
        (
            "DISCORD_TOKEN: missing; set it to the bot's token, from the Bot page of Discord's "
            "developer portal, or DISCORD_TOKEN_FILE to a file that holds it"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[oxen]\nmax_in_flight = 0", "oxen.max_in_flight: 0 is not right; a whole number from 1"),
        ("[oxen]\nmax_in_flight = true", "oxen.max_in_flight: true is not right; a whole number"),
        ("[oxen]\nmax_in_flight = 8.0", "oxen.max_in_flight: 8.0 is not right; a whole number"),
        ("[oxen]\nmodel = 3", "oxen.model: 3 is not right; a model's name"),
        ("[oxen]\nbase_url = 'hub.oxen.ai'", 'oxen.base_url: "hub.oxen.ai" is not right'),
        (
            "[oxen]\nbase_url = 'http://hub.oxen.ai'",
            "oxen.base_url: this address is not right; the",
        ),
        ("[oxen]\nbase_url = 'https://[::1'", "oxen.base_url: this address"),
        ("[oxen]\ntime_zone = 'UTC'", "oxen.time_zone: unknown; it belongs under [quota]"),
        ("[oxen]\nreference_delivery = 'ftp'", 'oxen.reference_delivery: "ftp"'),
        ("[oxen]\nreference_delivery = 'repository'", 'oxen.repository: "" is not right; name one'),
        ("[oxen]\nrepository = 'mine'", 'oxen.repository: "mine" is not right; "namespace/name"'),
        ("[oxen]\ndownload_hosts = 'a'", 'oxen.download_hosts: "a" is not right; a list of texts'),
        ("[oxen]\ndownload_hosts = ['https://a']", "oxen.download_hosts (entry 1): this address"),
        ("[quota]\nin_flight = 0", "quota.in_flight: 0 is not right; a whole number from 1 up"),
        ("[quota]\ntime_zone = 5", "quota.time_zone: 5 is not right; the name of a time zone"),
        ("[quota]\ntime_zone = '../x'", 'quota.time_zone: "../x" is not right; the name'),
        ("[images]\nmin_ratio = 0.4", "images.min_ratio: 0.4 is not right; width"),
        ("[images]\nmin_ratio = '0:5'", 'images.min_ratio: "0:5" is not right; width to height'),
        ("[images]\nmin_ratio = '3:1'", 'images.max_ratio: "5/2" is not right; it is narrower'),
        ("[images.models.x]\nmax_mib = 0", "images.models.x.max_mib: 0 is not right; a whole"),
        ("[images.models.'k-3.1']\nsize = 1", 'images.models."k-3.1".size: unknown'),
        ("[images.models.x]\nmax_ratio = '1:9'", "images.models: "),
        ("[oxen]\nmodels = 'a'", 'oxen.models: "a" is not right; a list of texts'),
        (
            "[oxen]\nmodels = ['']",
            'oxen.models (entry 1): "" is not right; a model\'s name, such as',
        ),
        ("[models.x]\ndurations_s = 5", "models.x.durations_s: 5 is not right; a list of whole"),
        ("[models.x]\ndurations_s = []", "models.x.durations_s: [] is not right; name at least"),
        (
            "[models.x]\ndurations_s = ['5']",
            'models.x.durations_s (entry 1): "5" is not right; whole',
        ),
        ("[models.x]\naspect_ratios = ['wide']", "models.x.aspect_ratios (entry 1): "),
        (
            "[quote]\nabove_usd = 'four'",
            'quote.above_usd: "four" is not right; dollars, such as 4.0, would be right',
        ),
        ("[models.x]\nprompt_max_chars = 0", "models.x.prompt_max_chars: 0 is not right; a whole"),
        ("[models.x]\nprice_per_second_usd = -1", "models.x.price_per_second_usd: -1 is not right"),
        ("[models.x]\nduration_s = 1", "models.x.duration_s: unknown; did you mean durations_s?"),
        ("[models]\nx = 3", "models.x: must be a table; write [models.x]"),
        ("[storage]\ndatabase = 'mysql://u:hunter2@h/d'", "storage.database: this address"),
        ("[logging]\nlevel = 'loud'", 'logging.level: "loud" is not right; one of "debug", "info"'),
        ("logging = 3", "logging: must be a table; write [logging]"),
        ("max_in_flight = 3", "max_in_flight: outside any section; it belongs under [oxen]"),
        ("_env_file = 'x'", "_env_file: outside any section; "),
    ],
)
def test_a_mistake_names_the_key_and_what_would_be_right(
    problems: Problems, text: str, problem: str
) -> None:
    (only,) = problems(text)

    assert only.startswith(problem)
    assert "\n" not in only
    assert "hunter2" not in only


@pytest.mark.parametrize(
    ("text", "key", "variable"),
    [
        ("token = 'hunter2'", "token", "DISCORD_TOKEN"),
        ("[discord]\ntoken = 'hunter2'", "discord.token", "DISCORD_TOKEN"),
        ("[secrets]\ndiscord_token = 'hunter2'", "secrets.discord_token", "DISCORD_TOKEN"),
        ("[secrets]\noxen_api_key = 'hunter2'", "secrets.oxen_api_key", "OXEN_API_KEY"),
        ("[oxen]\napi_key = 'hunter2'", "oxen.api_key", "OXEN_API_KEY"),
        ("DISCORD_TOKEN = 'hunter2'", "DISCORD_TOKEN", "DISCORD_TOKEN"),
    ],
)
def test_a_secret_in_the_file_is_refused_with_where_it_belongs(
    problems: Problems, text: str, key: str, variable: str
) -> None:
    (only,) = problems(text)

    assert only == (
        f"{key}: a secret does not belong in this file; remove it and set "
        f"{variable} or {variable}_FILE in the environment"
    )


def test_broken_toml_is_reported_with_its_line_beside_the_missing_secrets(
    problems: Problems,
) -> None:
    found = problems("[oxen]\nmodel = kling", {})

    assert "not valid TOML" in found[0]
    assert "at line 2" in found[0]
    assert [line.split(":")[0] for line in found[1:]] == ["DISCORD_TOKEN", "OXEN_API_KEY"]


def test_a_file_that_is_not_there_is_reported_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no such file; copy config\.example\.toml"):
        load_config(tmp_path / "config.toml", SECRETS)


def test_a_folder_or_bytes_for_a_file_are_reported(tmp_path: Path) -> None:
    binary = tmp_path / "config.toml"
    binary.write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigurationError, match="is a folder"):
        load_config(tmp_path, SECRETS)
    with pytest.raises(ConfigurationError, match="save it as UTF-8"):
        load_config(binary, SECRETS)


def test_unlimited_lifts_a_limit(load: Load) -> None:
    limits = load('[quota]\ngenerations_per_day = "unlimited"').quota.limits()

    assert limits.generations_per_day is None
    assert limits.generations_per_month == 60


def test_a_model_has_its_own_image_limits_where_they_are_given(load: Load) -> None:
    images = load('[images]\nmax_mib = 7\n[images.models.omni]\nmin_ratio = "1:3"').images

    assert images.limits_for("omni").min_ratio == Fraction(1, 3)
    assert images.limits_for("omni").max_mib == 7
    assert images.limits_for("another").min_ratio == Fraction(2, 5)


def test_the_environment_sets_no_section(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OXEN", '{"model": "another"}')

    assert load("") == load("[oxen]")


def test_a_config_is_built_in_code_and_cannot_be_changed() -> None:
    secrets = Secrets(discord_token=SecretStr("a"), oxen_api_key=SecretStr("b"))

    config = Config(secrets=secrets, oxen=OxenSection(base_url="http://127.0.0.1:8000/"))

    assert config.oxen.base_url == "http://127.0.0.1:8000"
    assert config.images == ImagesSection()
    with pytest.raises(ValidationError):
        config.oxen = OxenSection()
    with pytest.raises(ValidationError):
        config.quota.in_flight = 5


sections = st.sampled_from(["oxen", "quota", "images", "storage", "logging", "oxn"])
keys = st.from_regex(r"[a-z_]{1,16}", fullmatch=True) | st.sampled_from(
    ["model", "in_flight", "models", "folder", "level", "min_ratio", "database"]
)
toml_values = st.one_of(
    st.integers(-(2**40), 2**40).map(str),
    st.sampled_from(["true", "false", "1.5", "[]", "{}", "2026-01-01", "[1, 'a']"]),
    st.from_regex(r"'[ -&(-~]{0,30}'", fullmatch=True),
)


@settings(deadline=None)
@given(st.dictionaries(sections, st.dictionaries(keys, toml_values)))
def test_any_file_is_a_config_or_a_list_of_single_lines(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, dict[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("config") / "config.toml"
    lines = []
    for section, content in tables.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {value}" for key, value in content.items()]
    path.write_text("\n".join(lines))

    assert all(_is_one_line(problem) for problem in _problems_of(path))


def _problems_of(path: Path) -> tuple[str, ...]:
    try:
        load_config(path, SECRETS)
    except ConfigurationError as error:
        return error.problems
    return ()


def _is_one_line(problem: str) -> bool:
    return ": " in problem and "\n" not in problem
