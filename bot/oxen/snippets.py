"""The exact API call for a request, to copy: cURL and Python, the key as a variable.

A picture that travels as a ``data:`` address becomes a file that the snippet reads, so that it
stays short. ``target_namespace`` is left out: it is the operator's, and the reader's key is their
own. Neither snippet contains a backtick, so neither can break out of a code block.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DATA_ADDRESS = re.compile(r"data:(image/([a-z0-9.+-]+));base64,", re.IGNORECASE)
_ENDINGS = {"jpeg": "jpg"}

_PYTHON = """\
import base64, json, os, time, urllib.request

OXEN = {base_url}


def call(path, body=None):
    request = urllib.request.Request(
        OXEN + path,
        data=json.dumps(body).encode() if body else None,
        headers={{
            "Authorization": "Bearer " + os.environ["OXEN_API_KEY"],
            "Content-Type": "application/json",
        }},
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)

{picture}
payload = {payload}

generation_id = call("/api/ai/queue", payload)["generations"][0]["generation_id"]
while True:
    generation = call("/api/ai/queue/" + generation_id)
    if generation["status"] in ("succeeded", "failed", "cancelled"):
        break
    time.sleep(15)
if generation["status"] != "succeeded":
    raise SystemExit(generation["error_message"] or generation["status"])
print(generation["result_url"])
"""

_PYTHON_PICTURE = """
def picture(media_type, path):
    with open(path, "rb") as file:
        return "data:" + media_type + ";base64," + base64.b64encode(file.read()).decode()

"""


@dataclass(frozen=True, slots=True)
class _LocalPicture:
    """Stands in a payload where a ``data:`` address was."""

    media_type: str
    file_name: str


def curl(payload: Mapping[str, Any], base_url: str) -> str:
    """A shell command that enqueues the request, for any POSIX shell with curl."""
    command = (
        f"curl -sS {shlex.quote(_api(base_url) + '/queue')}"
        ' \\\n  -H "Authorization: Bearer $OXEN_API_KEY"'
        " \\\n  -H 'Content-Type: application/json'"
    )
    first, rest = _json_cut_at_pictures(_with_local_pictures(payload))
    if not rest:
        return f"{command} \\\n  --data-raw {_shell_quoted(first)}"
    steps = [f"printf %s {_shell_quoted(first)}"]
    for picture, following in rest:
        steps.append(f"base64 < {shlex.quote(picture.file_name)} | tr -d '\\n'")
        steps.append(f"printf %s {_shell_quoted(following)}")
    # Through a pipe, as a picture is longer than an argument may be.
    body = ";\n  ".join(steps)
    files = dict.fromkeys(picture.file_name for picture, _ in rest)
    there = " && ".join(f"cat {shlex.quote(name)} > /dev/null" for name in files)
    # A picture that is missing must not cost a video without it.
    return f"{there} && {{ {body}; }} |\n{command} \\\n  --data-binary @-"


def python(payload: Mapping[str, Any], base_url: str) -> str:
    """A program that enqueues the request, waits and prints the address of the video.

    Standard library only.
    """
    local = _with_local_pictures(payload)
    has_pictures = bool(_json_cut_at_pictures(local)[1])
    text = _PYTHON.format(
        base_url=_python_literal(base_url.rstrip("/"), 0),
        picture=_PYTHON_PICTURE if has_pictures else "",
        payload=_python_literal(local, 0),
    )
    return text if has_pictures else text.replace("import base64, json", "import json")


def _api(base_url: str) -> str:
    return base_url.rstrip("/") + "/api/ai"


def _with_local_pictures(payload: Mapping[str, Any]) -> dict[str, Any]:
    count = 0

    def replaced(value: Any) -> Any:
        nonlocal count
        if isinstance(value, str) and (found := _DATA_ADDRESS.match(value)):
            count += 1
            ending = found[2].lower()
            name = f"image{count}.{_ENDINGS.get(ending, ending)}"
            return _LocalPicture(media_type=found[1].lower(), file_name=name)
        if isinstance(value, Mapping):
            return {name: replaced(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [replaced(inner) for inner in value]
        return value

    return {
        name: value if name in {"prompt", "negative_prompt"} else replaced(value)
        for name, value in payload.items()
        if name != "target_namespace"
    }


def _json_cut_at_pictures(
    local: Mapping[str, Any],
) -> tuple[str, list[tuple[_LocalPicture, str]]]:
    """The JSON up to the first picture's base64; then each picture with the JSON that follows."""
    pictures: list[_LocalPicture] = []
    # Longer than all of the request, so it cannot be a part of it.
    mark = "-" * (len(repr(local)) + 1)

    def marked(value: Any) -> Any:
        if isinstance(value, _LocalPicture):
            pictures.append(value)
            return f"data:{value.media_type};base64,{mark}"
        if isinstance(value, dict):
            return {name: marked(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [marked(inner) for inner in value]
        return value

    text = json.dumps(marked(local), ensure_ascii=False, indent=2)
    first, *rest = (_visible(piece) for piece in text.split(mark))
    return first, list(zip(pictures, rest, strict=True))


def _visible(text: str) -> str:
    """JSON text with everything escaped that is invisible or would end a quotation or a block."""
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character == "\n" or (character.isprintable() and character not in "'`"):
        return character
    if character.isascii():
        return f"\\u{ord(character):04x}"
    return json.dumps(character)[1:-1]


def _shell_quoted(text: str) -> str:
    return f"'{text}'"


def _python_literal(value: Any, depth: int) -> str:
    inside, outside = "    " * (depth + 1), "    " * depth
    if isinstance(value, _LocalPicture):
        return f'picture("{value.media_type}", "{value.file_name}")'
    if isinstance(value, dict):
        rows = "".join(
            f"{inside}{_python_literal(name, 0)}: {_python_literal(inner, depth + 1)},\n"
            for name, inner in value.items()
        )
        return f"{{\n{rows}{outside}}}"
    if isinstance(value, list):
        rows = "".join(f"{inside}{_python_literal(inner, depth + 1)},\n" for inner in value)
        return f"[\n{rows}{outside}]"
    literal = repr(value).replace("`", "\\x60")
    if isinstance(value, str) and "'" not in value and '"' not in value:
        return f'"{literal[1:-1]}"'
    return literal
