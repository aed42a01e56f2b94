"""What prompts point to with ``@``: attached images, and the cast by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.models.generation import VideoSettings

_NUMBERED = re.compile(r"@(image|element)(\d+)", re.IGNORECASE)
_NAMED = re.compile(
    r"(?<![\w@.])@(?!(?:image|element)\d|(?:everyone|here)(?![\w-]))([^\W\d_][\w-]*)", re.IGNORECASE
)
"""Not inside a word, so that an e-mail address names nobody, and no name that nobody in a cast can
have; too long a name is none that is known, rather than the beginning of one."""


def spelled_as_the_model_reads(prompt: str) -> str:
    """``@image1`` becomes ``@Image1``; stray white space at the ends goes."""
    return _NUMBERED.sub(lambda m: f"@{m[1].capitalize()}{m[2]}", prompt.strip())


def numbered(prompt: str) -> tuple[tuple[str, int], ...]:
    """Each ``@Image2`` as ``("image", 2)`` and each ``@Element1`` as ``("element", 1)``."""
    # Four digits are more than anybody attaches, and keep huge numbers short.
    return tuple((m[1].lower(), int(m[2][:4])) for m in _NUMBERED.finditer(prompt))


def with_images_renumbered(prompt: str, numbers: Mapping[int, int]) -> str:
    """The same prompt where pictures have other numbers now, from the old number to the new."""

    def renumbered(found: re.Match[str]) -> str:
        is_image = found[1].lower() == "image"
        number = numbers.get(int(found[2][:4])) if is_image else None
        return found[0] if number is None else f"@{found[1]}{number}"

    return _NUMBERED.sub(renumbered, prompt)


def named(prompts: Iterable[str]) -> tuple[str, ...]:
    """The names that the prompts call the cast by, each once, in order of appearance.

    Upper and lower case are one name; the first spelling is kept.
    """
    found: dict[str, str] = {}
    for prompt in prompts:
        for name in _NAMED.findall(prompt):
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def as_elements(settings: VideoSettings, names: Sequence[str]) -> VideoSettings:
    """The settings as the model reads them: the n-th of the names becomes ``@Element<n>``."""
    numbers = {name.casefold(): number for number, name in enumerate(names, start=1)}

    def translated(prompt: str) -> str:
        return _NAMED.sub(
            lambda m: f"@Element{numbers[m[1].casefold()]}" if m[1].casefold() in numbers else m[0],
            prompt,
        )

    return replace(
        settings,
        prompt=translated(settings.prompt),
        shots=tuple(replace(s, prompt=translated(s.prompt)) for s in settings.shots),
    )


def with_cast(prompt: str, names: Iterable[str]) -> str:
    """The prompt with ``@name`` after it for each of the cast that it does not name."""
    there = {name.casefold() for name in named([prompt])}
    missing = dict.fromkeys(name for name in names if name.casefold() not in there)
    return " ".join([prompt, *(f"@{name}" for name in missing)])
