"""The two secrets, which come from the environment or from files that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr

from bot.errors import ConfigurationError

DISCORD_TOKEN = "DISCORD_TOKEN"  # noqa: S105  the name of a variable
OXEN_API_KEY = "OXEN_API_KEY"
_SOURCES = {
    DISCORD_TOKEN: "the bot's token, from the Bot page of Discord's developer portal",
    OXEN_API_KEY: "the API key, from the account settings at Oxen",
}
_LONGEST_BYTES = 4096
_PLACEHOLDER = re.compile(
    r"<.*>|\.{3,}|x{3,}|(your|my|insert|put|enter)[-_][-_a-z]*|change[-_]?me|[-_a-z]+[-_]here",
    re.IGNORECASE,
)
"""What examples put where a secret belongs; real ones have digits."""


class Secrets(BaseModel):
    """What must never be shown; ``repr`` and dumps hide the values."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    discord_token: SecretStr
    oxen_api_key: SecretStr

    def values(self) -> tuple[str, ...]:
        """The secrets in the clear, for the redaction of logs."""
        return (self.discord_token.get_secret_value(), self.oxen_api_key.get_secret_value())


def read_secret(name: str, environ: Mapping[str, str]) -> SecretStr:
    """Read the secret from the variable ``name`` or from the file that ``<name>_FILE`` names.

    An empty variable counts as none, since container files pass unset ones on like that. Raises
    ``ConfigurationError``, whose text never holds the secret.
    """
    direct, path = environ.get(name, "").strip(), environ.get(f"{name}_FILE", "").strip()
    if direct and path:
        raise ConfigurationError([f"{name}: {name}_FILE is set too; unset one of the two"])
    if not direct and not path:
        what = _SOURCES.get(name, "the secret")
        raise ConfigurationError(
            [f"{name}: missing; set it to {what}, or {name}_FILE to a file that holds it"]
        )
    if direct:
        return _checked(name, direct)
    return _checked(f"{name}_FILE", _content(f"{name}_FILE", Path(path)))


def _content(key: str, path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LONGEST_BYTES + 1)
        text = raw.decode().strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigurationError(
            [f'{key}: cannot read "{path}" ({reason}); name a readable file with the secret alone']
        ) from error
    if len(raw) > _LONGEST_BYTES:
        raise ConfigurationError(
            [f'{key}: "{path}" is far too long; name a file with the secret alone']
        )
    if not text:
        raise ConfigurationError([f'{key}: "{path}" is empty; put the secret into it']) from None
    return text


def _checked(key: str, secret: str) -> SecretStr:
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise ConfigurationError(
            [f"{key}: holds spaces or odd characters; give the secret alone, nothing before it"]
        )
    if _PLACEHOLDER.fullmatch(secret):
        name = key.removesuffix("_FILE")
        what = _SOURCES.get(name, "the secret")
        raise ConfigurationError(
            [f"{key}: still holds the placeholder of an example; put {what}, in its place"]
        )
    return SecretStr(secret)


def read_secrets(environ: Mapping[str, str]) -> Secrets:
    """Read both secrets; raises ``ConfigurationError`` with the problems of both at once."""
    found: dict[str, SecretStr] = {}
    problems: list[str] = []
    for name in (DISCORD_TOKEN, OXEN_API_KEY):
        try:
            found[name] = read_secret(name, environ)
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
    return Secrets(discord_token=found[DISCORD_TOKEN], oxen_api_key=found[OXEN_API_KEY])
