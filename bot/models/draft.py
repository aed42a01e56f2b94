"""What a person typed and attached, kept so that a failed check loses nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bot.models.generation import Origin, VideoSettings
from bot.models.references import Element, ReferenceImage

IMPRINT_CHARS = 12
"""Of hexadecimal: 48 bits, as nobody gains by two drafts of their own that look the same."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that is not one yet: nothing in it has been checked."""

    user_id: int
    settings: VideoSettings
    references: tuple[ReferenceImage, ...]
    takes: int
    private: bool
    origin: Origin | None = None
    poll: bool = False
    """Whether everybody chooses among the takes."""


def imprint(draft: Draft, cast: Sequence[Element]) -> str:
    """A short digest of all that the videos of a draft would be made of, and who would see them.

    A button carries it, so that a press begins what its card shows or nothing.
    """
    shown = (
        asdict(draft.settings),
        [(one.role, one.position, one.image.sha256) for one in draft.references],
        [(one.name, [image.sha256 for image in one.images]) for one in cast],
        (draft.takes, draft.private, draft.poll),
    )
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:IMPRINT_CHARS]
