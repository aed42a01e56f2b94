"""By what an enqueued generation is recognised when the reply to the POST was lost.

Oxen has no idempotency key, so an orphan is told by its model, its prompt and its parameters.
Unknown, and hence not held against an orphan: which parameters Oxen echoes at all, whether it
fills in defaults, whether it turns numbers into texts, trims a prompt, or replaces a ``data:``
address by one of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from bot.models.remote import RemoteGeneration
from bot.oxen.echoes import is_digest

_NOT_OF_THE_VIDEO = frozenset({"num_generations", "target_namespace"})
"""Say how many and for whom, not what is in the video; unknown whether they are echoed."""

_TEXTS = frozenset({"model", "prompt", "negative_prompt"})
"""A text is kept as it is, even one that begins like an address."""

_INPUT = re.compile(r"image|photo|picture|frame|element|reference|input|first|last|start|tail|end_")
_RESULT = re.compile(r"result|output|thumb|preview|poster|cover")
"""How parameters for pictures are called, and how Oxen's own words on the result may be. The former
have no default: an orphan that has one which was not asked for is another's."""

_DATA, _LINK = "data:sha256:", "link:sha256:"
_ADDRESS = re.compile(r"(https?|data):", re.IGNORECASE)


def fingerprint(payload: Mapping[str, Any]) -> str:
    """Canonical JSON of what was asked for.

    Addresses appear as their kind and SHA-256, so that neither signatures nor pictures are stored;
    a link has a second one, of what is left without its query.
    """
    asked = {
        name: value if name in _TEXTS else _digested(value)
        for name, value in payload.items()
        if name not in _NOT_OF_THE_VIDEO and value is not None
    }
    return json.dumps(asked, sort_keys=True, separators=(",", ":"))


def matches(fingerprint: str, remote: RemoteGeneration) -> bool:
    """Whether a generation at Oxen may be the one that was asked for.

    Model and prompt must agree, and so must every parameter that came back. Pictures are compared
    by hash where their addresses came back as texts.
    """
    asked: dict[str, Any] = json.loads(fingerprint)
    if remote.model != asked.get("model"):
        return False
    echoed = remote.parameters
    if not _same_words(asked, remote.prompt, echoed):
        return False
    if any(name not in asked and _is_another_picture(name, echoed[name]) for name in echoed):
        return False
    return all(
        _agree(value, echoed[name] if name in _TEXTS else _digested(echoed[name]))
        for name, value in asked.items()
        if name not in {"model", "prompt"} and echoed.get(name) is not None
    )


def _same_words(asked: Mapping[str, Any], prompt: str | None, echoed: Mapping[str, Any]) -> bool:
    """Whether the prompts agree.

    Unknown: what Oxen shows as the prompt of a storyboard, and of a model that calls it otherwise.
    What is shown must be among the texts that were asked for; where nothing is, they tell nothing.
    """
    if "prompt" in asked:
        return _trimmed(prompt) == _trimmed(asked["prompt"])
    if not _trimmed(prompt):
        return True
    shots = next((value for value in asked.values() if _are_shots(value)), None)
    if shots is not None:
        return any(_are_shots(value) for value in echoed.values()) or all(
            _trimmed(shot["prompt"]) in _trimmed(prompt) for shot in shots
        )
    texts = [value for name, value in asked.items() if isinstance(value, str) and name != "model"]
    return any(_trimmed(text) == _trimmed(prompt) or text == _digested(prompt) for text in texts)


def _are_shots(value: Any) -> bool:
    return isinstance(value, list) and any(
        isinstance(one, Mapping) and isinstance(one.get("prompt"), str) for one in value
    )


def _is_another_picture(name: str, value: Any) -> bool:
    """Whether this is a picture (or video) that somebody gave, by its name and what it holds."""
    plain = name.lower()
    return bool(_INPUT.search(plain)) and not _RESULT.search(plain) and _holds_address(value)


def _holds_address(value: Any) -> bool:
    if isinstance(value, str):
        return _ADDRESS.match(value) is not None
    if isinstance(value, Mapping):
        return any(map(_holds_address, value.values()))
    return isinstance(value, list | tuple) and any(map(_holds_address, value))


def _digested(value: Any) -> Any:
    if isinstance(value, str) and is_digest(value):
        return value
    if isinstance(value, str) and (kind := _ADDRESS.match(value)):
        if kind[1].lower() == "data":
            return f"{_DATA}{_sha256(value)}"
        return f"{_LINK}{_sha256(value)}:{_sha256(_unsigned(value))}"
    if isinstance(value, Mapping):
        return {str(name): _digested(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_digested(inner) for inner in value]
    return value


def _agree(asked: Any, echoed: Any) -> bool:
    if isinstance(asked, list) and isinstance(echoed, list):
        return len(asked) == len(echoed) and all(map(_agree, asked, echoed))
    if isinstance(asked, dict) and isinstance(echoed, dict):
        return all(_agree(value, echoed[name]) for name, value in asked.items() if name in echoed)
    if isinstance(asked, str) and asked.startswith((_DATA, _LINK)):
        kind = _DATA if asked.startswith(_DATA) else _LINK
        if not isinstance(echoed, str) or not echoed.startswith(kind):
            return True
        # Of a link one of the two digests is enough: its signature may be left out, or renewed.
        return not _digests(asked).isdisjoint(_digests(echoed))
    if isinstance(asked, list | dict) or isinstance(echoed, list | dict):
        # Pictures in another form than they were sent in tell nothing.
        return True
    return _plain(asked) == _plain(echoed)


def _digests(digested: str) -> set[str]:
    return set(digested.split(":")[2:])


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _unsigned(address: str) -> str:
    """Where a picture lies: the path names it, and the query holds signatures."""
    scheme, _, rest = re.split(r"[?#]", address, maxsplit=1)[0].partition(":")
    host, slash, path = rest.removeprefix("//").partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _trimmed(text: Any) -> str:
    return text.replace("\r\n", "\n").strip() if isinstance(text, str) else ""
