"""The next scene: a new request that begins where a finished video ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from bot.errors import InvalidRequestError, MediaError, UnavailableError
from bot.generations.actor import Actor
from bot.generations.shelf import Take, VideoShelf
from bot.models.draft import Draft
from bot.models.generation import Origin, OriginKind, VideoSettings
from bot.models.model_form import ModelForm
from bot.models.references import ReferenceRole
from bot.models.video import StoredVideo


class LastFrames(Protocol):
    """The ends of videos on disk."""

    async def last_frame(self, video: StoredVideo) -> bytes:
        """The frame that a video ends with, as PNG; raises ``MediaError``."""
        ...


class FrameFitting(Protocol):
    """What models accept as pictures."""

    async def suited(self, data: bytes, *, model: str) -> bytes:
        """A PNG of our own made as large, or as small, as the model wants it."""
        ...


class SceneService:
    """Continues finished videos. Everything raises ``UserError`` with words for the person."""

    def __init__(
        self,
        shelf: VideoShelf,
        frames: LastFrames,
        pictures: FrameFitting,
        *,
        form: Callable[[str], ModelForm],
    ) -> None:
        self._shelf = shelf
        self._frames = frames
        self._pictures = pictures
        self._form = form

    async def next_scene(self, generation_id: int, actor: Actor) -> tuple[Draft, Take]:
        """A draft of what comes after a finished video, all but its prompt, with that video.

        The start frame is not in it: ``last_frame`` takes a while, and is had when the prompt is.
        """
        take = await self._shelf.take(generation_id, actor)
        request = take.request.request
        form = self._form(request.settings.model)
        if form.start_frame is None:
            raise InvalidRequestError(
                "This video's model cannot begin with a given picture, so there is no next scene. "
                "Edit makes another video from the same request."
            )
        draft = Draft(
            user_id=actor.user_id,
            settings=_emptied(request.settings, form),
            references=request.reference_images(),
            takes=1,
            private=request.private,
            origin=Origin(OriginKind.CONTINUE, request.id, generation_id),
        )
        return draft, take

    async def last_frame(self, origin: Origin, actor: Actor, *, model: str) -> bytes:
        """The picture that the next scene begins with, as the model wants it."""
        take = await self._shelf.take(origin.generation_id or 0, actor)
        video = await self._shelf.whole(take)
        try:
            frame = await self._frames.last_frame(video)
            return await self._pictures.suited(frame, model=model)
        except MediaError as error:
            raise UnavailableError(
                "The last frame of that video cannot be read, so it cannot be continued. "
                "Nothing was charged. Again makes the video once more."
            ) from error


def lacks_its_frame(draft: Draft) -> bool:
    """Whether a draft continues a video and does not hold that one's last frame yet."""
    continues = draft.origin is not None and draft.origin.kind is OriginKind.CONTINUE
    return continues and not any(r.role is ReferenceRole.START_FRAME for r in draft.references)


def _emptied(settings: VideoSettings, form: ModelForm) -> VideoSettings:
    """The same settings with nothing said yet; of a storyboard, one scene as its last shot."""
    if not settings.shots:
        return replace(settings, prompt="")
    wanted_s = settings.shots[-1].duration_s
    lengths = form.duration.choices_s if form.duration else (wanted_s,)
    nearest_s = min(lengths, key=lambda length_s: abs(length_s - wanted_s))
    return replace(settings, prompt="", shots=(), duration_s=nearest_s)
